"""A cell refers to something that is not there, or is something else."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from amip.records.schema import TABLES, Column
from mutations.kind import Finder, Kind, Site, add_kind, kind, put_column
from mutations.programme import Programme


def _dangling(table: str, column: Column) -> Finder:
    def find(programme: Programme, chance: Random) -> Iterator[Site]:
        for index, row in programme.rows(table):
            if name := row[column.name]:
                # The typo of a person: one letter of the id is gone.
                at = chance.randrange(1, len(name))
                new = (name[:at] + name[at + 1 :]).strip("- ").replace("--", "-")
                if not set(new.split()) <= programme.figures.keys():
                    yield put_column(programme, table, index, column.name, new)

    return find


for _table, _columns in TABLES.items():
    for _column in _columns:
        if _column.kind == "reference":
            _name = f"dangling-{_table}-{_column.name.replace('_', '-')}"
            _de = f"Verweis in {_table}.{_column.name} vertippt"
            _en = f"reference in {_table}.{_column.name} mistyped"
            add_kind(Kind(_name, _de, _en, _dangling(_table, _column)))


@kind("Verweis auf eine Beschriftung statt einer Kennung", "reference to a label, not an id")
def reference_to_label(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, columns in TABLES.items():
        for column in columns:
            for index, row in programme.rows(table):
                if column.kind == "reference" and row[column.name] and not column.many:
                    yield put_column(programme, table, index, column.name, "Insgesamt")


@kind("Pflicht-Verweis leer gelassen", "required reference left empty")
def reference_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for table, columns in TABLES.items():
        for column in columns:
            for index, row in programme.rows(table):
                if column.kind == "reference" and column.required and row[column.name]:
                    yield put_column(programme, table, index, column.name, "")


@kind("Prüfvermerk zur falschen Angabe", "review note about another figure")
def review_of_another(programme: Programme, chance: Random) -> Iterator[Site]:
    free = sorted(programme.figures.keys() - programme.reviewed)
    for index, row in programme.rows("discrepancies"):
        for name in row["about"].split():
            others = row["about"].replace(name, chance.choice(free), 1)
            yield put_column(programme, "discrepancies", index, "about", others)


@kind("Prüfvermerk ohne Begründung", "review note without a reason")
def review_without_reason(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, _ in programme.rows("discrepancies"):
        yield put_column(programme, "discrepancies", index, "note", "")
