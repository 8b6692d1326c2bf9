"""The tables that the mappings read: record tables with every derived cell worked out.

Mappings hold no functions, so whatever has to be computed (datatype of a period, half-unit of a
printed figure, IRI of a unit, span of a place) is computed here, once, as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from amip.records.cells import Cells, Tables, half_unit, spread_period, unit_iri
from amip.records.districts import load_states
from amip.records.heads import HEAD_TABLES
from amip.records.record import HEAD, PLACE_LABELS, Record, Row, name_span
from amip.records.schema import DIMENSIONS
from amip.records.values import parse_figure
from amip.terms import ID

_ABOUT = (
    ("figures", "obs"),
    ("breakdowns", "breakdown"),
    ("ratios", "ratio"),
    ("targets", "target"),
)
_STAFF = "staff-"


def make_tables(record: Record) -> Tables:
    """Work out the tables of a record that the mappings in `mappings/` read, by name."""
    tables: Tables = {name: list(make(record)) for name, make in _MAKERS.items()}
    tables["mentions"] = list(_mentions(record))
    return tables


def _rows(record: Record, table: str) -> Iterator[tuple[Row, dict[str, str], int]]:
    """Yield row, copy with the programme's name, and line number."""
    for number, row in record.numbered(table):
        yield row, {**row, "programme": record.slug, "jobcenter": _jobcenter(record)}, number


def _jobcenter(record: Record) -> str:
    return record.section("jobcenter").get("id", "")


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def dimension_key(row: Row) -> str:
    """Return the canonical key of the optional dimensions of a figure, `-` when it has none.

    >>> dimension_key({"instrument": "AGH", "region": ""})
    'instrument=AGH'
    """
    return ";".join(f"{name}={row[name]}" for name in DIMENSIONS if row.get(name)) or "-"


def _cube(row: Row) -> str:
    """Return the cube that has a place for such a figure, "" where none has."""
    if row["value_kind"] == "change":
        return ""
    if row.get("instrument"):
        return "instruments"
    if row.get("budget_line"):
        return "budget"
    if row["indicator"].startswith(_STAFF):
        return "staff"
    return "key-figures" if dimension_key(row) == "-" else ""


def _coordinates(row: Row) -> tuple[object, ...]:
    """Return what tells the figures of a programme apart in a cube.

    These are the dimensions of `ontology/cubes.ttl` but for programme and Jobcenter, which all
    figures of a record share; instrument and budget line stand in the dimension key.
    """
    period = spread_period(row["period"], "period")
    when = tuple(period.get(f"period_{kind}", "") for kind in ("year", "month", "day"))
    return _cube(row), row["indicator"], when, row["value_kind"], row["sex"], dimension_key(row)


def _cells(record: Record) -> Iterator[Cells]:
    """Yield the figures that fill a cell of a cube.

    A cube holds one value per cell (RDF Data Cube, IC-12). Figures that agree in all dimensions
    differ in an attribute or contradict each other in print; to choose one of them would be a
    judgement, so that none of them stands in the cube.
    """
    taken = Counter(_coordinates(row) for row in record.rows("figures"))
    for row, cells, number in _rows(record, "figures"):
        cube = _cube(row)
        if cube and taken[_coordinates(row)] == 1:
            yield Cells(cells | {"cube": cube}, f"{record.slug}/figures.csv", number)


def _area_key(record: Record, region: str) -> str:
    """Return the key of the area that a figure is about, "" where it has none of its own.

    Without a region it is the Jobcenter's district, if it has just one.
    """
    if region:
        return load_states().get(region, "")
    keys = [area["ags"] for area in record.items("area")]
    return keys[0] if len(keys) == 1 else ""


def _figures(record: Record) -> Iterator[Cells]:
    for row, cells, number in _rows(record, "figures"):
        printed = parse_figure(row["printed"])
        cells |= spread_period(row["period"], "period") | spread_period(
            row["base_period"], "base", "base_from"
        )
        cells |= spread_period(row["as_of"], "as_of", "as_of_from")
        cells |= {
            "sex_code": row["sex"] or "T",
            "unit_iri": unit_iri(row["unit"]),
            "dimension_key": dimension_key(row),
            "area_key": _area_key(record, row["region"]),
            "span": name_span(row),
        }
        if printed:
            cells |= {
                "decimals": str(printed.decimals),
                "tolerance": _plain(printed.within(row["approximation"])),
            }
        yield Cells(cells, f"{record.slug}/figures.csv", number)


