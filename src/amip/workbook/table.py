"""Read one sheet as a table: rows of text, and what is wrong with its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from amip.cards import make_finding
from amip.errors import InputError
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.records.schema import Column
from amip.workbook.cell import Cell, Reading, read_cell, show_cell
from amip.workbook.layout import EXAMPLE_ID, Heading, Sheet
from amip.workbook.load import unescape
from amip.workbook.sheets import Grid

_HEADER_WITHIN = 10
_TOO_LARGE = 10**18
_FOLLOWS = frozenset({"AMIP-R02", "AMIP-R28"})
_EXTRA = Column("")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook: its cells by row and column, without those that hold nothing."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[tuple[int, int, int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was read: its cells by column of the record, and their readings."""

    readings: Mapping[str, Reading]

    @property
    def texts(self) -> dict[str, str]:
        """The cells as text for the record."""
        return {name: reading.text for name, reading in self.readings.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that was read; the places of its findings still lack the file."""

    lines: tuple[Line, ...]
    grid: Grid
    findings: tuple[Finding, ...]
    skipped: int


def take_page(sheet: Worksheet, results: Worksheet | None) -> Page:
    """Take the cells out of a sheet; formulas have the results of `results`."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        taken = _take_cell(cell, results)
        if taken.kind != "none":
            rows.setdefault(row, {})[column] = taken
    merged = tuple(
        (area.min_row, area.min_col, area.max_row, area.max_col, area.coord)
        for area in sheet.merged_cells.ranges
    )
    return Page(sheet.title, rows, merged)


def _take_cell(cell: object, results: Worksheet | None) -> Cell:
    if not isinstance(cell, SheetCell) or cell.value is None or cell.value == "":
        return Cell()
    value, form = cell.value, str(cell.number_format)
    match cell.data_type:
        case "f":
            result = results[cell.coordinate] if results is not None else None
            taken = _take_cell(result, None)
            formula = str(getattr(value, "text", value))
            return Cell(formula, form, "formula") if taken.kind == "none" else taken
        case "e":
            return Cell(str(value), form, "error")
        case "d" if isinstance(value, date | time | timedelta):
            return Cell(value, form, "date")
        case "n" if isinstance(value, int | float) and not abs(value) < _TOO_LARGE:
            return Cell(str(value), form, "error")
        case "n" if isinstance(value, int | float):
            return Cell(value, form, "number")
        case "b":
            return Cell(bool(value), form, "text")
    return Cell(unescape(str(value)), form, "text")


def read_table(page: Page, sheet: Sheet, extra: frozenset[str] = frozenset()) -> Table:
    """Read a sheet whose columns stand in any order; `extra` are columns of the file's own."""
    header = _find_header(page, sheet)
    found: dict[str, tuple[int, str]] = {}
    headings: dict[str, Heading] = {}
    wrong: list[Finding] = []
    for number, cell in page.rows[header].items():
        text = show_cell(cell).strip()
        heading = sheet.find_heading(text)
        name = heading.name if heading else text if text in extra else ""
        if not name:
            wrong += _check_unknown(page, sheet, header, number, text)
        elif name in found:
            wrong.append(make_finding("AMIP-R17", _at(page, header, number, 1), found=text))
        else:
            found[name] = (number, text.rstrip("* "))
            if heading:
                headings[name] = heading
    wrong += _find_missing(sheet, found, page.title)
    wrong += _find_outside(page, header)
    lines: list[Line] = []
    places: list[int] = []
    skipped = 0
    for row in (row for row in page.rows if row > header):
        if _is_example(page, sheet, found, row):
            skipped += 1
            continue
        line = _read_line(page.rows[row], found, headings)
        if any(reading.text.strip() for reading in line.readings.values()):
            lines.append(line)
            places.append(row)
    grid = Grid(page.title, header, found, tuple(places))
    merged = list(_find_merged(page, grid))
    if any(finding.place.row == 1 for finding in merged):
        # A merged header swallows the headers next to it.
        wrong = [finding for finding in wrong if finding.code not in _FOLLOWS]
    wrong += merged
    return Table(tuple(lines), grid, tuple(wrong), skipped)


def _find_header(page: Page, sheet: Sheet) -> int:
    counts = {
        row: sum(sheet.find_heading(show_cell(cell)) is not None for cell in cells.values())
        for row, cells in page.rows.items()
        if row <= _HEADER_WITHIN
    }
    best = max(counts, key=lambda row: counts[row], default=0)
    if not counts.get(best):
        expected = ", ".join(heading.labels["de"] for heading in sheet.headings[:4])
        raise InputError(
            "sheet {subject}: there is no header row",
            subject=page.title,
            advice="the first row names the columns ({expected} …), as in a new template",
            expected=expected,
        )
    return best


def _is_example(page: Page, sheet: Sheet, found: Mapping[str, tuple[int, str]], row: int) -> bool:
    if "id" not in found or not any(heading.name == "id" for heading in sheet.headings):
        return False
    cell = page.rows[row].get(found["id"][0], Cell())
    return show_cell(cell).strip() in EXAMPLE_ID


def _read_line(
    cells: Mapping[int, Cell],
    found: Mapping[str, tuple[int, str]],
    headings: Mapping[str, Heading],
) -> Line:
    printed = show_cell(cells.get(found["printed"][0], Cell())) if "printed" in found else ""
    return Line(
        {
            name: read_cell(
                headings[name].column if name in headings else _EXTRA,
                cells.get(number, Cell()),
                printed,
            )
            for name, (number, _) in found.items()
        }
    )


def _at(page: Page, row: int, column: int, line: int) -> Place:
    cell = f"{get_column_letter(column)}{row}"
    return Place("", line, "", sheet=page.title, cell=cell)


def _check_unknown(
    page: Page, sheet: Sheet, header: int, number: int, text: str
) -> Iterator[Finding]:
    """Report a header that is no column, when something stands below it."""
    if not any(number in cells for row, cells in page.rows.items() if row > header):
        return
    language = "en" if page.title == sheet.titles["en"] else "de"
    known = [heading.labels[language] for heading in sheet.headings]
    nearest = "".join(find_nearest(text, known))
    yield make_finding("AMIP-R01", _at(page, header, number, 1), found=text, expected=nearest)


def _find_missing(
    sheet: Sheet, found: Mapping[str, tuple[int, str]], title: str
) -> Iterator[Finding]:
    language = "en" if title == sheet.titles["en"] else "de"
    for heading in sheet.headings:
        if heading.name not in found:
            place = Place("", 1, heading.name)
            yield make_finding("AMIP-R02", place, expected=heading.labels[language])


def _find_outside(page: Page, header: int) -> Iterator[Finding]:
    """Report the first cell of each column without a header."""
    seen = set(page.rows[header])
    for row, cells in page.rows.items():
        for number, cell in cells.items():
            if row > header and number not in seen and show_cell(cell).strip():
                seen.add(number)
                place = _at(page, row, number, row)
                yield make_finding("AMIP-R28", place, found=show_cell(cell))


def _find_merged(page: Page, grid: Grid) -> Iterator[Finding]:
    columns = [number for number, _ in grid.columns.values()]
    for top, left, bottom, right, name in sorted(page.merged):
        lines = [line for line, row in enumerate(grid.rows, start=2) if top <= row <= bottom]
        if top <= grid.header <= bottom:
            lines = [1]
        if lines and any(left <= number <= right for number in columns):
            yield make_finding("AMIP-R26", _at(page, top, left, lines[0]), found=name)
