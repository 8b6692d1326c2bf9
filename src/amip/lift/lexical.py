"""The lexical forms of the XSD datatypes that the mappings use (W3C XML Schema 1.1, part 2)."""

from __future__ import annotations

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


DATATYPES = frozenset(_FORMS)
"""The IRIs of the datatypes that a mapping may use."""


def is_lexical(text: str, datatype: str) -> bool:
    """Tell whether `text` is a lexical form of the datatype IRI; plain literals take any text.

    >>> is_lexical("2021-05", "http://www.w3.org/2001/XMLSchema#gYearMonth")
    True
    >>> is_lexical("12,5", "http://www.w3.org/2001/XMLSchema#decimal")
    False
    """
    return not datatype or _FORMS[datatype].fullmatch(text) is not None