def _places(record: Record) -> Iterator[Cells]:
    for row, cells, number in _rows(record, "places"):
        yield Cells(cells | {"span": name_span(row)}, f"{record.slug}/places.csv", number)


def _targets(record: Record) -> Iterator[Cells]:
    figures = {row.get("id", ""): row for row in record.rows("figures")}
    for row, cells, number in _rows(record, "targets"):
        # A prepared target names its figure, which may be withheld since it is still empty.
        cells |= {
            name: row[name] if row[name] in figures else ""
            for name in ("target_figure", "base_figure")
        }
        cells |= spread_period(row["period"], "period") | spread_period(
            row["base_period"], "base", "base_from"
        )
        cells |= {
            "sex_code": row["sex"] or "T",
            "change_unit_iri": unit_iri(row["change_unit"]),
            # What quantifies a target is printed where its figure is.
            "span": name_span(row) or name_span(figures.get(row["target_figure"], {})),
            "tolerance": half_unit(row["relative_change"]),
        }
        yield Cells(cells, f"{record.slug}/targets.csv", number)


def _breakdowns(record: Record) -> Iterator[Cells]:
    for row, cells, number in _rows(record, "breakdowns"):
        yield Cells(cells | {row["role"]: row["figure"]}, f"{record.slug}/breakdowns.csv", number)


def _ratios(record: Record) -> Iterator[Cells]:
    for _, cells, number in _rows(record, "ratios"):
        yield Cells(cells, f"{record.slug}/ratios.csv", number)


def _statements(record: Record) -> Iterator[Cells]:
    for row, cells, number in _rows(record, "statements"):
        cells |= {
            "span": name_span(row, "label"),
            "field_id": row["id"] if row["kind"] == "field-of-action" else "",
            "measure_id": row["id"] if row["kind"] == "measure" else "",
        }
        yield Cells(cells, f"{record.slug}/statements.csv", number)


def _subjects(record: Record) -> Iterator[Cells]:
    for row, cells, number in _rows(record, "statements"):
        for about in row["about"].split():
            yield Cells(
                cells | {"statement": row["id"], "about": about},
                f"{record.slug}/statements.csv",
                number,
            )


def _discrepancies(record: Record) -> Iterator[Cells]:
    kinds = {row["id"]: kind for table, kind in reversed(_ABOUT) for row in record.rows(table)}
    for row, cells, number in _rows(record, "discrepancies"):
        for about in row["about"].split():
            iri = f"{ID}{kinds[about]}/{record.slug}/{about}" if about in kinds else ""
            yield Cells(cells | {"about_iri": iri}, f"{record.slug}/discrepancies.csv", number)


_MAKERS = {
    **HEAD_TABLES,
    "figures": _figures,
    "cells": _cells,
    "places": _places,
    "targets": _targets,
    "breakdowns": _breakdowns,
    "ratios": _ratios,
    "statements": _statements,
    "subjects": _subjects,
    "discrepancies": _discrepancies,
}


def _mentions(record: Record) -> Iterator[Cells]:
    """Yield one row per stretch of text that figures, targets, statements or the head refer to."""
    seen: set[tuple[str, ...]] = set()
    for file, number, row, column in record.excerpts():
        if file == "left-out.csv" or (file == HEAD and column == "label"):
            continue
        printed, start, span = row.get(column, ""), row.get("start", ""), name_span(row, column)
        labels = {name: row.get(name, "") for name in PLACE_LABELS}
        key = (span, *labels.values())
        if not span or key in seen:
            continue
        seen.add(key)
        cells = {
            "programme": record.slug,
            "span": span,
            "printed": printed,
            "offsets": span if start else "",
            "start": start,
            "end": str(int(start) + len(printed)) if start else "",
            **labels,
        }
        figure = parse_figure(printed) if file in {"figures.csv", "places.csv"} else None
        if figure:
            cells |= {"reads": _plain(figure.value), "tolerance": _plain(figure.tolerance)}
        yield Cells(cells, f"{record.slug}/{file}", number)
