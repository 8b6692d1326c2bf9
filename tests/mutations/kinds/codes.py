"""A code was mistyped, made up, or taken from the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from amip.records.schema import FIXED_CODES, TABLES, Column
from amip.terms import load_list, load_lists
from mutations.context import is_contradicted
from mutations.kind import Site, Why, kind, put, put_column
from mutations.programme import Programme, period_of

_TABLES = ("figures", "targets", "breakdowns", "ratios", "statements", "discrepancies", "left-out")


def _coded(programme: Programme) -> Iterator[tuple[str, int, Column, str]]:
    """Yield every filled cell that holds one code of one list."""
    for table in _TABLES:
        for column in TABLES[table]:
            if column.kind == "code" and column.codes != "*" and not column.many:
                for index, row in programme.rows(table):
                    if row[column.name]:
                        yield table, index, column, row[column.name]


def _known(column: Column) -> set[str]:
    return set(FIXED_CODES.get(column.codes) or load_list(column.codes))


def _sites(programme: Programme, cells: Iterator[tuple[str, int, Column, str]]) -> Iterator[Site]:
    for table, index, column, new in cells:
        if new not in _known(column):
            yield put_column(programme, table, index, column.name, new)


@kind("Code, den keine Liste kennt", "code that no list knows")
def code_unknown(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(
        programme,
        ((table, index, column, "sonstiges") for table, index, column, _ in _coded(programme)),
    )


@kind("Code vertippt", "code mistyped")
def code_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    def mistyped(code: str) -> str:
        at = chance.randrange(len(code))
        return code[:at] + code[at + 1 :] if len(code) > 1 else code * 2

    yield from _sites(
        programme,
        (
            (table, index, column, mistyped(code))
            for table, index, column, code in _coded(programme)
        ),
    )


@kind("Groß- und Kleinschreibung des Codes", "case of the code")
def code_case(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(
        programme,
        (
            (table, index, column, code.swapcase())
            for table, index, column, code in _coded(programme)
            if code.swapcase() != code
        ),
    )


@kind("Bezeichnung statt Code", "label instead of code")
def code_label(programme: Programme, chance: Random) -> Iterator[Site]:
    lists = load_lists()
    yield from _sites(
        programme,
        (
            (table, index, column, lists[column.codes][code].labels["de"])
            for table, index, column, code in _coded(programme)
            if column.codes in lists
        ),
    )


@kind("Code einer anderen Liste", "code of another list")
def code_of_another_list(programme: Programme, chance: Random) -> Iterator[Site]:
    other = {"indicators": "elb-all", "instruments": "egl", "units": "plan", "goals": "quantified"}
    yield from _sites(
        programme,
        (
            (table, index, column, other.get(column.codes, "AGH"))
            for table, index, column, _ in _coded(programme)
        ),
    )


@kind("Leerzeichen am Code", "blank at the end of a code")
def code_blank(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _sites(
        programme,
        ((table, index, column, f"{code} ") for table, index, column, code in _coded(programme)),
    )


@kind("Pflicht-Code leer gelassen", "required code left empty")
def code_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, column, _ in _coded(programme):
        if column.required:
            yield put_column(programme, table, index, column.name, "")


def _exchanged(programme: Programme, column: str, swap: dict[str, str]) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if new := swap.get(row[column]):
            seen = is_contradicted(programme, row, **{column: new})
            place = programme.cell("figures", index, column)
            edit = put("figures", index, **{column: new})
            yield Site(edit, (place,), None if seen else Why.UNLABELLED)


@kind("falsche Kennzahl gleicher Einheit", "wrong indicator of the same unit")
def indicator_same_unit(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"elb": "lzb-stock", "lzb-stock": "elb", "K2": "K2E1", "entries": "elb", "bg": "elb"}
    yield from _exchanged(programme, "indicator", swap)


@kind("falsche Kennzahl anderer Einheit", "wrong indicator of another unit")
def indicator_other_unit(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"NUM": "K2", "PERCENT": "budget-amount", "CCY_EUR": "elb"}
    for index, row in programme.rows("figures"):
        if row["value_kind"] != "change" and row["unit"] in swap:
            new = swap[row["unit"]]
            yield put_column(programme, "figures", index, "indicator", new)


@kind("falsches Instrument derselben Liste", "wrong instrument of the same list")
def instrument_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"AGH": "EGZ", "EGZ": "ESG", "ESG": "AGH", "VB": "MABE", "MABE": "VB", "MAG": "MAT"}
    yield from _exchanged(programme, "instrument", swap)


@kind("falsche Haushaltszeile derselben Liste", "wrong budget line of the same list")
def budget_line_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {"egl": "vk", "vk": "egl", "kfa": "vk", "egl-excl-bez": "vk", "vk-federal": "kfa"}
    yield from _exchanged(programme, "budget_line", swap)


def _ended(programme: Programme, instrument: str, last_year: str) -> Iterator[Site]:
    """Yield entries and new business of years after the instrument closed for new grants."""
    for index, row in programme.rows("figures"):
        granted = row["indicator"] in {"entries", "new-business"} and row["instrument"]
        positive = not row["value"].startswith(("-", "0"))
        begin = (period_of(row).start or period_of(row).end)[:4]
        if granted and row["value_kind"] != "change" and positive and begin > last_year:
            yield put_column(programme, "figures", index, "instrument", instrument)


@kind("Instrument nach seinem Ende", "instrument after its end")
def instrument_ended(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _ended(programme, "FAV", "2018")


@kind("Instrument vor seinem Gesetz (§ 16k vor 2023-07)", "instrument before its law (16k)")
def instrument_too_early(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        granted = row["indicator"] in {"entries", "new-business"} and row["instrument"]
        positive = not row["value"].startswith(("-", "0"))
        early = period_of(row).end[:4] < "2023"
        if granted and row["value_kind"] != "change" and positive and early:
            yield put_column(programme, "figures", index, "instrument", "GaBe")


@kind("FbW im Jahr 2025", "FbW in the year 2025")
def fbw_2025(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        granted = row["indicator"] in {"entries", "new-business"} and row["instrument"] == "FbW"
        if granted and row["value_kind"] != "change" and row["value"] != "0":
            place = programme.cell("figures", index, "period")
            # The year moved to a law that has ended: the year or the instrument is wrong.
            cells = (place, programme.cell("figures", index, "instrument"))
            yield Site(put("figures", index, period="2025"), cells)
