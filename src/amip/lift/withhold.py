"""Withhold the rows that cannot be read, so that everything else is lifted and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from amip.findings import Finding, Place, Severity
from amip.records import Record
from amip.records.schema import TABLES, column_names, is_pending

_HEADER = 1

_STAYS = frozenset(
    {
        *("AMIP-R01", "AMIP-R08", "AMIP-R15", "AMIP-R30"),
        *("AMIP-R33", "AMIP-R34", "AMIP-R39"),
    }
)
"""What is wrong but can be read: an unknown column, a printed form, unit or date that differs."""

_EMPTY = "AMIP-R19"
"""A row that is not filled in yet: no violation, but nothing to lift either."""


def is_head_readable(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing in programme.yaml stops the lift of the programme."""
    return not any(
        finding.severity is Severity.VIOLATION
        and finding.code not in _STAYS
        and _table(finding) not in TABLES
        for finding in findings
    )


def withhold_rows(record: Record, findings: Iterable[Finding]) -> tuple[Record, tuple[Place, ...]]:
    """Take the rows out of a record that have unreadable cells, and the rows that need those.

    Returns what remains, with every column, and the places of the rows that are gone. A breakdown
    that lacks a member is withheld as a whole: what remains of it would not add up.
    """
    gone = _find_unreadable(record, findings)
    if not gone and _is_complete(record):
        return record, ()
    while more := set(_find_dependent(record, gone)) - gone:
        gone |= more
    kept = record.keep(lambda table, line, _: (table, line) not in gone)
    tables = {
        table: tuple({**dict.fromkeys(column_names(table), ""), **row} for row in rows)
        for table, rows in kept.tables.items()
    }
    places = tuple(
        Place(f"{record.slug}/{table}.csv", line, "", row.get("id", ""))
        for table in record.tables
        for line, row in record.numbered(table)
        if (table, line) in gone
    )
    return replace(kept, tables=tables), places


def _is_complete(record: Record) -> bool:
    """Tell whether every table has all of its columns."""
    return all(
        rows[0].keys() >= set(column_names(table)) for table, rows in record.tables.items() if rows
    )


def _table(finding: Finding) -> str:
    return PurePosixPath(finding.place.file).stem


def _find_unreadable(record: Record, findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """Find the rows that findings are about; a wrong header is about all rows of its table."""
    found: set[tuple[str, int]] = set()
    for finding in findings:
        table = _table(finding)
        if not is_unreadable(finding) or table not in record.tables:
            continue
        if finding.place.row != _HEADER:
            found.add((table, finding.place.row))
        elif not _is_optional(table, finding):
            found |= {(table, line) for line, _ in record.numbered(table)}
    return found


def is_unreadable(finding: Finding) -> bool:
    """Tell whether a finding about a cell keeps its row from being lifted."""
    return finding.code == _EMPTY or (
        finding.severity is Severity.VIOLATION and finding.code not in _STAYS
    )


def _is_optional(table: str, finding: Finding) -> bool:
    """Tell whether a missing column is one that may be empty."""
    columns = {column.name: column for column in TABLES[table]}
    column = columns.get(finding.place.column)
    return finding.code == "AMIP-R02" and column is not None and not column.required


def _find_dependent(record: Record, gone: set[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the rows that refer to rows that are withheld.

    A figure that is not filled in yet is only missed where a row cannot do without it.
    """
    missing = _find_missing(record, gone)
    empty = {row["id"] for row in record.rows("figures") if is_pending("figures", row)}
    for table, columns in TABLES.items():
        references = [column for column in columns if column.kind == "reference"]
        broken: set[str] = set()
        for line, row in record.numbered(table):
            if (table, line) in gone or any(
                (missing.get(column.to, frozenset()) - (set() if column.required else empty))
                & set(row.get(column.name, "").split())
                for column in references
            ):
                broken.add(row.get("id", ""))
                yield table, line
        if table == "breakdowns":
            yield from (
                (table, line) for line, row in record.numbered(table) if row.get("id", "") in broken
            )


def _find_missing(record: Record, gone: set[tuple[str, int]]) -> dict[str, frozenset[str]]:
    """Find the ids that only withheld rows have, by the table that a reference names."""
    found: dict[str, frozenset[str]] = {}
    for table in ("figures", "targets", "breakdowns", "ratios"):
        names: dict[bool, set[str]] = {True: set(), False: set()}
        for line, row in record.numbered(table):
            names[(table, line) in gone].add(row.get("id", ""))
        found[table] = frozenset(names[True] - names[False])
    return {**found, "*": frozenset().union(*found.values())}
