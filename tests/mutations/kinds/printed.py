"""The printed form was copied wrongly; the value is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from amip.records.values import parse_figure
from mutations.digits import (
    doubled_digit,
    find_digits,
    lost_digit,
    moved_comma,
    swapped_digits,
    wrong_digit,
)
from mutations.kind import Site, Why, kind, put, put_column
from mutations.programme import Programme


def _changed(programme: Programme, change: Callable[[str], str]) -> Iterator[Site]:
    """Yield the sites where the changed form reads as another number."""
    for index, row in programme.rows("figures"):
        old = parse_figure(row["printed"])
        if old is None or not find_digits(row["printed"]):
            continue
        new = parse_figure(text) if (text := change(row["printed"])) else None
        if new and new.value != old.value:
            yield put_column(programme, "figures", index, "printed", text)


@kind("Ziffer der gedruckten Form vertippt", "wrong digit typed in the printed form")
def printed_wrong_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changed(programme, lambda text: wrong_digit(text, chance))


@kind("Ziffern der gedruckten Form vertauscht", "digits swapped in the printed form")
def printed_swapped_digits(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changed(programme, lambda text: swapped_digits(text, chance))


@kind("Ziffer der gedruckten Form verloren", "digit lost in the printed form")
def printed_lost_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changed(programme, lambda text: lost_digit(text, chance))


@kind("Ziffer der gedruckten Form doppelt", "digit doubled in the printed form")
def printed_doubled_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changed(programme, lambda text: doubled_digit(text, chance))


@kind("Komma der gedruckten Form verloren", "decimal comma lost in the printed form")
def printed_lost_comma(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changed(programme, moved_comma)


@kind("gedruckte Form englisch geschrieben", "printed form written the English way")
def printed_english(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = str.maketrans(",.", ".,")
    for index, row in programme.rows("figures"):
        if "," in row["printed"]:
            text = row["printed"].translate(swap)
            yield put_column(programme, "figures", index, "printed", text)


@kind("gedruckte Form unleserlich", "printed form unreadable")
def printed_unreadable(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if find_digits(row["printed"]):
            at = chance.choice(find_digits(row["printed"]))
            text = f"{row['printed'][:at]}l{row['printed'][at + 1 :]}"
            yield put_column(programme, "figures", index, "printed", text)


@kind("gedruckte Form leer gelassen", "printed form left empty")
def printed_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, _ in programme.rows("figures"):
        yield put_column(programme, "figures", index, "printed", "")


@kind("Satz statt Zahl als gedruckte Form", "a phrase as the printed form")
def printed_phrase(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        text = f"insgesamt {row['printed']} im Jahr"
        yield put_column(programme, "figures", index, "printed", text)


@kind("gedruckte Form mit falscher Einheit", "printed form with a wrong unit")
def printed_wrong_unit(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        figure = parse_figure(row["printed"])
        if figure and figure.unit == "PERCENT":
            text = row["printed"].rstrip(" %Prozent") + " €"
            yield put_column(programme, "figures", index, "printed", text)


@kind("Einheit der gedruckten Form weggelassen", "unit left out of the printed form")
def printed_without_unit(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        text = row["printed"].rstrip(" %€")
        if text != row["printed"]:
            place = programme.cell("figures", index, "printed")
            yield Site(put("figures", index, printed=text), (place,), Why.SOURCE)
