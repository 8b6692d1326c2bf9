"""Check the cells of a record against the tables' columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.records.periods import parse_period
from amip.records.record import HEAD, Record, Row
from amip.records.schema import FILLED_BY, FIXED_CODES, TABLES, Column, is_pending
from amip.records.values import parse_decimal, parse_figure
from amip.terms import load_list, load_lists

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WHOLE = re.compile(r"[0-9]{1,18}")
_REQUIRED = ("title", "first_year", "last_year")
_REQUIRED_OF_JOBCENTER = ("id", "name", "organisation_form")
_ITEMS = {
    ("sponsors",): (("id", "kind", "name"), "kind", "sponsor-kinds"),
    ("area",): (("ags", "name"), "", ""),
    ("bodies",): (("body", "printed"), "body", "bodies"),
    ("sections",): (("label",), "", ""),
    ("source", "dates"): (("kind", "date", "printed"), "kind", "date-kinds"),
}
_ITEM_CELLS = {
    "date": Column("date", "period"),
    "id": Column("id", "id"),
    "start": Column("start", "offset"),
}
_SIGNED_BY_WORDS = frozenset({"change"})


def check_head(record: Record) -> Iterator[Finding]:
    """Check programme.yaml: required entries, codes and dates."""
    place = Place(f"{record.slug}/{HEAD}")
    yield from _check_names(record, place)
    for name in _REQUIRED:
        if not record.text(name):
            yield make_finding("AMIP-R14", place, found=name)
    if not record.items("area"):
        yield make_finding("AMIP-R14", place, found="area")
    for name in _REQUIRED_OF_JOBCENTER:
        if not record.section("jobcenter").get(name):
            yield make_finding("AMIP-R14", place, found=f"jobcenter: {name}")
    form = record.section("jobcenter").get("organisation_form", "")
    yield from _check_code(place, "organisation_form", form, "organisation-forms")
    for path, (names, coded, codes) in _ITEMS.items():
        for number, item in enumerate(record.items(*path), start=1):
            label = f"{'.'.join(path)}[{number}]"
            for name in names:
                if not item.get(name):
                    yield make_finding("AMIP-R14", place, found=f"{label}: {name}")
            if coded:
                yield from _check_code(place, f"{label}.{coded}", item.get(coded, ""), codes)
            for name, column in _ITEM_CELLS.items():
                if item.get(name):
                    yield from _check_cell(_at(place, f"{label}.{name}"), column, item[name], {})
    for name in ("first_year", "last_year"):
        year = record.text(name)
        if year and (parse_period(year) is None or len(year) != len("2022")):
            yield make_finding("AMIP-R05", Place(place.file, 0, name), found=year)


def _check_names(record: Record, place: Place) -> Iterator[Finding]:
    """Check the names that become parts of addresses: folder, predecessor, Jobcenter."""
    names = {
        "folder": record.slug,
        "replaces": record.text("replaces"),
        "jobcenter: id": record.section("jobcenter").get("id", ""),
    }
    for label, name in names.items():
        if name:
            yield from _check_cell(_at(place, label), Column("id", "id"), name, {})


def check_rows(record: Record) -> Iterator[Finding]:
    """Check every cell of every table, and that ids are unique."""
    names = _names(record)
    for table, columns in TABLES.items():
        seen: dict[str, int] = {}
        for number, row in record.numbered(table):
            place = Place(
                f"{record.slug}/{table}.csv", number, "", row.get("id", ""), row.get("section", "")
            )
            if is_pending(table, row):
                yield make_finding("AMIP-R19", _at(place, FILLED_BY[table][0]))
            else:
                yield from _check_row(place, columns, row, names)
            if table in {"figures", "targets", "ratios", "statements"} and "id" in row:
                first = seen.setdefault(row.get("id", ""), number)
                if first != number:
                    yield make_finding(
                        "AMIP-R09", _at(place, "id"), found=row["id"], expected=str(first)
                    )
            if table == "figures":
                yield from _check_printed(place, row)


def _check_row(
    place: Place, columns: Iterable[Column], row: Row, names: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for column in columns:
        cell = row.get(column.name, "")
        if cell or (column.required and column.name in row):
            yield from _check_cell(_at(place, column.name), column, cell, names)


def _names(record: Record) -> dict[str, frozenset[str]]:
    names = {
        table: frozenset(row.get("id", "") for row in record.rows(table))
        for table in ("figures", "targets", "breakdowns", "ratios")
    }
    names["*"] = frozenset().union(*names.values())
    names["sponsors"] = frozenset(sponsor.get("id", "") for sponsor in record.items("sponsors"))
    return names


def _at(place: Place, column: str) -> Place:
    return Place(place.file, place.row, column, place.record, place.section)


def _check_cell(
    place: Place, column: Column, cell: str, names: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    match column.kind:
        case _ if not cell:
            yield make_finding("AMIP-R06", place)
        case "code":
            for code in cell.split() if column.many else [cell]:
                yield from _check_code(place, column.name, code, column.codes)
        case "reference":
            for name in cell.split() if column.many else [cell]:
                if name not in names[column.to]:
                    nearest = "".join(find_nearest(name, names[column.to]))
                    target = HEAD if column.to == "sponsors" else "figures.csv"
                    yield make_finding("AMIP-R11", place, found=name, expected=nearest, list=target)
        case "decimal" if parse_decimal(cell) is None:
            yield make_finding("AMIP-R04", place, found=cell)
        case "period" if parse_period(cell) is None:
            yield make_finding("AMIP-R05", place, found=cell)
        case "printed" if parse_figure(cell) is None:
            yield make_finding("AMIP-R07", place, found=cell)
        case "offset" if not _WHOLE.fullmatch(cell):
            yield make_finding("AMIP-R13", place, found=cell, expected="0")
        case "page" if not _WHOLE.fullmatch(cell) or not int(cell):
            yield make_finding("AMIP-R13", place, found=cell, expected="1")
        case "id" if not _ID.fullmatch(cell):
            yield make_finding("AMIP-R10", place, found=cell)


def _check_code(place: Place, column: str, code: str, codes: str) -> Iterator[Finding]:
    known: Iterable[str]
    if codes == "*":
        known = frozenset().union(*load_lists().values())
    else:
        known = FIXED_CODES.get(codes) or load_list(codes)
    if code and code not in known:
        nearest = "".join(find_nearest(code, known))
        where = f"ontology/codes/{'' if codes == '*' else f'{codes}.ttl'}"
        slots = {"list": codes, "where": ", ".join(FIXED_CODES.get(codes, (where,)))}
        yield make_finding("AMIP-R03", _at(place, column), found=code, expected=nearest, **slots)


def _check_printed(place: Place, row: Row) -> Iterator[Finding]:
    """Check that the printed form reads as the value; words may carry the sign of a change."""
    figure, value = parse_figure(row.get("printed", "")), parse_decimal(row.get("value", ""))
    if figure is None or value is None:
        return
    reads = figure.value
    if not figure.signed and row.get("value_kind") in _SIGNED_BY_WORDS:
        reads, value = abs(reads), abs(value)
    if reads != value:
        yield make_finding(
            "AMIP-R08",
            _at(place, "value"),
            found=row["printed"],
            expected=row["value"],
            reads=f"{figure.value:f}",
        )
    if figure.unit and figure.unit != row.get("unit"):
        yield make_finding(
            "AMIP-R15", _at(place, "unit"), found=row["printed"], expected=row.get("unit", "")
        )
