"""Search: the names of all things of the graph, and which of them a reader means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from amip.findings import LANGUAGES
from amip.question import load_questions
from amip.serve.site import Site
from amip.terms import FINDING
from amip.validate.render.guide import load_guide

KINDS = (
    "jobcenter",
    "programme",
    "question",
    "instruments",
    "indicators",
    "target-groups",
    "fields",
    "budget-lines",
    "goals",
    "sponsor",
    "district",
    "legal-provisions",
    "finding",
)
"""Kinds of things, in the order in which they are shown; all other code lists follow."""
MAX_QUERY = 200
"""The longest text that is searched for, in characters."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[a-z0-9]+")
_ROLES = {"notation": 0.0, "label": 2.0, "other": 1.0, "title": 0.0, "keyword": -8.0}
_ENOUGH = 74
"""How alike two names are, of 100, to be taken for the same with a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a thing; `words` is how it is compared: no case, umlauts, hyphens."""

    text: str
    role: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with a page: `target` is its IRI or path, `labels` are by language."""

    target: str
    kind: str
    labels: Mapping[str, str]
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found, by which of its names, and how well that fits (of 100).

    A guess has a name that is only like what is searched for.
    """

    thing: Thing
    name: Name
    score: float
    is_guess: bool


def fold(text: str) -> str:
    """Return a text as it is compared.

    >>> fold("Maßnahmen-Bürgergeld: Träger")
    'massnahmen buergergeld traeger'
    """
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", lowered)
    return " ".join(
        _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    )


class Index:
    """The names of all things, to be searched."""

    def __init__(self, things: Iterable[Thing], kinds: Mapping[str, Mapping[str, str]]) -> None:
        """Index `things`; `kinds` are the names of code lists by language."""
        self.things = tuple(things)
        self.kinds = kinds
        self._names = [(thing, name) for thing in self.things for name in thing.names]
        self._words = [name.words for _, name in self._names]

    def search(self, text: str, language: str) -> list[Hit]:
        """Return the things that a text means, best first; guesses when nothing is called so."""
        query = fold(text[:MAX_QUERY])
        if not query:
            return []
        hits: dict[str, Hit] = {}
        found = self._match(query)
        for points, (thing, name) in found or self._guess(query):
            score = points + _ROLES[name.role] + (name.language in {"", language}) / 2
            if thing.target not in hits or score > hits[thing.target].score:
                hits[thing.target] = Hit(thing, name, score, is_guess=not found)
        return sorted(hits.values(), key=_rank)

    def _match(self, query: str) -> list[tuple[float, tuple[Thing, Name]]]:
        words, joined = query.split(), query.replace(" ", "")
        return [
            (points, entry)
            for names, entry in zip(self._words, self._names, strict=True)
            if (points := _weigh(names, query, words, joined))
        ]

    def _guess(self, query: str) -> list[tuple[float, tuple[Thing, Name]]]:
        if len(query) < 4:
            return []
        found = process.extract(
            query, self._words, scorer=_likeness, limit=12, score_cutoff=_ENOUGH
        )
        return [(points / 2, self._names[index]) for _, points, index in found]


def _weigh(name: str, query: str, words: list[str], joined: str) -> float:
    """Weigh how well a name fits what is searched for; 0 when it does not."""
    compact = name.replace(" ", "")
    if joined not in compact:
        parts = name.split()
        every = len(words) > 1 and all(
            any(part.startswith(word) for part in parts) for word in words
        )
        return 72.0 if every else 0.0
    if compact == joined:
        return 95.0
    longer = min(len(compact) / 20, 5.0)
    if name.startswith(query):
        return 88.0 - longer
    if f" {query}" in name:
        return 81.0 - longer
    return 66.0 - longer if len(joined) > 3 else 0.0


def _likeness(one: str, other: str, **_: object) -> float:
    """Weigh likeness of the whole, or of the word in the other that comes nearest."""
    whole = fuzz.ratio(one, other)
    if " " in one or " " not in other:
        return whole
    return max(whole, max(fuzz.ratio(one, word) for word in other.split()) - 4)


def _rank(hit: Hit) -> tuple[float, int, str]:
    kind = hit.thing.kind
    place = KINDS.index(kind) if kind in KINDS else len(KINDS)
    return -hit.score, place, hit.thing.target


def build_index(site: Site) -> Index:
    """Read all names from the graph, and those of the questions and the kinds of findings."""
    kinds: dict[str, dict[str, str]] = {}
    for iri, label, language in site.select("list-names").rows:
        kinds.setdefault(str(iri).rpartition("/")[2], {})[str(language)] = str(label)
    return Index([*_read_things(site), *_list_questions(), *_list_findings()], kinds)


def _read_things(site: Site) -> Iterator[Thing]:
    names: dict[tuple[str, str], list[Name]] = {}
    for thing, kind, role, text, language in site.select("names").rows:
        name = Name(str(text), str(role), str(language or ""), fold(str(text)))
        names.setdefault((str(thing), str(kind)), []).append(name)
    for key, known in names.items():
        searched = tuple(name for name in known if name.words)
        yield Thing(*key, _choose_labels(known), searched)


def _choose_labels(names: list[Name]) -> dict[str, str]:
    """Choose the label in each language: the preferred one, else one in the other language."""
    labels = {name.language: name.text for name in reversed(names) if name.role == "label"}
    default = next(iter(labels.values()), names[0].text)
    return {language: labels.get(language, labels.get("", default)) for language in LANGUAGES}


def _list_questions() -> Iterator[Thing]:
    for name, question in load_questions().items():
        yield _make_thing(
            f"/questions/{name}", "question", name, question.titles, question.keywords
        )


def _list_findings() -> Iterator[Thing]:
    for code, entry in load_guide().items():
        yield _make_thing(f"{FINDING}{code}", "finding", code, entry.label, ())


def _make_thing(
    target: str, kind: str, notation: str, labels: Mapping[str, str], keywords: Iterable[str]
) -> Thing:
    names = [
        Name(notation, "notation", "", fold(notation)),
        *(Name(text, "label", language, fold(text)) for language, text in labels.items()),
        *(Name(word, "keyword", "", fold(word)) for word in keywords),
    ]
    return Thing(target, kind, labels, tuple(name for name in names if name.words))
