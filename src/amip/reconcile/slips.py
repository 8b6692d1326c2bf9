"""Slips of the pen: which known name a misspelt one was meant to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

# The longer a name, the more letters may be wrong; of a short one, too many neighbours are names.
_SHORTEST, _LONG, _LONGER, _LONGEST = 6, 10, 14, 20
_LIKENESS = 70
_LOOKED_AT = 6
_PLACES = re.compile("(burg|berg|bach|dorf)$")


@dataclass(frozen=True, slots=True)
class Slip:
    """A known name, and how many letters are wrong."""

    name: str
    letters: int


def find_slips(name: str, known: Sequence[str], *, lenient: bool = False) -> list[Slip]:
    """Find the known names that `name` was probably meant to be; all are equally near.

    One letter too many, too few or swapped in a name of six letters, two in one of fourteen, three
    in one of twenty; a wrong letter only in a name of ten. `lenient` allows two letters in one of
    ten, and a wrong one everywhere. Nothing is found when another known name is almost as near.

    >>> [slip.name for slip in find_slips("rendsburgeckernforede", ["rendsburgeckernforde"])]
    ['rendsburgeckernforde']
    """
    near, allowed = _look(name, known), _allow(name, lenient=lenient)
    if not near or near[0].letters > allowed:
        return []
    # A wrong letter weighs double here: »Göpingen« is Göppingen, not Göttingen.
    effort = {slip: Indel.distance(name, slip.name) for slip in near}
    least = min(effort.values())
    if any(least < other <= least + 1 for other in effort.values()):
        return []
    return [
        slip
        for slip in near
        if effort[slip] == least
        and 0 < slip.letters <= allowed
        and _is_slip(name, slip.name, lenient=lenient)
    ]


def is_longer(words: Sequence[str], other: str) -> bool:
    """Tell whether `words` are the name `other` and one more word, which is no slip.

    >>> is_longer(["integrationsquote", "lzb"], "integrationsquote")
    True
    """
    rests = ("".join((*words[:at], *words[at + 1 :])) for at in range(len(words)))
    return len(words) > 1 and other in rests


def find_like(name: str, known: Sequence[str], limit: int = 2) -> list[str]:
    """Find the known names that are most like `name`, best first."""
    found = process.extract(name, known, scorer=fuzz.ratio, limit=limit, score_cutoff=_LIKENESS)
    return [hit for hit, _, _ in found]


def _look(name: str, known: Sequence[str]) -> list[Slip]:
    """Return the names that are most like `name`, the fewest letters first."""
    near = find_like(name, known, _LOOKED_AT)
    return sorted(
        (Slip(other, OSA.distance(name, other)) for other in near),
        key=lambda slip: (slip.letters, slip.name),
    )


def _allow(name: str, *, lenient: bool) -> int:
    if len(name) < _SHORTEST:
        return 0
    return 1 + (len(name) >= (_LONG if lenient else _LONGER)) + (len(name) >= _LONGEST)


def _is_slip(name: str, other: str, *, lenient: bool) -> bool:
    ends, others = _PLACES.search(name), _PLACES.search(other)
    if ends and others and ends[0] != others[0]:
        return False
    if name[0] != other[0] or _digits(name) != _digits(other):
        return False
    if lenient or len(name) >= _LONG:
        return True
    swapped = sorted(name) == sorted(other)
    return swapped or Indel.distance(name, other) == 1


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+", name)
