"""What a programme names without a number was recorded wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from amip.findings import Place
from mutations.kind import Site, drop, kind, put_column
from mutations.programme import Draft, Programme

_LISTS = {"instrument-named": "youth", "target-group-named": "AGH", "field-of-action": "AGH"}


def _of_kind(programme: Programme, name: str) -> list[int]:
    return [index for index, row in programme.rows("statements") if row["kind"] == name]


@kind("kein Handlungsfeld erfasst", "no field of action recorded")
def fields_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    if indices := _of_kind(programme, "field-of-action"):
        places = (Place(f"{programme.slug}/statements.csv"), programme.head("statements"))
        yield Site(drop("statements", *indices), places)


@kind("Begriff vertippt", "concept mistyped")
def concept_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("statements"):
        if row["concept"]:
            yield put_column(programme, "statements", index, "concept", f"{row['concept']}x")


@kind("Begriff der falschen Liste", "concept of the wrong list")
def concept_of_another_list(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("statements"):
        if new := _LISTS.get(row["kind"]):
            yield put_column(programme, "statements", index, "concept", new)


@kind("Art der Aussage verwechselt", "kind of statement mixed up")
def statement_kind_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"instrument-named": "target-group-named", "target-group-named": "instrument-named"}
    for index, row in programme.rows("statements"):
        if new := swap.get(row["kind"]):
            yield put_column(programme, "statements", index, "kind", new)


@kind("Bezeichnung leer gelassen", "label left empty")
def label_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, _ in programme.rows("statements"):
        yield put_column(programme, "statements", index, "label", "")


@kind("zwei Handlungsfelder mit derselben Nummer", "two fields of action with one number")
def position_twice(programme: Programme, chance: Random) -> Iterator[Site]:
    indices = _of_kind(programme, "field-of-action")
    rows = programme.record.rows("statements")
    for one, two in pairwise(indices):
        position = rows[one]["position"]
        if position and position != rows[two]["position"]:
            site = put_column(programme, "statements", two, "position", position)
            yield Site(site.edit, (*site.cells, programme.cell("statements", one, "position")))


@kind("Nummer des Handlungsfeldes ist 0", "field of action number 0")
def position_zero(programme: Programme, chance: Random) -> Iterator[Site]:
    for index in _of_kind(programme, "field-of-action"):
        yield put_column(programme, "statements", index, "position", "0")


@kind("Haushaltsangabe vergessen (EGL oder VK)", "budget line left out (EGL or VK)")
def budget_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for prefix in ("egl", "vk"):
        names = {
            name
            for name, row in programme.figures.items()
            if row["budget_line"].startswith(prefix) and row["indicator"] == "budget-amount"
        }
        if names:

            def edit(draft: Draft, names: frozenset[str] = frozenset(names)) -> None:
                _forget(draft, names)

            yield Site(edit, (Place(f"{programme.slug}/figures.csv"), programme.head("figures")))


def _forget(draft: Draft, names: frozenset[str]) -> None:
    """Remove figures and every row that refers to them."""
    tied = {
        row["id"]
        for table in ("breakdowns", "ratios")
        for row in draft.rows(table)
        if names & set(row.values())
    }
    for table in ("figures", "places", "breakdowns", "ratios"):
        rows = draft.rows(table)
        rows[:] = [
            row for row in rows if not names & set(row.values()) and row.get("id") not in tied
        ]
    for row in draft.rows("discrepancies"):
        row["about"] = " ".join(each for each in row["about"].split() if each not in names | tied)
    rows = draft.rows("discrepancies")
    rows[:] = [row for row in rows if row["about"]]
