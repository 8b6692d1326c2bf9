"""The comparison: everything that programmes state side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amip.query import Answer
from amip.serve.compare.cell import Cell, Gap, Matrix, Row
from amip.serve.compare.coverage import list_gaps, make_fields, make_groups, make_profile
from amip.serve.compare.figure import load_figures, read_records
from amip.serve.compare.sections import make_budget, make_instruments, make_staff, make_targets
from amip.serve.page import say
from amip.serve.programme import list_programmes
from amip.serve.site import Site

_LISTING = frozenset({"targets", "budget"})
"""Sections that list the rows on which all that are compared are silent."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is shown: one cell for each programme that is compared."""

    row: Row
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A section as it is shown; `silent` are the labels of rows left out."""

    name: str
    lines: tuple[Line, ...]
    silent: tuple[str, ...]


def make_matrix(site: Site, language: str) -> Matrix:
    """Read what all programmes of the graph state, by sections and rows."""

    def ask(name: str) -> Answer:
        return site.graph.answer(name, lang=language)

    figures = load_figures(site, language)
    targets = read_records(site.select("compare-targets"))
    sections = (
        make_profile(list_programmes(site), ask("programmes-and-sponsors"), language),
        make_targets(targets, figures, language),
        make_budget(figures.values(), language),
        make_instruments(
            ask("instrument-mix"), ask("planned-entries-by-instrument"), figures, language
        ),
        make_staff(figures.values(), ask("staff-by-sponsor"), language),
        make_groups(ask("target-group-coverage"), language),
        make_fields(ask("fields-of-action-compared")),
    )
    gaps = list_gaps(ask("what-each-programme-states"), language)
    return Matrix(sections, gaps, Gap("not-stated", say("compare-gap-not-stated", language)))


def select_columns(matrix: Matrix, slugs: Sequence[str]) -> list[Block]:
    """Show some of the programmes; a row on which none of them says anything is left out."""
    blocks = []
    for section in matrix.sections:
        lines = [
            Line(row, tuple(matrix.find_cell(row, slug) for slug in slugs)) for row in section.rows
        ]
        shown = [line for line in lines if any(cell.is_stated for cell in line.cells)]
        silent = [line.row.label for line in lines if line not in shown]
        named = tuple(silent) if section.name in _LISTING else ()
        blocks.append(Block(section.name, tuple(shown), named))
    return blocks
