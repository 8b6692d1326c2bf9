"""Findings that only follow: from rows that could not be read, or from a wrong head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType

from amip.findings import Finding, Severity
from amip.lift.withhold import withhold_rows
from amip.records import Record

_CELL = "AMIP-R"
_ASKS: Mapping[str, str] = MappingProxyType(
    {
        "AMIP-C01": "targets",
        "AMIP-C02": "targets",
        "AMIP-C04": "figures",
        "AMIP-C05": "statements",
        "AMIP-C06": "figures",
        "AMIP-C07": "targets",
    }
)
"""The table in which a rule of completeness looks for what it asks for, by family of codes."""

_FAMILY = len("AMIP-C01")

_EXPLAINS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AMIP-S02": ("AMIP-T08", "AMIP-T12"),
        "AMIP-T12": ("AMIP-T08",),
        "AMIP-R30": ("AMIP-T05", "AMIP-T07"),
    }
)
"""What a wrong year or date in the head explains, by family of codes, the strongest first."""


def drop_consequences(findings: Sequence[Finding], records: Sequence[Record]) -> list[Finding]:
    """Drop what is said to be missing when it may stand in a row that could not be read."""
    withheld = _find_withheld(findings, records)
    return [
        finding
        for finding in findings
        if _ASKS.get(finding.code[:_FAMILY], "") not in withheld.get(finding.programme, ())
    ]


def _find_withheld(
    findings: Sequence[Finding], records: Sequence[Record]
) -> Mapping[str, frozenset[str]]:
    """Find the tables of each programme that lack rows in the graph because of a wrong cell."""
    wrong: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code.startswith(_CELL) and finding.severity is Severity.VIOLATION:
            wrong.setdefault(finding.place.file.partition("/")[0], []).append(finding)
    return {
        record.slug: frozenset(PurePosixPath(place.file).stem for place in places)
        for record in records
        if record.slug in wrong and (places := withhold_rows(record, wrong[record.slug])[1])
    }


def fold_into_head(findings: Sequence[Finding]) -> list[Finding]:
    """Fold into a wrong year or date of the head what every row says because of it."""
    kept = list(findings)
    for code, families in _EXPLAINS.items():
        for head in [finding for finding in kept if finding.code == code]:
            follow = [
                finding
                for finding in kept
                if finding.programme == head.programme and finding.code[:_FAMILY] in families
            ]
            also = sorted({*head.also, *(finding.code for finding in follow)})
            gone = {id(finding) for finding in (head, *follow)}
            kept = [finding for finding in kept if id(finding) not in gone]
            kept.append(replace(head, also=tuple(also)))
    return kept
