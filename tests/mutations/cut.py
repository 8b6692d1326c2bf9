"""Cut a mutant down to the rows connected with its mistake, so that the slow engine can follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from amip.lift import CODES_GRAPH, lift_programmes
from amip.records.schema import DIMENSIONS
from amip.terms import PREFIXES
from mutations.plan import Mutant
from mutations.programme import Draft

_SUBCLASS = NamedNode(f"{PREFIXES['rdfs']}subClassOf")
_STATEMENTS = 3
"""How many statements are kept beside those at fault."""

_REFERENCES = {
    "breakdowns": ("total", "figure"),
    "ratios": ("result", "dividend", "divisor"),
    "targets": ("target_figure", "base_figure"),
    "places": ("figure",),
}


def cut_mutant(mutant: Mutant, parent: Path) -> Store | None:
    """Write the mutant with its connected rows only, and lift it.

    The code lists come along as far as the rows refer to them. None when the mistake is in the
    form of a file, so that there is no graph to speak of.
    """
    draft = Draft(mutant.programme)
    mutant.site.edit(draft)
    if draft.raw:
        return None
    _cut(draft, mutant)
    lifted = lift_programmes([draft.write(parent)])
    return keep_referred(lifted.make_store())


def _cut(draft: Draft, mutant: Mutant) -> None:
    faulty = _faulty_rows(draft, mutant)
    names = _connected(draft, faulty)
    kept = set(names)
    for table, columns in _REFERENCES.items():
        rows = draft.rows(table)
        tied = {
            row.get("id", row[columns[0]])
            for row in rows
            if any(row[column] in names for column in columns) or id(row) in faulty
        }
        rows[:] = [row for row in rows if row.get("id", row[columns[0]]) in tied]
        kept |= {row[column] for row in rows for column in columns}
    figures = draft.rows("figures")
    figures[:] = [row for row in figures if row["id"] in kept or id(row) in faulty]
    statements = draft.rows("statements")
    statements[:] = [
        row for at, row in enumerate(statements) if at < _STATEMENTS or id(row) in faulty
    ]
    _cut_reviews(draft)
    draft.rows("left-out").clear()


def _faulty_rows(draft: Draft, mutant: Mutant) -> set[int]:
    """Return the identity of the rows at fault."""
    found = set()
    for place in mutant.site.cells:
        table = Path(place.file).stem
        if place.file.endswith(".csv") and 2 <= place.row < len(draft.rows(table)) + 2:
            found.add(id(draft.rows(table)[place.row - 2]))
    return found


def _connected(draft: Draft, faulty: set[int]) -> set[str]:
    """Return the figures at fault, and those of the same fact but for sex and value."""
    seeds = [row for row in draft.rows("figures") if id(row) in faulty]
    for table, columns in _REFERENCES.items():
        names = {
            row[column] for row in draft.rows(table) if id(row) in faulty for column in columns
        }
        seeds += [row for row in draft.rows("figures") if row["id"] in names]
    keys = {_fact(row) for row in seeds}
    return {row["id"] for row in draft.rows("figures") if _fact(row) in keys}


def _fact(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator", "period", "value_kind", *DIMENSIONS))


def _cut_reviews(draft: Draft) -> None:
    """Keep the review notes whose subjects are all left."""
    left = {
        row["id"]
        for table in ("figures", "breakdowns", "ratios", "targets")
        for row in draft.rows(table)
    }
    rows = draft.rows("discrepancies")
    rows[:] = [row for row in rows if set(row["about"].split()) <= left]


def keep_referred(store: Store) -> Store:
    """Return a store with the data, and of the ontology only what the data refers to."""
    quads = list(store)
    data = [quad for quad in quads if quad.graph_name != NamedNode(CODES_GRAPH)]
    referred = {quad.object for quad in data} | {quad.predicate for quad in data}
    kept = Store()
    kept.extend([*data, *_of_ontology(quads, referred)])
    return kept


def _of_ontology(quads: Iterable[Quad], referred: set[object]) -> Iterator[Quad]:
    for quad in quads:
        if quad.graph_name == NamedNode(CODES_GRAPH) and (
            quad.subject in referred or quad.predicate == _SUBCLASS
        ):
            yield quad
