"""Sections of the law: the instruments that rest on »§ 16i SGB II«, however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pyoxigraph import NamedNode, RdfFormat, parse

from amip.assets import find_folder
from amip.reconcile.concepts import load_things
from amip.reconcile.kinds import INSTRUMENT, PROVISION
from amip.reconcile.match import Hit, Reason, Thing
from amip.records.law import load_grants
from amip.terms import CODE, PREFIXES

_SECTION = re.compile(
    r"(?:(?:instrumente?|leistung(?:en)?|förderung(?:en)?|maßnahmen?|mn)?\s*"
    r"(?:nach|gem\.|gemäß|gem|under)?\s*)?"
    r"(?P<sign>§+|par(?:agra(?:f|ph)|\.)?|sec(?:tion|t\.|\.)?)?\s*"
    r"(?P<number>\d{1,3})\s?(?P<letter>[a-z])?(?:\s*(?:abs(?:atz|\.)?|satz|s\.|nr\.?|ziff\.?)\s*\d+)*"
    r"\s*(?:(?:des\s+)?(?P<law>sgb)[\s-]*(?P<book>ii|iii|ix|2|3|9)\b)?\s*"
    r"[(\[,]?\s*(?P<wording>a\.?\s?f\.?|alt|alte fassung|n\.?\s?f\.?|neu|neue fassung)?[)\]]?",
    re.IGNORECASE,
)
SECTION_WITHIN = re.compile(
    r"§+\s*\d{1,3}\s?(?:[a-z]\b)?(?:\s*(?:abs|nr)\.?\s*\d+)*(?:\s*sgb[\s-]*(?:iii|ii|ix)\b)?",
    re.IGNORECASE,
)
"""A section somewhere in a text, with its sign."""

_BOOKS = {"ii": "2", "iii": "3", "ix": "9"}
_PROVISION = re.compile(r"sgb(?P<book>\d)-(?P<section>\d+[a-z]?)(?:-\d{4})?")
_BASIS, _BROADER = f"{PREFIXES['amip']}legalBasis", f"{PREFIXES['skos']}broader"
_SCORE, _SCORE_CHOSEN = 96, 90


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a book of the Social Code; `book` is "" when it was not said."""

    number: str
    book: str
    wording: str

    def __str__(self) -> str:
        """Write number and book: `16i SGB II`."""
        books = {number: roman.upper() for roman, number in _BOOKS.items()}
        return f"{self.number} SGB {books[self.book]}" if self.book else self.number


def read_section(text: str) -> Section | None:
    """Read a section of the law; None when `text` is something else.

    >>> str(read_section("§16 i SGB II")), read_section("16 Personen")
    ('16i SGB II', None)
    """
    match = _SECTION.fullmatch(text.strip())
    if match is None or not (match["sign"] or match["law"] or match["letter"]):
        return None
    number = match["number"] + (match["letter"] or "").lower()
    book = (match["book"] or "").lower()
    return Section(number, _BOOKS.get(book, book), (match["wording"] or "")[:1].lower())


def find_by_section(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the instruments that rest on a section, or else the provision itself.

    Of instruments that followed each other, the one still granted is meant, unless the wording is
    said to be the old one; of a whole and its parts, the whole.
    """
    section = read_section(text)
    provisions = _load_provisions().get(section.number, {}) if section else {}
    if section is None or not provisions:
        return []
    books = {section.book} & provisions.keys() if section.book else set(provisions)
    instruments = {book: found for book in books if (found := _resting_on(provisions[book]))}
    if INSTRUMENT in kinds and instruments:
        return [hit for found in instruments.values() for hit in _choose(section, found)]
    reason = Reason("provision", str(section))
    things = [load_things()[iri] for book in books for iri in provisions[book]]
    return [Hit(thing, _SCORE, reason) for thing in things if PROVISION in kinds]


def _choose(section: Section, found: list[Thing]) -> list[Hit]:
    if section.wording == "a":
        found = [thing for thing in found if _is_closed(thing)] or found
    elif len(found) > 1:
        if still := [thing for thing in found if not _is_closed(thing)]:
            closed = tuple(thing for thing in found if _is_closed(thing))
            if closed and len(still) == 1:
                return [Hit(still[0], _SCORE_CHOSEN, Reason("section-open", str(section), closed))]
            found = still
        for whole in found:
            parts = tuple(part for part in found if part != whole)
            if all(whole.iri in _load_links()[part.iri].broader for part in parts):
                reason = Reason("section-whole", str(section), parts)
                return [Hit(whole, _SCORE_CHOSEN, reason)]
    return [Hit(thing, _SCORE, Reason("section", str(section))) for thing in found]


def _is_closed(thing: Thing) -> bool:
    return bool(load_grants()[thing.iri.removeprefix(CODE)].end)


def _resting_on(provisions: Iterable[str]) -> list[Thing]:
    """Return the instruments that rest on these provisions; those that rest on no other, if any."""
    wanted = set(provisions)
    resting = {iri: link for iri, link in _load_links().items() if link.basis & wanted}
    alone = [iri for iri, link in resting.items() if link.basis <= wanted]
    return [load_things()[iri] for iri in sorted(alone or resting)]


@dataclass(frozen=True, slots=True)
class _Links:
    basis: frozenset[str]
    broader: frozenset[str]


@cache
def _load_links() -> Mapping[str, _Links]:
    path = find_folder("ontology") / "codes" / "instruments.ttl"
    found: dict[str, dict[str, set[str]]] = {}
    for triple in parse(path=str(path), format=RdfFormat.TURTLE):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
            links = found.setdefault(triple.subject.value, {_BASIS: set(), _BROADER: set()})
            links.setdefault(triple.predicate.value, set()).add(triple.object.value)
    return MappingProxyType(
        {
            iri: _Links(frozenset(links[_BASIS]), frozenset(links[_BROADER]))
            for iri, links in found.items()
        }
    )


@cache
def _load_provisions() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Load the provisions by section and book; one section may have had several wordings."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for iri, thing in load_things().items():
        match = _PROVISION.fullmatch(iri.removeprefix(CODE))
        if thing.kind == PROVISION and match:
            books = found.setdefault(match["section"], {})
            books[match["book"]] = (*books.get(match["book"], ()), iri)
    return MappingProxyType(found)
