"""What ties the figures of a programme together, worked out from its tables alone.

Written anew and not taken from the shapes, so that the suite does not ask the checks what the
checks can find. A relation holds when some true values within the rounding satisfy it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from amip.records.record import Row
from amip.records.schema import DIMENSIONS
from amip.records.values import parse_decimal, parse_figure
from mutations.programme import Programme

_KEY = (
    "indicator",
    "period",
    "base_period",
    "value_kind",
    "aggregation",
    "unit",
    "as_of",
    *DIMENSIONS,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A value with the rounding of its printed form."""

    value: Decimal
    slack: Decimal

    @property
    def low(self) -> Decimal:
        return self.value - self.slack

    @property
    def high(self) -> Decimal:
        return self.value + self.slack

    def meets(self, low: Decimal, high: Decimal) -> bool:
        return self.low <= high and self.high >= low


Spans: TypeAlias = Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class Relation:
    """Figures that must fit together, and how to tell."""

    name: str
    figures: frozenset[str]
    holds: Callable[[Spans], bool]


def read_span(row: Row) -> Span | None:
    """Return value and rounding of a row, None when either cannot be read."""
    value, printed = parse_decimal(row["value"]), parse_figure(row["printed"])
    if value is None or printed is None:
        return None
    return Span(value, printed.within(row["approximation"]))


def find_relations(programme: Programme) -> Iterator[Relation]:
    """Yield every relation of a programme that nobody has reviewed as broken."""
    reviewed = programme.reviewed
    for relation in (
        *_sums(programme),
        *_ratios(programme),
        *_changes(programme),
        *_places(programme),
        *_sexes(programme),
        *_twins(programme),
        *_ranges(programme),
    ):
        if relation.name not in reviewed and not (
            relation.name == "twins" and relation.figures <= reviewed
        ):
            yield relation


def _sums(programme: Programme) -> Iterator[Relation]:
    names = dict.fromkeys(row["id"] for _, row in programme.rows("breakdowns"))
    for name in names:
        rows = [row for _, row in programme.rows("breakdowns") if row["id"] == name]
        total, kind = rows[0]["total"], rows[0]["kind"]
        signs = {row["figure"]: 1 if row["role"] == "part" else -1 for row in rows}
        yield Relation(name, frozenset({total, *signs}), sum_of(kind, total, signs))


def sum_of(kind: str, total: str, signs: Mapping[str, int]) -> Callable[[Spans], bool]:
    """Return the test of a breakdown of a kind: the sign of each part, by name."""

    def holds(spans: Spans) -> bool:
        whole = spans[total]
        if kind == "overlapping":
            return all(spans[part].low <= whole.high for part in signs)
        gap = sum(sign * spans[part].value for part, sign in signs.items()) - whole.value
        slack = sum((spans[part].slack for part in signs), whole.slack)
        return gap <= slack if kind == "selection" else abs(gap) <= slack

    return holds


def quotient(over: Span, under: Span) -> tuple[Decimal, Decimal]:
    """Return the ends of the interval of a quotient."""
    ends = [a / b for a in (over.low, over.high) for b in (under.low, under.high)]
    return min(ends), max(ends)


def _ratios(programme: Programme) -> Iterator[Relation]:
    for _, row in programme.rows("ratios"):
        names = row["result"], row["dividend"], row["divisor"]
        yield Relation(row["id"], frozenset(names), ratio_of(row["kind"], names))


def ratio_of(kind: str, names: Sequence[str]) -> Callable[[Spans], bool]:
    """Return the test of a ratio of a kind: result, dividend and divisor by name."""

    def holds(spans: Spans) -> bool:
        result, over, under = (spans[name] for name in names)
        if kind == "relative-difference":
            under = Span(under.value - over.value, under.slack + over.slack)
        if under.low <= 0 <= under.high:
            return True
        low, high = quotient(over, under)
        base = 1 if kind == "relative-change" else 0
        return result.meets(100 * (low - base), 100 * (high - base))

    return holds


def _changes(programme: Programme) -> Iterator[Relation]:
    for _, row in programme.rows("targets"):
        if test := change_of(row):
            yield Relation(row["id"], frozenset({row["target_figure"], row["base_figure"]}), test)


