"""The forms in which a check is answered: a page, the workbook with marks, a report as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAGE, MARKED = "page", "xlsx"


@dataclass(frozen=True, slots=True)
class Form:
    """A report as a file: what people call it, the ending of its name, its media type."""

    label: str
    ending: str
    media: str


REPORTS: Mapping[str, Form] = MappingProxyType(
    {
        "html": Form("HTML", "html", "text/html; charset=utf-8"),
        "json": Form("JSON", "json", "application/json"),
        "sarif": Form("SARIF", "sarif.json", "application/sarif+json"),
        "junit": Form("JUnit XML", "xml", "application/xml"),
        "turtle": Form("Turtle (SHACL)", "ttl", "text/turtle; charset=utf-8"),
        "text": Form("TXT", "txt", "text/plain; charset=utf-8"),
    }
)
