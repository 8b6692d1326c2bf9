"""Cells: what programmes state side by side, and what is missing where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amip.serve.compare.figure import Figure


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a programme states: a number (`figure`) or words; `link` is its place.

    `language` is that of words quoted from the document, "" for words of ours.
    """

    label: str = ""
    figure: Figure | None = None
    text: str = ""
    link: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing: `kind` is not-stated, none, pending, unreadable or not-applicable."""

    kind: str
    label: str
    link: str = ""
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one programme states in one row: items, or a gap."""

    items: tuple[Item, ...] = ()
    gap: Gap | None = None

    @property
    def is_stated(self) -> bool:
        """Whether the programme says something: a value, words, or why there is none."""
        return bool(self.items) or (self.gap is not None and self.gap.kind != "not-stated")


@dataclass(slots=True)
class Row:
    """A row of the comparison: a cell for each programme of the graph that has one, by slug."""

    label: str
    link: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)
    topic: str = ""

    @property
    def stated_by(self) -> int:
        """How many programmes of the graph say something here."""
        return sum(cell.is_stated for cell in self.cells.values())

    def add(self, slug: str, item: Item) -> None:
        """Add an item to the cell of a programme."""
        cell = self.cells.get(slug, Cell())
        if item not in cell.items:
            self.cells[slug] = Cell((*cell.items, item), cell.gap)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading; `name` is that of its word."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that the programmes of a graph state side by side, in one language."""

    sections: tuple[Section, ...]
    gaps: Mapping[tuple[str, str], Gap]
    silence: Gap

    def find_cell(self, row: Row, slug: str) -> Cell:
        """Return the cell of a programme: with the reason if it is empty."""
        cell = row.cells.get(slug)
        if cell is not None:
            return cell
        return Cell(gap=self.gaps.get((slug, row.topic), self.silence))
