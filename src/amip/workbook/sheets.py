"""A workbook that was read: its record, what is wrong with it, and where each cell stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from openpyxl.utils import get_column_letter

from amip.findings import Finding, Place
from amip.records.record import HEAD, Record
from amip.workbook.head import list_paths
from amip.workbook.layout import PROGRAMME, load_layout

_ITEM = re.compile(r"(?P<list>[\w.]+)\[(?P<number>\d+)\](?:\.(?P<name>\w+))?")


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a table stands in its sheet: the header row, the columns, and the row of each row.

    `columns` holds number and header of each column of the record.
    """

    title: str
    header: int
    columns: Mapping[str, tuple[int, str]]
    rows: tuple[int, ...] = ()

    def cell(self, number: int, name: str) -> tuple[str, int, str]:
        """Return cell, row and header of a column; `number` counts the rows from 0."""
        row = self.rows[number] if 0 <= number < len(self.rows) else self.header
        column, header = self.columns.get(name) or next(iter(self.columns.values()))
        return f"{get_column_letter(column)}{row}", row, header if name in self.columns else ""


@dataclass(frozen=True, slots=True)
class Sheets:
    """A workbook as a record; places of the record can be translated to its cells.

    `entries` are the rows of the sheet of the programme by path; `skipped` counts, by sheet, the
    example rows that were not read; `others` names the sheets that are none of ours.
    """

    name: str
    record: Record
    findings: tuple[Finding, ...]
    grids: Mapping[str, Grid] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    def place(self, place: Place) -> Place:
        """Translate a place of the record to the cell of the workbook.

        A place without a column is the cell of the id, or the first cell of the row.
        """
        table = PurePosixPath(place.file).stem
        if place.file == self.name or not place.file:
            return place
        if PurePosixPath(place.file).name == HEAD:
            return self._place_entry(place)
        grid = self.grids.get(table)
        if grid is None:
            return replace(place, file=self.name)
        return self._at(grid, place, place.row - 2, place.column)

    def _at(self, grid: Grid, place: Place, number: int, name: str) -> Place:
        cell, row, header = grid.cell(number, name)
        if place.sheet:
            cell, row = place.cell, int(re.sub(r"\D", "", place.cell) or 0)
        return replace(
            place,
            file=self.name,
            row=row,
            column=header or place.column,
            sheet=grid.title,
            cell=cell,
        )

    def _place_entry(self, place: Place) -> Place:
        path = place.column.replace(": ", ".")
        item = _ITEM.fullmatch(path)
        name = item["list"] if item else path
        for sheet, known in list_paths().items():
            if name in {known, known.rpartition(".")[2], sheet} and sheet in self.grids:
                number = int(item["number"]) - 1 if item else -1
                column = (item["name"] or "") if item else ""
                return self._at(self.grids[sheet], replace(place, column=""), number, column)
        grid, number = self.grids[PROGRAMME], self._find_entry(path)
        name = place.column if place.sheet else self._name_entry(path, number)
        return replace(self._at(grid, place, number, ""), column=name)

    def _name_entry(self, path: str, number: int) -> str:
        """Return the name of an entry as its sheet shows it."""
        sheet, name = load_layout()[PROGRAMME], list(self.entries)[number]
        language = "en" if self.grids[PROGRAMME].title == sheet.titles["en"] else "de"
        labels = {heading.name: heading.labels[language] for heading in sheet.headings}
        return labels.get(name, path) if path else ""

    def _find_entry(self, path: str) -> int:
        names = list(self.entries)
        for wanted in (path, f"jobcenter.{path}", f"source.{path}"):
            if wanted in self.entries:
                return names.index(wanted)
        fallback = {"folder": "slug"}.get(path, "title")
        return names.index(fallback) if fallback in self.entries else -1
