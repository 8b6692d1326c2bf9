"""A date was written in a form, or an order, that is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from amip.records.schema import TABLES
from mutations.kind import Site, kind, put_column
from mutations.programme import Programme, period_of


def _periods(programme: Programme, change: Callable[[str], str]) -> Iterator[Site]:
    for table in ("figures", "targets"):
        for column in TABLES[table]:
            if column.kind == "period":
                for index, row in programme.rows(table):
                    if row[column.name] and (new := change(row[column.name])):
                        yield put_column(programme, table, index, column.name, new)


@kind("13. Monat", "month 13")
def period_month_13(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _periods(programme, lambda text: f"{text[:4]}-13")


@kind("deutsches Datum statt ISO", "German date instead of ISO")
def period_german(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _periods(programme, lambda text: f"15.09.{text[:4]}")


@kind("zweistelliges Jahr", "year of two digits")
def period_two_digits(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _periods(programme, lambda text: text[2:])


@kind("Zeitraum rückwärts", "period reversed")
def period_reversed(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        period = period_of(row)
        begin = str(int(period.end[:4]) + 1)
        yield put_column(programme, "figures", index, "period", f"{begin}/{period.end[:4]}")


@kind("Jahrhundert vertippt (2202)", "century mistyped (2202)")
def period_century(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        new = row["period"].replace("20", "22", 1)
        yield put_column(programme, "figures", index, "period", new)


@kind("Zeit leer gelassen", "period left empty")
def period_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in ("figures", "targets"):
        for index, _ in programme.rows(table):
            yield put_column(programme, table, index, "period", "")
