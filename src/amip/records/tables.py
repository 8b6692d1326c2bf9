"""The tables that the mappings read: record tables with every derived cell worked out.

Mappings hold no functions, so whatever has to be computed (datatype of a period, half-unit of a
printed figure, IRI of a unit, span of a place) is computed here, once, as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from amip.records.periods import parse_period
from amip.records.record import HEAD, PLACE_LABELS, Record, Row, name_span
from amip.records.schema import DIMENSIONS
from amip.records.values import parse_decimal, parse_figure
from amip.terms import CODE, ID, PREFIXES

_ABOUT = (
    ("figures", "obs"),
    ("breakdowns", "breakdown"),
    ("ratios", "ratio"),
    ("targets", "target"),
)
_STAFF = "staff-"


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for the mappings: its cells, and the file and line that it comes from."""

    values: Mapping[str, str]
    file: str
    row: int


Tables: TypeAlias = dict[str, list[Cells]]


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


def _period(cell: str, prefix: str, start_prefix: str = "from") -> dict[str, str]:
    period = parse_period(cell) if cell else None
    if period is None:
        return {}
    return period.columns(prefix, start_prefix) | {
        f"{prefix}_inferred": "true" if period.inferred else ""
    }


def unit_iri(notation: str) -> str:
    """Return the IRI of a unit: QUDT's, or our own for the percentage point that QUDT lacks."""
    if not notation:
        return ""
    return (CODE if notation == "percentage-point" else PREFIXES["unit"]) + notation


def dimension_key(row: Row) -> str:
    """Return the canonical key of the optional dimensions of a figure, `-` when it has none.

    >>> dimension_key({"instrument": "AGH", "region": ""})
    'instrument=AGH'
    """
    return ";".join(f"{name}={row[name]}" for name in DIMENSIONS if row.get(name)) or "-"


def _cube(row: Row) -> str:
    if row["value_kind"] == "change":
        return ""
    if row.get("instrument"):
        return "instruments"
    if row.get("budget_line"):
        return "budget"
    if row["indicator"].startswith(_STAFF):
        return "staff"
    return "key-figures" if dimension_key(row) == "-" else ""


def _figures(record: Record) -> Iterator[Cells]:
    for row, cells, number in _rows(record, "figures"):
        printed = parse_figure(row["printed"])
        cells |= _period(row["period"], "period") | _period(row["base_period"], "base", "base_from")
        cells |= _period(row["as_of"], "as_of", "as_of_from")
        cells |= {
            "cube": _cube(row),
            "sex_code": row["sex"] or "T",
            "unit_iri": unit_iri(row["unit"]),
            "dimension_key": dimension_key(row),
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
        cells |= _period(row["period"], "period") | _period(row["base_period"], "base", "base_from")
        cells |= {
            "sex_code": row["sex"] or "T",
            "change_unit_iri": unit_iri(row["change_unit"]),
            # What quantifies a target is printed where its figure is.
            "span": name_span(row) or name_span(figures.get(row["target_figure"], {})),
            "tolerance": _half_unit(row["relative_change"]),
        }
        yield Cells(cells, f"{record.slug}/targets.csv", number)


def _half_unit(cell: str) -> str:
    value = parse_decimal(cell)
    if value is None:
        return ""
    exponent = value.as_tuple().exponent
    return _plain(Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1))


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


def _programme(record: Record) -> Iterator[Cells]:
    jobcenter, source = record.section("jobcenter"), record.section("source")
    first, last = record.text("first_year"), record.text("last_year")
    name = jobcenter.get("name", "")
    yield Cells(
        {
            "programme": record.slug,
            "title": record.text("title"),
            "label": f"{name} {first if first == last else f'{first}–{last}'}",
            "jobcenter": jobcenter.get("id", ""),
            "jobcenter_name": name,
            "organisation_form": jobcenter.get("organisation_form", ""),
            "seat": jobcenter.get("seat", ""),
            "first_year": first,
            "last_year": last,
            "replaces": record.text("replaces"),
            "file": source.get("file", ""),
            "source_title": source.get("title", ""),
            "sha256": source.get("sha256", ""),
        },
        f"{record.slug}/programme.yaml",
        0,
    )


def _items(record: Record, *path: str) -> Iterator[tuple[Row, dict[str, str], str]]:
    file = f"{record.slug}/programme.yaml"
    for item in record.items(*path):
        yield item, {**item, "programme": record.slug, "jobcenter": _jobcenter(record)}, file


def _sponsors(record: Record) -> Iterator[Cells]:
    for item, cells, file in _items(record, "sponsors"):
        yield Cells(cells | {"sponsor": item["id"]}, file, 0)


def _areas(record: Record) -> Iterator[Cells]:
    for _, cells, file in _items(record, "area"):
        yield Cells(cells, file, 0)


def _dates(record: Record) -> Iterator[Cells]:
    for item, cells, file in _items(record, "source", "dates"):
        yield Cells(
            cells
            | _period(item["date"], item["kind"].replace("-", "_"))
            | {"span": name_span(item)},
            file,
            0,
        )


def _bodies(record: Record) -> Iterator[Cells]:
    for item, cells, file in _items(record, "bodies"):
        yield Cells(cells | {"span": name_span(item)}, file, 0)


_MAKERS = {
    "programme": _programme,
    "sponsors": _sponsors,
    "areas": _areas,
    "dates": _dates,
    "bodies": _bodies,
    "figures": _figures,
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
