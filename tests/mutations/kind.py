"""What a kind of mistake is, and the registry of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import TypeAlias

from amip.findings import Place
from mutations.programme import Draft, Programme

Edit: TypeAlias = Callable[[Draft], None]


class Why(Enum):
    """Why a mistake cannot be seen in the record alone, in German and English."""

    UNCOVERED = ("keine andere Zahl deckt die Stelle", "no other figure covers the place")
    UNLABELLED = ("nichts im Datensatz widerspricht", "nothing in the record contradicts it")
    SOURCE = ("nur am Quelltext zu sehen", "seen in the source text only (amip check-sources)")
    WEAKER = ("die schwächere Aussage bleibt wahr", "the weaker statement remains true")
    ABSENT = ("nichts verlangt, was fehlt", "nothing asks for what is missing")

    @property
    def de(self) -> str:
        return self.value[0]

    @property
    def en(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Site:
    """One place for a mistake: the edit, the cells that are wrong then, and why none can see it."""

    edit: Edit
    cells: tuple[Place, ...]
    hidden: Why | None = None


Finder: TypeAlias = Callable[[Programme, Random], Iterator[Site]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake: what a person did wrong, and the function that finds places for it.

    After a `harmless` change nothing may be reported.
    """

    name: str
    de: str
    en: str
    find: Finder
    harmless: bool = False


KINDS: dict[str, Kind] = {}


def kind(de: str, en: str, *, harmless: bool = False) -> Callable[[Finder], Finder]:
    """Register a function as a kind of mistake, under its own name."""

    def register(find: Finder) -> Finder:
        add_kind(Kind(find.__name__.replace("_", "-"), de, en, find, harmless))
        return find

    return register


def add_kind(new: Kind) -> None:
    """Register a kind of mistake."""
    assert new.name not in KINDS, new.name
    KINDS[new.name] = new


def put(table: str, index: int, /, **cells: str) -> Edit:
    """Return the edit that writes cells of one row."""

    def edit(draft: Draft) -> None:
        draft.rows(table)[index].update(cells)

    return edit


def drop(table: str, *indices: int) -> Edit:
    """Return the edit that removes rows."""

    def edit(draft: Draft) -> None:
        rows = draft.rows(table)
        rows[:] = [row for index, row in enumerate(rows) if index not in indices]

    return edit


def insert(table: str, index: int, /, **cells: str) -> Edit:
    """Return the edit that writes a row once more behind itself, with other cells."""

    def edit(draft: Draft) -> None:
        rows = draft.rows(table)
        rows.insert(index + 1, rows[index] | cells)

    return edit


def put_column(site: Programme, table: str, index: int, column: str, value: str) -> Site:
    """Return the site of one wrong cell."""
    return Site(put(table, index, **{column: value}), (site.cell(table, index, column),))
