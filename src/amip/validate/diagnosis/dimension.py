"""Findings that only follow from a wrong dimension of a figure: unit, indicator, period, sex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from amip.findings import Finding, Severity
from amip.records.schema import DIMENSIONS
from amip.records.values import parse_figure
from amip.validate.diagnosis.cells import Cells
from amip.validate.diagnosis.placing import join_findings
from amip.validate.diagnosis.reading import read_node

_COLUMNS = frozenset(
    {
        *("indicator", "period", "value_kind", "aggregation", "unit", "sex"),
        *("base_period", "as_of"),
        *DIMENSIONS,
    }
)
_PAIRED = frozenset({"AMIP-A05", "AMIP-A06", "AMIP-A09", "AMIP-A12"})
"""Rules that find the figures they compare by their dimensions."""

_UNIT_FITS = "AMIP-D02"
_WHOLE = "AMIP-D03"


def join_dimensions(findings: Sequence[Finding], cells: Cells) -> list[Finding]:
    """Join what compares a figure by a dimension that is known to be wrong to that finding."""
    placed = [_place_unit(finding, cells) for finding in findings]
    roots = {
        finding.focus or read_node(finding): finding
        for finding in placed
        if finding.place.column in _COLUMNS
        and finding.place.file.endswith("/figures.csv")
        and finding.severity is Severity.VIOLATION
    }
    groups: dict[int, list[Finding]] = {id(finding): [finding] for finding in placed}
    for finding in placed:
        root = roots.get(finding.focus) or roots.get(finding.found)
        if root is not None and _follows(finding, root):
            groups[id(root)] += groups.pop(id(finding))
    return [group[0] if len(group) == 1 else join_findings(group) for group in groups.values()]


def _follows(finding: Finding, root: Finding) -> bool:
    """Tell whether a finding about a figure only follows from its wrong dimension."""
    by_indicator = finding.code == _WHOLE and root.place.column == "indicator"
    return finding.code in _PAIRED or by_indicator


def _place_unit(finding: Finding, cells: Cells) -> Finding:
    """Blame the indicator when the printed form confirms the unit."""
    row = cells.row(finding.place)
    figure = parse_figure(row.get("printed", "")) if finding.code == _UNIT_FITS else None
    if figure is None or not figure.unit or figure.unit != row.get("unit"):
        return finding
    place = replace(finding.place, column="indicator")
    return replace(finding, place=place, found=row.get("indicator", ""), expected="")
