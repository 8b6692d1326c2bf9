"""The record of a programme whose Jobcenter is not known yet."""

from __future__ import annotations

from pathlib import Path

from amip.assets import list_programmes
from amip.records.districts import load_districts
from amip.records.record import Record
from amip.records.skeleton import make_skeleton

_MUNICIPALITY = "kommune"


def make_blank(first_year: int, last_year: int | None = None, *, language: str = "de") -> Record:
    """Make the record of a new programme of a joint institution, without names and area.

    >>> make_blank(2025).section("jobcenter")["name"]
    ''
    """
    taken = " ".join(path.name for path in list_programmes())
    district = next(
        each
        for each in load_districts().values()
        if each.organisation_form == "gE" and each.name.casefold() not in taken
    )
    record = make_skeleton(district, first_year, last_year, language=language)
    body = record.items("sponsors")[-1]["id"]
    sponsors = [
        {**sponsor, "id": _MUNICIPALITY, "name": ""} if sponsor["id"] == body else dict(sponsor)
        for sponsor in record.items("sponsors")
    ]
    nobody = dict.fromkeys(record.section("jobcenter"), "") | {"organisation_form": "gE"}
    tables = {
        table: tuple(
            {name: _MUNICIPALITY if cell == body else cell for name, cell in row.items()}
            for row in rows
        )
        for table, rows in record.tables.items()
    }
    head = {**record.head, "jobcenter": nobody, "sponsors": sponsors, "area": []}
    return Record(Path(), head, tables)
