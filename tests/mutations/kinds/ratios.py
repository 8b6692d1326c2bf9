"""A percentage was tied to the wrong figures."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from amip.records.record import Row
from mutations.cover import read_spans
from mutations.kind import Site, Why, kind, put
from mutations.programme import Programme
from mutations.relation import ratio_of


def _ratios(programme: Programme) -> Iterator[tuple[int, Row]]:
    for index, row in programme.rows("ratios"):
        if row["id"] not in programme.reviewed:
            yield index, row


def _site(programme: Programme, index: int, **cells: str) -> Site:
    row = {**programme.record.rows("ratios")[index], **cells}
    spans = read_spans(programme)
    names = row["result"], row["dividend"], row["divisor"]
    seen = spans.keys() >= set(names) and not ratio_of(row["kind"], names)(spans)
    places = tuple(programme.cell("ratios", index, column) for column in cells)
    return Site(put("ratios", index, **cells), places, None if seen else Why.UNCOVERED)


@kind("Zähler und Nenner vertauscht", "dividend and divisor swapped")
def ratio_swapped(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in _ratios(programme):
        yield _site(programme, index, dividend=row["divisor"], divisor=row["dividend"])


@kind("Art des Verhältnisses verwechselt", "kind of ratio mixed up")
def ratio_kind_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    swap = {
        "share": "relative-change",
        "relative-change": "share",
        "relative-difference": "relative-change",
    }
    for index, row in _ratios(programme):
        yield _site(programme, index, kind=swap[row["kind"]])


def _replaced(programme: Programme, chance: Random, column: str) -> Iterator[Site]:
    rows = programme.record.rows("ratios")
    for index, row in _ratios(programme):
        others = [other[column] for other in rows if other[column] != row[column]]
        if others:
            yield _site(programme, index, **{column: chance.choice(others)})


@kind("Verhältnis mit fremdem Ergebnis", "ratio with another result")
def ratio_result_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _replaced(programme, chance, "result")


@kind("Verhältnis mit fremdem Zähler", "ratio with another dividend")
def ratio_dividend_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _replaced(programme, chance, "dividend")


@kind("Verhältnis mit fremdem Nenner", "ratio with another divisor")
def ratio_divisor_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _replaced(programme, chance, "divisor")
