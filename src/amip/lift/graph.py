"""The whole graph: programmes, each in a graph of its own, with the ontology and code lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from amip.assets import find_turtle, list_programmes
from amip.errors import InputError
from amip.findings import Finding, Place, Severity
from amip.lift.execute import lift_record
from amip.lift.withhold import is_head_readable, withhold_rows
from amip.records import Record, read_record
from amip.terms import ID

CODES_GRAPH = f"{ID}graph/codes"


@dataclass(frozen=True, slots=True)
class Lifted:
    """Programmes as records and as N-Quads, one text each, with the findings on the way.

    `withheld` are the rows that could not be read, and those that refer to them: they are in the
    records but not in the quads.
    """

    records: tuple[Record, ...]
    quads: tuple[str, ...]
    findings: tuple[Finding, ...]
    withheld: tuple[Place, ...] = ()

    @property
    def readable(self) -> Lifted:
        """The programmes whose cells are all right, so that nothing of them is withheld."""
        wrong = {f.programme for f in self.findings if f.severity is Severity.VIOLATION}
        kept = [
            (record, quads)
            for record, quads in zip(self.records, self.quads, strict=True)
            if quads and record.slug not in wrong
        ]
        records, quads = zip(*kept, strict=True) if kept else ((), ())
        return replace(self, records=tuple(records), quads=tuple(quads))

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
    pairs: dict[str, tuple[Record, list[Finding]]] = {}
    for folder in list_programmes() if folders is None else folders:
        record, wrong = read_record(folder.resolve())
        if record.slug in pairs:
            raise InputError(
                "{subject}: the programme {programme} was given twice",
                subject=folder,
                programme=record.slug,
            )
        pairs[record.slug] = record, wrong
    return lift_records(pairs.values())


def lift_records(pairs: Iterable[tuple[Record, Sequence[Finding]]]) -> Lifted:
    """Lift records, each with the findings about its cells.

    Rows that cannot be read are withheld, with the rows that refer to them; a programme whose
    head cannot be read has no quads.
    """
    records: list[Record] = []
    quads: list[str] = []
    findings: list[Finding] = []
    withheld: list[Place] = []
    for record, wrong in pairs:
        text, unlifted, places = _lift(record, wrong) if is_head_readable(wrong) else ("", (), ())
        records.append(record)
        quads.append(text)
        findings += [*wrong, *unlifted]
        withheld += places
    return Lifted(tuple(records), tuple(quads), tuple(findings), tuple(withheld))


def _lift(
    record: Record, wrong: Sequence[Finding]
) -> tuple[str, Sequence[Finding], Sequence[Place]]:
    """Lift what can be read; rows that turn out not to be liftable are withheld as well."""
    kept, places = withhold_rows(record, wrong)
    text, unlifted = lift_record(kept)
    if unlifted:
        kept, places = withhold_rows(record, [*wrong, *unlifted])
        text, _ = lift_record(kept)
    return text, unlifted, places
