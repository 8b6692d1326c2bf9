"""Where a value of official statistics comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from amip.errors import Phrase, UsageError
from amip.query.ask import fill
from amip.query.store import Store, Term
from amip.terms import ID

SEE = Phrase("an answer shows identifiers with: amip query NAME -f csv")
"""What to do when an identifier is not known."""
_NAME = re.compile(r"[\w./%-]+")


def trace_statistic(store: Store, name: str, language: str) -> Mapping[str, Term]:
    """Return what the graph knows of where a value of official statistics comes from.

    `name` is the end of its IRI, `stat/…`. The keys are the columns of `statistic.rq`, in their
    order; what is not known is left out. Empty when there is no such value; raises `UsageError`
    for what can be no name of one.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("“{subject}” is no identifier", subject=name, advice=SEE)
    sparql = files("amip.query").joinpath("statistic.rq").read_text(encoding="utf-8")
    question = fill(fill(sparql, "lang", f'"{language}"'), "it", f"<{ID}{name}>")
    answer = store.select(question)
    row = next(iter(answer.rows), ())
    return {column: term for column, term in zip(answer.columns, row, strict=False) if term}
