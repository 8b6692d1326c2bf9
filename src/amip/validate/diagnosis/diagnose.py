"""Diagnose a report: one mistake in one cell becomes one finding, at that cell.

Every check reports for itself; a wrong digit can break a row, a column and a rate at once. Here
the findings that one mistake explains are folded into one, its likeliest cause is named when only
one explains it, and the cells that take part are listed. What a person has reviewed stays as it
is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Store

from amip.findings import Finding, Report
from amip.records import Record
from amip.records.values import parse_decimal
from amip.validate.diagnosis.cause import Detective
from amip.validate.diagnosis.cells import Cells
from amip.validate.diagnosis.consequence import drop_consequences, fold_into_head
from amip.validate.diagnosis.dimension import join_dimensions
from amip.validate.diagnosis.equation import Equation
from amip.validate.diagnosis.network import Network, read_network
from amip.validate.diagnosis.placing import find_cells, join_findings, place_mistake
from amip.validate.diagnosis.reading import (
    DIFFERS,
    Reading,
    find_readings,
    place_reading,
    read_node,
    use_number,
)
from amip.validate.diagnosis.suspect import find_mistakes
from amip.validate.wording import normalise_number

_ARITHMETIC, _PLAUSIBILITY = "AMIP-A", "AMIP-V"
_VALUE = "value"
_INCOHERENT = ("AMIP-S15", "AMIP-S16", "AMIP-S17", "AMIP-S18")
_TWINS, _AGAIN, _OVERLAP = "AMIP-A12", "AMIP-A11", "AMIP-A02-part"
_PRINTED = "AMIP-P03"
_MANY_ROWS = "breakdowns.csv"


def diagnose(report: Report, store: Store, records: Iterable[Record]) -> Report:
    """Fold the consequences of a mistake into one finding, and place it at the cell at fault.

    `store` holds the graph that was checked, `records` what it was lifted from (none for RDF).
    Findings with a review are left alone.
    """
    known = tuple(records)
    cells = Cells.of(known)
    reviewed = [finding for finding in report.findings if finding.reviewed]
    unreviewed = [finding for finding in report.findings if not finding.reviewed]
    findings = fold_into_head(drop_consequences(unreviewed, known))
    diagnosed = _diagnose(join_dimensions(findings, cells), store, cells)
    listed = [_list_members(finding, cells) for finding in diagnosed]
    return replace(report, findings=Report.of([*reviewed, *listed]).findings)


def _list_members(finding: Finding, cells: Cells) -> Finding:
    """List the figures of a relation whose members do not go together."""
    if finding.cells or not finding.code.startswith(_INCOHERENT):
        return finding
    return replace(finding, cells=cells.find_members(finding.place))


def _diagnose(findings: Sequence[Finding], store: Store, cells: Cells) -> list[Finding]:
    arithmetic = [finding for finding in findings if finding.code.startswith(_ARITHMETIC)]
    readings = [finding for finding in findings if finding.code == DIFFERS]
    if not arithmetic and not readings:
        return _join_cells(findings, {})
    nodes = [finding.focus for finding in arithmetic] + [read_node(each) for each in readings]
    network = read_network(store, nodes)
    again = tuple(cells.find_again(network.figures))
    network = Network(network.figures, (*network.equations, *(each for each, _ in again)))
    case = _Case(Detective(network, cells), {id(each): printed for each, printed in again})
    case.match(arithmetic)
    placed = [*case.read_printed(readings, findings), *case.find_mistakes()]
    told = {id(finding) for finding in (*case.told, *readings)}
    rest = [each for each in findings if id(each) not in told]
    placed += [
        case.place_alone(each) if each.code.startswith(_ARITHMETIC) else each for each in rest
    ]
    return _join_implausible(_join_cells(placed, case.unsolved), case.unsolved)


def _join_implausible(
    findings: Sequence[Finding], unsolved: Mapping[int, Finding]
) -> list[Finding]:
    """Join what is implausible or incoherent because of what is known to be wrong."""
    wrong = {
        (finding.programme, number): finding
        for finding in findings
        if finding.expected
        and id(finding) not in unsolved
        and not finding.code.startswith(_PLAUSIBILITY)
        and finding.place.column == _VALUE
        and parse_decimal(number := normalise_number(finding.found)) is not None
    }
    groups: dict[int, list[Finding]] = {id(finding): [finding] for finding in findings}
    for finding in findings:
        numbers = ((finding.programme, each) for each in finding.values.values())
        cause = next((wrong[each] for each in numbers if each in wrong), None)
        if finding.code.startswith(_INCOHERENT):
            cause = next((each for each in findings if _is_incoherent(finding, each)), None)
        elif not finding.code.startswith(_PLAUSIBILITY):
            cause = None
        if cause is not None and cause is not finding:
            groups[id(cause)] += groups.pop(id(finding))
    return [join_findings(group) if len(group) > 1 else group[0] for group in groups.values()]


def _is_incoherent(finding: Finding, known: Finding) -> bool:
    """Tell whether members do not go together because of a relation that is known to be wrong."""
    place, at = finding.place, known.place
    if not known.cause or finding.programme != known.programme:
        return False
    same = (place.file, place.record) == (at.file, at.record)
    return not at.file.endswith("figures.csv") and (same or place.record == known.found)


@dataclass
class _Case:
    """The failing equations of a run with their findings, while mistakes are taken out."""

    detective: Detective
    printed: Mapping[int, str]
    failing: list[Equation] = field(default_factory=list)
    holding: list[Equation] = field(default_factory=list)
    findings: dict[int, Finding] = field(default_factory=dict)
    told: list[Finding] = field(default_factory=list)
    unsolved: dict[int, Finding] = field(default_factory=dict)

    def match(self, arithmetic: Iterable[Finding]) -> None:
        """Find the equation of each finding; what fails without a finding is left out."""
        by_key = {_key_of(finding): finding for finding in arithmetic}
        for equation in self.detective.network.equations:
            finding = by_key.get(self._key(equation))
            if finding is not None:
                self.failing.append(equation)
                self.findings[id(equation)] = finding
            elif equation.holds:
                self.holding.append(equation)

    def _key(self, equation: Equation) -> tuple[str, str, str]:
        detail = self.printed.get(id(equation), "")
        if equation.code == _TWINS:
            detail = equation.operands[1].node
        elif equation.code == _OVERLAP:
            detail = normalise_number(f"{equation.operands[1].value:f}")
        return equation.code, equation.focus, detail

    def read_printed(
        self, findings: Sequence[Finding], everything: Sequence[Finding]
    ) -> list[Finding]:
        """Place the findings about printed forms, and fold in what they settle or repeat."""
        placed: list[Finding] = []
        readings = find_readings(self.detective, findings, self.failing, self.holding)
        for reading in readings:
            same = [self.findings[id(equation)] for equation in reading.settled]
            same += [each for each in everything if _repeats(each, reading)]
            self.told += same
            finding = place_reading(self.detective, reading)
            joined = join_findings([finding, *same])
            placed.append(replace(finding, also=joined.also, severity=joined.severity))
            if reading.is_value_wrong:
                self._replace(reading.settled, [])
                touched = [each for each in self.failing if reading.node in each.nodes]
                self._replace(touched, [use_number(each, reading) for each in touched])
        known = {id(reading.finding) for reading in readings}
        return [*placed, *(each for each in findings if id(each) not in known)]

    def _replace(self, old: Sequence[Equation], new: Sequence[Equation]) -> None:
        findings = [self.findings.pop(id(each)) for each in old]
        gone = {id(each) for each in old}
        self.failing = [each for each in self.failing if id(each) not in gone] + list(new)
        self.findings |= {id(each): finding for each, finding in zip(new, findings, strict=False)}

    def find_mistakes(self) -> list[Finding]:
        """Place the findings about equations, each mistake once."""
        holding: dict[str, list[Equation]] = {}
        for equation in self.holding:
            for node in dict.fromkeys(equation.nodes):
                holding.setdefault(node, []).append(equation)
        placed: list[Finding] = []
        for mistake in find_mistakes(self.failing, holding):
            findings = [self.findings[id(equation)] for equation in mistake.equations]
            self.told += findings
            finding, solved = place_mistake(self.detective, mistake, findings)
            if not solved:
                self.unsolved[id(finding)] = finding
            placed.append(finding)
        return placed

    def place_alone(self, finding: Finding) -> Finding:
        """Place a finding whose equation cannot be solved for one figure."""
        cells = self.detective.cells
        equations = [
            each for each in self.detective.network.equations if each.focus == finding.focus
        ]
        column = "relative_change" if "/target/" in finding.focus else "value"
        place = cells.locate(finding.focus, column)
        if "/breakdown/" in finding.focus and equations:
            place = cells.cell(equations[0].operands[0])
        placed = replace(
            finding,
            place=place if place.file else finding.place,
            cells=find_cells(self.detective, equations, place),
        )
        self.unsolved[id(placed)] = placed
        return placed


def _repeats(finding: Finding, reading: Reading) -> bool:
    """Tell whether a finding says of the figure what its unequal printed form says."""
    if finding.focus != reading.node:
        return False
    printed = finding.values.get("printed", "")
    return finding.code == _PRINTED or (finding.code == _AGAIN and printed == reading.finding.found)


def _key_of(finding: Finding) -> tuple[str, str, str]:
    detail = {
        _TWINS: finding.found,
        _OVERLAP: finding.found,
        _AGAIN: finding.values.get("printed", ""),
    }
    return finding.code, finding.focus, detail.get(finding.code, "")


def _join_cells(findings: Sequence[Finding], unsolved: Mapping[int, Finding]) -> list[Finding]:
    """Join the findings about one cell; a sum that may fail for another reason stays apart."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        place = finding.place
        key: tuple[object, ...] = (id(finding),)
        if place.row and place.column and id(finding) not in unsolved:
            # A row of a breakdown stands for all rows of its id.
            row = finding.found if place.file.endswith(_MANY_ROWS) else ""
            key = (place.file, place.row, place.column, row)
        groups.setdefault(key, []).append(finding)
    return [group[0] if len(group) == 1 else join_findings(group) for group in groups.values()]
