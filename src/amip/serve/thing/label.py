"""Labels: what things are called, and a name made of what is known of those without one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote

from amip.query import Term
from amip.serve.page import load_words, say
from amip.serve.site import Site
from amip.serve.thing.literal import write_literal
from amip.terms import BASE, NS, PREFIXES, SKOS

_NAMES = (
    f"{SKOS}prefLabel",
    f"{PREFIXES['rdfs']}label",
    f"{PREFIXES['dct']}title",
    f"{PREFIXES['foaf']}name",
)
_IDENTIFIER = f"{PREFIXES['dct']}identifier"
TYPE = f"{PREFIXES['rdf']}type"
_QUOTE = f"{PREFIXES['oa']}exact"
_ABOUT = (
    f"{NS}indicator",
    f"{NS}body",
    *(f"{PREFIXES['qb']}{name}" for name in ("dimension", "measure", "attribute")),
)
_DETAILS = (
    f"{PREFIXES['sdmx-dimension']}sex",
    *(f"{NS}{kind}Kind" for kind in ("breakdown", "ratio", "value")),
    *(f"{NS}{name}" for name in ("instrument", "budgetLine", "staffCategory", "targetGroup")),
    *(f"{NS}{name}" for name in ("ageGroup", "nationality", "sector")),
)
_PERIOD = f"{NS}refPeriod"
_PLACES = (f"{NS}statedIn", f"{NS}area")
_FIGURES = (f"{NS}Observation", f"{NS}StatisticalObservation", f"{NS}StatisticalGap")
_PLAIN = frozenset({"sdmx-code:sex-T", "code:actual"})
"""What a figure is unless something else is said; a name does not mention it."""
_FURTHER: Mapping[str, str] = MappingProxyType(
    {
        "dcatde": "http://dcat-ap.de/def/dcatde/",
        "schema": "https://schema.org/",
        "vann": "http://purl.org/vocab/vann/",
        "voaf": "http://purl.org/vocommons/voaf#",
    }
)
_SITES = "elsewhere:"
_EACH = 400
"""Bytes that keeping a label takes beside its texts."""
_WORD_END = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]+")


@dataclass(frozen=True, slots=True)
class Label:
    """What a thing is called, in a language ("" when it is not known)."""

    text: str
    language: str = ""


def read_labels(
    site: Site, things: Iterable[str], language: str, *, brief: bool = False
) -> Mapping[str, Label]:
    """Read what things are called: IRI → label, best in the language of the reader.

    A figure without a name is called by what it measures, when and, unless `brief`, where; what
    nothing is known of, by the end of its address.
    """
    wanted = sorted({thing for thing in things if ":" in thing})
    if not site.engine.state:
        return _read_anew(site, wanted, language, brief)
    keys = {thing: f"{site.engine.state} {language} {brief} {thing}" for thing in wanted}
    kept = {thing: Label(*known) for thing in wanted if (known := site.labels.get(keys[thing]))}
    read = _read_anew(site, [thing for thing in wanted if thing not in kept], language, brief)
    for thing, label in read.items():
        size = len(keys[thing]) + len(label.text) + _EACH
        site.labels.put(keys[thing], (label.text, label.language), size)
    return kept | read


def _read_anew(site: Site, things: list[str], language: str, brief: bool) -> dict[str, Label]:
    known: dict[str, dict[str, list[tuple[Term, Term | None]]]] = {thing: {} for thing in things}
    rows = site.select("labels", thing=things).rows if things else ()
    for thing, key, value, label in rows:
        if thing and key and value:
            known[thing.text].setdefault(key.text, []).append((value, label))
    return {thing: _name(thing, parts, language, brief) for thing, parts in known.items()}


def collate(text: str) -> str:
    """Return what to sort a text by: without case, an umlaut like its vowel (DIN 5007-1).

    >>> sorted(["Zeit", "über", "Uhr"], key=collate)
    ['über', 'Uhr', 'Zeit']
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def choose(terms: Iterable[Term | None], language: str) -> Term | None:
    """Choose among texts: in the language asked for, else German, else any.

    >>> choose([Term("Ziel", language="de"), Term("goal", language="en")], "en").text
    'goal'
    """
    texts = [term for term in terms if term is not None]
    order = {language: 0, "de": 1, "": 2}
    return min(texts, key=lambda term: (order.get(term.language, 3), term.text), default=None)


