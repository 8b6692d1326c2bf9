"""The fixed words of a report in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from amip.findings import Severity


class Words(NamedTuple):
    """The words of one language; a severity has a singular and a plural."""

    severities: Mapping[Severity, tuple[str, str]]
    accepted: str
    refused: str
    elsewhere: str
    row: str
    column: str
    reviewed: str
    unchecked: str
    rules: str


WORDS: Mapping[str, Words] = {
    "de": Words(
        severities={
            Severity.VIOLATION: ("Fehler", "Fehler"),
            Severity.WARNING: ("Warnung", "Warnungen"),
            Severity.INFO: ("Hinweis", "Hinweise"),
        },
        accepted="Die Programme können übernommen werden.",
        refused="Die Programme können noch nicht übernommen werden.",
        elsewhere="ohne Programm",
        row="Zeile",
        column="Spalte",
        reviewed="geprüft, wie gedruckt belassen",
        unchecked="Regeln, die nichts zu prüfen fanden",
        rules="Regeln geprüft",
    ),
    "en": Words(
        severities={
            Severity.VIOLATION: ("violation", "violations"),
            Severity.WARNING: ("warning", "warnings"),
            Severity.INFO: ("note", "notes"),
        },
        accepted="The programmes can be accepted.",
        refused="The programmes cannot be accepted yet.",
        elsewhere="no programme",
        row="row",
        column="column",
        reviewed="reviewed, kept as printed",
        unchecked="rules that found nothing to check",
        rules="rules checked",
    ),
}
