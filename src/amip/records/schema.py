"""The tables of a record: their columns, and what a cell of each column may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "id", "code", "decimal", "period", "printed", "offset", "page", "reference"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `codes` names the code list of a `code`, `to` the table of a `reference`."""

    name: str
    kind: Kind = "text"
    required: bool = False
    codes: str = ""
    to: str = ""
    many: bool = False


def _code(name: str, codes: str, *, required: bool = False) -> Column:
    return Column(name, "code", required, codes=codes)


_ID = Column("id", "id", required=True)
_PLACE = (Column("section"), Column("table"), Column("row"), Column("column"))
_OFFSET = (Column("start", "offset"), Column("page", "page"), Column("note"))

TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "figures": (
            _ID,
            _code("indicator", "indicators", required=True),
            Column("period", "period", required=True),
            _code("value_kind", "value-kinds", required=True),
            _code("aggregation", "aggregations"),
            Column("value", "decimal", required=True),
            _code("unit", "units", required=True),
            _code("approximation", "approximations"),
            Column("sex", "code", codes="sex"),
            _code("age_group", "age-groups"),
            _code("nationality", "nationalities"),
            _code("target_group", "target-groups"),
            _code("sector", "sectors"),
            _code("instrument", "instruments"),
            _code("budget_line", "budget-lines"),
            _code("staff_category", "staff-categories"),
            Column("provided_by", "reference", to="sponsors"),
            _code("region", "regions"),
            Column("base_period", "period"),
            Column("as_of", "period"),
            Column("printed", "printed", required=True),
            *_PLACE,
            *_OFFSET,
        ),
        "places": (
            Column("figure", "reference", required=True, to="figures"),
            Column("printed", "printed", required=True),
            *_PLACE,
            *_OFFSET[:2],
        ),
        "targets": (
            _ID,
            _code("indicator", "indicators"),
            _code("goal", "goals", required=True),
            _code("level", "target-levels", required=True),
            _code("status", "target-status", required=True),
            Column("period", "period", required=True),
            Column("target_figure", "reference", to="figures"),
            Column("relative_change", "decimal"),
            _code("change_unit", "units"),
            Column("base_figure", "reference", to="figures"),
            Column("base_period", "period"),
            Column("sex", "code", codes="sex"),
            Column("printed"),
            *_PLACE,
            *_OFFSET,
        ),
        "breakdowns": (
            _ID,
            _code("kind", "breakdown-kinds", required=True),
            Column("total", "reference", required=True, to="figures"),
            Column("role", "code", required=True, codes="role"),
            Column("figure", "reference", required=True, to="figures"),
        ),
        "ratios": (
            _ID,
            _code("kind", "ratio-kinds", required=True),
            Column("result", "reference", required=True, to="figures"),
            Column("dividend", "reference", required=True, to="figures"),
            Column("divisor", "reference", required=True, to="figures"),
        ),
        "statements": (
            _ID,
            _code("kind", "statement-kinds", required=True),
            Column("concept", "code", codes="*"),
            Column("label", required=True),
            Column("position", "page"),
            Column("about", "code", codes="*", many=True),
            Column("funded_by"),
            Column("section"),
            *_OFFSET,
        ),
        "discrepancies": (
            _ID,
            Column("about", "reference", required=True, to="*", many=True),
            _code("kind", "discrepancy-kinds", required=True),
            _code("decision", "decisions", required=True),
            Column("note", required=True),
        ),
        "left-out": (
            Column("start", "offset", required=True),
            Column("printed", required=True),
            _code("reason", "left-out-reasons", required=True),
        ),
    }
)

FILLED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "figures": ("value", "printed", "start"),
        "targets": ("status", "relative_change", "printed", "start"),
        "statements": ("label", "start"),
    }
)
"""The cells of prepared rows that say something; a row with none of them is not filled in yet."""


def is_pending(table: str, row: Mapping[str, str]) -> bool:
    """Tell whether a prepared row is not filled in yet: it has an id, but says nothing.

    >>> is_pending("figures", {"id": "egl-2025", "indicator": "budget-amount", "value": ""})
    True
    """
    cells = FILLED_BY.get(table, ())
    return bool(cells and row.get("id")) and not any(row.get(name) for name in cells)


OPTIONAL_TABLES = frozenset({"places", "ratios", "breakdowns", "discrepancies", "left-out"})
"""Tables that a record may do without."""

FIXED_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"sex": ("F", "M"), "role": ("part", "deduction")}
)
"""Codes that are not ours: SDMX sex (empty = not broken down), and the role of a part."""

CONCEPT_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "field-of-action": "fields",
        "graphic": "absence-kinds",
        "instrument-named": "instruments",
        "segment": "target-groups",
        "target-group-named": "target-groups",
    }
)
"""The code list that the concept of a statement comes from, by the kind of the statement."""

DIMENSIONS = (
    "age_group",
    "nationality",
    "target_group",
    "sector",
    "instrument",
    "budget_line",
    "staff_category",
    "provided_by",
    "region",
)
"""The optional dimensions of a figure besides sex, in the order of the dimension key."""


def column_names(table: str) -> list[str]:
    """Return the header of a table.

    >>> column_names("ratios")
    ['id', 'kind', 'result', 'dividend', 'divisor']
    """
    return [column.name for column in TABLES[table]]
