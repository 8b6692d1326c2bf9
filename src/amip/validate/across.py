"""Compare programmes with each other: the rules that look at many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from pyoxigraph import RdfFormat, Store

from amip.findings import Place, Report
from amip.lift import Lifted, lift_records
from amip.records import Record
from amip.terms import ID
from amip.validate.engine import validate_store
from amip.validate.rule import Rule
from amip.validate.submission import Submission

_PLACES = f"<{ID}mention/"
"""Where something is printed is half of a graph, and no comparison asks for it."""


def check_across(
    given: Sequence[Submission], others: Iterable[Submission], rules: Sequence[Rule]
) -> Report:
    """Check given programmes against each other and against others.

    Only findings about the given ones are reported; of `others`, those that are also given are
    passed over.
    """
    known = {submission.slug: submission for submission in given}
    store = Lifted((), (), ()).make_store()
    for submission in (*given, *(other for other in others if other.slug not in known)):
        _load(store, submission)
    report = validate_store(store, locate=_Locator(known).locate, rules=rules)
    own = (finding for finding in report.findings if finding.programme in known)
    return Report.of(own, report.focus_nodes)


def _load(store: Store, submission: Submission) -> None:
    (quads,) = lift_records([submission.read()]).quads
    lines = (line for line in quads.splitlines(keepends=True) if not line.startswith(_PLACES))
    store.bulk_load(input="".join(lines).encode(), format=RdfFormat.N_QUADS)


class _Locator:
    """Finds places by reading records again, a few at a time, so that not all are in memory."""

    def __init__(self, submissions: dict[str, Submission]) -> None:
        self._submissions = submissions
        self._read = lru_cache(maxsize=16)(self._read_record)

    def _read_record(self, slug: str) -> Record:
        record, _ = self._submissions[slug].read()
        return record

    def locate(self, iri: str) -> Place | None:
        """Return the row that an IRI was lifted from, None when its record is not given."""
        slug = iri.removeprefix(ID).partition("/")[2].partition("/")[0]
        return self._read(slug).locate(iri) if slug in self._submissions else None
