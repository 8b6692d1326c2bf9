"""A few mutants of each kind, for the tests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from random import Random

from mutations.kind import Kind
from mutations.plan import SEED, Mutant, list_mutants, read_programmes
from mutations.programme import Programme
from mutations.registry import load_kinds
from mutations.trial import Verdict, is_found, try_mutant
from samples import PROGRAMMES

TRIES = 3
"""So many mutants of a kind are tried until one is found."""


@cache
def read_all() -> tuple[Programme, ...]:
    """Return the programmes, read once."""
    return tuple(read_programmes(PROGRAMMES))


def draw_mutants(kind: Kind, *, hidden: bool, most: int) -> list[Mutant]:
    """Draw mutants of a kind from all programmes, the same in every run."""
    found = [
        mutant
        for programme in read_all()
        for mutant in list_mutants(kind, programme)
        if (mutant.site.hidden is not None) is hidden
    ]
    return Random(f"{SEED}/{kind.name}").sample(found, min(most, len(found)))


def try_kind(name: str) -> list[tuple[str, Verdict]]:
    """Try mutants of a kind until one is found; returns their names and verdicts."""
    tried = []
    for mutant in draw_mutants(load_kinds()[name], hidden=False, most=TRIES):
        tried.append((mutant.name, try_mutant(mutant)))
        if is_found(tried[-1][1].where):
            break
    return tried


def try_kinds(names: Iterable[str]) -> Mapping[str, list[tuple[str, Verdict]]]:
    """Try kinds on all cores."""
    listed = list(names)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return dict(zip(listed, pool.map(try_kind, listed, chunksize=10), strict=True))
