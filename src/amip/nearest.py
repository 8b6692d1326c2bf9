"""The nearest known name to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def find_nearest(name: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """Return the known names most like `name`, best first.

    >>> find_nearest("instument-mix", ["instrument-mix", "staff-by-sponsor"])
    ['instrument-mix']
    """
    choices = sorted(known)
    lowered = [choice.casefold() for choice in choices]
    hits = process.extract(name.casefold(), lowered, scorer=_likeness, limit=limit, score_cutoff=50)
    return [choices[index] for _, _, index in hits]


def _likeness(one: str, other: str, **_: object) -> float:
    """Weigh likeness of the whole, which finds slips, with that of parts, which finds excerpts."""
    return (fuzz.ratio(one, other) + fuzz.WRatio(one, other)) / 2
