"""A programme as it was transcribed: a head and its tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from amip.findings import Place
from amip.terms import ID

Row: TypeAlias = Mapping[str, str]

HEAD = "programme.yaml"

PLACE_LABELS = ("section", "table", "row", "column", "page")
"""The columns that say where something is printed, besides its offset in the text."""

_BLOCKS = {"jobcenter": ("jobcenter", "id"), "org": ("sponsors", "id"), "area": ("area", "ags")}
_KINDS = {
    "mention": "mentions",
    "obs": "figures",
    "target": "targets",
    "breakdown": "breakdowns",
    "ratio": "ratios",
    "statement": "statements",
    "discrepancy": "discrepancies",
}


_PRINTED_IN = {
    "figures": "printed",
    "places": "printed",
    "targets": "printed",
    "left-out": "printed",
    "statements": "label",
}
_PRINTED_IN_HEAD = {("source", "dates"): "printed", ("bodies",): "printed", ("sections",): "label"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of the source text that a record refers to."""

    file: str
    row: int
    column: str
    printed: str
    start: int
    section: str = ""

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.printed)


@dataclass(frozen=True)
class Record:
    """One programme: `head` is programme.yaml, `tables` the rows of each CSV file.

    Rows keep the order of the file; every cell is the text of the file. `lines` holds the line of
    the file that each row begins in; without it the rows follow the header one by one.
    """

    folder: Path
    head: Mapping[str, object]
    tables: Mapping[str, tuple[Row, ...]]
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict, compare=False)

    @property
    def slug(self) -> str:
        """The name of the folder, which is the identifier of the programme."""
        return self.folder.name

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table, none when the record has no such table."""
        return self.tables.get(table, ())

    def numbered(self, table: str) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a table, each with the line of the file that it begins in."""
        rows, lines = self.rows(table), self.lines.get(table, ())
        # Lines that do not fit belong to other rows: the table was exchanged.
        fits = len(lines) == len(rows)
        return zip(lines if fits else range(2, 2 + len(rows)), rows, strict=True)

    def keep(self, wanted: Callable[[str, int, Row], bool]) -> Record:
        """Return the record with the rows that are wanted, by table, line and row.

        The rows keep their lines.
        """
        kept = {
            table: [(line, row) for line, row in self.numbered(table) if wanted(table, line, row)]
            for table in self.tables
        }
        return replace(
            self,
            tables={table: tuple(row for _, row in pairs) for table, pairs in kept.items()},
            lines={table: tuple(line for line, _ in pairs) for table, pairs in kept.items()},
        )

    def section(self, name: str) -> Mapping[str, str]:
        """Return a block of the head (`jobcenter`, `source`)."""
        return _as_row(self.head.get(name))

    def items(self, *path: str) -> tuple[Row, ...]:
        """Return a list of the head (`sponsors`, `source`/`dates`, `sections`)."""
        value: object = self.head
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        values = value if isinstance(value, list) else [value] if value else []
        return tuple(map(_as_row, values))

    def text(self, name: str) -> str:
        """Return a single value of the head."""
        return str(self.head.get(name) or "")

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], Place]:
        found: dict[tuple[str, str], Place] = {}
        for table in self.tables:
            for number, row in self.numbered(table):
                if name := row.get("id"):
                    place = Place(
                        f"{self.slug}/{table}.csv", number, "", name, row.get("section", "")
                    )
                    found.setdefault((table, name), place)
        for file, number, row, column in self.excerpts():
            place = Place(
                f"{self.slug}/{file}", number, column, row.get("id", ""), row.get("section", "")
            )
            found.setdefault(("mentions", name_span(row, column)), place)
        return found

    def locate(self, iri: str) -> Place | None:
        """Return the row, or the block of the head, that an IRI of this record was lifted from."""
        kind, _, rest = iri.removeprefix(ID).partition("/")
        block, key = _BLOCKS.get(kind, ("", ""))
        if block and any(item.get(key) == rest for item in self.items(block)):
            return Place(f"{self.slug}/{HEAD}", 0, block)
        programme, _, name = rest.partition("/")
        if programme != self.slug:
            return None
        return self._places.get((_KINDS.get(kind, ""), name), Place(f"{self.slug}/{HEAD}"))

    def spots(self) -> Iterator[Spot]:
        """Yield every stretch of the source text that the record names, with its offset."""
        for file, line, row, column in self.excerpts():
            if start := row.get("start"):
                yield Spot(
                    file, line, column, row.get(column, ""), int(start), row.get("section", "")
                )

    def count_unplaced(self) -> int:
        """Count what is said to be printed, but not at which offset of the source text."""
        return sum(
            bool(row.get(column)) and not row.get("start") for _, _, row, column in self.excerpts()
        )

    def excerpts(self) -> Iterator[tuple[str, int, Row, str]]:
        """Yield file, line, row and column of everything that copies from the source text."""
        for table, column in _PRINTED_IN.items():
            for line, row in self.numbered(table):
                yield f"{table}.csv", line, row, column
        for path, column in _PRINTED_IN_HEAD.items():
            for item in self.items(*path):
                yield HEAD, 0, item, column


def name_span(row: Row, column: str = "printed") -> str:
    """Name the place where a row is printed: by its offsets, else by what says where to look.

    >>> name_span({"printed": "940", "start": "10"}), name_span({"printed": ""})
    ('10-13', '')
    """
    printed = row.get(column, "")
    if row.get("start", "").isdecimal():
        return f"{row['start']}-{int(row['start']) + len(printed)}"
    if not printed:
        return ""
    place = "\x1f".join([*(row.get(name, "") for name in PLACE_LABELS), printed])
    return f"at-{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def _as_row(value: object) -> Row:
    """Return a block of the head as text; what is no block has no entries."""
    if not isinstance(value, Mapping):
        return {}
    return {str(name): text if isinstance(text, str) else str(text) for name, text in value.items()}
