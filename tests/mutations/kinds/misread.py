"""The number was misread: `value` and `printed` are wrong alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from amip.records.record import Row
from amip.records.values import parse_figure
from mutations.cover import is_covered
from mutations.digits import (
    doubled_digit,
    find_digits,
    lost_digit,
    lost_sign,
    moved_comma,
    swapped_digits,
    wrong_digit,
)
from mutations.kind import Edit, Site, Why, kind, put
from mutations.programme import Draft, Programme


def misread(row: Row, printed: str) -> dict[str, str]:
    """Return the row with another printed form and the value that it reads as; {} when none."""
    old, new = parse_figure(row["printed"]), parse_figure(printed) if printed else None
    if old is None or new is None or (new.value == old.value and new.signed == old.signed):
        return {}
    by_words = row["value"].startswith("-") and not old.signed
    value = -new.value if by_words else new.value
    return {**row, "printed": printed, "value": f"{value:f}"}


def _sites(programme: Programme, change: Callable[[Row], str]) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if find_digits(row["printed"]) and (new := misread(row, change(row))):
            yield make_site(programme, {index: new})


def make_site(programme: Programme, changed: dict[int, dict[str, str]]) -> Site:
    """Return the site of rows that were misread; hidden when nothing covers them."""
    covered = is_covered(programme, *changed.values())
    cells = tuple(
        programme.cell("figures", index, column)
        for index in changed
        for column in ("value", "printed")
    )
    return Site(_put_rows(changed), cells, None if covered else Why.UNCOVERED)


def _put_rows(changed: dict[int, dict[str, str]]) -> Edit:
    def edit(draft: Draft) -> None:
        for index, row in changed.items():
            put("figures", index, **row)(draft)

    return edit


@kind("Ziffer falsch gelesen", "digit misread")
def misread_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(programme, lambda row: wrong_digit(row["printed"], chance))


@kind("Ziffern beim Lesen vertauscht", "digits swapped in reading")
def misread_swapped(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(programme, lambda row: swapped_digits(row["printed"], chance))


@kind("Ziffer überlesen", "digit overlooked")
def misread_lost(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(programme, lambda row: lost_digit(row["printed"], chance))


@kind("Ziffer doppelt gelesen", "digit read twice")
def misread_doubled(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(programme, lambda row: doubled_digit(row["printed"], chance))


@kind("Komma überlesen (5,3 als 53)", "decimal comma overlooked (5.3 as 53)")
def misread_comma(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(programme, lambda row: moved_comma(row["printed"]))


@kind("Minus überlesen", "minus overlooked")
def misread_sign(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(
        programme,
        lambda row: text if (text := lost_sign(row["printed"])) != row["printed"] else "",
    )


@kind("T€ der Tabelle als € gelesen", "thousands of the table read as euros")
def misread_thousands(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        figure = parse_figure(row["printed"])
        if row["unit"] == "CCY_EUR" and figure and abs(figure.value) >= 1000:
            short = f"{figure.value.scaleb(-3):.0f}".replace(".", ",")
            if new := misread(row, f"{short} €" if "€" in row["printed"] else short):
                yield make_site(programme, {index: new})


@kind("zwei Zeilen einer Tabelle verwechselt", "two rows of a table mixed up")
def misread_rows(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _pairs(programme, "row")


@kind("zwei Spalten einer Tabelle verwechselt", "two columns of a table mixed up")
def misread_columns(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _pairs(programme, "column")


def _pairs(programme: Programme, axis: str) -> Iterator[Site]:
    """Yield the swaps of neighbours of a table: same table and other axis, same unit."""
    other = "column" if axis == "row" else "row"
    last: dict[tuple[str, ...], int] = {}
    rows = programme.record.rows("figures")
    for index, row in programme.rows("figures"):
        if not row["table"] or not row[axis]:
            continue
        key = (row["section"], row["table"], row[other], row["unit"])
        if key in last:
            before = rows[last[key]]
            one, two = misread(before, row["printed"]), misread(row, before["printed"])
            if one and two and before[axis] != row[axis]:
                yield make_site(programme, {last[key]: one, index: two})
        last[key] = index