def change_of(row: Row) -> Callable[[Spans], bool] | None:
    """Return the test of an agreed change, None when target or base is not printed."""
    change = parse_decimal(row["relative_change"])
    if change is None or not row["target_figure"] or not row["base_figure"]:
        return None
    exponent = change.as_tuple().exponent
    span = Span(change, Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1))

    def holds(spans: Spans) -> bool:
        new, old = spans[row["target_figure"]], spans[row["base_figure"]]
        if row["change_unit"] != "PERCENT":
            return span.meets(new.low - old.high, new.high - old.low)
        low, high = quotient(new, old)
        return span.meets(100 * (low - 1), 100 * (high - 1))

    return holds


def _places(programme: Programme) -> Iterator[Relation]:
    """A figure that is printed again, in another place or beside a target."""
    again = [(row["figure"], row["printed"]) for _, row in programme.rows("places")]
    again += [(row["target_figure"], row["printed"]) for _, row in programme.rows("targets")]
    for figure, printed in again:
        if figure and (reads := parse_figure(printed)):
            span = Span(abs(reads.value), reads.tolerance)
            yield Relation("place", frozenset({figure}), _same_as(figure, span))


def _same_as(figure: str, printed: Span) -> Callable[[Spans], bool]:
    def holds(spans: Spans) -> bool:
        return abs(abs(spans[figure].value) - printed.value) <= printed.slack

    return holds


def fact_key(row: Row) -> tuple[str, ...]:
    """Return what tells a figure from others, but for its sex."""
    return tuple(row[name].rstrip("~") for name in _KEY)


def _groups(programme: Programme) -> Iterable[list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in programme.figures.values():
        found.setdefault(fact_key(row), []).append(row)
    return found.values()


def _sexes(programme: Programme) -> Iterator[Relation]:
    for rows in _groups(programme):
        named = {row["sex"]: row["id"] for row in rows}
        if set(named) == {"", "F", "M"} and len(rows) == len(named):
            total, women, men = named[""], named["F"], named["M"]
            rate = rows[0]["unit"] not in {"NUM", "CCY_EUR"}
            if rate and rows[0]["value_kind"] == "change":
                continue
            test = _between(total, women, men) if rate else _split(total, women, men)
            yield Relation("sexes", frozenset(named.values()), test)


def _split(total: str, women: str, men: str) -> Callable[[Spans], bool]:
    def holds(spans: Spans) -> bool:
        gap = spans[women].value + spans[men].value - spans[total].value
        return abs(gap) <= spans[women].slack + spans[men].slack + spans[total].slack

    return holds


def _between(total: str, women: str, men: str) -> Callable[[Spans], bool]:
    def holds(spans: Spans) -> bool:
        low = min(spans[women].low, spans[men].low)
        return spans[total].meets(low, max(spans[women].high, spans[men].high))

    return holds


def _twins(programme: Programme) -> Iterator[Relation]:
    """The same fact, printed twice as two figures."""
    for rows in _groups(programme):
        for row in rows:
            for other in rows:
                if row["sex"] == other["sex"] and row["id"] < other["id"]:
                    names = row["id"], other["id"]
                    yield Relation("twins", frozenset(names), _equal(*names))


def _equal(one: str, two: str) -> Callable[[Spans], bool]:
    def holds(spans: Spans) -> bool:
        return spans[one].meets(spans[two].low, spans[two].high)

    return holds


def _ranges(programme: Programme) -> Iterator[Relation]:
    """A share lies between 0 and 100, a level is not negative."""
    for name, row in programme.figures.items():
        if row["value_kind"] != "change" and row["unit"] in {"PERCENT", "NUM"}:
            limit = Decimal(100) if row["unit"] == "PERCENT" else Decimal("1e12")
            yield Relation("range", frozenset({name}), _inside(name, limit))


def _inside(name: str, limit: Decimal) -> Callable[[Spans], bool]:
    def holds(spans: Spans) -> bool:
        return 0 <= spans[name].value <= limit

    return holds
