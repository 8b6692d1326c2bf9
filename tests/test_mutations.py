"""Realistic mistakes are found at the right cell: a sample of `make mutations`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from amip.findings import Severity
from mutations.agree import compare_engines
from mutations.kind import Kind
from mutations.plan import SEED, list_mutants
from mutations.programme import Draft, Programme
from mutations.registry import load_kinds
from mutations.sample import TRIES, draw_mutants, read_all, try_kinds
from mutations.trial import Verdict, Where, is_found, read_baseline, try_mutant
from samples import PROGRAMMES, TESTS

MINIMUM_OF_KINDS = 60
COMPARED = 20
SHOWN = 300

kinds = load_kinds()
DETECTABLE = [
    kind
    for kind in kinds.values()
    if not kind.harmless and draw_mutants(kind, hidden=False, most=1)
]
HARMLESS = [kind for kind in kinds.values() if kind.harmless]
OPEN = frozenset((TESTS / "mutations" / "open.txt").read_text(encoding="utf-8").split())
"""Kinds that are not found yet; one that is found must leave the list."""


@pytest.fixture(scope="module")
def tried() -> Mapping[str, list[tuple[str, Verdict]]]:
    return try_kinds(kind.name for kind in DETECTABLE)


def test_number_of_kinds() -> None:
    assert len(DETECTABLE) - len(OPEN) >= MINIMUM_OF_KINDS
    assert {kind.name for kind in DETECTABLE} >= OPEN


def test_every_kind_applies_somewhere() -> None:
    for kind in kinds.values():
        assert kind.de != kind.en
        assert any(list_mutants(kind, programme) for programme in read_all()), kind.name


def test_every_mutant_differs(tmp_path: Path) -> None:
    """A mistake changes a file, and names a cell."""
    for kind in kinds.values():
        hidden = not draw_mutants(kind, hidden=False, most=1)
        (mutant,) = draw_mutants(kind, hidden=hidden, most=1)
        draft = Draft(mutant.programme)
        mutant.site.edit(draft)
        folder = draft.write(tmp_path / kind.name)
        assert read_files(folder) != read_files(mutant.programme.record.folder), mutant.name
        assert mutant.site.cells


def read_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("kind", DETECTABLE, ids=lambda kind: kind.name)
def test_mistake_is_found(kind: Kind, tried: Mapping[str, list[tuple[str, Verdict]]]) -> None:
    """One of a few mutants of each kind is found at the cell, or with its row named."""
    if any(is_found(verdict.where) for _, verdict in tried[kind.name]):
        assert kind.name not in OPEN, "found now: remove it from mutations/open.txt"
    else:
        lines = (
            f"{name} {each.where} {'; '.join(each.texts)}"[:SHOWN]
            for name, each in tried[kind.name]
        )
        assert kind.name in OPEN, "\n".join([kind.en, *lines])


@pytest.mark.parametrize("kind", HARMLESS, ids=lambda kind: kind.name)
def test_harmless_change_is_not_reported(kind: Kind) -> None:
    (mutant,) = draw_mutants(kind, hidden=False, most=1)
    verdict = try_mutant(mutant)
    assert verdict.where is Where.MISSED, verdict.texts


@pytest.mark.parametrize("programme", read_all(), ids=lambda programme: programme.slug)
def test_no_false_violation(programme: Programme) -> None:
    found = [
        finding.text("en")
        for finding in read_baseline(programme).findings
        if finding.severity is Severity.VIOLATION
    ]
    assert not found


def test_the_choice_is_fixed() -> None:
    kind = kinds["value-wrong-digit"]
    names = [mutant.name for mutant in draw_mutants(kind, hidden=False, most=TRIES)]
    assert names == [mutant.name for mutant in draw_mutants(kind, hidden=False, most=TRIES)]
    assert len(set(names)) == TRIES
    assert {name.split("/")[1] for name in names} <= {path.name for path in PROGRAMMES}


def test_the_engines_agree_on_mutants() -> None:
    """`make mutations-reference` compares them on all mutants."""
    compared = 0
    for kind in Random(SEED).sample(DETECTABLE, COMPARED):
        (mutant,) = draw_mutants(kind, hidden=False, most=1)
        if answer := compare_engines(mutant):
            assert not answer.differences, mutant.name
            assert answer.triples
            compared += 1
    assert compared > COMPARED // 2
