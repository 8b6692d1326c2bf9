"""A row was written twice, or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from amip.findings import Place
from mutations.digits import wrong_digit
from mutations.kind import Site, Why, drop, insert, kind, put
from mutations.kinds.misread import misread
from mutations.programme import Programme

_WITH_IDS = ("figures", "targets", "ratios", "statements")


def _second(programme: Programme, table: str, index: int, name: str, column: str = "") -> Place:
    """Return the place of the row behind the one at `index`."""
    place = programme.cell(table, index)
    return Place(place.file, place.row + 1, column, name)


@kind("Zeile doppelt, gleiche Kennung", "row twice, same id")
def row_twice(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _WITH_IDS:
        for index, row in programme.rows(table):
            place = _second(programme, table, index, row["id"])
            yield Site(insert(table, index), (place,))


@kind("Zeile doppelt unter anderer Kennung", "row twice under another id")
def row_twice_renamed(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        name = f"{row['id']}-2"
        places = (programme.cell("figures", index), _second(programme, "figures", index, name))
        yield Site(insert("figures", index, id=name), places)


@kind("dieselbe Angabe noch einmal, mit anderem Wert", "the same fact again, with another value")
def row_twice_other_value(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if not any(digit.isdigit() for digit in row["printed"]) or row["approximation"]:
            continue
        if new := misread(row, wrong_digit(row["printed"], chance)):
            name = f"{row['id']}-2"
            places = (programme.cell("figures", index), _second(programme, "figures", index, name))
            cells = {"id": name, "value": new["value"], "printed": new["printed"], "start": "1"}
            yield Site(insert("figures", index, **cells), places)


@kind("Zeile vergessen, auf die verwiesen wird", "row left out that others refer to")
def row_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["id"] in programme.referred:
            yield Site(drop("figures", index), _referring(programme, row["id"], index))


def _referring(programme: Programme, name: str, dropped: int) -> tuple[Place, ...]:
    """Return the cells that refer to a figure that is gone."""
    found = []
    for table, columns in (
        ("breakdowns", ("total", "figure")),
        ("ratios", ("result", "dividend", "divisor")),
        ("targets", ("target_figure", "base_figure")),
        ("places", ("figure",)),
        ("discrepancies", ("about",)),
    ):
        for index, row in programme.rows(table):
            found += [
                programme.cell(table, index, column)
                for column in columns
                if name in row[column].split()
            ]
    return (Place(f"{programme.slug}/figures.csv", dropped + 2, "", name), *found)


@kind("Zeile vergessen, auf die nichts verweist", "row left out that nothing refers to")
def row_missing_unreferred(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["id"] not in programme.referred:
            place = Place(f"{programme.slug}/figures.csv", index + 2, "", row["id"])
            yield Site(drop("figures", index), (place,), Why.ABSENT)


@kind("Kennung leer gelassen", "id left empty")
def id_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _renamed(programme, lambda name: "")


@kind("Kennung mit Großbuchstaben oder Umlaut", "id with capitals or an umlaut")
def id_form(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _renamed(programme, lambda name: f"Zahl_{name}ä")


def _renamed(programme: Programme, change: Callable[[str], str]) -> Iterator[Site]:
    """Yield other ids; what referred to the old one is then wrong too."""
    for table in _WITH_IDS:
        for index, row in programme.rows(table):
            place = programme.cell(table, index, "id")
            cells = (Place(place.file, place.row, "id", change(row["id"])), place)
            yield Site(put(table, index, id=change(row["id"])), cells)
