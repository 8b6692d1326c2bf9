"""Entries of the code lists by name: label, notation, spelling, order of words, slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from amip.reconcile.kinds import load_kinds
from amip.reconcile.match import Hit, Reason, Thing
from amip.reconcile.shortened import find_dotted, is_shortened
from amip.reconcile.slips import find_like, find_slips, is_longer
from amip.records.names import split_words
from amip.terms import Concept, load_list

EXACT, FOLDED, SPELT, TURNED, SHORTENED, REMARKED, SLIPPED = 100, 98, 95, 92, 88, 88, 86
_SHORTEST_SPELT = 4
_SHORTEST_SLIP = 8
_A_PAIR = 2
_GENDER = re.compile(r"(?<=\w)[*:_/]-?innen\b")
_SIGNS = re.compile(r"[^\w+%€²]|_")
_STOP = frozenset(
    {
        *("der", "die", "das", "des", "dem", "den", "an", "am", "in", "im", "von", "fur", "zu"),
        *("zur", "zum", "und", "of", "the", "for", "to", "and", "anzahl", "zahl"),
    }
)
_REMARKS = re.compile(
    r"\((?:in )?(?:%|€|prozent|euro|anzahl)\)|,? in (?:(?:tsd|mio)\.? ?)?(?:%|€|prozent|euro)$"
    r"|,? (?:ins)?gesamt$|,? absolut$|^(?:die )?(?:an)?zahl (?:der |an )?|^(?:davon|darunter):? "
    r"|^(?:kennzahl|indikator|instrument|zielgruppe|(?:bundes)?land|freistaat):? "
    r"|,? \(?(?:(?:nach|gem\.?|gemäß) )?§+ ?\d+ ?[a-z]?(?: (?:abs|nr)\.? ?\d+)*"
    r" sgb.?(?:ii|iii|ix)\)?$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[()\[\]:;|]\s*|\s+[-–—/=]\s+")


@dataclass(frozen=True, slots=True)
class Label:
    """One name of a concept; `is_notation` tells codes from words."""

    text: str
    thing: Thing
    is_notation: bool = False

    @property
    def is_iri(self) -> bool:
        """Whether it is the IRI, in full or with a prefix, of which no other spelling counts."""
        return self.text in {self.thing.iri, self.thing.local}


def find_concepts(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the concepts that `text` names: letter by letter, else in another spelling or order."""
    for form in (_find_exact, _find_spelt, _find_turned):
        if hits := form(text, kinds):
            return hits
    return []


