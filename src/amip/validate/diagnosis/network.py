"""The network of equations between the figures of some programmes, read from a store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from itertools import combinations, product

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from amip.terms import CODE
from amip.validate.diagnosis.equation import Equation, Operand
from amip.validate.select import select

_NODES = re.compile(r"(VALUES \?node \{)[^}]*(\})")
_MANY = 6
"""So many figures of one key are a list, not a contradiction in pairs."""

_CODES = {"exhaustive": "AMIP-A01", "difference": "AMIP-A10", "selection": "AMIP-A02"}
_SIGNS = {"total": -1, "deduction": -1}
_ORDER = ("total", "result", "dividend", "divisor", "new", "old", "part", "deduction")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value with rounding and printed decimals, and what tells it from others."""

    node: str
    programme: str
    indicator: str
    numerator: str
    denominator: str
    period: str
    kind: str
    key: str
    unit: str
    sex: str
    form: str
    base: str
    value: Decimal
    within: Decimal
    decimals: int

    @property
    def fact(self) -> tuple[str, ...]:
        """What is stated, but for the sex."""
        return (
            *(self.programme, self.indicator, self.period, self.kind),
            *(self.key, self.unit, self.form),
        )

    @property
    def rate(self) -> tuple[str, ...]:
        """What rate, numerator and denominator have in common."""
        return self.programme, self.period, self.kind, self.sex, self.key

    def operand(self, role: str = "part") -> Operand:
        """Return the figure as a member of an equation."""
        return Operand(self.node, self.value, self.within, _SIGNS.get(role, 1), role)


@dataclass(frozen=True)
class Network:
    """Figures by node, and the equations between them."""

    figures: Mapping[str, Figure]
    equations: tuple[Equation, ...]

    @cached_property
    def members(self) -> Mapping[str, tuple[Equation, ...]]:
        """The equations that each node takes part in."""
        found: dict[str, list[Equation]] = {}
        for equation in self.equations:
            for node in dict.fromkeys(equation.nodes):
                found.setdefault(node, []).append(equation)
        return {node: tuple(equations) for node, equations in found.items()}

    def allows(self, node: str, number: Decimal, besides: Equation) -> bool:
        """Tell whether the equations that hold now, but for one, allow another number."""
        implied = (
            equation.implied(node)
            for equation in self.members.get(node, ())
            if equation is not besides and equation.holds
        )
        return all(interval is None or number in interval for interval in implied)


def read_network(store: Store, nodes: Iterable[str]) -> Network:
    """Read the figures of the programmes that `nodes` belong to, with all their equations."""
    block = " ".join(f"<{node}>" for node in sorted(set(nodes)) if ":" in node)
    figures: dict[str, Figure] = {}
    for row in select(store, _read_query("figures", block)):
        figure = _read_figure(row)
        figures.setdefault(figure.node, figure)
    recorded = _read_recorded(select(store, _read_query("equations", block)), figures)
    return Network(figures, (*recorded, *_find_facts(figures.values())))


@cache
def _read_text(name: str) -> str:
    return files("amip.validate.diagnosis").joinpath(f"{name}.rq").read_text(encoding="utf-8")


def _read_query(name: str, block: str) -> str:
    return _NODES.sub(lambda match: f"{match[1]} {block} {match[2]}", _read_text(name))


def _text(row: QuerySolution, name: str) -> str:
    term = row[name]
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _read_figure(row: QuerySolution) -> Figure:
    return Figure(
        node=_text(row, "figure"),
        programme=_text(row, "programme"),
        indicator=_text(row, "indicator"),
        numerator=_text(row, "numerator"),
        denominator=_text(row, "denominator"),
        period=_text(row, "period"),
        kind=_text(row, "kind"),
        key=_text(row, "key"),
        unit=_text(row, "unit"),
        sex=_text(row, "sex"),
        form=_text(row, "form"),
        base=_text(row, "base"),
        value=Decimal(_text(row, "value")),
        within=Decimal(_text(row, "within")),
        decimals=int(_text(row, "decimals") or 0),
    )


