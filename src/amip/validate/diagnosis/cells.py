"""The cells of records: where a number of an equation stands, and what its row says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from amip.findings import Place
from amip.records import Record
from amip.records.record import Row
from amip.records.schema import TABLES
from amip.records.values import parse_figure
from amip.terms import ID
from amip.validate.diagnosis.equation import Equation, Operand
from amip.validate.diagnosis.network import Figure

_AGAIN = "#places-"
_LABELS = ("row", "instrument", "budget_line", "staff_category", "sector", "target_group")
_LONG = 40


@dataclass(frozen=True)
class Cells:
    """The records that a graph was lifted from, none when it came as RDF."""

    records: tuple[Record, ...]

    @classmethod
    def of(cls, records: Iterable[Record]) -> Cells:
        """Take records."""
        return cls(tuple(records))

    @cached_property
    def _by_slug(self) -> Mapping[str, Record]:
        return {record.slug: record for record in self.records}

    @cached_property
    def _rows(self) -> Mapping[tuple[str, int], Row]:
        return {
            (f"{record.slug}/{table}.csv", line): row
            for record in self.records
            for table in record.tables
            for line, row in record.numbered(table)
        }

    def locate(self, node: str, column: str = "") -> Place:
        """Return the row of a node, and the cell when the record has the column."""
        name, _, line = node.partition(_AGAIN)
        slug, _, _ = name.removeprefix(ID).partition("/")[2].partition("/")
        record = self._by_slug.get(slug)
        place = record and record.locate(name)
        if not place:
            return Place(record=name.removeprefix(ID))
        if line:
            return Place(f"{slug}/places.csv", int(line), "printed", place.record)
        return replace(place, column=column) if place.row else place

    def cell(self, operand: Operand) -> Place:
        """Return the cell that an operand stands in."""
        return self.locate(operand.node, "relative_change" if operand.role == "change" else "value")

    def row(self, place: Place) -> Row:
        """Return the row at a place, empty when there is none."""
        return self._rows.get((place.file, place.row), {})

    def name(self, node: str) -> str:
        """Return what people call a figure: its printed label with the year, or its id."""
        row = self.row(self.locate(node))
        label = next((row[name] for name in _LABELS if row.get(name)), "")
        if not label or len(label) > _LONG:
            return row.get("id") or node.rpartition("/")[2]
        year = row.get("period", "").rstrip("~").rpartition("/")[2][:4]
        return label if year in label else f"{label} {year}"

    def member(self, equation: Equation, node: str, column: str) -> Place:
        """Return the cell of a recorded equation that names a figure."""
        statement = self.locate(equation.focus)
        if PurePosixPath(statement.file).stem != "breakdowns":
            return replace(statement, column=column) if statement.row else statement
        name = self.locate(node).record
        for (file, line), row in self._rows.items():
            mine = file == statement.file and row.get("id") == statement.record
            if mine and name in {row.get(column), row.get("figure") if column == "role" else None}:
                return replace(statement, row=line, column=column)
        return replace(statement, column=column)

    def find_members(self, place: Place) -> tuple[Place, ...]:
        """Return the rows of the figures that a row, or all rows of its id, refer to."""
        slug, _, file = place.file.partition("/")
        columns = [
            column.name
            for column in TABLES.get(file.removesuffix(".csv"), ())
            if column.to == "figures"
        ]
        names = {
            row[column]: None
            for (where, line), row in self._rows.items()
            if where == place.file and (line == place.row or row.get("id") == place.record)
            for column in columns
            if row.get(column)
        }
        return tuple(self.locate(f"{ID}obs/{slug}/{name}") for name in names)

    def find_again(self, figures: Mapping[str, Figure]) -> Iterator[tuple[Equation, str]]:
        """Yield the further places of figures as equations, with the printed form there."""
        for record in self.records:
            for line, row in record.numbered("places"):
                figure = figures.get(f"{ID}obs/{record.slug}/{row.get('figure', '')}")
                reads = parse_figure(row.get("printed", ""))
                if figure and reads:
                    # Signs may be said in words; what is compared is the amount.
                    value = abs(reads.value).copy_sign(figure.value)
                    again = Operand(
                        f"{figure.node}{_AGAIN}{line}", value, reads.tolerance, -1, "place"
                    )
                    known = Operand(figure.node, figure.value, reads.tolerance * 0)
                    yield Equation("AMIP-A11", "sum", figure.node, (known, again)), row["printed"]
