"""Batches: a few programmes that are lifted and checked together, in one store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from pyoxigraph import Store

from amip.findings import Report
from amip.lift import Lifted, lift_records
from amip.validate.diagnosis import diagnose
from amip.validate.engine import validate_store
from amip.validate.expectations import list_expectations
from amip.validate.profile import Profile, keep_findings, select_rules
from amip.validate.rule import Rule
from amip.validate.shapes import load_rules
from amip.validate.submission import Submission

Batch: TypeAlias = tuple[Submission, ...]

SIZE = 5
"""So many programmes share the cost of a store; with many more, queries get slower again."""

_NOTHING = Lifted((), (), ())


def make_batches(submissions: Iterable[Submission], size: int = SIZE) -> list[Batch]:
    """Split submissions into batches of `size`, in the order given.

    No two of a batch share a Jobcenter, a sponsor or an area: what one programme says of it must
    neither hide what another leaves out, nor contradict it.
    """
    batches: list[list[Submission]] = []
    free: dict[int, set[tuple[str, str]]] = {}
    for submission in submissions:
        found = (number for number, taken in free.items() if not taken & submission.shared)
        number = next(found, len(batches))
        if number == len(batches):
            batches.append([])
            free[number] = set()
        batches[number].append(submission)
        free[number] |= submission.shared
        if len(batches[number]) >= size:
            del free[number]
    return [tuple(batch) for batch in batches]


def check_batch(batch: Batch, profile: Profile) -> Report:
    """Read, lift and check the programmes of a batch by the rules that look at one programme."""
    lifted = lift_records([submission.read() for submission in batch])
    return check_store(lifted.make_store(), profile, lifted)


def check_store(store: Store, profile: Profile, lifted: Lifted = _NOTHING) -> Report:
    """Check the programmes of a store, each by itself, and say what is behind the findings.

    `lifted` is what the store was made of; RDF from elsewhere has no records.
    """
    rules = choose_rules(profile, across=False)
    found = Report.of(lifted.findings) + validate_store(store, locate=lifted.locate, rules=rules)
    report = diagnose(found, store, lifted.records)
    report = replace(report, expectations=list_expectations(store))
    return keep_findings(report, profile)


def choose_rules(profile: Profile, *, across: bool) -> tuple[Rule, ...]:
    """Return the rules of a profile: those that compare programmes, or those that look at one."""
    return tuple(rule for rule in select_rules(load_rules(), profile) if rule.across is across)
