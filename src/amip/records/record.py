"""A programme as it was transcribed: a head and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from amip.findings import Place
from amip.terms import ID

Row: TypeAlias = Mapping[str, str]

_KINDS = {
    "obs": "figures",
    "target": "targets",
    "breakdown": "breakdowns",
    "ratio": "ratios",
    "statement": "statements",
    "discrepancy": "discrepancies",
}


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

    Rows keep the order of the file; every cell is the text of the file.
    """

    folder: Path
    head: Mapping[str, object]
    tables: Mapping[str, tuple[Row, ...]]

    @property
    def slug(self) -> str:
        """The name of the folder, which is the identifier of the programme."""
        return self.folder.name

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table, none when the record has no such table."""
        return self.tables.get(table, ())

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
        for table, rows in self.tables.items():
            for number, row in enumerate(rows, start=2):
                if name := row.get("id"):
                    place = Place(
                        f"{self.slug}/{table}.csv", number, "", name, row.get("section", "")
                    )
                    found.setdefault((table, name), place)
        return found

    def locate(self, iri: str) -> Place | None:
        """Return the row that an IRI of this record was lifted from."""
        kind, _, rest = iri.removeprefix(ID).partition("/")
        programme, _, name = rest.partition("/")
        if programme != self.slug:
            return None
        return self._places.get((_KINDS.get(kind, ""), name), Place(f"{self.slug}/programme.yaml"))

    def spots(self) -> Iterator[Spot]:
        """Yield every stretch of the source text that the record names, with its offset."""
        for table in ("figures", "places", "targets", "left-out"):
            for number, row in enumerate(self.rows(table), start=2):
                if row.get("start"):
                    yield _spot(f"{table}.csv", number, row, "printed")
        for number, row in enumerate(self.rows("statements"), start=2):
            if row.get("start"):
                yield _spot("statements.csv", number, row, "label")
        for block, text in (
            (("source", "dates"), "printed"),
            (("bodies",), "printed"),
            (("sections",), "label"),
        ):
            for item in self.items(*block):
                yield _spot("programme.yaml", 0, item, text)


def _as_row(value: object) -> Row:
    """Return a block of the head as text; what is no block has no entries."""
    if not isinstance(value, Mapping):
        return {}
    return {str(name): text if isinstance(text, str) else str(text) for name, text in value.items()}


def _spot(file: str, number: int, row: Row, column: str) -> Spot:
    return Spot(
        file, number, column, row.get(column, ""), int(row["start"]), row.get("section", "")
    )
