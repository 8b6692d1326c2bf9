"""The tables of a programme's head: what `programme.yaml` says, as rows for the mappings."""

from __future__ import annotations

from collections.abc import Iterator

from amip.records.cells import Cells, spread_period
from amip.records.record import HEAD, Record, Row, name_span


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
        f"{record.slug}/{HEAD}",
        0,
    )


def _items(record: Record, *path: str) -> Iterator[tuple[Row, dict[str, str], str]]:
    file = f"{record.slug}/{HEAD}"
    jobcenter = record.section("jobcenter").get("id", "")
    for item in record.items(*path):
        yield item, {**item, "programme": record.slug, "jobcenter": jobcenter}, file


def _sponsors(record: Record) -> Iterator[Cells]:
    for item, cells, file in _items(record, "sponsors"):
        yield Cells(cells | {"sponsor": item["id"]}, file, 0)


def _areas(record: Record) -> Iterator[Cells]:
    years = {"from": record.text("first_year"), "until": record.text("last_year")}
    for _, cells, file in _items(record, "area"):
        yield Cells(cells | years, file, 0)


def _dates(record: Record) -> Iterator[Cells]:
    for item, cells, file in _items(record, "source", "dates"):
        yield Cells(
            cells
            | spread_period(item["date"], item["kind"].replace("-", "_"))
            | {"span": name_span(item)},
            file,
            0,
        )


def _bodies(record: Record) -> Iterator[Cells]:
    for item, cells, file in _items(record, "bodies"):
        yield Cells(cells | {"span": name_span(item)}, file, 0)


HEAD_TABLES = {
    "programme": _programme,
    "sponsors": _sponsors,
    "areas": _areas,
    "dates": _dates,
    "bodies": _bodies,
}
"""The tables by name, each with the function that yields its rows."""