def _read_recorded(
    rows: Iterable[QuerySolution], figures: Mapping[str, Figure]
) -> Iterator[Equation]:
    """Yield the breakdowns, ratios and agreed changes whose members are all known."""
    grouped: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for row in rows:
        names = ("equation", "kind", "number", "within")
        members = grouped.setdefault(tuple(_text(row, name) for name in names), [])
        members.append((_text(row, "role"), _text(row, "figure")))
    for (focus, kind, number, within), members in grouped.items():
        if all(node in figures for _, node in members):
            members.sort(key=lambda member: _ORDER.index(member[0]))
            found = [figures[node].operand(role) for role, node in members]
            if number:
                found.insert(0, Operand(focus, Decimal(number), Decimal(within), -1, "change"))
            yield from _make_recorded(kind, focus, found)


def _make_recorded(kind: str, focus: str, found: Sequence[Operand]) -> Iterator[Equation]:
    roles = [operand.role for operand in found]
    if roles == ["result", "dividend", "divisor"]:
        yield Equation("AMIP-A08", kind, focus, tuple(found))
    elif roles == ["change", "new", "old"]:
        yield make_change(focus, kind, *found)
    elif roles[:1] == ["total"] and roles.count("total") == 1 and kind == "overlapping":
        for part in found[1:]:
            yield Equation("AMIP-A02-part", "at-most", focus, (found[0], part))
    elif roles[:1] == ["total"] and roles.count("total") == 1 and kind in _CODES:
        form = "at-most" if kind == "selection" else "sum"
        yield Equation(_CODES[kind], form, focus, tuple(found))


def make_change(focus: str, unit: str, change: Operand, new: Operand, old: Operand) -> Equation:
    """Return the equation of an agreed change, in percent or in points."""
    if unit == "PERCENT":
        return Equation("AMIP-A07", "relative-change", focus, (change, new, old))
    base = Operand(old.node, old.value, old.within, -1, old.role)
    return Equation("AMIP-A07", "sum", focus, (change, new, base))


def _find_facts(figures: Iterable[Figure]) -> Iterator[Equation]:
    """Yield the equations that follow from what figures state: sexes, rates, the same twice."""
    facts: dict[tuple[str, ...], dict[str, list[Figure]]] = {}
    rates: dict[tuple[str, ...], list[Figure]] = {}
    listed = list(figures)
    for figure in listed:
        facts.setdefault(figure.fact, {}).setdefault(figure.sex[-1:], []).append(figure)
        rates.setdefault((figure.indicator, *figure.rate), []).append(figure)
    for by_sex in facts.values():
        for same in by_sex.values():
            if 1 < len(same) <= _MANY:
                yield from _find_twins(same)
        if {"T", "F", "M"} <= by_sex.keys():
            yield from _find_sexes(by_sex["T"], by_sex["F"], by_sex["M"])
    for figure in listed:
        if figure.numerator and figure.unit.endswith("/PERCENT"):
            over = rates.get((figure.numerator, *figure.rate), [])
            under = rates.get((figure.denominator, *figure.rate), [])
            if len(over) == len(under) == 1 and figure.kind != f"{CODE}change":
                members = (figure, over[0], under[0])
                roles = ("result", "dividend", "divisor")
                operands = tuple(map(Figure.operand, members, roles))
                yield Equation("AMIP-A05", "share", figure.node, operands)


def _find_twins(same: Sequence[Figure]) -> Iterator[Equation]:
    for one, other in combinations(sorted(same, key=lambda figure: figure.node), 2):
        if one.base == other.base:
            operands = (one.operand("total"), other.operand())
            yield Equation("AMIP-A12", "sum", one.node, operands)


def _find_sexes(*groups: Sequence[Figure]) -> Iterator[Equation]:
    if max(map(len, groups)) > _MANY:
        return
    for total, women, men in product(*groups):
        operands = (total.operand("total"), women.operand(), men.operand())
        if total.unit.endswith(("/NUM", "/CCY_EUR")):
            yield Equation("AMIP-A06", "sum", total.node, operands)
        elif total.unit.endswith("/PERCENT") and total.kind != f"{CODE}change":
            yield Equation("AMIP-A09", "between", total.node, operands)
