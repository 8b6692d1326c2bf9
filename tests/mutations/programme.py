"""A programme to make mistakes in, and the copy that holds one."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from amip.findings import Place, Severity
from amip.records import read_record
from amip.records.periods import Period, parse_period
from amip.records.record import Record, Row
from amip.records.schema import TABLES
from amip.records.values import ONE_SIDED
from amip.records.write import format_head
from samples import format_rows

HEAD = "programme.yaml"
Transform: TypeAlias = Callable[[bytes], bytes | None]


@dataclass(frozen=True, eq=False)
class Programme:
    """A programme as it is, with the look-ups that the kinds of mistakes need."""

    record: Record

    @classmethod
    def read(cls, folder: Path) -> Programme:
        record, wrong = read_record(folder)
        assert not any(each.severity is Severity.VIOLATION for each in wrong), wrong
        return cls(record)

    @property
    def slug(self) -> str:
        return self.record.slug

    def rows(self, table: str) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a table with their index."""
        yield from enumerate(self.record.rows(table))

    def cell(self, table: str, index: int, column: str = "") -> Place:
        """Return the place of a cell, or of a row, as a report names it."""
        row = self.record.rows(table)[index]
        return Place(f"{self.slug}/{table}.csv", index + 2, column, row.get("id", ""))

    def head(self, entry: str) -> Place:
        """Return the place of an entry of the head."""
        return Place(f"{self.slug}/{HEAD}", 0, entry)

    @cached_property
    def figures(self) -> Mapping[str, Row]:
        return {row["id"]: row for row in self.record.rows("figures")}

    @cached_property
    def figure_index(self) -> Mapping[str, int]:
        return {row["id"]: index for index, row in self.rows("figures")}

    @cached_property
    def referred(self) -> frozenset[str]:
        """The figures that another table refers to."""
        return frozenset(
            name
            for table, columns in TABLES.items()
            for column in columns
            if column.kind == "reference"
            for row in self.record.rows(table)
            for name in row.get(column.name, "").split()
        )

    @cached_property
    def reviewed(self) -> frozenset[str]:
        """The ids whose conflicts a person has looked at."""
        return frozenset(
            name for row in self.record.rows("discrepancies") for name in row["about"].split()
        )

    @cached_property
    def last_date(self) -> str:
        """The last date of the document, "" when it has none."""
        periods = (parse_period(each["date"]) for each in self.record.items("source", "dates"))
        return max((period.end for period in periods if period), default="")


def period_of(row: Row) -> Period:
    """Return the period of a figure or target of a sound programme."""
    period = parse_period(row["period"])
    assert period is not None
    return period


def is_hedged(row: Row) -> bool:
    """Tell whether a figure is printed with a one-sided hedge."""
    return row["approximation"] in ONE_SIDED


@dataclass
class Draft:
    """A copy of a programme that one mistake is made in."""

    programme: Programme
    head: dict[str, Any] = field(default_factory=dict)
    tables: MutableMapping[str, list[dict[str, str]]] = field(default_factory=dict)
    raw: dict[str, Transform] = field(default_factory=dict)

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table, to be changed."""
        if table not in self.tables:
            self.tables[table] = [dict(row) for row in self.programme.record.rows(table)]
        return self.tables[table]

    def open_head(self) -> dict[str, Any]:
        """Return the head, to be changed."""
        if not self.head:
            self.head = copy.deepcopy(dict(self.programme.record.head))
        return self.head

    def write(self, parent: Path) -> Path:
        """Write the copy into a folder of the programme's name; returns that folder."""
        source = self.programme.record.folder
        target = parent / self.programme.slug
        target.mkdir(parents=True)
        for path in sorted(source.iterdir()):
            content: bytes | None = self._content(path)
            if path.name in self.raw and content is not None:
                content = self.raw[path.name](content)
            if content is not None:
                (target / path.name).write_bytes(content)
        return target

    def _content(self, path: Path) -> bytes:
        table = path.name.removesuffix(".csv")
        if path.name == HEAD and self.head:
            return format_head(self.head).encode()
        if table in self.tables:
            header, *_ = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
            return format_rows(header, self.tables[table]).encode()
        return path.read_bytes()
