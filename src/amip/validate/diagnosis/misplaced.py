"""Causes that lie in a recorded relation: a part too few or too many, a wrong role or year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from amip.validate.diagnosis.cause import Detective, Explanation
from amip.validate.diagnosis.equation import QUOTIENTS, Equation, Operand
from amip.validate.diagnosis.network import Figure, make_change

_MOST = 500
"""So many figures of one kind are searched for a missing part; a table has fewer."""

_MEMBERS = {
    "part": "figure",
    "deduction": "figure",
    "new": "target_figure",
    "old": "base_figure",
}


def explain_relation(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Yield what may be wrong with a recorded relation, when all of its figures are right."""
    if equation.code == "AMIP-A01":
        yield from _find_missing(case, equation)
        yield from _find_twice(case, equation)
    if equation.code in {"AMIP-A01", "AMIP-A10"}:
        yield from _find_roles(case, equation)
    if equation.code == "AMIP-A07":
        yield from _find_points(case, equation)
    if equation.code == "AMIP-A08":
        yield from _find_ratios(case, equation)
    if equation.code in {"AMIP-A01", "AMIP-A07", "AMIP-A08", "AMIP-A10"}:
        yield from _find_years(case, equation)


def _with(equation: Equation, *operands: Operand) -> Equation:
    return replace(equation, operands=operands)


def _id(node: str) -> str:
    return node.rpartition("/")[2]


def _key_names(figure: Figure) -> tuple[str, ...]:
    """Return which dimensions a figure has, and whether it has a sex."""
    names = [part.partition("=")[0] for part in figure.key.split(";")]
    return (*names, "sex" if not figure.sex.endswith("T") else "")


