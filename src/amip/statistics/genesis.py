"""The CSV form of the statistical offices (GENESIS): head, columns, rows, footer.

A file begins with the table code and title lines, then come header lines, rows, a rule of
underscores, notes and the day of publication (Stand). Columns are known by the texts of all their
header lines, never by position.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from amip.cards import make_finding
from amip.errors import InputError, Phrase
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.statistics.area import AreaReader
from amip.statistics.cell import parse_cell
from amip.statistics.description import Description, Layout, Measure
from amip.statistics.period import parse_german_day, parse_table_period
from amip.statistics.table import Entry

TABLE_CODE = re.compile(r'"?(?:GENESIS-)?Tabelle:\s*(?P<code>[\w-]+)')
_STAND = re.compile(r"^Stand:\s*(\d\d\.\d\d\.\d{4})", re.MULTILINE)
_RULE = "____"
_CUT = Phrase("the file seems to be cut off; download the table again and import it unchanged")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file in its parts: `first` is the line of the first row, counted from 1."""

    file: str
    layout: Layout
    head: list[str]
    header: list[list[str]]
    first: int
    rows: list[str]
    edition: str


def read_genesis(
    text: str, file: str, description: Description
) -> tuple[list[Entry], list[Finding]]:
    """Read the cells of a table in the offices' own form.

    Raises `InputError` when the file is cut off or its columns are not those of the description.
    """
    if description.layout is None:
        raise InputError(
            "{subject}: the offices' own form of table {table} is not described",
            subject=file,
            advice="use the tidy form (statistics/README.md), or add [layout] and the "
            "heads of the columns to mappings/statistics/{table}.toml",
            table=description.code,
        )
    sheet = split_sheet(text, file, description.layout)
    columns, findings = match_columns(sheet, description)
    reader = _Reader(sheet, description, columns)
    entries = list(reader.read_rows())
    return entries, [*findings, *reader.findings, *reader.areas.report()]


def split_sheet(text: str, file: str, layout: Layout) -> Sheet:
    """Split a file into its parts.

    Raises `InputError` when there is no footer with the day of publication, or no header.
    """
    lines = text.split("\n")
    end = next((index for index, line in enumerate(lines) if line.startswith(_RULE)), 0)
    stand = _STAND.search("\n".join(lines[end:])) if end else None
    if stand is None or not (edition := parse_german_day(stand[1])):
        raise InputError(
            "{subject}: the footer with “Stand:” and the day of publication is missing",
            subject=file,
            advice=_CUT,
        )
    gap = ";" * len(layout.front)
    start = next((index for index in range(1, end) if lines[index].startswith(gap)), end)
    first = start + layout.header_lines
    header = [_split(line) for line in lines[start:first]]
    uneven = len({len(cells) for cells in header}) != 1
    if first >= end or uneven or any(any(cells[: len(layout.front)]) for cells in header):
        raise InputError(
            "{subject}: {lines} header lines with {cells} empty cells in front are expected above "
            "the first row",
            subject=file,
            advice="the columns stand in another order or form; download the table again with the"
            " standard layout",
            lines=layout.header_lines,
            cells=len(layout.front),
        )
    return Sheet(file, layout, lines[:start], header, first + 1, lines[first:end], edition)


def match_columns(
    sheet: Sheet, description: Description
) -> tuple[list[tuple[int, Measure]], list[Finding]]:
    """Match the columns with the measures by the texts above them, in whatever order they stand.

    Raises `InputError` for a column that the description does not know, and for one that is there
    twice; a measure without a column is a finding.
    """
    known = description.heads
    columns: list[tuple[int, Measure]] = []
    for index, head in enumerate(zip(*sheet.header, strict=True)):
        if index < len(sheet.layout.front):
            continue
        text = tuple(cell.strip() for cell in head)
        measure = known.get(text)
        if measure is None or measure in [other for _, other in columns]:
            raise _unknown_column(sheet, index, text, description)
        columns.append((index, measure))
    missing = set(description.measures) - {measure.id for _, measure in columns}
    place = Place(sheet.file, sheet.first - 1)
    return columns, [make_finding("AMIP-G16", place, found=name) for name in sorted(missing)]


