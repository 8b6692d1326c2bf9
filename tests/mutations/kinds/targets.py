"""A target statement says something that its own cells, or its figures, contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from amip.findings import Place
from amip.records.record import Row
from mutations.cover import read_spans
from mutations.digits import find_digits, swapped_digits, wrong_digit
from mutations.kind import Site, Why, drop, kind, put
from mutations.kinds.meaning import shift_years
from mutations.programme import Programme
from mutations.relation import change_of


def _site(programme: Programme, index: int, why: Why | None = None, /, **cells: str) -> Site:
    places = tuple(programme.cell("targets", index, column) for column in cells)
    return Site(put("targets", index, **cells), places, why)


def _has_values(row: Row) -> bool:
    return bool(row["target_figure"] or row["relative_change"])


@kind("Status »nicht genannt« trotz Zielwert", "status not-stated in spite of a value")
def status_denies_value(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        for status in ("not-stated", "pending", "qualitative", "explicitly-not-quantified"):
            if _has_values(row):
                yield _site(programme, index, status=status)


@kind("Status »beziffert« ohne Zahl", "status quantified without a number")
def status_claims_value(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if not _has_values(row):
            yield _site(programme, index, status="quantified")


@kind("Zielwert und Veränderung vergessen", "target value and change left out")
def target_without_number(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if _has_values(row):
            cells = {"target_figure": "", "relative_change": "", "change_unit": ""}
            places = tuple(
                programme.cell("targets", index, column)
                for column in ("status", "target_figure", "relative_change")
            )
            yield Site(put("targets", index, **cells), places)


@kind("Zielwert ohne Fundstelle", "target without its place")
def target_without_place(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        # What quantifies a target is printed where its figure is.
        if row["status"] != "not-stated" and not row["target_figure"]:
            cells = ("printed", "section", "table", "row", "column", "start")
            yield _site(programme, index, **dict.fromkeys(cells, ""))


def _changes(programme: Programme, change: Callable[[str], str]) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        new = change(row["relative_change"]) if row["relative_change"] else ""
        if new and new != row["relative_change"]:
            yield _site(
                programme,
                index,
                _why(programme, {**row, "relative_change": new}),
                relative_change=new,
            )


def _why(programme: Programme, row: Row) -> Why | None:
    test = change_of(row)
    return Why.UNCOVERED if test is None or test(read_spans(programme)) else None


@kind("Vorzeichen der vereinbarten Veränderung verloren", "sign of the agreed change lost")
def change_sign_lost(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changes(programme, lambda text: text.removeprefix("-"))


@kind("Ziffer der Veränderung falsch", "wrong digit in the change")
def change_wrong_digit(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changes(programme, lambda text: wrong_digit(text, chance))


@kind("Ziffern der Veränderung vertauscht", "digits of the change swapped")
def change_swapped_digits(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changes(programme, lambda text: swapped_digits(text.replace(".", ""), chance))


@kind("Komma der Veränderung verloren", "decimal point of the change lost")
def change_lost_point(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _changes(programme, lambda text: text.replace(".", ""))


@kind("Veränderung in Prozentpunkten statt Prozent", "change in points instead of percent")
def change_unit_points(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["change_unit"] == "PERCENT":
            why = _why(programme, {**row, "change_unit": "percentage-point"})
            # A stock of persons has no percentage points.
            why = None if row["indicator"] == "lzb-stock" else why
            yield _site(programme, index, why, change_unit="percentage-point")


@kind("Veränderung ohne Einheit", "change without a unit")
def change_without_unit(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["change_unit"]:
            yield _site(programme, index, change_unit="")


@kind("Veränderung ohne Basis", "change without a base")
def change_without_base(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["relative_change"]:
            yield _site(programme, index, base_figure="", base_period="")


@kind("Zielwert und Basiswert vertauscht", "target and base figure swapped")
def target_and_base_swapped(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["target_figure"] and row["base_figure"]:
            cells = {"target_figure": row["base_figure"], "base_figure": row["target_figure"]}
            yield _site(programme, index, **cells)


def _replaced(programme: Programme, column: str, period: str) -> Iterator[Site]:
    """Yield figures of other facts in the place of the right one."""
    for index, row in programme.rows("targets"):
        right = programme.figures.get(row[column])
        for name, other in programme.figures.items():
            keys = ("indicator", "sex")
            differs = right and any(other[key] != right[key] for key in keys)
            if differs and right and other["unit"] == right["unit"]:
                yield _site(programme, index, **{column: name})


@kind("fremde Angabe als Basiswert", "another figure as the base")
def base_figure_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _replaced(programme, "base_figure", "base_period")


@kind("fremde Angabe als Zielwert", "another figure as the target value")
def target_figure_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _replaced(programme, "target_figure", "period")


@kind("Ziel im falschen Jahr", "target in the wrong year")
def target_wrong_year(programme: Programme, chance: Random) -> Iterator[Site]:
    first, last = programme.record.text("first_year"), programme.record.text("last_year")
    for index, row in programme.rows("targets"):
        new = shift_years(row["period"], -1)
        outside = new[:4] < first or new.rstrip("~")[-4:] > last
        why = None if outside or row["target_figure"] else Why.UNLABELLED
        yield _site(programme, index, why, period=new)


@kind("Ziel mit falscher Kennzahl", "target with a wrong indicator")
def target_wrong_indicator(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"K1": "K2", "K2": "lzb-stock", "lzb-stock": "K2"}
    for index, row in programme.rows("targets"):
        if new := swap.get(row["indicator"]):
            yield _site(programme, index, indicator=new)


@kind("Ziel ohne Kennzahl", "target without an indicator")
def target_without_indicator(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["indicator"] and (
            row["status"] == "quantified" or row["level"] == "business-policy"
        ):
            yield _site(programme, index, indicator="")


@kind("Ziel mit falschem Geschlecht", "target with the wrong sex")
def target_wrong_sex(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"F": "M", "M": "F", "": "F"}
    for index, row in programme.rows("targets"):
        if row["target_figure"]:
            yield _site(programme, index, sex=swap[row["sex"]])


@kind("Kennzahl unter falschem Ziel", "indicator under the wrong goal")
def goal_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"goal-1": "goal-2", "goal-2": "goal-3", "goal-3": "goal-1"}
    for index, row in programme.rows("targets"):
        if new := swap.get(row["goal"]):
            yield _site(programme, index, goal=new)


@kind("Zielangabe zu einer Kennzahl vergessen", "target statement left out")
def target_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["indicator"] in {"K1", "K2", "lzb-stock"} and not row["sex"]:
            places = (Place(f"{programme.slug}/targets.csv"), programme.head("targets"))
            yield Site(drop("targets", index), places)


@kind("gedruckter Zielwert falsch abgeschrieben", "printed target value copied wrongly")
def target_printed_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("targets"):
        if row["target_figure"] and find_digits(row["printed"]):
            yield _site(programme, index, printed=wrong_digit(row["printed"], chance))