def _find_missing(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Find figures that look like the parts and make up for the difference."""
    figures = case.network.figures
    members = set(equation.nodes)
    nested = _find_nested(case, members)
    parts = [figures[operand.node] for operand in equation.operands if operand.role == "part"]
    alike = {
        (*part.fact[:4], part.unit, part.form, _key_names(part))
        for part in parts
        if len(parts) > 1 or part.sex[-1:] in "FM"
    }
    found = [
        figure
        for figure in figures.values()
        if figure.node not in members | nested
        and (*figure.fact[:4], figure.unit, figure.form, _key_names(figure)) in alike
    ]
    for figure in found[:_MOST]:
        if _with(equation, *equation.operands, figure.operand()).fits and figure.value:
            place = case.cells.member(equation, parts[-1].node, "figure")
            name, amount = case.cells.name(figure.node), case.amount(figure.node)
            yield Explanation("part-missing", place, "", _id(figure.node), name, amount)


def _find_nested(case: Detective, members: set[str]) -> set[str]:
    """Find the figures that members of a breakdown contain, or that contain them."""
    found: set[str] = set()
    for other in case.network.equations:
        if other.code == "AMIP-A01":
            total, *parts = other.nodes
            found |= set(parts) if total in members else set()
    return found


def _find_twice(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Find parts that another part contains or that contain others, and that are too much."""
    parts = {operand.node for operand in equation.operands if operand.role == "part"}
    inside = {
        each.operands[0].node: {member.node for member in each.operands[1:]}
        for each in case.network.equations
        if each.code == "AMIP-A01" and each.focus != equation.focus
    }
    for operand in equation.operands:
        rest = [other for other in equation.operands if other is not operand]
        if operand.role != "part" or not operand.value or not _with(equation, *rest).fits:
            continue
        within = parts & inside.get(operand.node, set())
        around = {total for total in parts if operand.node in inside.get(total, set())}
        twins = {node for node in parts if _is_twin(case, operand.node, node)}
        if other := min(within | around | twins, default=""):
            place = case.cells.member(equation, operand.node, "figure")
            yield Explanation(
                "part-twice",
                place,
                _id(operand.node),
                "",
                case.cells.name(operand.node),
                case.amount(operand.node),
                case.cells.name(other),
            )


def _is_twin(case: Detective, one: str, other: str) -> bool:
    first, second = case.network.figures[one], case.network.figures[other]
    return one != other and (first.fact, first.sex) == (second.fact, second.sex)


def _find_roles(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Find a member that belongs on the other side; a change keeps its sign to itself."""
    for operand in equation.operands[1:]:
        turned = replace(operand, sign=-operand.sign)
        others = [turned if other is operand else other for other in equation.operands]
        if not (operand.value > 0 and _with(equation, *others).fits):
            continue
        if not any(_may_exchange(case, equation, part) for part in equation.operands[1:]):
            roles = ("part", "deduction") if operand.sign > 0 else ("deduction", "part")
            name, amount = case.cells.name(operand.node), case.amount(operand.node)
            cause = "deduction-as-part" if operand.sign > 0 else "part-as-deduction"
            yield Explanation(
                cause, case.cells.member(equation, operand.node, "role"), *roles, name, amount
            )


def _may_exchange(case: Detective, equation: Equation, part: Operand) -> bool:
    """Tell whether total and part may stand in each other's place instead."""
    total = equation.operands[0]
    exchanged = {total.node: part, part.node: total}
    members = [
        replace(each, value=exchanged[each.node].value) if each.node in exchanged else each
        for each in equation.operands
    ]
    return _with(equation, *members).fits and all(
        case.network.allows(node, other.value, equation) for node, other in exchanged.items()
    )


def _find_points(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Try the other unit of an agreed change."""
    change, new, old = equation.operands
    units = (
        ("percentage-point", "PERCENT")
        if equation.kind == "sum"
        else ("PERCENT", "percentage-point")
    )
    base = replace(old, sign=1)
    percent = case.network.figures[new.node].unit.endswith("/PERCENT")
    if percent and make_change(equation.focus, units[1], change, new, base).fits:
        cause = "points-for-percent" if units[0] == "PERCENT" else "percent-for-points"
        place = case.cells.locate(equation.focus, "change_unit")
        yield Explanation(cause, place, *units, amount=f"{change.value:f}")
    turned = (replace(old, sign=new.sign), replace(new, sign=old.sign))
    if _with(equation, change, *turned).fits:
        place = case.cells.locate(equation.focus, "target_figure")
        yield Explanation("target-swapped", place, _id(new.node), _id(old.node))


def _find_ratios(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Try the other kinds of ratio, dividend and divisor exchanged, and points for percent."""
    result, dividend, divisor = equation.operands
    for kind in sorted(QUOTIENTS - {equation.kind}):
        if replace(equation, kind=kind).fits:
            place = case.cells.locate(equation.focus, "kind")
            yield Explanation("ratio-kind", place, equation.kind, kind)
    if _with(equation, result, divisor, dividend).fits:
        place = case.cells.locate(equation.focus, "dividend")
        yield Explanation("ratio-swapped", place, _id(dividend.node), _id(divisor.node))
    figures = [case.network.figures[node] for node in equation.nodes]
    percent = all(figure.unit.endswith("/PERCENT") for figure in figures)
    if percent and equation.kind == "relative-change" and result.value:
        points = make_change(equation.focus, "", replace(result, sign=-1), dividend, divisor)
        if points.fits:
            place = case.cells.locate(result.node, "unit")
            units = ("PERCENT", "percentage-point")
            yield Explanation("points-for-percent", place, *units, amount=case.amount(result.node))


def _find_years(case: Detective, equation: Equation) -> Iterator[Explanation]:
    """Find the figure of the year before or after that fits in the place of a member."""
    for operand in equation.operands:
        figure = case.network.figures.get(operand.node)
        allowed = equation.implied(operand.node)
        if figure is None or allowed is None:
            continue
        years = {str(int(figure.period[:4]) + step) + figure.period[4:] for step in (-1, 1)}
        for other in case.network.figures.values():
            if (
                other.period in years
                and _is_same(figure, other)
                and other.node not in equation.nodes
                and _is_odd(case, equation, figure, other.period)
                and _fits(equation, operand, other)
            ):
                place = case.cells.member(
                    equation, operand.node, _MEMBERS.get(operand.role, operand.role)
                )
                yield Explanation("year-off", place, _id(operand.node), _id(other.node))


def _is_odd(case: Detective, equation: Equation, figure: Figure, period: str) -> bool:
    """Tell whether the other members speak for another period than that of a figure."""
    figures = case.network.figures
    others = [
        figures[node].period[:4]
        for node in equation.nodes
        if node in figures and node != figure.node
    ]
    if equation.kind == "relative-change" or equation.code in {"AMIP-A07", "AMIP-A10"}:
        # New and old value are of two years.
        return figure.period[:4] in others and period[:4] not in others
    return others.count(period[:4]) > others.count(figure.period[:4])


def _is_same(one: Figure, other: Figure) -> bool:
    """Tell whether two figures differ in their year at most, or one is the plan of the other."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("indicator", "key", "programme", "unit", "sex", "form")
    )


def _fits(equation: Equation, operand: Operand, other: Figure) -> bool:
    """Tell whether the equation holds with another figure in the place of an operand."""
    new = replace(operand, node=other.node, value=other.value, within=other.within)
    members = tuple(new if each is operand else each for each in equation.operands)
    return other.value != operand.value and _with(equation, *members).fits
