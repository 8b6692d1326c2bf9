"""The ontology: its classes and properties with what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from amip.query import Term
from amip.serve.site import Site
from amip.serve.thing.fact import Value, show_iri, show_term
from amip.serve.thing.label import TYPE, Label, choose, collate, read_labels
from amip.terms import NS, PREFIXES, SKOS

_RDFS, _OWL = PREFIXES["rdfs"], PREFIXES["owl"]
_SCHEMA = "https://schema.org/"
_LINKS = {
    "above": (f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf"),
    "domain": (f"{_RDFS}domain", f"{_SCHEMA}domainIncludes"),
    "range": (f"{_RDFS}range", f"{_SCHEMA}rangeIncludes"),
    "codes": (f"{PREFIXES['qb']}codeList",),
}
_IS_CLASS = f"{_OWL}Class"


@dataclass(frozen=True, slots=True)
class Entry:
    """A class or property; `links` are above, domain, range and codes."""

    name: str
    label: Label
    definition: Value | None
    notes: tuple[Value, ...]
    examples: tuple[Value, ...]
    links: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The terms of the ontology by kind, and what is said of the ontology itself."""

    classes: tuple[Entry, ...]
    properties: tuple[Entry, ...]
    version: str
    description: Value | None


_Said = Mapping[str, Sequence[Term]]


def read_ontology(site: Site, language: str) -> Ontology:
    """Read the ontology from the graph."""
    iri = NS.removesuffix("#")
    said: dict[str, dict[str, list[Term]]] = {}
    for term, key, value in site.select("ontology", thing=iri).rows:
        if term and key and value:
            said.setdefault(term.text, {}).setdefault(key.text, []).append(value)
    head = said.pop(iri, {})
    needed = {term.text for parts in said.values() for terms in parts.values() for term in terms}
    labels = read_labels(site, {*said, *(each for each in needed if _is_linked(each))}, language)
    entries = {term: _make_entry(term, parts, labels, language) for term, parts in said.items()}
    classes = {term for term, parts in said.items() if _has_type(parts, _IS_CLASS)}
    version = head.get(f"{_OWL}versionInfo", [])
    return Ontology(
        classes=_sort(entries[term] for term in classes),
        properties=_sort(entries[term] for term in said if term not in classes),
        version=version[0].text if version else "",
        description=_read(head, f"{PREFIXES['dct']}description", language),
    )


def _is_linked(text: str) -> bool:
    return text.startswith(("http://", "https://")) and " " not in text


def _has_type(parts: _Said, kind: str) -> bool:
    return any(term.text == kind for term in parts.get(TYPE, ()))


def _sort(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda each: (collate(each.label.text), each.name)))


def _make_entry(term: str, parts: _Said, labels: Mapping[str, Label], language: str) -> Entry:
    links = {
        name: tuple(
            show_iri(value.text, labels, language)
            for key in keys
            for value in parts.get(key, ())
            if value.is_iri
        )
        for name, keys in _LINKS.items()
    }
    return Entry(
        name=term.removeprefix(NS),
        label=labels[term],
        definition=_read(parts, f"{SKOS}definition", language),
        notes=_read_all(parts, f"{SKOS}scopeNote", language),
        examples=_read_all(parts, f"{SKOS}example", language),
        links=links,
    )


def _read(parts: _Said, key: str, language: str) -> Value | None:
    term = choose(parts.get(key, ()), language)
    return show_term(term, {}, language) if term else None


def _read_all(parts: _Said, key: str, language: str) -> tuple[Value, ...]:
    terms = parts.get(key, ())
    own = [term for term in terms if term.language in {"", language}] or terms
    return tuple(show_term(term, {}, language) for term in own)
