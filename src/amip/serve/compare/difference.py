"""Differences between two programmes, in numbers that mean the same, or why they do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from amip.serve.compare.cell import Cell, Item, Row, Section
from amip.serve.compare.figure import Figure
from amip.terms import CODE

_PLANNED = frozenset({"plan", "target"})
"""Kinds of value that mean the same here: what is to be reached in the year."""
_LOCAL = f"{CODE}local-"
SECTIONS = ("targets", "budget", "instruments", "staff")
"""The sections that hold numbers."""
NAMING = ("instruments", "groups", "fields")
"""The sections that tell what a programme names."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why two figures cannot be compared: the name of its word, and what stands on each side."""

    name: str
    one: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures of one row; `amount` is the second less the first, `None` with an obstacle."""

    label: str
    one: Item
    other: Item
    amount: Decimal | None
    obstacle: Obstacle | None = None

    @property
    def direction(self) -> str:
        """Which way the second differs: "higher", "lower", or "same" within what is printed."""
        amount = self.amount or Decimal(0)
        if abs(amount) <= _figure(self.one).tolerance + _figure(self.other).tolerance:
            return "same"
        return "higher" if amount > 0 else "lower"

    @property
    def unit(self) -> str:
        """The unit of the amount: between rates it is the percentage point."""
        unit = _figure(self.one).unit.code
        return "percentage-point" if unit == "PERCENT" else unit

    @property
    def percent(self) -> Decimal | None:
        """The amount in percent of the first; `None` for rates and where the first is zero."""
        value = _figure(self.one).value
        if self.amount is None or self.unit == "percentage-point" or value <= 0:
            return None
        return (self.amount * 100 / value).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def is_vague(self) -> bool:
        """Whether a document gives one of the figures only roughly."""
        return bool(_figure(self.one).hedge or _figure(self.other).hedge)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two programmes both name in a section, and what only one of them does: labels."""

    name: str
    both: int
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]


def list_overlaps(sections: Iterable[Section], one: str, other: str) -> list[Overlap]:
    """List what two programmes name, of the sections in which both name something."""
    overlaps = []
    for section in sections:
        if section.name not in NAMING:
            continue
        sides = [
            tuple(row.label for row in section.rows if _is_named(row, slug))
            for slug in (one, other)
        ]
        first, second = sides
        if first and second:
            only_one = tuple(label for label in first if label not in second)
            only_other = tuple(label for label in second if label not in first)
            both = len(first) - len(only_one)
            overlaps.append(Overlap(section.name, both, only_one, only_other))
    return overlaps


def _is_named(row: Row, slug: str) -> bool:
    """Tell whether a programme plans with it or speaks of it, not just counts it in a figure.

    What a document groups in its own way is the same as in no other.
    """
    if not row.link or row.link.startswith(_LOCAL):
        return False
    items = row.cells.get(slug, Cell()).items
    return any(item.figure or not item.link.startswith("/trace/") for item in items)


def list_differences(sections: Iterable[Section], one: str, other: str) -> list[Difference]:
    """List the differences between two programmes, in the order of the rows."""
    return [
        difference
        for section in sections
        if section.name in SECTIONS
        for row in section.rows
        for difference in _compare_row(row, one, other)
    ]


def _compare_row(row: Row, one: str, other: str) -> Iterable[Difference]:
    """Compare the values, and apart from them the changes, that two programmes state in a row."""
    if one not in row.cells or other not in row.cells:
        return
    sides = [[item for item in row.cells[slug].items if item.figure] for slug in (one, other)]
    for kind in dict.fromkeys(_sort_of(item) for side in sides for item in side):
        first, second = ([item for item in side if _sort_of(item) == kind] for side in sides)
        if first and second:
            yield _compare(row.label, first, second)


def _sort_of(item: Item) -> tuple[str, str, bool]:
    figure = _figure(item)
    return figure.indicator.code, figure.unit.code, figure.is_change


def _compare(label: str, first: Sequence[Item], second: Sequence[Item]) -> Difference:
    """Compare the pair that can be compared; of several, that of the latest years."""
    pairs = [(one, other) for one in first for other in second]
    pairs.sort(key=lambda pair: find_obstacle(_figure(pair[0]), _figure(pair[1])) is not None)
    one, other = pairs[0]
    obstacle = find_obstacle(_figure(one), _figure(other))
    if obstacle is None and (_is_ambiguous(one, first) or _is_ambiguous(other, second)):
        obstacle = Obstacle("several")
    sort = one.label if one.label == other.label else ""
    if not sort and _figure(one).is_change:
        sort = _figure(one).kind.label
    name = f"{label} – {sort}" if sort else label
    amount = None if obstacle else _figure(other).value - _figure(one).value
    return Difference(name, one, other, amount, obstacle)


def _is_ambiguous(item: Item, items: Sequence[Item]) -> bool:
    """Tell whether the document prints another value for the same thing."""
    figure = _figure(item)
    return any(
        find_obstacle(figure, rival) is None
        and (rival.period, rival.kind.code) == (figure.period, figure.kind.code)
        and abs(rival.value - figure.value) > rival.tolerance + figure.tolerance
        for rival in map(_figure, items)
    )


def find_obstacle(one: Figure, other: Figure) -> Obstacle | None:
    """Return why two figures cannot be compared, `None` when they can.

    They can when indicator, unit, dimensions, kind of value, kind of period and form over time
    agree; a plan never stands against a result, nor a rate against one on another base.
    """
    kinds = [_PLANNED if each.kind.code in _PLANNED else each.kind.code for each in (one, other)]
    if (one.indicator.code, one.unit.code) != (other.indicator.code, other.unit.code):
        return Obstacle("indicator", one.indicator.label, other.indicator.label)
    if one.line.code != other.line.code:
        return Obstacle("line", one.line.label, other.line.label)
    if kinds[0] != kinds[1]:
        return Obstacle("kind", one.kind.label, other.kind.label)
    if _span(one) != _span(other):
        return Obstacle("period", one.year, other.year)
    if one.is_change and _step(one) != _step(other):
        return Obstacle("base", one.base, other.base)
    if one.form.code != other.form.code:
        return Obstacle("form", one.form.label, other.form.label)
    if _needs_form(one) and not one.form.code:
        return Obstacle("form-unknown")
    if one.spent != other.spent:
        return Obstacle("spent")
    return None


def _span(figure: Figure) -> tuple[int, int]:
    """Return what kind of period it is: how its end is written, and over how many years."""
    years = int(figure.period[:4]) - int(figure.start[:4]) if figure.start else 0
    return len(figure.period), years


def _step(figure: Figure) -> int | None:
    return int(figure.period[:4]) - int(figure.base[:4]) if figure.base else None


def _needs_form(figure: Figure) -> bool:
    """Tell whether a rate means nothing without its form: the Kennzahlen are counted in several."""
    is_rate = figure.unit.code == "PERCENT" and not figure.is_change
    return is_rate and figure.indicator.code.startswith("K")


def _figure(item: Item) -> Figure:
    if item.figure is None:
        raise ValueError("only items with a figure are compared")
    return item.figure
