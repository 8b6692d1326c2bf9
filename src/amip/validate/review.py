"""Reviewed discrepancies: known conflicts of a source that stay as printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import Store

from amip.validate.rule import Result
from amip.validate.select import select


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewed discrepancy: the IRIs it is about, and the note of the person who looked."""

    targets: frozenset[str]
    note: str


@cache
def _reviews_query() -> str:
    return files("amip.validate").joinpath("reviews.rq").read_text(encoding="utf-8")


def read_reviews(store: Store) -> tuple[Review, ...]:
    """Read the reviewed discrepancies of a store, in the order of their IRIs."""
    targets: dict[str, set[str]] = {}
    notes: dict[str, str] = {}
    for row in select(store, _reviews_query()):
        targets.setdefault(row["review"].value, set()).add(row["target"].value)
        notes.setdefault(row["review"].value, row["note"].value)
    return tuple(Review(frozenset(targets[iri]), notes[iri]) for iri in sorted(targets))


def find_note(reviews: Iterable[Review], result: Result) -> str:
    """Return the note of the review that covers a result, "" when there is none.

    The review must be about the focus node; when the value is another node (a conflict of two
    figures), about both.
    """
    if not result.rule.reviewable:
        return ""
    nodes = {result.focus, result.value} if result.is_iri else {result.focus}
    return next((review.note for review in reviews if nodes <= review.targets), "")
