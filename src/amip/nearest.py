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
    hits = process.extract(
        name.casefold(), lowered, scorer=fuzz.WRatio, limit=limit, score_cutoff=45
    )
    return [choices[index] for _, _, index in hits]
