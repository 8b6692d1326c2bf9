"""Appearances: the questions in whose answers a figure stands."""

from __future__ import annotations

from collections.abc import Mapping

from amip.errors import AmipError
from amip.question import load_questions
from amip.serve.once import Once
from amip.serve.site import Site

MAX_TRIPLES = 1_000_000
"""In a larger graph, asking all questions at once would take too long."""


class Appearances:
    """Asks every question once, as it stands, and keeps which figures are in its answer."""

    def __init__(self, site: Site) -> None:
        """Ask the questions of `site` when they are first needed."""
        self._engine = site.engine
        self._known = Once(lambda _: list_appearances(site))

    def find(self, figure: str, language: str) -> list[tuple[str, str]]:
        """Return the names and titles of the questions that show a figure."""
        if not self._engine.state or self._engine.triples > MAX_TRIPLES:
            return []
        names = self._known.get(self._engine.state).get(figure, ())
        return [(name, load_questions()[name].titles[language]) for name in names]


def list_appearances(site: Site) -> Mapping[str, tuple[str, ...]]:
    """List the names of the questions by the figures that their answers show."""
    found: dict[str, tuple[str, ...]] = {}
    for name, question in load_questions().items():
        if not any(_holds_figure(column.name) for column in question.columns):
            continue
        try:
            rows = site.graph.answer(name).rows
        except AmipError:
            continue
        columns = [index for index, column in enumerate(rows.columns) if _holds_figure(column)]
        figures = {str(row[index]) for row in rows.rows for index in columns if row[index]}
        for figure in figures:
            found[figure] = (*found.get(figure, ()), name)
    return found


def _holds_figure(column: str) -> bool:
    return column == "figure" or column.endswith("_figure")
