"""The lexical forms of the XSD datatypes that the mappings use (W3C XML Schema 1.1, part 2)."""

from __future__ import annotations

import calendar
import re

from amip.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_TIMEZONE = r"(?:Z|[+-]\d\d:\d\d)?"
_FORMS = {
    f"{_XSD}{name}": re.compile(form, re.ASCII)
    for name, form in {
        "boolean": "true|false|1|0",
        "date": rf"-?\d{{4,}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_TIMEZONE}",
        "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        "gYear": rf"-?\d{{4,}}{_TIMEZONE}",
        "gYearMonth": rf"-?\d{{4,}}-(?:0[1-9]|1[0-2]){_TIMEZONE}",
        "integer": r"[+-]?\d+",
        "nonNegativeInteger": r"\+?\d+",
        "positiveInteger": r"\+?0*[1-9]\d*",
    }.items()
}

_DATE = f"{_XSD}date"
_YEAR_MONTH_DAY = re.compile(r"-?(\d{4,})-(\d\d)-(\d\d)", re.ASCII)


DATATYPES = frozenset(_FORMS)
"""The IRIs of the datatypes that a mapping may use."""


def is_lexical(text: str, datatype: str) -> bool:
    """Tell whether `text` is a lexical form of the datatype IRI; plain literals take any text.

    >>> is_lexical("2021-05", "http://www.w3.org/2001/XMLSchema#gYearMonth")
    True
    >>> is_lexical("12,5", "http://www.w3.org/2001/XMLSchema#decimal")
    False
    >>> is_lexical("2021-02-31", "http://www.w3.org/2001/XMLSchema#date")
    False
    """
    if not datatype:
        return True
    if _FORMS[datatype].fullmatch(text) is None:
        return False
    return datatype != _DATE or _is_day(text)


def _is_day(date: str) -> bool:
    """Tell whether the month has that day; the calendar repeats every 400 years."""
    year, month, day = map(int, _YEAR_MONTH_DAY.split(date)[1:4])
    return day <= calendar.monthrange(2000 + year % 400, month)[1]
