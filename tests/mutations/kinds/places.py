"""The place in the document was noted wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from amip.records.values import parse_figure
from mutations.digits import find_digits, swapped_digits, wrong_digit
from mutations.kind import Site, Why, kind, put, put_column
from mutations.programme import Programme

_MENTIONS = ("figures", "places", "targets", "statements")


def _placed(programme: Programme) -> Iterator[tuple[str, int, str]]:
    for table in _MENTIONS:
        for index, row in programme.rows(table):
            if row["start"]:
                yield table, index, row["start"]


@kind("Stelle um ein Zeichen verschoben", "place shifted by one character")
def place_shifted(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, start in _placed(programme):
        place = programme.cell(table, index, "start")
        yield Site(put(table, index, start=str(int(start) + 1)), (place,), Why.SOURCE)


@kind("Ziffern der Stelle vertauscht", "digits of the place swapped")
def place_swapped_digits(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, start in _placed(programme):
        if (new := swapped_digits(start, chance)) and not new.startswith("0"):
            place = programme.cell(table, index, "start")
            yield Site(put(table, index, start=new), (place,), Why.SOURCE)


@kind("Stelle ist keine Zahl", "place is no number")
def place_no_number(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, start in _placed(programme):
        yield put_column(programme, table, index, "start", f"Zeile {start}")


@kind("negative Stelle", "negative place")
def place_negative(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, start in _placed(programme):
        yield put_column(programme, table, index, "start", f"-{start}")


@kind("Seite 0", "page 0")
def page_zero(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, _ in _placed(programme):
        yield put_column(programme, table, index, "page", "0")


@kind("Seite als Wort (S. 12)", "page as a word (p. 12)")
def page_word(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, index, _ in _placed(programme):
        yield put_column(programme, table, index, "page", "S. 12")


@kind("weder Abschnitt noch Tabelle angegeben", "neither section nor table given")
def section_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in ("figures", "targets", "statements"):
        for index, row in programme.rows(table):
            if row["section"] and row["start"]:
                cells = {"section": ""} | ({"table": ""} if "table" in row else {})
                places = tuple(programme.cell(table, index, column) for column in cells)
                yield Site(put(table, index, **cells), places)


@kind("Abschnitt vertippt", "section mistyped")
def section_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    labels = {each["label"] for each in programme.record.items("sections")}
    for table in _MENTIONS:
        for index, row in programme.rows(table):
            if row["section"] in labels:
                at = chance.randrange(len(row["section"]))
                new = row["section"][:at] + row["section"][at + 1 :]
                yield put_column(programme, table, index, "section", new)


@kind("Zeilenbeschriftung falsch abgeschrieben", "row label copied wrongly")
def row_label_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["row"]:
            place = programme.cell("figures", index, "row")
            yield Site(put("figures", index, row=f"{row['row']}e"), (place,), Why.SOURCE)


@kind("weitere Fundstelle mit anderer Zahl", "another number at a further place")
def further_place_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("places"):
        if find_digits(row["printed"]):
            text = wrong_digit(row["printed"], chance)
            value, reads = programme.figures[row["figure"]]["value"], parse_figure(text)
            if reads and abs(abs(float(value)) - abs(float(reads.value))) > float(reads.tolerance):
                yield put_column(programme, "places", index, "printed", text)


@kind("weitere Fundstelle unleserlich", "further place unreadable")
def further_place_unreadable(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("places"):
        yield put_column(programme, "places", index, "printed", f"rund {row['printed']}?")


@kind("weitere Fundstelle an die falsche Angabe gehängt", "further place of another figure")
def further_place_of_another(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("places"):
        reads = parse_figure(row["printed"])
        others = [
            other
            for other in programme.figures.values()
            if reads
            and abs(abs(float(other["value"])) - abs(float(reads.value))) > float(reads.tolerance)
        ]
        if others:
            new = chance.choice(others)["id"]
            yield put_column(programme, "places", index, "figure", new)


@kind("gedruckte Näherung (rund, knapp) weggelassen", "printed hedge (about) left out")
def hedge_lost(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["approximation"]:
            place = programme.cell("figures", index, "approximation")
            yield Site(put("figures", index, approximation=""), (place,), Why.SOURCE)
