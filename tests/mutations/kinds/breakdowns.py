"""A sum was put together wrongly: a part, the total, the kind or the sign."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from amip.findings import Place
from amip.records.record import Row
from mutations.cover import read_spans
from mutations.kind import Edit, Site, Why, drop, insert, kind, put
from mutations.programme import Draft, Programme
from mutations.relation import Relation, sum_of


def _groups(programme: Programme) -> Iterator[tuple[str, list[int], list[Row]]]:
    """Yield the breakdowns that nobody has reviewed: name, indices and rows."""
    found: dict[str, list[int]] = {}
    for index, row in programme.rows("breakdowns"):
        found.setdefault(row["id"], []).append(index)
    rows = programme.record.rows("breakdowns")
    for name, indices in found.items():
        if name not in programme.reviewed:
            yield name, indices, [rows[index] for index in indices]


def _breaks(programme: Programme, rows: list[dict[str, str]], kind: str = "") -> bool:
    """Tell whether a breakdown of these rows does not add up."""
    if not rows:
        return True
    signs = {row["figure"]: 1 if row["role"] == "part" else -1 for row in rows}
    total = rows[0]["total"]
    relation = Relation(
        "", frozenset({total, *signs}), sum_of(kind or rows[0]["kind"], total, signs)
    )
    spans = read_spans(programme)
    return relation.figures <= spans.keys() and not relation.holds(spans)


def _places(
    programme: Programme, name: str, indices: list[int], column: str = ""
) -> tuple[Place, ...]:
    return tuple(Place(f"{programme.slug}/breakdowns.csv", at + 2, column, name) for at in indices)


def _site(programme: Programme, edit: Edit, places: tuple[Place, ...], *, seen: bool) -> Site:
    return Site(edit, places, None if seen else Why.UNCOVERED)


@kind("Teil einer Aufgliederung vergessen", "part of a breakdown left out")
def part_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for name, indices, rows in _groups(programme):
        for at, index in enumerate(indices):
            left = [dict(row) for row in rows[:at] + rows[at + 1 :]]
            if rows[at]["kind"] == "exhaustive" and len(rows) > 1:
                places = _places(programme, name, indices)
                yield _site(
                    programme, drop("breakdowns", index), places, seen=_breaks(programme, left)
                )


@kind("Teil doppelt gezählt: Zeile zweimal", "part counted twice: the row again")
def part_twice(programme: Programme, chance: Random) -> Iterator[Site]:
    for name, indices, _ in _groups(programme):
        for index in indices:
            places = _places(programme, name, [index, index + 1], "figure")
            yield Site(insert("breakdowns", index), places)


@kind("Teil doppelt gezählt: Zwischensumme und ihre Teile", "subtotal counted with its parts")
def subtotal_and_parts(programme: Programme, chance: Random) -> Iterator[Site]:
    groups = {rows[0]["total"]: rows for _, _, rows in _groups(programme)}
    for name, indices, rows in _groups(programme):
        for at, row in enumerate(rows):
            inner = groups.get(row["figure"])
            if rows[0]["kind"] == "exhaustive" and inner and inner[0]["kind"] == "exhaustive":
                added = inner[0]["figure"]
                index = indices[at]
                new = [dict(each) for each in rows] + [{**row, "figure": added}]
                places = _places(programme, name, [index, index + 1], "figure")
                edit = insert("breakdowns", index, figure=added)
                yield _site(programme, edit, places, seen=_breaks(programme, new))


@kind("falsche Summe zugeordnet", "another figure as the total")
def total_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    totals = [rows[0]["total"] for _, _, rows in _groups(programme)]
    for name, indices, rows in _groups(programme):
        members = {row["figure"] for row in rows} | {rows[0]["total"]}
        others = [total for total in totals if total not in members]
        if others and rows[0]["kind"] == "exhaustive":
            total = chance.choice(others)
            new = [{**row, "total": total} for row in rows]

            def edit(draft: Draft, indices: list[int] = indices, total: str = total) -> None:
                for index in indices:
                    put("breakdowns", index, total=total)(draft)

            places = _places(programme, name, indices, "total")
            yield _site(programme, edit, places, seen=_breaks(programme, new))


@kind("Summe nur in einer Zeile falsch", "total wrong in one row only")
def total_differs(programme: Programme, chance: Random) -> Iterator[Site]:
    totals = sorted({rows[0]["total"] for _, _, rows in _groups(programme)})
    for name, indices, rows in _groups(programme):
        others = [total for total in totals if total != rows[0]["total"]]
        if len(rows) > 1 and others:
            places = _places(programme, name, indices, "total")
            yield Site(put("breakdowns", indices[-1], total=others[0]), places)


@kind("falscher Teil zugeordnet", "another figure as a part")
def part_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    names = list(programme.figures)
    for name, indices, rows in _groups(programme):
        members = {row["figure"] for row in rows} | {rows[0]["total"]}
        at = chance.randrange(len(rows))
        other = chance.choice([each for each in names if each not in members])
        new = [dict(row) for row in rows]
        new[at]["figure"] = other
        place = _places(programme, name, [indices[at]], "figure")
        edit = put("breakdowns", indices[at], figure=other)
        yield _site(programme, edit, place, seen=_breaks(programme, new))


def _rekinded(programme: Programme, old: str, new: str, why: Why | None = None) -> Iterator[Site]:
    for name, indices, rows in _groups(programme):
        if rows[0]["kind"] == old:

            def edit(draft: Draft, indices: list[int] = indices) -> None:
                for index in indices:
                    put("breakdowns", index, kind=new)(draft)

            places = _places(programme, name, indices, "kind")
            seen = _breaks(programme, [{**row, "kind": new} for row in rows])
            yield Site(edit, places, None if seen else why or Why.UNCOVERED)


@kind("»darunter« als »davon« erfasst", "a selection recorded as exhaustive")
def selection_as_exhaustive(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _rekinded(programme, "selection", "exhaustive")


@kind("überschneidende Teile als »davon« erfasst", "overlapping parts recorded as exhaustive")
def overlapping_as_exhaustive(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _rekinded(programme, "overlapping", "exhaustive")


@kind("»davon« als »darunter« erfasst", "an exhaustive breakdown recorded as a selection")
def exhaustive_as_selection(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _rekinded(programme, "exhaustive", "selection", Why.WEAKER)


@kind("»davon« als überschneidend erfasst", "an exhaustive breakdown recorded as overlapping")
def exhaustive_as_overlapping(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _rekinded(programme, "exhaustive", "overlapping", Why.WEAKER)


@kind("Aufgliederung als Differenz erfasst", "a breakdown recorded as a difference")
def exhaustive_as_difference(programme: Programme, chance: Random) -> Iterator[Site]:
    for site, (_, _, rows) in zip(
        _rekinded(programme, "exhaustive", "difference"),
        (each for each in _groups(programme) if each[2][0]["kind"] == "exhaustive"),
        strict=True,
    ):
        # A difference has one part and one deduction; sums of parts only are none.
        roles = sorted(row["role"] for row in rows)
        yield Site(site.edit, site.cells, None if roles != ["deduction", "part"] else site.hidden)


@kind("Abzug als Teil erfasst", "a deduction recorded as a part")
def deduction_as_part(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _flipped(programme, "deduction", "part")


@kind("Teil als Abzug erfasst", "a part recorded as a deduction")
def part_as_deduction(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _flipped(programme, "part", "deduction")


def _flipped(programme: Programme, old: str, new: str) -> Iterator[Site]:
    for name, indices, rows in _groups(programme):
        for at, index in enumerate(indices):
            if rows[at]["role"] == old:
                changed = [dict(row) for row in rows]
                changed[at]["role"] = new
                # Only sums know deductions.
                strange = rows[0]["kind"] not in {"exhaustive", "difference"}
                edit, place = (
                    put("breakdowns", index, role=new),
                    _places(programme, name, [index], "role"),
                )
                yield _site(programme, edit, place, seen=strange or _breaks(programme, changed))
