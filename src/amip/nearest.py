"""The nearest known name to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from amip.errors import Phrase, quote

_LONGEST = 200


def find_nearest(name: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """Return the known names most like `name`, best first; none for what is too long for a name.

    >>> find_nearest("instument-mix", ["instrument-mix", "staff-by-sponsor"])
    ['instrument-mix']
    """
    if len(name) > _LONGEST:
        return []
    choices = sorted(known)
    lowered = [choice.casefold() for choice in choices]
    hits = process.extract(name.casefold(), lowered, scorer=_likeness, limit=limit, score_cutoff=50)
    return [choices[index] for _, _, index in hits]


def did_you_mean(names: Iterable[str]) -> Phrase:
    """Ask whether one of these names was meant; nothing when there is none.

    >>> str(did_you_mean(["instrument-mix"]))
    'did you mean “instrument-mix”?'
    """
    quoted = quote(names)
    return Phrase("did you mean {names}?" if quoted else "", names=quoted)


def _likeness(one: str, other: str, **_: object) -> float:
    """Weigh likeness of the whole, which finds slips, with that of parts, which finds excerpts."""
    return (fuzz.ratio(one, other) + fuzz.WRatio(one, other)) / 2
