"""Check that what a record says in two places agrees."""

from __future__ import annotations

from collections.abc import Iterator

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.records.districts import is_named, load_districts
from amip.records.periods import parse_period, parse_printed_date
from amip.records.record import HEAD, Record
from amip.records.schema import CONCEPT_LISTS
from amip.terms import load_list, load_lists

_DISTRICT_DIGITS = 5
_OF_A_BREAKDOWN = ("kind", "total")


def check_agreement(record: Record) -> Iterator[Finding]:
    """Check a record against itself and against the register of districts.

    Dates against their printed forms, areas against their keys, sections against the list of
    sections, concepts against the kind of their statement, rows of a breakdown against each other,
    targets against their figures.
    """
    yield from _check_dates(record)
    yield from _check_areas(record)
    yield from _check_sections(record)
    yield from _check_concepts(record)
    yield from _check_breakdowns(record)
    yield from _check_targets(record)


def _check_dates(record: Record) -> Iterator[Finding]:
    for number, item in enumerate(record.items("source", "dates"), start=1):
        reads = parse_printed_date(item.get("printed", ""))
        date = item.get("date", "").removesuffix("~")
        if reads and reads != date and parse_period(date):
            place = Place(f"{record.slug}/{HEAD}", 0, f"source.dates[{number}].date")
            yield make_finding("AMIP-R30", place, found=date, expected=reads, reads=item["printed"])


def _check_areas(record: Record) -> Iterator[Finding]:
    for number, item in enumerate(record.items("area"), start=1):
        key, name = item.get("ags", ""), item.get("name", "")
        district = load_districts().get(key[:_DISTRICT_DIGITS])
        whole = len(key) == _DISTRICT_DIGITS
        if not key or not name or (district and (not whole or is_named(name, district))):
            continue
        place = Place(f"{record.slug}/{HEAD}", 0, f"area[{number}].ags")
        reads = str(district) if district else "–"
        yield make_finding("AMIP-R31", place, found=key, expected=name, reads=reads)


def _check_sections(record: Record) -> Iterator[Finding]:
    known = [item.get("label", "") for item in record.items("sections")]
    for table in ("figures", "places", "targets", "statements") if known else ():
        for line, row in record.numbered(table):
            section = row.get("section", "")
            if section and section not in known:
                place = Place(
                    f"{record.slug}/{table}.csv", line, "section", row.get("id", ""), section
                )
                nearest = "".join(find_nearest(section, known))
                yield make_finding("AMIP-R32", place, found=section, expected=nearest)


def _check_concepts(record: Record) -> Iterator[Finding]:
    for line, row in record.numbered("statements"):
        kind, concept = row.get("kind", ""), row.get("concept", "")
        codes = CONCEPT_LISTS.get(kind)
        elsewhere = any(concept in concepts for concepts in load_lists().values())
        if codes and elsewhere and concept not in load_list(codes):
            place = Place(f"{record.slug}/statements.csv", line, "concept", row.get("id", ""))
            yield make_finding("AMIP-R33", place, found=concept, reads=kind, list=codes)


def _check_breakdowns(record: Record) -> Iterator[Finding]:
    first: dict[str, dict[str, str]] = {}
    members: dict[tuple[str, str], int] = {}
    for line, row in record.numbered("breakdowns"):
        name = row.get("id", "")
        place = Place(f"{record.slug}/breakdowns.csv", line, "figure", name)
        seen = members.setdefault((name, row.get("figure", "")), line)
        if seen != line:
            yield make_finding("AMIP-R34", place, found=row.get("figure", ""), expected=str(seen))
        shared = first.setdefault(name, {column: row.get(column, "") for column in _OF_A_BREAKDOWN})
        for column, value in shared.items():
            if row.get(column, "") != value:
                place = Place(place.file, line, column, name)
                yield make_finding("AMIP-R35", place, found=row.get(column, ""), expected=value)


def _check_targets(record: Record) -> Iterator[Finding]:
    """Compare what a target and its figure print at the same place."""
    printed = {
        (row.get(name, ""), row.get("start", "")): row.get("printed", "")
        for table, name in (("figures", "id"), ("places", "figure"))
        for row in record.rows(table)
    }
    for line, row in record.numbered("targets"):
        reads = printed.get((row.get("target_figure", ""), row.get("start", "")), "")
        found = row.get("printed", "")
        if reads and found and row.get("start") and reads != found:
            place = Place(f"{record.slug}/targets.csv", line, "printed", row.get("id", ""))
            yield make_finding("AMIP-R39", place, found=found, expected=reads)
