"""What came of a name: the thing it means, how sure that is, and why."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from amip.terms import CODE, ID, PREFIXES

_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_NAMESPACES = {CODE: "code:", ID: "id:", PREFIXES["unit"]: "unit:"}


class Status(StrEnum):
    """Whether a name means one thing, several, or none."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a name can mean; `kind` is `district`, `instrument` and so on."""

    iri: str
    kind: str
    label_de: str
    label_en: str

    @property
    def local(self) -> str:
        """The IRI with a prefix: `id:area/13076`, `code:AGH`."""
        for namespace, prefix in _NAMESPACES.items():
            if self.iri.startswith(namespace):
                return prefix + self.iri.removeprefix(namespace)
        return self.iri

    def label(self, language: str) -> str:
        """Return its name in a language, `de` or `en`."""
        return self.label_de if language == "de" else self.label_en


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a name means a thing, or nothing; its sentence stands in `reasons.toml`."""

    name: str
    said: str = ""
    things: tuple[Thing, ...] = ()

    def text(self, language: str) -> str:
        """Say it in a language.

        >>> Reason("key", "13076").text("en")
        'key 13076'
        """
        said = _DATE.sub(r"\3.\2.\1", self.said) if language == "de" else self.said
        names = ", ".join(f"{thing.label(language)} ({thing.local})" for thing in self.things)
        return _load_reasons()[self.name][language].format(said=said, things=names)


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that a name may mean, with a score from 0 to 100."""

    thing: Thing
    score: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Match:
    """What came of one name.

    `thing` is None when several are equally likely (`candidates` names them) or when there is
    none. `score` runs from 0 to 100; 100 is a key, an IRI or a label letter by letter.
    """

    name: str
    thing: Thing | None
    score: int
    reason: Reason
    candidates: tuple[Thing, ...] = ()

    @property
    def status(self) -> Status:
        """Whether the name means one thing, several, or none."""
        if self.thing is not None:
            return Status.MATCHED
        return Status.AMBIGUOUS if self.candidates else Status.UNMATCHED

    @property
    def iri(self) -> str:
        """The IRI of what is meant, "" when that is not decided."""
        return self.thing.iri if self.thing else ""


# Scores this close together do not decide between two things.
_MARGIN = 4


def decide(name: str, hits: Iterable[Hit]) -> Match:
    """Decide which of the hits a name means; several that are about as good stay undecided.

    >>> one, other = (Thing(f"x:{n}", "district", n, n) for n in "ab")
    >>> decide("a", [Hit(one, 95, Reason("spelling")), Hit(other, 93, Reason("spelling"))]).status
    <Status.AMBIGUOUS: 'ambiguous'>
    """
    best: dict[Thing, Hit] = {}
    for hit in hits:
        if hit.thing not in best or best[hit.thing].score < hit.score:
            best[hit.thing] = hit
    ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.thing.iri))
    top = [hit for hit in ranked if hit.score >= ranked[0].score - _MARGIN]
    if len(top) == 1:
        return Match(name, top[0].thing, top[0].score, top[0].reason)
    things = tuple(hit.thing for hit in top)
    return Match(name, None, top[0].score, Reason("several", str(len(things))), things)


@cache
def _load_reasons() -> Mapping[str, Mapping[str, str]]:
    text = files("amip.reconcile").joinpath("reasons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
