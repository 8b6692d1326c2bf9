"""The SHACL engine of Apache Jena gives the results of the fast path.

Each fixture of `tests/shapes`, each case of `tests/shacl` and a sample of mutants: the pairs of
focus node and source shape are the same. Skipped where Jena is not installed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from amip.assets import find_turtle
from amip.validate.engine import find_results
from amip.validate.rule import Rule
from amip.validate.shapes import load_rules
from jena.engine import find_missing, run_jena
from mutations.cut import cut_mutant
from mutations.plan import choose_mutants, read_programmes
from samples import PROGRAMMES, TESTS

pytestmark = pytest.mark.skipif(bool(find_missing()), reason=find_missing())

SHAPES = {path.stem: path for path in find_turtle("shapes")}
FIXTURES = sorted((TESTS / "shapes").glob("*/*.ttl"))
CASES = sorted(path.parent for path in (TESTS / "shacl").glob("*/shapes.ttl"))
EVERY = 12
"""A mutant of every so many is compared."""


def join_shapes(folder: Path, *names: str) -> Path:
    """Write shape files as one; Jena reads a single file."""
    path = folder / f"{'-'.join(names)}.ttl"
    texts = (SHAPES[name].read_text(encoding="utf-8") for name in ("prefixes", *names))
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def find_pairs(store: Store, rules: tuple[Rule, ...]) -> set[tuple[str, str]]:
    return {(each.focus, rule.iri) for rule in rules for each in find_results(store, rule)}


def load(path: Path) -> Store:
    store = Store()
    store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
    return store


def compare(jobs: list[tuple[Path, Path]], folder: Path) -> Iterator[str]:
    """Yield what only one of the engines has found."""
    found: dict[str, set[tuple[str, str]]] = {str(data): set() for _, data in jobs}
    for data, focus, shape, _ in run_jena(jobs, folder):
        found[data].add((focus, shape))
    for shapes, path in jobs:
        ours, theirs = find_pairs(load(path), load_rules((shapes,))), found[str(path)]
        yield from (f"{path}: fast path only: {pair}" for pair in sorted(ours - theirs))
        yield from (f"{path}: Jena only: {pair}" for pair in sorted(theirs - ours))


def test_fixtures(tmp_path: Path) -> None:
    names = sorted({path.parent.name for path in FIXTURES})
    shapes = {name: join_shapes(tmp_path, name) for name in names}
    jobs = [(shapes[path.parent.name], path) for path in FIXTURES]
    assert not list(compare(jobs, tmp_path))


def test_core_cases(tmp_path: Path) -> None:
    jobs = [(case / "shapes.ttl", case / "data.ttl") for case in CASES]
    assert not list(compare(jobs, tmp_path))


def test_mutants(tmp_path: Path) -> None:
    shapes = join_shapes(tmp_path, *sorted(SHAPES.keys() - {"prefixes"}))
    chosen = list(choose_mutants(read_programmes(PROGRAMMES), 1, hidden=0))[::EVERY]
    jobs = []
    for number, mutant in enumerate(chosen):
        with tempfile.TemporaryDirectory() as parent:
            store = cut_mutant(mutant, Path(parent))
        if store is not None:
            path = tmp_path / f"{number}-{mutant.kind.name}.ttl"
            lines = sorted({f"{quad.triple} .\n" for quad in store})
            path.write_text("".join(lines), encoding="utf-8")
            jobs.append((shapes, path))
    assert len(jobs) > len(chosen) // 2
    assert not list(compare(jobs, tmp_path))
