"""Write a report as text: the verdict in words first, then what was found, by programme."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from amip.findings import Finding, Place, Report, Severity
from amip.validate.words import WORDS, Words

_MARKS = {Severity.VIOLATION: "✗", Severity.WARNING: "!", Severity.INFO: "·"}


def render_text(report: Report, language: str) -> str:
    """Return the report as plain text in German (`de`) or English (`en`)."""
    words = WORDS[language]
    lines = [_verdict(report, words)]
    for programme, findings in groupby(report.findings, key=lambda finding: finding.programme):
        lines += ["", programme or words.elsewhere]
        lines += [line for finding in findings for line in _finding(finding, language, words)]
    lines += ["", *_unchecked(report, words), _total(report, words)]
    return "\n".join(lines) + "\n"


def _counts(report: Report, words: Words) -> str:
    return ", ".join(
        f"{(count := report.count(severity))} {words.severities[severity][count != 1]}"
        for severity in Severity
    )


def _verdict(report: Report, words: Words) -> str:
    return f"{_counts(report, words)}. {words.accepted if report.conforms else words.refused}"


def _finding(finding: Finding, language: str, words: Words) -> Iterator[str]:
    yield f"  {_MARKS[finding.severity]} {finding.code}  {finding.text(language)}"
    if where := _where(finding.place, words):
        yield f"      {where}"
    if finding.reviewed:
        yield f"      {words.reviewed}: {finding.reviewed}"
    elif finding.severity is not Severity.INFO and finding.help(language):
        yield f"      → {finding.help(language)}"


def _where(place: Place, words: Words) -> str:
    parts = [
        place.file,
        f"{words.row} {place.row}" if place.row else "",
        f"{words.column} {place.column}" if place.column else "",
        f"[{place.record}]" if place.record else "",
        place.section,
    ]
    return ", ".join(part for part in parts if part)


def _unchecked(report: Report, words: Words) -> Iterator[str]:
    if report.unchecked:
        yield f"{words.unchecked}: {', '.join(report.unchecked)}"


def _total(report: Report, words: Words) -> str:
    return f"{len(report.focus_nodes)} {words.rules}, {_counts(report, words)}"
