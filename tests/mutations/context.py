"""Whether the surroundings of a figure contradict a changed dimension.

Structural: labels of its row and column, other figures of the same key, and the figures that it
is tied to by a breakdown, a ratio or a target. Which ties share which dimension was counted in
the five programmes: only those that do so without exception count here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from amip.records.record import Row
from mutations.programme import Programme
from mutations.relation import Span, fact_key, read_span

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SEXES = {
    "F": re.compile(r"\b(frauen|weiblich)", re.IGNORECASE),
    "M": re.compile(r"\b(männer|männlich)", re.IGNORECASE),
}
_KINDS = {
    "actual": re.compile(r"\b[Il]st\b"),
    "plan": re.compile(r"\bPlan\b"),
    "estimate": re.compile(r"\bSchätz"),
    "allocation": re.compile(r"\bZuteilung\b"),
}
_SHARED = {
    "exhaustive": {"period", "unit", "aggregation", "region", "base_period", "as_of"},
    "selection": {"period", "unit", "aggregation", "region", "base_period", "as_of", "value_kind"},
    "overlapping": {"period", "unit", "aggregation", "region", "base_period", "as_of", "sex"},
    "difference": {
        *("indicator", "unit", "aggregation", "sex", "age_group", "nationality"),
        *("target_group", "instrument", "budget_line", "region", "staff_category"),
    },
    "share": {"period", "value_kind", "sex", "region", "instrument", "budget_line", "age_group"},
    "relative-change": {"indicator", "sex", "region", "instrument", "budget_line", "age_group"},
    "relative-difference": {"indicator", "period", "sex", "region", "instrument", "budget_line"},
}


def is_contradicted(programme: Programme, row: Row, /, **cells: str) -> bool:
    """Tell whether other values in some cells of a figure contradict its surroundings."""
    new = {**row, **cells}
    return (
        _collides(programme, new)
        or any(contradicts_ties(programme, row, column, value) for column, value in cells.items())
        or contradicts_labels(row, new)
        or _misses_target(programme, row, new)
    )


def _plain(value: str) -> str:
    return value.rstrip("~")


def _collides(programme: Programme, new: Row) -> bool:
    """Another figure of the same key has an incompatible value."""
    span = read_span(new)
    for other in programme.figures.values():
        if other["id"] != new["id"] and other["sex"] == new["sex"]:
            second = read_span(other)
            if fact_key(other) == fact_key(new) and span and second:
                return not _meets(span, second)
    return False


def _meets(one: Span, two: Span) -> bool:
    return one.meets(two.low, two.high)


def _ties(programme: Programme, name: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the kind and the members of every breakdown and ratio that a figure is in."""
    members: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for _, row in programme.rows("breakdowns"):
        members.setdefault(row["id"], set()).update({row["total"], row["figure"]})
        kinds[row["id"]] = row["kind"]
    for _, row in programme.rows("ratios"):
        members[row["id"]] = {row["result"], row["dividend"], row["divisor"]}
        kinds[row["id"]] = row["kind"]
    for tie, names in members.items():
        if name in names:
            yield kinds[tie], names - {name}


def contradicts_ties(programme: Programme, row: Row, column: str, value: str) -> bool:
    """Tell whether a tie whose figures all share a dimension has one that differs now."""
    for kind, names in _ties(programme, row["id"]):
        others = {_plain(programme.figures[name][column]) for name in names}
        if column in _SHARED[kind] and others == {_plain(row[column])} != {_plain(value)}:
            return True
    return False


def contradicts_labels(row: Row, new: Row) -> bool:
    """Tell whether labels that fit a row do not fit its changed cells."""
    labels = " ".join((row["row"], row["column"]))
    years = set(_YEAR.findall(labels))
    if years and years <= _years(row) and not years <= _years(new):
        return True
    if (pattern := _SEXES.get(row["sex"])) and new["sex"] != row["sex"] and pattern.search(labels):
        return True
    if not row["sex"] and (pattern := _SEXES.get(_other(new["sex"]))) and pattern.search(labels):
        return True
    kind = _KINDS.get(row["value_kind"])
    return bool(kind and kind.search(row["column"]) and new["value_kind"] != row["value_kind"])


def _other(sex: str) -> str:
    return {"F": "M", "M": "F"}.get(sex, "")


def _years(row: Mapping[str, str]) -> set[str]:
    return set(_YEAR.findall(f"{row['period']} {row['base_period']} {row['as_of']}"))


def _misses_target(programme: Programme, row: Row, new: Row) -> bool:
    """A target whose figure it is names another indicator, year or sex."""
    for _, target in programme.rows("targets"):
        if target["target_figure"] == row["id"]:
            pairs = (("indicator", "indicator"), ("period", "period"), ("sex", "sex"))
        elif target["base_figure"] == row["id"]:
            pairs = (("indicator", "indicator"), ("base_period", "period"), ("sex", "sex"))
        else:
            continue
        if any(_plain(target[mine]) != _plain(new[its]) for mine, its in pairs):
            return True
    return False
