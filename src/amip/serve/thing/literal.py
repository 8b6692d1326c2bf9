"""Literals as people write them: numbers, years, days, yes and no."""

from __future__ import annotations

import re

from amip.query import Term
from amip.serve.page import say, show_number

_NUMBERS = frozenset({"decimal", "integer", "double", "float", "nonNegativeInteger", "long", "int"})
_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?Z?")


def is_number(term: Term) -> bool:
    """Tell whether a literal is a number to calculate with; a year is none."""
    return term.datatype.rpartition("#")[2] in _NUMBERS


def write_literal(term: Term, language: str) -> str:
    """Write a literal as people of that language do.

    >>> from amip.terms import PREFIXES
    >>> write_literal(Term("2021-10-19", f"{PREFIXES['xsd']}date"), "de")
    '19. Oktober 2021'
    >>> write_literal(Term("2021", f"{PREFIXES['xsd']}gYear"), "de")
    '2021'
    """
    kind = term.datatype.rpartition("#")[2]
    if is_number(term):
        return show_number(term.text, language)
    if kind == "boolean" and term.text in {"true", "false"}:
        return say(term.text, language)
    if kind in {"date", "gYearMonth"} and (parts := _DAY.fullmatch(term.text)):
        return _write_day(parts, language)
    return term.text


def _write_day(parts: re.Match[str], language: str) -> str:
    year, month, day = parts.groups()
    months = say("months", language).split(",")
    if not 1 <= int(month) <= len(months):
        return parts.group()
    name = months[int(month) - 1]
    if day is None:
        return f"{name} {year}"
    return say("day-of-month", language, day=int(day), month=name, year=year)
