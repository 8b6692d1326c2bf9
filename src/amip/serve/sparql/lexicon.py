"""The lexicon: every term that a query may name, with its labels, for completing what is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from amip.assets import find_folder
from amip.serve.site import Site
from amip.terms import PREFIXES, load_lists
from amip.vocabulary import read_vocabulary

_RDF, _RDFS, _OWL = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"]
_KINDS: Mapping[str, str] = {
    f"{_RDFS}Class": "class",
    f"{_OWL}Class": "class",
    f"{_RDF}Property": "property",
    f"{_OWL}ObjectProperty": "property",
    f"{_OWL}DatatypeProperty": "property",
    f"{_OWL}AnnotationProperty": "property",
}
_LABELS = (f"{_RDFS}label", f"{PREFIXES['skos']}prefLabel")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term: its IRI, its short form, what it is, its labels by language and further names."""

    iri: str
    curie: str
    kind: str
    labels: Mapping[str, str]
    alternatives: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the entry as it is sent to the editor."""
        row: dict[str, object] = {"iri": self.iri, "curie": self.curie, "kind": self.kind}
        row |= self.labels
        return row | ({"names": list(self.alternatives)} if self.alternatives else {})


def list_entries(site: Site) -> list[Entry]:
    """List the terms of the ontology and its code lists, and what has a name in the graph."""
    names: dict[str, dict[str, str]] = {}
    for thing, label in site.select("named-things").rows:
        if thing is not None and label is not None:
            names.setdefault(thing.text, {}).setdefault(label.language or "de", label.text)
    things = [Entry(iri, shorten(iri), "thing", labels) for iri, labels in names.items()]
    return [*_load_terms(), *things]


def shorten(iri: str) -> str:
    r"""Write an IRI as SPARQL may, with a prefix of ours if there is one.

    >>> shorten("https://w3id.org/amip/id/programme/harburg-2022-2025")
    'id:programme\\/harburg-2022-2025'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}".replace("/", "\\/")
    return f"<{iri}>"


@cache
def _load_terms() -> tuple[Entry, ...]:
    entries = {entry.iri: entry for entry in (*_read_terms(), *_read_concepts())}
    return tuple(entries[iri] for iri in sorted(entries))


def _read_concepts() -> Iterator[Entry]:
    for concepts in load_lists().values():
        for concept in concepts.values():
            names = tuple(dict.fromkeys(concept.alternatives))
            yield Entry(concept.iri, shorten(concept.iri), "concept", concept.labels, names)


def _read_terms() -> Iterator[Entry]:
    """Yield the terms of the ontology, of the code lists and of the extracts of others."""
    paths = sorted(find_folder("ontology").rglob("*.ttl"))
    kinds: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for path in paths:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if not isinstance(triple.subject, NamedNode):
                continue
            iri, value = triple.subject.value, triple.object
            if isinstance(value, NamedNode) and value.value in _KINDS:
                kinds[iri] = _KINDS[value.value]
            elif isinstance(value, Literal) and triple.predicate.value in _LABELS:
                labels.setdefault(iri, {}).setdefault(value.language or "", value.value)
    for iri in read_vocabulary(paths):
        yield Entry(iri, shorten(iri), kinds.get(iri, "concept"), labels.get(iri, {}))
