"""Which mistakes are made where: a fixed choice from all places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from mutations.kind import Kind, Site
from mutations.programme import Programme
from mutations.registry import load_kinds

SEED = 2026


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one programme."""

    kind: Kind
    programme: Programme
    site: Site
    number: int

    @property
    def name(self) -> str:
        """Name the mutant, the same in every run: `value-empty/ilm-kreis-2024/3`."""
        return f"{self.kind.name}/{self.programme.slug}/{self.number}"


def read_programmes(folders: Iterable[Path]) -> list[Programme]:
    """Read the programmes to make mistakes in."""
    return [Programme.read(folder) for folder in folders]


def choose_mutants(
    programmes: Sequence[Programme], most: int, *, hidden: int | None = None
) -> Iterator[Mutant]:
    """Yield at most `most` mutants per kind and programme, and as many hidden ones at most."""
    for kind in load_kinds().values():
        for programme in programmes:
            yield from _choose(kind, programme, most, most if hidden is None else hidden)


@cache
def list_mutants(kind: Kind, programme: Programme) -> tuple[Mutant, ...]:
    """Return every mutant of a kind in a programme; its number is its place in this list."""
    chance = Random(f"{SEED}/{kind.name}/{programme.slug}")
    sites = enumerate(kind.find(programme, chance))
    return tuple(Mutant(kind, programme, site, number) for number, site in sites)


def _choose(kind: Kind, programme: Programme, most: int, hidden: int) -> Iterator[Mutant]:
    mutants = list_mutants(kind, programme)
    chance = Random(f"{SEED}/{kind.name}/{programme.slug}/choice")
    for wanted, limit in ((False, most), (True, hidden)):
        found = [each for each in mutants if (each.site.hidden is not None) is wanted]
        picked = chance.sample(found, limit) if len(found) > limit else found
        yield from sorted(picked, key=lambda each: each.number)
