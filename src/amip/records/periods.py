"""Years, months, days and intervals of them, as the records write them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

_PERIOD = re.compile(
    r"(?:(?P<start>\d{4}(?:-\d\d){0,2})/)?(?P<end>\d{4}(?:-\d\d){0,2})(?P<inferred>~)?"
)
_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_PRINTED = re.compile(
    rf"(?:(?P<day>\d{{1,2}})\.\s?)?(?:(?P<number>\d{{1,2}})\.|(?P<month>{'|'.join(_MONTHS)}))\s?"
    r"(?P<year>\d{4})"
)
_KINDS = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True, slots=True)
class Period:
    """A year, month or day, or an interval of two of them; `inferred` when it is not printed.

    The forms follow ISO 8601 (`2022`, `2021-05`, `2020-08/2021-07`); the trailing `~` is the
    approximation mark of ISO 8601-2.
    """

    end: str
    start: str = ""
    inferred: bool = False

    def columns(self, prefix: str, start_prefix: str = "from") -> dict[str, str]:
        """Spread the period over one column per datatype, as the mappings expect it.

        >>> Period("2021-05").columns("period")
        {'period_month': '2021-05'}
        """
        cells = {f"{prefix}_{_KINDS[len(self.end)]}": self.end}
        if self.start:
            cells[f"{start_prefix}_{_KINDS[len(self.start)]}"] = self.start
        return cells


def parse_period(cell: str) -> Period | None:
    """Parse a period of a record; `None` when it is no period or no date of the calendar.

    >>> parse_period("2020-08/2021-07~")
    Period(end='2021-07', start='2020-08', inferred=True)
    >>> parse_period("2021-13") is None
    True
    """
    match = _PERIOD.fullmatch(cell)
    if match is None:
        return None
    start, end = match["start"] or "", match["end"]
    if not all(_is_date(part) for part in (start, end) if part) or (start and start > end):
        return None
    return Period(end, start, match["inferred"] is not None)


def parse_printed_date(printed: str) -> str:
    """Parse a date as German documents print it; "" when it is none.

    >>> parse_printed_date("17.02.2022"), parse_printed_date("Dezember 2020")
    ('2022-02-17', '2020-12')
    """
    match = _PRINTED.fullmatch(printed.strip())
    if match is None:
        return ""
    month = match["number"] or str(_MONTHS.index(match["month"]) + 1)
    parts = [match["year"], month, *([match["day"]] if match["day"] else [])]
    date = "-".join(part.zfill(2) for part in parts)
    return date if _is_date(date) else ""


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
