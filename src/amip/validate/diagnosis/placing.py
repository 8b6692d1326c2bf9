"""Put a mistake in its place: the cell, what it would hold, the cause, and the cells concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

from amip.findings import Finding, Place, Severity
from amip.validate.diagnosis.cause import Detective, Explanation
from amip.validate.diagnosis.equation import Equation, Interval, Operand
from amip.validate.diagnosis.misplaced import explain_relation
from amip.validate.diagnosis.slips import differs_in_one_digit
from amip.validate.diagnosis.suspect import Mistake

_TWINS = "AMIP-A12"
_DIGITS = frozenset({"digits-swapped", "digit-doubled"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cell at fault, what it holds and would hold, and the cause when only one explains it."""

    place: Place
    found: str = ""
    expected: str = ""
    cause: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def place_mistake(
    case: Detective, mistake: Mistake, findings: Sequence[Finding]
) -> tuple[Finding, bool]:
    """Make one finding of those about one mistake, at the cell at fault.

    The second value tells whether that cell is known; else the finding stands at the total.
    """
    finding = join_findings(findings)
    verdict = judge(case, mistake)
    solved = verdict is not None
    if verdict is None:
        equation = next(
            (each for each in mistake.equations if each.code == finding.code),
            mistake.equations[0],
        )
        verdict = Verdict(case.cells.cell(equation.operands[0]), finding.found, finding.expected)
    placed = replace(
        finding,
        place=verdict.place,
        found=verdict.found,
        expected=verdict.expected,
        cause=verdict.cause,
        cells=find_cells(case, mistake.equations, verdict.place),
    )
    return placed, solved


def join_findings(findings: Sequence[Finding]) -> Finding:
    """Fold findings into the gravest, which names the codes of the others.

    Cells of the others that are not its own are kept.
    """
    first, *others = sorted(findings, key=_rank)
    also = {code for each in others for code in (each.code, *each.also)} | set(first.also)
    cells = (place for each in findings for place in each.cells if place != first.place)
    return replace(first, also=tuple(sorted(also)), cells=tuple(dict.fromkeys(cells)))


def _rank(finding: Finding) -> tuple[int, bool, str, str]:
    """Order findings: graver ones, those about cells, then by code."""
    is_rule = not finding.code.startswith("AMIP-R")
    return list(Severity).index(finding.severity), is_rule, finding.code, finding.focus


def find_cells(case: Detective, equations: Iterable[Equation], at: Place) -> tuple[Place, ...]:
    """Return the cells of all operands, and the rows that state the equations, but for one."""
    found: list[Place] = []
    for equation in equations:
        found += [case.cells.cell(operand) for operand in equation.operands]
        if equation.focus not in equation.nodes:
            found.append(case.cells.locate(equation.focus))
    return tuple(place for place in dict.fromkeys(found) if place != at)


def judge(case: Detective, mistake: Mistake) -> Verdict | None:
    """Find the cell at fault; `None` when several may be, or none."""
    explanations = list(dict.fromkeys(explain(case, mistake)))
    places = {each.place for each in explanations}
    if len(explanations) == 1:
        (only,) = explanations
        if only.cause in _DIGITS and _has_rival(case, mistake, only):
            return None
        return Verdict(only.place, only.found, only.expected, only.sentences)
    if len(mistake.suspects) == 1:
        (node,) = mistake.suspects
        return _suspect(case, mistake, node)
    if len(places) == 1:
        (place,) = places
        at = [node for node in mistake.suspects if _cell_of(case, mistake, node) == place]
        return _suspect(case, mistake, at[0]) if at else Verdict(place, explanations[0].found)
    if not explanations and mistake.isolated:
        near = [node for node in mistake.suspects if _is_near(case, mistake, node)]
        if len(near) == 1:
            return _suspect(case, mistake, near[0])
    return None


def _has_rival(case: Detective, mistake: Mistake, only: Explanation) -> bool:
    """Tell whether a single wrong digit in another cell explains the mistake as well."""
    return any(
        _is_near(case, mistake, node)
        for node in mistake.suspects
        if _cell_of(case, mistake, node) != only.place
    )


def explain(case: Detective, mistake: Mistake) -> Iterable[Explanation]:
    """Yield every cause in every cell that explains the mistake."""
    if not mistake.isolated or {equation.code for equation in mistake.equations} == {_TWINS}:
        # Two figures that differ may as well state two different things.
        return
    for node, allowed in mistake.suspects.items():
        equation = _tight(mistake, node)
        if equation:
            yield from case.explain_cell(equation, node, allowed)
    if len(mistake.equations) == 1:
        yield from explain_relation(case, mistake.equations[0])


def _tight(mistake: Mistake, node: str) -> Equation | None:
    """Return an equation that fixes the number of a cell; a mere limit explains nothing."""
    return next((e for e in mistake.equations if e.is_tight and node in e.nodes), None)


def _operand_of(mistake: Mistake, node: str) -> Operand:
    return next(each for each in mistake.equations if node in each.nodes).operand(node)


def _cell_of(case: Detective, mistake: Mistake, node: str) -> Place:
    return case.cells.cell(_operand_of(mistake, node))


def _is_near(case: Detective, mistake: Mistake, node: str) -> bool:
    figure = case.network.figures.get(node)
    if figure is None or _tight(mistake, node) is None:
        return False
    return differs_in_one_digit(figure.value, figure.decimals, mistake.suspects[node])


def _suspect(case: Detective, mistake: Mistake, node: str) -> Verdict:
    operand = _operand_of(mistake, node)
    number = choose_number(case, mistake, node)
    place = _cell_of(case, mistake, node)
    printed = case.cells.row(place).get("printed", "") if operand.role == "place" else ""
    return Verdict(
        place,
        printed or case.write(node, operand.value),
        "" if number is None else case.write(node, number),
    )


def choose_number(case: Detective, mistake: Mistake, node: str) -> Decimal | None:
    """Return the number that a cell would hold, with its printed decimals; `None` if unclear."""
    allowed = mistake.suspects[node]
    figure = case.network.figures.get(node)
    unit = Decimal(1).scaleb(-max(figure.decimals if figure else 0, 0))
    for equation in mistake.equations:
        center = equation.center(node) if node in equation.nodes else None
        if center is not None:
            exact = center.quantize(unit, ROUND_HALF_EVEN)
            if exact in allowed:
                return exact
    return _find_only(allowed, unit)


def _find_only(allowed: Interval, unit: Decimal) -> Decimal | None:
    """Return the only multiple of a unit in an interval."""
    if not (allowed.low.is_finite() and allowed.high.is_finite()):
        return None
    low = (allowed.low / unit).to_integral_value(ROUND_CEILING) * unit
    high = (allowed.high / unit).to_integral_value(ROUND_FLOOR) * unit
    return low if low == high else None
