"""The periods of official tables: years, and reference days in German form."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
YEAR = "year"
"""The form of the period of yearly tables; the other is a day."""


def parse_german_day(text: str) -> str:
    """Parse a day as the tables print it; "" when it is none.

    >>> parse_german_day("30.06.2019"), parse_german_day("31.02.2019")
    ('2019-06-30', '')
    """
    match = _DAY.fullmatch(text)
    return parse_day(f"{match[3]}-{match[2]}-{match[1]}") if match else ""


def parse_day(text: str) -> str:
    """Parse an ISO 8601 day; "" when it is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


@cache
def parse_table_period(text: str, form: str) -> str:
    """Parse a period of a table; "" when it is none of its form.

    >>> parse_table_period("2020", "year"), parse_table_period("31.12.2024", "day")
    ('2020', '2024-12-31')
    """
    if form == YEAR:
        return text if _YEAR.fullmatch(text) else ""
    return parse_german_day(text) or parse_day(text)
