"""Women and men were mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from mutations.context import contradicts_labels, contradicts_ties, is_contradicted
from mutations.cover import is_covered
from mutations.kind import Site, Why, kind, put
from mutations.kinds.misread import misread
from mutations.programme import Draft, Programme
from mutations.relation import fact_key

_SWAP = {"F": "M", "M": "F"}


def _recoded(programme: Programme, index: int, sex: str) -> Site:
    row = programme.record.rows("figures")[index]
    seen = is_contradicted(programme, row, sex=sex)
    place = programme.cell("figures", index, "sex")
    return Site(put("figures", index, sex=sex), (place,), None if seen else Why.UNLABELLED)


@kind("falsches Geschlecht", "wrong sex")
def wrong_sex(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["sex"]:
            yield _recoded(programme, index, _SWAP[row["sex"]])


@kind("Geschlecht vergessen", "sex forgotten")
def sex_forgotten(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if row["sex"]:
            yield _recoded(programme, index, "")


@kind("Gesamtzahl einem Geschlecht zugeordnet", "a total assigned to one sex")
def total_as_women(programme: Programme, chance: Random) -> Iterator[Site]:
    keys = {fact_key(row) for row in programme.figures.values() if row["sex"]}
    for index, row in programme.rows("figures"):
        if not row["sex"] and fact_key(row) in keys:
            yield _recoded(programme, index, "F")


@kind("Zahlen von Frauen und Männern vertauscht", "figures of women and men swapped")
def sexes_swapped(programme: Programme, chance: Random) -> Iterator[Site]:
    for one, two in _pairs(programme):
        rows = programme.record.rows("figures")
        women, men = (
            misread(rows[one], rows[two]["printed"]),
            misread(rows[two], rows[one]["printed"]),
        )
        if women and men:
            cells = tuple(
                programme.cell("figures", index, column)
                for index in (one, two)
                for column in ("value", "printed")
            )
            why = None if is_covered(programme, women, men) else Why.UNCOVERED

            def edit(draft: Draft, one: int = one, two: int = two) -> None:
                mine, its = draft.rows("figures")[one], draft.rows("figures")[two]
                for column in ("value", "printed"):
                    mine[column], its[column] = its[column], mine[column]

            yield Site(edit, cells, why)


@kind("Geschlecht zweier Zeilen vertauscht", "sex of two rows swapped")
def sex_codes_swapped(programme: Programme, chance: Random) -> Iterator[Site]:
    rows = programme.record.rows("figures")
    for one, two in _pairs(programme):
        seen = any(
            contradicts_labels(row, {**row, "sex": _SWAP[row["sex"]]})
            or contradicts_ties(programme, row, "sex", _SWAP[row["sex"]])
            for row in (rows[one], rows[two])
        )

        def edit(draft: Draft, one: int = one, two: int = two) -> None:
            put("figures", one, sex="M")(draft)
            put("figures", two, sex="F")(draft)

        cells = tuple(programme.cell("figures", index, "sex") for index in (one, two))
        yield Site(edit, cells, None if seen else Why.UNLABELLED)


def _pairs(programme: Programme) -> Iterator[tuple[int, int]]:
    """Yield women and men of the same fact with different values."""
    men = {fact_key(row): index for index, row in programme.rows("figures") if row["sex"] == "M"}
    rows = programme.record.rows("figures")
    for index, row in programme.rows("figures"):
        other = men.get(fact_key(row), index)
        if row["sex"] == "F" and row["value"] != rows[other]["value"]:
            yield index, other
