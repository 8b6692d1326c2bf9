"""The number was copied wrongly into `value`; the printed form is right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from amip.records.record import Row
from amip.records.values import format_figure, parse_decimal
from mutations.digits import doubled_digit, lost_digit, swapped_digits, wrong_digit
from mutations.kind import Site, kind, put_column
from mutations.programme import Programme


def _site(programme: Programme, index: int, value: str) -> Site:
    return put_column(programme, "figures", index, "value", value)


def _numbers(programme: Programme) -> Iterator[tuple[int, Row, Decimal]]:
    for index, row in programme.rows("figures"):
        if (value := parse_decimal(row["value"])) is not None:
            yield index, row, value


@kind("Ziffer im Wert vertippt", "wrong digit typed in value")
def value_wrong_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        yield _site(programme, index, wrong_digit(row["value"], chance))


@kind("Ziffern im Wert vertauscht", "digits swapped in value")
def value_swapped_digits(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if value := swapped_digits(row["value"], chance):
            yield _site(programme, index, value)


@kind("Ziffer im Wert verloren", "digit lost in value")
def value_lost_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        value = lost_digit(row["value"], chance)
        if value and parse_decimal(value) not in {None, number}:
            yield _site(programme, index, value)


@kind("Ziffer im Wert doppelt", "digit doubled in value")
def value_doubled_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        value = doubled_digit(row["value"], chance)
        if parse_decimal(value) != number:
            yield _site(programme, index, value)


@kind("Minus im Wert verloren, gedruckt ist es", "minus lost in value, but printed")
def value_lost_sign(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if number < 0 and row["printed"][0] in "-−–":
            yield _site(programme, index, row["value"].removeprefix("-"))


@kind("Minus in den Wert geraten", "minus typed in value that is not printed")
def value_new_sign(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if number > 0 and row["value_kind"] != "change":
            yield _site(programme, index, f"-{row['value']}")


def _scaled(programme: Programme, power: int) -> Iterator[Site]:
    for index, _, number in _numbers(programme):
        if number:
            yield _site(programme, index, f"{number.scaleb(power):f}")


@kind("Wert um den Faktor 10 zu groß", "value ten times too large")
def value_times_10(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _scaled(programme, 1)


@kind("Wert um den Faktor 100 zu klein", "value a hundred times too small")
def value_over_100(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _scaled(programme, -2)


@kind("Wert um den Faktor 1000 zu groß", "value a thousand times too large")
def value_times_1000(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _scaled(programme, 3)


@kind("T€ statt € in den Wert eingetragen", "thousand euros entered for euros")
def value_in_thousands(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if row["unit"] == "CCY_EUR" and abs(number) >= 1000:
            yield _site(programme, index, f"{number.scaleb(-3):f}")


@kind("Mio. nicht ausgeschrieben", "millions not written out")
def value_in_millions(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if "Mio" in row["printed"]:
            yield _site(programme, index, f"{number.scaleb(-6):f}")


@kind("Dezimalkomma statt Punkt im Wert", "decimal comma in value")
def value_decimal_comma(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if "." in row["value"]:
            yield _site(programme, index, row["value"].replace(".", ","))


@kind("Tausenderpunkte im Wert", "value grouped by points")
def value_grouped(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if abs(number) >= 1000 and "." not in row["value"]:
            yield _site(programme, index, format_figure(number))


@kind("Wert ohne sein Komma", "decimal point lost in value")
def value_lost_point(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if "." in row["value"] and number:
            yield _site(programme, index, row["value"].replace(".", ""))


@kind("Einheit mit in den Wert geschrieben", "unit written into value")
def value_with_unit(programme: Programme, chance: Random) -> Iterator[Site]:
    signs = {"PERCENT": " %", "CCY_EUR": " €"}
    for index, row in programme.rows("figures"):
        if row["unit"] in signs:
            yield _site(programme, index, row["value"] + signs[row["unit"]])


@kind("Wert leer gelassen", "value left empty")
def value_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, _ in programme.rows("figures"):
        yield _site(programme, index, "")


@kind("Anteil statt Prozent (0,205 für 20,5 %)", "share instead of percent (0.205 for 20.5 %)")
def value_as_share(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row, number in _numbers(programme):
        if row["unit"] == "PERCENT" and number:
            yield _site(programme, index, f"{number.scaleb(-2):f}")


@kind("Wert aus der nächsten Zeile", "value of the next row")
def value_of_next_row(programme: Programme, chance: Random) -> Iterator[Site]:
    rows = programme.record.rows("figures")
    for index, row in programme.rows("figures"):
        following = rows[(index + 1) % len(rows)]["value"]
        if abs(Decimal(following)) != abs(Decimal(row["value"])):
            yield _site(programme, index, following)