def find_by_parts(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the concepts that every part of `text` names: `EGZ (Eingliederungszuschuss)`."""
    parts = [part for part in _PARTS.split(text) if part]
    if len(parts) < _A_PAIR:
        parts = text.split(" ", 1)
    if len(parts) < _A_PAIR:
        return []
    found = [{hit.thing for hit in find_concepts(part, kinds)} for part in parts]
    both = set.intersection(*found)
    return [Hit(thing, SPELT, Reason("parts", " · ".join(parts))) for thing in both]


def find_without_remarks(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the concepts that `text` names without unit and total: `Anzahl der ELB insgesamt`."""
    rest = " ".join(_REMARKS.sub(" ", text).split())
    if not rest or rest == text:
        return []
    reason = Reason("remark", rest)
    hits = find_concepts(rest, kinds) or find_by_parts(rest, kinds)
    return [Hit(hit.thing, REMARKED, reason) for hit in hits]


def find_shortened(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the concepts whose words were cut short with a full stop: `Verarb. Gewerbe`."""
    dotted = find_dotted(text)
    if not dotted:
        return []
    words = split_words(text)
    return [
        Hit(label.thing, SHORTENED, Reason("shortened", label.text))
        for whole, label in _load_words()
        if label.thing.kind in kinds and is_shortened(words, dotted, whole)
    ]


def find_concept_slips(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the concept that `text` was probably meant to name."""
    name = _spell(text)
    if len(name) < _SHORTEST_SLIP:
        return []
    labels = load_spellings(kinds)
    return [
        Hit(label.thing, SLIPPED - slip.letters, Reason("typo", label.text))
        for slip in find_slips(name, tuple(labels), lenient=True)
        if not is_longer(split_words(text), slip.name)
        for label in labels[slip.name]
    ]


def find_concepts_like(text: str, kinds: frozenset[str]) -> list[Thing]:
    """Find the concepts whose names are most like `text`."""
    labels = load_spellings(kinds)
    likes = find_like(_spell(text), tuple(labels), 1)
    return [label.thing for name in likes for label in labels[name][:1]]


def _find_exact(text: str, kinds: frozenset[str]) -> list[Hit]:
    labels = [label for label in _load_folded().get(_fold(text), ()) if label.thing.kind in kinds]
    exact = {label.thing.kind for label in labels if label.text == text}
    hits = []
    for label in labels:
        if label.text == text:
            name = "iri" if label.is_iri else "notation" if label.is_notation else "label"
            reason = Reason(name)
            hits.append(Hit(label.thing, EXACT, reason))
        elif label.thing.kind not in exact:  # in a list, »BaE« and »ba-E« are two things
            hits.append(Hit(label.thing, FOLDED, Reason("case")))
    return hits


def _find_spelt(text: str, kinds: frozenset[str]) -> list[Hit]:
    name = _spell(text)
    labels = load_spellings(kinds).get(name, ()) if len(name) >= _SHORTEST_SPELT else ()
    return [Hit(label.thing, SPELT, Reason("spelling", label.text)) for label in labels]


def _find_turned(text: str, kinds: frozenset[str]) -> list[Hit]:
    words = _word_set(text)
    labels = _load_turned().get(words, ()) if words else ()
    return [
        Hit(label.thing, TURNED, Reason("words", label.text))
        for label in labels
        if label.thing.kind in kinds
    ]


@cache
def load_things() -> Mapping[str, Thing]:
    """Load every concept of the lists by IRI."""
    return MappingProxyType({label.thing.iri: label.thing for label in _load_labels()})


@cache
def load_spellings(kinds: frozenset[str]) -> Mapping[str, tuple[Label, ...]]:
    """Load the labels of some kinds, by their plain spelling."""
    spelt: dict[str, dict[Thing, Label]] = {}
    for label in _load_labels():
        name = _spell(label.text)
        if label.thing.kind in kinds and len(name) >= _SHORTEST_SPELT and not label.is_iri:
            spelt.setdefault(name, {}).setdefault(label.thing, label)
    return MappingProxyType({name: tuple(found.values()) for name, found in spelt.items()})


@cache
def _load_labels() -> tuple[Label, ...]:
    return tuple(
        label
        for kind, name in load_kinds().items()
        for concept in load_list(name).values()
        for label in _label(concept, kind)
    )


def _label(concept: Concept, kind: str) -> Iterator[Label]:
    german = concept.labels.get("de", concept.notation)
    thing = Thing(concept.iri, kind, german, concept.labels.get("en", german))
    yield Label(concept.notation, thing, is_notation=True)
    yield Label(concept.iri, thing, is_notation=True)
    yield Label(thing.local, thing, is_notation=True)
    if kind == "region":
        yield Label(concept.notation.removeprefix("DE-"), thing, is_notation=True)
    for text in (*concept.labels.values(), *concept.alternatives):
        yield Label(text, thing)


@cache
def _load_folded() -> Mapping[str, tuple[Label, ...]]:
    folded: dict[str, list[Label]] = {}
    for label in _load_labels():
        folded.setdefault(_fold(label.text), []).append(label)
    return MappingProxyType({name: tuple(labels) for name, labels in folded.items()})


@cache
def _load_words() -> tuple[tuple[list[str], Label], ...]:
    return tuple((split_words(label.text), label) for label in _load_labels())


@cache
def _load_turned() -> Mapping[frozenset[str], tuple[Label, ...]]:
    turned: dict[frozenset[str], list[Label]] = {}
    for label in _load_labels():
        if words := _word_set(label.text):
            turned.setdefault(words, []).append(label)
    return MappingProxyType({words: tuple(labels) for words, labels in turned.items()})


def _fold(text: str) -> str:
    return _SIGNS.sub("", _GENDER.sub("", text.casefold()))


def _spell(text: str) -> str:
    return "".join(split_words(_GENDER.sub("", text.casefold())))


def _word_set(text: str) -> frozenset[str]:
    words = frozenset(split_words(text)) - _STOP
    return words if len(words) > 1 else frozenset()
