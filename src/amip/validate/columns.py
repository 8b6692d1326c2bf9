"""Which column of a record a property of the graph was lifted from, by the mappings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType

from amip.findings import Place
from amip.lift import read_mappings
from amip.records.schema import TABLES

_DATATYPE = re.compile(r"_(?:year|month|day|inferred)$")

_WORKED_OUT: Mapping[str, str] = MappingProxyType(
    {
        "from": "period",
        "base": "base_period",
        "base_from": "base_period",
        "as_of_from": "as_of",
        "part": "figure",
        "deduction": "figure",
        "decimals": "printed",
        "span": "start",
    }
)
"""Columns that `make_tables` works out under a name that does not begin with the cell's own."""


@cache
def read_columns() -> Mapping[tuple[str, str], str]:
    """Read the column of each table and predicate; a predicate of several columns has none.

    >>> read_columns()["figures", "http://purl.org/linked-data/sdmx/2009/attribute#unitMeasure"]
    'unit'
    """
    found: dict[tuple[str, str], set[str]] = {}
    for mapping in read_mappings():
        for statement in mapping.statements:
            known = found.setdefault((mapping.table, statement.predicate), set())
            known |= {
                cell
                for name in statement.target.columns
                if (cell := find_cell(mapping.table, name))
            }
    return MappingProxyType({key: min(names) for key, names in found.items() if len(names) == 1})


def find_cell(table: str, column: str) -> str:
    """Return the column of the record that a column of a mapping is made from, "" for none.

    >>> find_cell("figures", "as_of_month"), find_cell("targets", "change_unit_iri")
    ('as_of', 'change_unit')
    """
    names = [each.name for each in TABLES.get(table, ())]
    plain = _WORKED_OUT.get(_DATATYPE.sub("", column), column)
    fits = [name for name in names if plain == name or plain.startswith(f"{name}_")]
    return max(fits, key=len, default="")


def find_column(place: Place | None, predicate: str) -> str:
    """Return the column of a place that a property was lifted from, "" when there is none."""
    if place is None or not predicate:
        return ""
    return read_columns().get((PurePosixPath(place.file).stem, predicate), "")
