"""The whole graph: programmes, each in a graph of its own, with the ontology and code lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from amip.assets import find_turtle, list_programmes
from amip.errors import InputError
from amip.findings import Finding, Place
from amip.lift.execute import lift_record
from amip.records import Record, read_record
from amip.terms import ID

CODES_GRAPH = f"{ID}graph/codes"


@dataclass(frozen=True, slots=True)
class Lifted:
    """Programmes as records and as N-Quads, one text each, with the findings on the way."""

    records: tuple[Record, ...]
    quads: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def readable(self) -> Lifted:
        """The programmes without those whose cells have findings, which have no quads."""
        kept = [pair for pair in zip(self.records, self.quads, strict=True) if pair[1]]
        records, quads = zip(*kept, strict=True) if kept else ((), ())
        return Lifted(tuple(records), tuple(quads), self.findings)

    def locate(self, iri: str) -> Place | None:
        """Return the row of a record that an IRI was lifted from."""
        for record in self.records:
            if place := record.locate(iri):
                return place
        return None

    def make_store(self) -> Store:
        """Load everything, with ontology and code lists, into an in-memory store."""
        store = Store()
        for path in find_turtle("ontology"):
            store.bulk_load(
                path=str(path), format=RdfFormat.TURTLE, to_graph=NamedNode(CODES_GRAPH)
            )
        store.bulk_load(input="".join(self.quads).encode(), format=RdfFormat.N_QUADS)
        return store


def lift_programmes(folders: Iterable[Path] | None = None) -> Lifted:
    """Read and lift programme folders; by default those that come with the package.

    Raises `InputError` for a folder that cannot be read, or two with the same name.
    """
    records: list[Record] = []
    quads: list[str] = []
    findings: list[Finding] = []
    for folder in list_programmes() if folders is None else folders:
        record, wrong = read_record(folder.resolve())
        if any(record.slug == known.slug for known in records):
            raise InputError(
                f"{folder}: the programme {record.slug} was given twice", subject=folder
            )
        text, unlifted = ("", []) if wrong else lift_record(record)
        records.append(record)
        quads.append(text)
        findings += [*wrong, *unlifted]
    return Lifted(tuple(records), tuple(quads), tuple(findings))
