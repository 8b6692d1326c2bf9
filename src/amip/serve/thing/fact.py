"""Facts: what the graph says of a thing, and what in it refers to the thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from amip.query import Term
from amip.serve.site import Site
from amip.serve.thing.label import TYPE, Label, choose, collate, name_iri, read_labels
from amip.serve.thing.literal import is_number, write_literal
from amip.terms import BASE, ID, PREFIXES, SKOS

_FIRST = (
    *(TYPE, f"{SKOS}prefLabel", f"{PREFIXES['rdfs']}label", f"{PREFIXES['dct']}title"),
    *(f"{SKOS}altLabel", f"{SKOS}notation", f"{SKOS}definition", f"{SKOS}scopeNote"),
)
_ALL_LANGUAGES = frozenset({f"{SKOS}altLabel", f"{SKOS}hiddenLabel"})
_ELSEWHERE = frozenset(
    {
        *(f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
        f"{PREFIXES['foaf']}page",
        f"{PREFIXES['owl']}sameAs",
    }
)
"""Properties that lead to the same or a similar thing, or a page about it, on other sites."""
PAGE_SIZE = 50
_FEW = 200
"""Up to so many things that refer by one property are read together with the others."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property as it is shown.

    `iri` is "" for a literal; `ours` tells that the site has a page of it; `language` is that of
    the text, "" when it does not matter.
    """

    text: str
    iri: str = ""
    ours: bool = False
    language: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """The values of a property that the same graphs hold; graphs are values with a label."""

    property: Value
    values: tuple[Value, ...]
    graphs: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Things that refer to the thing by a property: how many, and some of them with graphs."""

    property: Value
    number: int
    subjects: tuple[tuple[Value, Value | None], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a thing: those to show first, links to other sites, and those of its parts.

    `terms` are the values as the graph has them, by property; `labels` names the thing, the
    properties and the values.
    """

    own: tuple[Fact, ...]
    elsewhere: tuple[Fact, ...]
    parts: Mapping[str, tuple[Fact, ...]]
    terms: Mapping[str, tuple[Term, ...]]
    labels: Mapping[str, Label]

    @property
    def names(self) -> Mapping[str, str]:
        """What the parts are called, by IRI."""
        return {part: self.labels[part].text for part in self.parts}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The IRIs of the classes of the thing."""
        return tuple(term.text for term in self.terms.get(TYPE, ()))


_Row = tuple[str, Term, frozenset[str]]


def read_facts(site: Site, thing: str, language: str) -> Facts:
    """Read what the graph says of a thing."""
    held: dict[tuple[str, str, Term], set[str]] = {}
    for about, key, value, graph in site.select("thing-facts", thing=thing).rows:
        if about and key and value:
            graphs = held.setdefault((about.text, key.text, value), set())
            graphs |= {graph.text} if graph else set()
    needed = {key for _, key, _ in held}
    needed |= {value.text for _, _, value in held if value.is_iri}
    labels = read_labels(site, {thing, *needed}, language)
    rows: dict[str, list[_Row]] = {thing: []}
    for (part, name, term), graphs in held.items():
        rows.setdefault(part, []).append((name, term, frozenset(graphs)))
    own = rows.pop(thing)
    facts = _group(own, labels, language)
    terms: dict[str, tuple[Term, ...]] = {}
    for name, term, _ in own:
        terms[name] = (*terms.get(name, ()), term)
    return Facts(
        own=tuple(fact for fact in facts if fact.property.iri not in _ELSEWHERE),
        elsewhere=tuple(fact for fact in facts if fact.property.iri in _ELSEWHERE),
        parts={part: tuple(_group(found, labels, language)) for part, found in rows.items()},
        terms=terms,
        labels=labels,
    )


def count_mentions(site: Site, thing: str) -> dict[str, int]:
    """Count the things that refer to a thing, by property."""
    rows = site.select("mentions-counted", thing=thing).rows
    return {key.text: int(number.text) for key, number in rows if key and number}


def read_mentions(
    site: Site, thing: str, language: str, counts: Mapping[str, int], window: tuple[int, int]
) -> tuple[Mention, ...]:
    """Read the things that refer to a thing by the properties of `counts`.

    `window` is how many of each to skip and how many to take at most.
    """
    skip, size = window
    few = [key for key, number in counts.items() if number <= _FEW]
    rows = site.select("mentions", thing=thing, property=few).rows if few else ()
    found = {key: [row[1:] for row in rows if str(row[0]) == key][skip:][:size] for key in few}
    for key in counts.keys() - set(few):
        rows = site.select("mentions", window, thing=thing, property=key).rows
        found[key] = [row[1:] for row in rows]
    needed = {row[0].text for each in found.values() for row in each if row[0]}
    labels = read_labels(site, needed | set(counts), language)
    mentions = [
        Mention(
            show_iri(key, labels, language),
            counts[key],
            tuple(
                (
                    show_iri(subject.text, labels, language),
                    show_graph(graph.text) if graph else None,
                )
                for subject, graph in each
                if subject
            ),
        )
        for key, each in found.items()
    ]
    return tuple(sorted(mentions, key=lambda each: (-each.number, each.property.text)))


def show_iri(iri: str, labels: Mapping[str, Label], language: str) -> Value:
    """Show a thing by its label."""
    label = labels.get(iri) or name_iri(iri, language)
    other = label.language if label.language not in {"", language} else ""
    return Value(label.text, iri, iri.startswith(BASE), other)


def show_graph(iri: str) -> Value:
    """Show a graph by the end of its address.

    >>> show_graph("https://w3id.org/amip/id/graph/codes").text
    'codes'
    """
    return Value(iri.removeprefix(f"{ID}graph/"), iri, iri.startswith(BASE))


def show_term(term: Term, labels: Mapping[str, Label], language: str) -> Value:
    """Show a value: a thing by its label, a literal as the reader writes it."""
    if term.is_iri:
        return show_iri(term.text, labels, language)
    other = term.language if term.language != language else ""
    return Value(write_literal(term, language), language=other, number=is_number(term))


def _group(rows: Sequence[_Row], labels: Mapping[str, Label], language: str) -> list[Fact]:
    """Group values by property and graphs; texts that are there twice, in the reader's language."""
    grouped: dict[tuple[str, frozenset[str]], list[Term]] = {}
    for key, value, graphs in rows:
        grouped.setdefault((key, graphs), []).append(value)
    facts = [
        Fact(
            show_iri(key, labels, language),
            tuple(_show_all(key, values, labels, language)),
            tuple(show_graph(graph) for graph in sorted(graphs)),
        )
        for (key, graphs), values in grouped.items()
    ]
    return sorted(facts, key=_rank)


def _rank(fact: Fact) -> tuple[int, bool, str, str]:
    iri = fact.property.iri
    rank = _FIRST.index(iri) if iri in _FIRST else len(_FIRST)
    return rank, not iri.startswith(BASE), collate(fact.property.text), str(fact.graphs)


def _show_all(
    key: str, values: Iterable[Term], labels: Mapping[str, Label], language: str
) -> list[Value]:
    terms = list(values)
    texts = [term for term in terms if term.language]
    best = choose(texts, language)
    if best and best.language == language and key not in _ALL_LANGUAGES:
        terms = [term for term in terms if term.language in {"", language}]
    shown = {show_term(term, labels, language): term.text for term in terms}
    return sorted(shown, key=lambda value: (collate(value.text), shown[value]))
