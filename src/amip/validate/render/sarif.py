"""Write a report as SARIF 2.1.0, the OASIS format for results of static checks.

Sections in brackets are those of the standard (OASIS, Version 2.1.0 Plus Errata 01).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import quote

from amip.findings import LANGUAGES, Finding, Place, Report, Severity
from amip.terms import BASE
from amip.validate.render.guide import Entry, explain_why, find_page, load_guide
from amip.validate.render.words import load_words
from amip.version import __version__

Json: TypeAlias = dict[str, object]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "amipFinding/v1"


def render_sarif(report: Report, language: str) -> str:
    """Return the report as SARIF: messages in `language`, the rules in both languages."""
    codes = sorted({code for each in report.findings for code in (each.code, *each.also)})
    run = {
        "tool": {"driver": _component(codes, language)},
        "translations": [
            _component(codes, other) | {"contents": ["localizedData"]}
            for other in LANGUAGES
            if other != language
        ],
        "language": language,
        "columnKind": "unicodeCodePoints",
        "results": _results(report.findings, codes, language),
        "properties": {"conforms": report.conforms, "unchecked": list(report.unchecked)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _component(codes: Iterable[str], language: str) -> Json:
    """Describe this program and its rules in a language (3.19)."""
    return {
        "name": "amip",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": BASE,
        "language": language,
        "rules": [_rule(code, load_guide().get(code), language) for code in codes],
    }


def _rule(code: str, entry: Entry | None, language: str) -> Json:
    """Describe a rule (3.49)."""
    rule: Json = {"id": code, "helpUri": find_page(code)}
    if entry is None:
        return rule
    label, advice = entry.label[language], entry.advice.get(language, "")
    why = entry.why.get(language, "")
    parts = [part for part in (why, advice) if part]
    return rule | {
        "shortDescription": {"text": label},
        "fullDescription": {"text": why or label},
        "help": {
            "text": "\n".join(parts) or label,
            "markdown": "\n\n".join([f"**{label}**", *parts]),
        },
        "defaultConfiguration": {"level": LEVELS[entry.severity]},
    }


def _results(findings: Iterable[Finding], codes: Sequence[str], language: str) -> list[Json]:
    seen: Counter[str] = Counter()
    results = []
    for finding in findings:
        mark = _fingerprint(finding)
        seen[mark] += 1
        results.append(
            _result(finding, codes.index(finding.code), f"{mark}:{seen[mark]}", language)
        )
    return results


def _fingerprint(finding: Finding) -> str:
    """Name a finding by what it is about, never by a row, so that it survives moved rows (3.27.17).

    The table stands for a finding that no id of a row places.
    """
    place = finding.place
    table = "" if place.record else PurePosixPath(place.file).name
    parts = (finding.code, finding.programme, place.record, place.column, table)
    return sha256("|".join(parts).encode()).hexdigest()[:32]


def _result(finding: Finding, index: int, mark: str, language: str) -> Json:
    """Write one result (3.27)."""
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding, language)},
        "locations": [_location(finding.place, finding.programme)],
        "partialFingerprints": {_FINGERPRINT: mark},
        "properties": _properties(finding, language),
    }
    if finding.cells:
        cells = enumerate(finding.cells, start=1)
        result["relatedLocations"] = [
            _location(place, finding.programme)
            | {"id": number, "message": {"text": load_words(language).place(place)}}
            for number, place in cells
        ]
    if finding.reviewed:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.reviewed}
        ]
    return result


def _message(finding: Finding, language: str) -> str:
    parts = [finding.text(language), finding.cause.get(language, "")]
    if not finding.reviewed:
        parts.append(finding.help(language))
    return "\n".join(part for part in parts if part) or finding.code


def _location(place: Place, programme: str) -> Json:
    """Write a place (3.28): a line of a text file, the first for what concerns the whole file.

    A cell of a workbook has no region; its logical location names it.
    """
    location: Json = {}
    if place.file:
        physical: Json = {"artifactLocation": {"uri": quote(place.file)}}
        if not place.cell:
            physical["region"] = {"startLine": max(place.row, 1)}
        location["physicalLocation"] = physical
    if logical := _logical(place, programme):
        location["logicalLocations"] = [logical]
    return location


def _logical(place: Place, programme: str) -> Json:
    """Name the record and the cell (3.33), which stay the same when rows move."""
    cell = f"{place.sheet}!{place.cell}" if place.sheet and place.cell else place.cell
    name = place.record or cell or place.column
    if not name:
        return {}
    table = cell or PurePosixPath(place.file).stem
    full = "/".join(part for part in (programme, table, place.record, place.column) if part)
    return {"name": name, "fullyQualifiedName": full, "kind": "object"}


def _properties(finding: Finding, language: str) -> Mapping[str, object]:
    """Keep what SARIF has no place for (3.8)."""
    kept: dict[str, object] = {
        "programme": finding.programme,
        "focus": finding.focus,
        "section": finding.place.section,
        "found": finding.found,
        "expected": finding.expected,
        "why": explain_why(finding, language),
        "also": list(finding.also),
    }
    return {name: value for name, value in kept.items() if value}
