"""A census of quads: how many triples, subjects, classes and properties each graph has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amip.terms import PREFIXES

_TYPE = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True, slots=True)
class Census:
    """What was counted, all IRIs without angle brackets.

    `entities` have a class. `classes` has the number of entities by class, `properties` the number
    of triples by property.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def count_graphs(lines: Iterable[str]) -> dict[str, Census]:
    """Count N-Quads by named graph, and over all graphs under ""; every line counts once.

    A thing that two graphs speak of is one entity of the whole; a triple in two graphs is two.

    >>> quads = '<a:s> <a:p> "of <a:g> ." <a:g> .\\n'
    >>> count_graphs([quads, quads])["a:g"].triples
    1
    """
    graphs: dict[str, _Tally] = {}
    for line in set(lines):
        triple, _, graph = line.rstrip().removesuffix(".").rstrip().rpartition(" ")
        graphs.setdefault(graph.strip("<>"), _Tally()).add(triple)
    whole = _Tally()
    for tally in graphs.values():
        whole.merge(tally)
    return {"": whole.count()} | {graph: graphs[graph].count() for graph in sorted(graphs)}


class _Tally:
    """What has been seen so far."""

    def __init__(self) -> None:
        self.subjects: set[str] = set()
        self.objects: set[str] = set()
        self.members: set[tuple[str, str]] = set()
        self.properties: Counter[str] = Counter()

    def add(self, triple: str) -> None:
        subject, predicate, value = triple.split(" ", 2)
        self.subjects.add(subject)
        self.objects.add(value)
        self.properties[predicate] += 1
        if predicate == _TYPE:
            self.members.add((subject, value))

    def merge(self, other: _Tally) -> None:
        self.subjects |= other.subjects
        self.objects |= other.objects
        self.members |= other.members
        self.properties += other.properties

    def count(self) -> Census:
        classes = Counter(value.strip("<>") for _, value in self.members)
        properties = {iri.strip("<>"): number for iri, number in self.properties.items()}
        return Census(
            triples=self.properties.total(),
            subjects=len(self.subjects),
            objects=len(self.objects),
            entities=len({subject for subject, _ in self.members}),
            classes=classes,
            properties=properties,
        )
