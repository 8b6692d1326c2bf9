"""How people write the name of a district: what is the name, and what says its kind.

`read_name` takes a text apart without knowing any district; `NameIndex` finds whom a name belongs
to. Both work on plain words: lower case, umlauts as their vowel, however they were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

RURAL, URBAN = "rural", "urban"
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("landkreis", "landkreises", "landkr", "ldkr", "lkr", "lk"), RURAL),
    **dict.fromkeys(("kreis", "kreises", "krs", "kr", "rural"), RURAL),
    **dict.fromkeys(("stadt", "stadtkreis", "stkr", "sk", "kreisfreie", "kreisfreien"), URBAN),
    **dict.fromkeys(("kreisfr", "krfr", "kfs", "hansestadt", "landeshauptstadt"), URBAN),
    **dict.fromkeys(("universitatsstadt", "wissenschaftsstadt", "klingenstadt"), URBAN),
    **dict.fromkeys(("lutherstadt", "bundesstadt", "documenta", "hanse", "city", "urban"), URBAN),
    "fernuniversitat": URBAN,
    "region": "region",
    **dict.fromkeys(("stadteregion", "stadtregion"), "stadteregion"),
    **dict.fromkeys(("regionalverband", "stadtverband"), "regionalverband"),
}
SPECIAL = frozenset(_KINDS.values()) - {RURAL, URBAN}
"""The words of the three districts that are called neither Kreis nor Stadt."""

_JOBCENTER = frozenset({"jobcenter", "jobcenters", "jobcentre", "jc"})
_FILLERS = frozenset(
    {
        *("amip", "der", "des", "die", "dem", "den", "fur", "zu", "a", "d", "i", "an", "am", "im"),
        *("in", "und", "of", "the", "freie", "kommunales"),
    }
)
_SPELLINGS = {"sankt": "st", "saint": "st", "oberpfalz": "opf"}
_JOINED = {("job", "center"): "jobcenter", ("job", "centre"): "jobcenter"}
_MARKS = re.compile(r"[,;()\[\]/|]|\s[-–—]\s")
_AFTER_NAME = re.compile(r" \(| a\.| am | an | i\.| im | in ")
_KREIS = re.compile(r"(?<=[a-z]{2})kreis(?:es)?$")
_LAND = "land"
_DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class AreaName:
    """A name taken apart: the words that make it, and what else was said.

    `kinds` holds `rural`, `urban` or one of the special words; `state` is the code of the Land
    that was added to tell namesakes apart.
    """

    words: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    jobcenter: bool = False
    state: str = ""

    @property
    def core(self) -> str:
        """The name as one word."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a name: a key, and the words that may follow the name (`an der Havel`).

    `needs_kind` is set where the bare word means something else: the Ilm is a river.
    """

    key: str
    tail: tuple[str, ...] = ()
    needs_kind: bool = False

    def is_meant(self, name: AreaName) -> bool:
        """Tell whether a name says the kind, where that is needed."""
        return not self.needs_kind or RURAL in name.kinds


class NameIndex:
    """Names and who bears them."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Index pairs of key and name."""
        self._bearers: dict[str, set[Bearer]] = {}
        self._turned: dict[tuple[str, ...], set[Bearer]] = {}
        for key, name in names:
            self._add(key, name)

    def _add(self, key: str, name: str) -> None:
        read = read_name(name)
        alone = RURAL in read.kinds and len(read.words) == 1
        self._bearers.setdefault(read.core, set()).add(Bearer(key, needs_kind=alone))
        self._turned.setdefault(tuple(sorted(read.words)), set()).add(Bearer(key, (), alone))
        head = read_name(_AFTER_NAME.split(name)[0]).words
        if read.words[: len(head)] == head and len(head) < len(read.words):
            bearer = Bearer(key, read.words[len(head) :])
            self._bearers.setdefault("".join(head), set()).add(bearer)

    @property
    def cores(self) -> Iterable[str]:
        """All names, as one word each."""
        return self._bearers.keys()

    def bearers(self, core: str) -> set[str]:
        """Return the keys of those who bear a name that is written as one word."""
        return {bearer.key for bearer in self._bearers.get(core, ())}

    def find(self, name: AreaName) -> set[str]:
        """Return the keys of those who bear a name, whatever their kind.

        What follows the name may be cut short: `Landau/Pf.`, `Frankfurt (O)`. The words may be
        turned: `Lauenburg, Herzogtum`.
        """
        found: set[str] = set()
        for length in range(1, len(name.words) + 1):
            head, tail = name.words[:length], name.words[length:]
            for bearer in self._bearers.get("".join(head), ()):
                if bearer.is_meant(name) and _follows(tail, bearer.tail):
                    found.add(bearer.key)
        turned = self._turned.get(tuple(sorted(name.words)), ())
        return found or {bearer.key for bearer in turned if bearer.is_meant(name)}


def _follows(tail: tuple[str, ...], allowed: tuple[str, ...]) -> bool:
    return len(tail) <= len(allowed) and all(
        whole.startswith(part) for part, whole in zip(tail, allowed, strict=False)
    )


def read_name(text: str, states: Mapping[str, str] | None = None) -> AreaName:
    """Take a name apart; `states` gives the code of a Land by its name as one plain word.

    >>> read_name("Jobcenter Lkr. Mühldorf a. Inn").words
    ('muhldorf', 'inn')
    >>> sorted(read_name("Hansestadt Rostock, kreisfreie Stadt").kinds)
    ['urban']
    """
    state, parts = "", []
    for number, part in enumerate(_MARKS.split(text)):
        code = (states or {}).get("".join(split_words(part)), "")
        if code and number:
            state = code
        else:
            parts.append(part)
    words = _join(list(chain.from_iterable(map(split_words, parts))))
    return _sort(words, state)


def _sort(words: list[str], state: str) -> AreaName:
    kinds: set[str] = set()
    name: list[str] = []
    for word in words:
        stem = _KREIS.sub("", word)
        if word in _KINDS:
            kinds.add(_KINDS[word])
        elif stem != word:
            kinds.add(RURAL)
            name.append(stem)
        elif word not in _FILLERS | _JOBCENTER | {_DISTRICT}:
            name.append(word)
    if _DISTRICT in words and not kinds:
        kinds.add(RURAL)
    jobcenter = not _JOBCENTER.isdisjoint(words)
    return AreaName(tuple(name), frozenset(kinds), jobcenter, state)


def read_as_rural(name: AreaName) -> AreaName | None:
    """Read a closing `Land` as a word for the kind (`Kassel-Land`), where there is one."""
    if len(name.words) < len((_LAND, "name")) or name.words[-1] != _LAND:
        return None
    return AreaName(name.words[:-1], name.kinds | {RURAL}, name.jobcenter, name.state)


def _join(words: list[str]) -> list[str]:
    for at in range(len(words) - 1):
        if (joined := _JOINED.get((words[at], words[at + 1]))) is not None:
            return [*words[:at], joined, *words[at + 2 :]]
    return words


def split_words(name: str) -> list[str]:
    """Split a name into words without case, accents and umlauts, however they are written.

    >>> split_words("Sankt Wendel"), split_words("MUENCHEN")
    (['st', 'wendel'], ['munchen'])
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = re.sub("([aou])e", r"\1", plain)
    words = re.findall(r"[a-z0-9]+", plain)
    return [_SPELLINGS.get(word, word) for word in words]
