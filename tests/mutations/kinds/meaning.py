"""The number is right, but it was put under the wrong year, unit, kind, sex or group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from amip.records.record import Row
from amip.records.values import parse_figure
from mutations.context import is_contradicted
from mutations.cover import is_covered
from mutations.kind import Site, Why, kind, put
from mutations.programme import Programme, period_of

_YEARS = re.compile(r"(?:19|20)\d\d")


def _site(programme: Programme, index: int, column: str, value: str, *, seen: bool = False) -> Site:
    row = programme.record.rows("figures")[index]
    cells = {column: value}
    seen = seen or is_contradicted(programme, row, **cells)
    place = programme.cell("figures", index, column)
    return Site(put("figures", index, **cells), (place,), None if seen else Why.UNLABELLED)


def shift_years(period: str, years: int) -> str:
    """Move every year of a period.

    >>> shift_years("2020-08/2021-07", 1)
    '2021-08/2022-07'
    """
    return _YEARS.sub(lambda match: str(int(match[0]) + years), period)


def _shifted(programme: Programme, column: str, years: int) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row[column]:
            value = shift_years(row[column], years)
            seen = column == "period" and _is_future_actual(programme, row, value)
            yield _site(programme, index, column, value, seen=seen)


def _is_future_actual(programme: Programme, row: Row, period: str) -> bool:
    begin = period.rstrip("~").split("/")[0]
    last = programme.last_date
    return row["value_kind"] == "actual" and bool(last) and begin > f"{last}-99"[: len(begin)]


@kind("Jahr um eins zu spät", "year one too late")
def period_next_year(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _shifted(programme, "period", 1)


@kind("Jahr um eins zu früh", "year one too early")
def period_last_year(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _shifted(programme, "period", -1)


@kind("Vergleichsjahr nach dem Bezugsjahr", "base year after the reference year")
def base_period_later(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["base_period"]:
            later = shift_years(row["period"].split("/")[-1], 1)
            yield _site(programme, index, "base_period", later, seen=True)


@kind("Vergleichszeit einer Veränderung vergessen", "base period of a change forgotten")
def base_period_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["base_period"]:
            yield _site(programme, index, "base_period", "", seen=True)


@kind("Ist für eine Zeit nach dem Stand des Dokuments", "actual value of the future")
def actual_of_the_future(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["value_kind"] not in {"actual", "change"}:
            begin = (period_of(row).start or period_of(row).end)[: len("2022-01")]
            if programme.last_date and begin > f"{programme.last_date}-99"[: len(begin)]:
                yield _site(programme, index, "value_kind", "actual", seen=True)


@kind("Wertart verwechselt", "value kind mixed up")
def wrong_value_kind(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"actual": "plan", "plan": "actual", "estimate": "actual", "allocation": "actual"}
    for index, row in programme.rows("figures"):
        if new := swap.get(row["value_kind"]):
            seen = new == "actual" and _is_future_actual(
                programme, {**row, "value_kind": new}, row["period"]
            )
            yield _site(programme, index, "value_kind", new, seen=seen)


@kind("Veränderung als Niveau erfasst", "a change recorded as a level")
def change_as_level(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["value_kind"] == "change":
            yield _site(programme, index, "value_kind", "actual", seen=True)


@kind("Niveau als Veränderung erfasst", "a level recorded as a change")
def level_as_change(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["value_kind"] == "actual":
            yield _site(programme, index, "value_kind", "change", seen=True)


@kind("Zeitform verwechselt (JDW, JFW, Monat)", "time form mixed up (JDW, JFW, month)")
def wrong_aggregation(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"JDW": "month", "month": "JDW", "JFW": "JDW", "yearsum": "month", "refday": "yearsum"}
    for index, row in programme.rows("figures"):
        if new := swap.get(row["aggregation"]):
            yield _site(programme, index, "aggregation", new)


def _unit(old: str, new: str, *kinds: str) -> Callable[[Programme, Random], Iterator[Site]]:
    def find(programme: Programme, chance: Random) -> Iterator[Site]:
        for index, row in programme.rows("figures"):
            change = row["value_kind"] == "change"
            if row["unit"] == old and ("change" if change else "level") in kinds:
                printed = parse_figure(row["printed"])
                seen = not change or bool(printed and printed.unit not in {"", new})
                cells = {**row, "unit": new}
                yield _site(
                    programme, index, "unit", new, seen=seen or is_covered(programme, cells)
                )

    return find


@kind("Anzahl statt Prozent", "a count instead of percent")
def unit_count_for_percent(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _unit("PERCENT", "NUM", "level")(programme, chance)


@kind("Prozent statt Anzahl", "percent instead of a count")
def unit_percent_for_count(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _unit("NUM", "PERCENT", "level", "change")(programme, chance)


@kind("Anzahl statt Euro", "a count instead of euros")
def unit_count_for_euro(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _unit("CCY_EUR", "NUM", "level", "change")(programme, chance)


@kind("Prozentpunkte statt Prozent", "percentage points instead of percent")
def unit_points_for_percent(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _unit("PERCENT", "percentage-point", "level", "change")(programme, chance)


@kind("Prozent statt Prozentpunkte", "percent instead of percentage points")
def unit_percent_for_points(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _unit("percentage-point", "PERCENT", "level", "change")(programme, chance)


@kind("Monate statt Jahre", "months instead of years")
def unit_months_for_years(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _unit("YR", "MO", "change")(programme, chance)
    for index, row in programme.rows("figures"):
        if row["unit"] == "YR" and row["value_kind"] != "change":
            printed = parse_figure(row["printed"])
            yield _site(programme, index, "unit", "MO", seen=bool(printed and printed.unit))
