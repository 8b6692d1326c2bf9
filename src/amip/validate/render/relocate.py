"""Name the files of a report as its reader finds them: by path, not by programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from amip.findings import Finding, Place, Report


def relocate(report: Report, roots: Mapping[str, str]) -> Report:
    """Return the report with the first part of every file name replaced.

    A report says `musterstadt-2025/figures.csv`; editors and build servers look files up by path.

    >>> from amip.findings import Severity
    >>> one = Finding("AMIP-R04", Severity.VIOLATION, Place("a-2025/figures.csv", 12), {})
    >>> relocate(Report((one,)), {"a-2025": "programmes/a-2025"}).findings[0].place.file
    'programmes/a-2025/figures.csv'
    """

    def move(place: Place) -> Place:
        first, slash, rest = place.file.partition("/")
        return replace(place, file=f"{roots[first]}{slash}{rest}") if first in roots else place

    def move_all(finding: Finding) -> Finding:
        cells = tuple(move(place) for place in finding.cells)
        return replace(finding, place=move(finding.place), cells=cells)

    return replace(report, findings=tuple(move_all(each) for each in report.findings))
