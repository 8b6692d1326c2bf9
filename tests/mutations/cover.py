"""Whether anything in a programme contradicts a figure that was misread consistently."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from amip.records.record import Row
from mutations.programme import Programme
from mutations.relation import Relation, Span, find_relations, read_span


@cache
def read_spans(programme: Programme) -> Mapping[str, Span]:
    """Return value and rounding of every figure that can be read."""
    return {name: span for name, row in programme.figures.items() if (span := read_span(row))}


@cache
def sound_relations(programme: Programme) -> Mapping[str, tuple[Relation, ...]]:
    """Return the relations that hold in the programme as it is, by figure."""
    spans = read_spans(programme)
    found: dict[str, list[Relation]] = {}
    for relation in find_relations(programme):
        if relation.figures <= spans.keys() and relation.holds(spans):
            for name in relation.figures:
                found.setdefault(name, []).append(relation)
    return {name: tuple(relations) for name, relations in found.items()}


def is_covered(programme: Programme, *changed: Row) -> bool:
    """Tell whether rows with other values break a relation that holds without the change."""
    spans = dict(read_spans(programme))
    for row in changed:
        span = read_span(row)
        if span is None:
            return True
        spans[row["id"]] = span
    relations = sound_relations(programme)
    return any(
        not relation.holds(spans) for row in changed for relation in relations.get(row["id"], ())
    )


def count_tied(programme: Programme) -> int:
    """Count the figures that another figure, or another place, says something about."""
    return sum(
        any(relation.name != "range" for relation in relations)
        for relations in sound_relations(programme).values()
    )
