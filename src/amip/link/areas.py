"""The areas that figures are about: districts of today and of the past, the Länder, Germany.

The tables are `ontology/areas/*.csv`, whose README names source and licence of every column;
`mappings/linked/areas.yarrrml.yml` lifts them. Inhabitants and land area of a district are
observations of official statistics like any other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from amip.assets import find_folder
from amip.lift import lift_tables, read_mapping_file
from amip.records.cells import Cells, Tables, half_unit, unit_iri
from amip.records.districts import load_districts

SIZES_DATE = "2022-12-31"
_SIZES = MappingProxyType(
    {"population_2022": ("population", "NUM"), "area_km2": ("land-area", "KiloM2")}
)


@dataclass(frozen=True, slots=True)
class FormerDistrict:
    """A district that does not exist throughout: `until` is its last day, `origin` its first.

    `successors` are the keys of the districts that its area belongs to now. Dates are ISO 8601
    texts, "" where there is none.
    """

    ags: str
    name: str
    origin: str
    until: str
    successors: tuple[str, ...]


@cache
def load_former_districts() -> MappingProxyType[str, FormerDistrict]:
    """Load the districts that are not in the register of today, by AGS.

    >>> load_former_districts()["16056"].successors
    ('16063',)
    """
    return MappingProxyType(
        {
            cells["ags"]: FormerDistrict(
                cells["ags"],
                cells["name"],
                cells["from"],
                cells["until"],
                tuple(cells["successors"].split()),
            )
            for cells in (dict(row.values) for row in _read("former-districts"))
        }
    )


@cache
def lift_areas() -> str:
    """Lift the register of areas: N-Quads of the graph `id:graph/areas`."""
    path = find_folder("mappings") / "linked" / "areas.yarrrml.yml"
    quads, _ = lift_tables(_make_tables(), read_mapping_file(path))
    return quads


def _make_tables() -> Tables:
    former = _read("former-districts")
    titles = {ags: {"title": district.title} for ags, district in load_districts().items()}
    districts = [
        Cells({**row.values, **titles[row.values["ags"]]}, row.file, row.row)
        for row in _read("districts")
    ]
    return {
        "districts": [
            *districts,
            *(
                Cells({**row.values, "title": row.values["name"]}, row.file, row.row)
                for row in former
            ),
        ],
        "successions": [
            Cells({**row.values, "successor": successor}, row.file, row.row)
            for row in former
            for successor in row.values["successors"].split()
        ],
        "states": _read("states"),
        "sizes": [size for row in districts for size in _sizes(row)],
    }


def _read(name: str) -> list[Cells]:
    path = find_folder("ontology") / "areas" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [Cells(row, path.name, line) for line, row in enumerate(csv.DictReader(file), 2)]


def _sizes(row: Cells) -> Iterator[Cells]:
    columns = list(row.values)
    for column, (indicator, unit) in _SIZES.items():
        printed = row.values[column]
        cells = {
            "ags": row.values["ags"],
            "day": SIZES_DATE,
            "indicator": indicator,
            "dimension_key": "-",
            "value": printed,
            "tolerance": half_unit(printed),
            "decimals": str(len(printed.partition(".")[2])),
            "unit_iri": unit_iri(unit),
            "printed": printed,
            "line": str(row.row),
            "column": str(columns.index(column) + 1),
        }
        yield Cells(cells, row.file, row.row)