def _unknown_column(
    sheet: Sheet, index: int, text: tuple[str, ...], description: Description
) -> InputError:
    said = " / ".join(filter(None, text))
    names = [" / ".join(filter(None, head)) for head in description.heads]
    nearest = "".join(find_nearest(said, names))
    return InputError(
        "{file}: column {column}, “{said}”, of table {table} stands there twice"
        if said in names
        else "{file}: column {column}, “{said}”, of table {table} is not known",
        subject=text,
        advice="the nearest known column is “{nearest}”; {again}"
        if nearest and said != nearest
        else "{again}",
        file=sheet.file,
        column=index + 1,
        said=said or Phrase("(empty)"),
        table=description.code,
        nearest=nearest,
        again=Phrase(
            "download the table with its standard columns, or describe the new column in "
            "mappings/statistics/{table}.toml",
            table=description.code,
        ),
    )


class _Reader:
    """Reads the rows of one file."""

    def __init__(
        self, sheet: Sheet, description: Description, columns: list[tuple[int, Measure]]
    ) -> None:
        self.sheet = sheet
        self.description = description
        self.columns = columns
        self.areas = AreaReader(sheet.file)
        self.findings: list[Finding] = []
        self.width = len(sheet.header[0])
        self.positions = {name: index for index, name in enumerate(sheet.layout.front)}
        self.common = self._find_common_period() if sheet.layout.period_line else ""

    def _find_common_period(self) -> str:
        word = self.sheet.layout.period_line
        for line in self.sheet.head:
            name, colon, day = line.rstrip(";").partition(":")
            if name.strip() == word and colon and (period := parse_german_day(day.strip())):
                return period
        raise InputError(
            "{subject}: the line “{word}: DD.MM.YYYY” above the columns is missing",
            subject=self.sheet.file,
            advice="download the table again with the standard layout and import it unchanged",
            word=word,
        )

    def read_rows(self) -> Iterator[Entry]:
        for line, text in enumerate(self.sheet.rows, self.sheet.first):
            if not text.strip():
                continue
            cells = _split(text)
            if len(cells) != self.width:
                counts = {"found": str(len(cells)), "count": str(self.width)}
                self.findings.append(make_finding("AMIP-G13", self._place(line), **counts))
                continue
            yield from self._read_row(line, cells)

    def _place(self, line: int, column: str = "", record: str = "") -> Place:
        return Place(self.sheet.file, line, column, record)

    def _read_row(self, line: int, cells: list[str]) -> Iterator[Entry]:
        period = self.common or self._read_period(line, cells[self.positions["period"]])
        key = cells[self.positions["area"]].strip()
        area = self.areas.read(key, line) if period else ""
        sector = self._read_sector(line, cells) if area else None
        if sector is None:
            return
        for index, measure in self.columns:
            printed = cells[index].strip()
            cell = parse_cell(printed)
            if cell.problem:
                place = self._place(line, measure.id, key)
                self.findings.append(make_finding(cell.problem, place, found=printed))
            elif self.areas.accepts(area, period, cell, self._place(line, measure.id, key)):
                yield Entry(
                    *(area, period, measure, sector, printed, cell.value, cell.sign),
                    *(self.sheet.edition, self.sheet.file, line, index + 1, line),
                )

    def _read_period(self, line: int, text: str) -> str:
        period = parse_table_period(text, self.description.period)
        if not period and line == self.sheet.first:
            raise InputError(
                "{file}: row {line} begins with “{subject}” where a period is expected",
                subject=text,
                advice="the columns in front stand in another order; expected are {front}; "
                "download the table again",
                file=self.sheet.file,
                line=line,
                front=self.sheet.layout.front,
            )
        if not period:
            place = self._place(line)
            self.findings.append(make_finding("AMIP-G14", place, found=text))
        return period

    def _read_sector(self, line: int, cells: list[str]) -> str | None:
        if "sector" not in self.positions:
            return ""
        text = cells[self.positions["sector"]].strip()
        sectors = self.description.sectors
        if text not in sectors:
            nearest = "".join(find_nearest(text, sectors))
            place = self._place(line)
            self.findings.append(make_finding("AMIP-G15", place, found=text, expected=nearest))
            return None
        return sectors[text]


def _split(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=";")) if '"' in line else line.split(";")
