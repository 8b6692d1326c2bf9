"""Ids for rows that have none: short, readable, and the same each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amip.records.record import Row
from amip.records.skeleton import slugify

_LONGEST = 48
_FIGURE_PARTS = (
    *("target_group", "age_group", "nationality", "sector", "staff_category", "provided_by"),
    "region",
)
_SEXES = {"F": "f", "M": "m"}
_GENERAL = frozenset({"budget-amount"})


def fill_ids(table: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Give every row without an id one that no other row has.

    The parts of one breakdown get the same id.

    >>> fill_ids("ratios", [{"id": "", "kind": "share", "result": "k2-2025"}])[0]["id"]
    'k2-2025-share'
    """
    listed = list(rows)
    taken = {row["id"] for row in listed if row.get("id")}
    shared: dict[tuple[str, str], str] = {}
    filled: list[Row] = []
    for row in listed:
        if row.get("id") or "id" not in row:
            filled.append(row)
            continue
        key = (row.get("total", ""), row.get("kind", ""))
        if table == "breakdowns" and key in shared:
            name = shared[key]
        else:
            name = shared[key] = _make_unique(_suggest(table, row), taken)
        taken.add(name)
        filled.append({**row, "id": name})
    return tuple(filled)


def _suggest(table: str, row: Mapping[str, str]) -> str:
    match table:
        case "figures":
            parts = _name_figure(row)
        case "targets":
            parts = [row.get("indicator") or row.get("goal", ""), row.get("period", "")]
            parts.append(_SEXES.get(row.get("sex", ""), ""))
        case "statements":
            parts = [row.get("kind", ""), row.get("concept") or row.get("label", "")]
        case "breakdowns":
            parts = [row.get("total", ""), row.get("kind", "")]
        case "ratios":
            parts = [row.get("result", ""), row.get("kind", "")]
        case "discrepancies":
            parts = [row.get("about", "").partition(" ")[0], row.get("kind", "")]
        case _:
            parts = [row.get("name", "")]
    name = slugify(" ".join(part for part in parts if part))
    return name[:_LONGEST].strip("-") or "row"


def _name_figure(row: Mapping[str, str]) -> list[str]:
    indicator, topic = row.get("indicator", ""), row.get("budget_line") or row.get("instrument", "")
    parts = [topic, "" if topic and indicator in _GENERAL else indicator]
    parts += [row.get(name, "") for name in _FIGURE_PARTS]
    parts.append(row.get("period", ""))
    parts.append("" if row.get("value_kind") == "actual" else row.get("value_kind", ""))
    return [*parts, _SEXES.get(row.get("sex", ""), "")]


def _make_unique(name: str, taken: Iterable[str]) -> str:
    known, number, free = set(taken), 1, name
    while free in known:
        number += 1
        free = f"{name}-{number}"
    return free