def compact(iri: str) -> str:
    """Write an IRI with a prefix where there is one.

    >>> compact("http://www.w3.org/2004/02/skos/core#prefLabel")
    'skos:prefLabel'
    """
    for prefixes in (PREFIXES, _FURTHER):
        for prefix, space in prefixes.items():
            if iri.startswith(space) and len(iri) > len(space):
                return f"{prefix}:{iri.removeprefix(space)}"
    return iri


@lru_cache(maxsize=4096)
def name_iri(iri: str, language: str) -> Label:
    """Name what the graph has no label for: a term of another vocabulary, or a thing elsewhere.

    >>> name_iri("http://www.wikidata.org/entity/Q6152", "de").text
    'Wikidata: Q6152'
    """
    words = load_words()
    if texts := words.get(compact(iri)):
        return Label(texts[language], language)
    for name, texts in words.items():
        if name.startswith(_SITES) and iri.startswith(space := name.removeprefix(_SITES)):
            rest = unquote(iri.removeprefix(space)).removesuffix(".html").strip("_/")
            return Label(f"{texts[language]}: {rest}" if rest else texts[language])
    if not iri.startswith(BASE):
        return Label(iri.partition("://")[2].rstrip("/") or iri)
    rest = unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1])
    return Label(" ".join(_WORD_END.split(rest)) or iri)


_Parts = Mapping[str, Sequence[tuple[Term, Term | None]]]


def _name(thing: str, parts: _Parts, language: str, brief: bool) -> Label:
    for key in _NAMES:
        if named := choose((value for value, _ in parts.get(key, ())), language):
            return Label(named.text, named.language)
    if quotes := parts.get(_QUOTE):
        return Label(say("quoted", language, text=quotes[0][0].text), language)
    kinds = {value.text for value, _ in parts.get(TYPE, ())}
    if not kinds:
        return name_iri(thing, language)
    about = _name_figure(parts, language, brief)
    if about and kinds & set(_FIGURES):
        return Label(about, language)
    ours = sorted(kind for kind in kinds if kind.startswith(NS))
    kind = _read(parts[TYPE], ours[0] if ours else min(kinds), language)
    if "#" in thing and not thing.startswith(NS):
        return Label(kind, language)
    identifiers = parts.get(_IDENTIFIER)
    rest = identifiers[0][0].text if identifiers else name_iri(thing, language).text
    return Label(f"{kind}: {about or rest}", language)


def _name_figure(parts: _Parts, language: str, brief: bool) -> str:
    """Name a figure by indicator, what it is broken down by, period, and programme or area."""
    about = [_read(parts[key], "", language) for key in _ABOUT if key in parts]
    if not about:
        places = [_read(parts[key], "", language) for key in _PLACES[1:] if key in parts]
        return places[0] if places else ""
    details = [
        _read(parts[key], "", language)
        for key in _DETAILS
        if key in parts and compact(parts[key][0][0].text) not in _PLAIN
    ]
    period = [write_literal(value, language) for value, _ in parts.get(_PERIOD, ())][:1]
    places = [_read(parts[key], "", language) for key in _PLACES if key in parts][:1]
    where = f" ({places[0]})" if places and not brief else ""
    return ", ".join([about[0], *details, *period]) + where


def _read(values: Sequence[tuple[Term, Term | None]], iri: str, language: str) -> str:
    """Return the label of a value: of the first one, or of that IRI."""
    first = iri or values[0][0].text
    label = choose((label for value, label in values if value.text == first), language)
    return label.text if label else name_iri(first, language).text
