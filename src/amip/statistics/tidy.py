"""The tidy form of a table: one row per cell, UTF-8, comma; `statistics/README.md` describes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from amip.cards import make_finding
from amip.errors import InputError, Phrase
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.statistics.area import GERMANY, AreaReader
from amip.statistics.cell import Cell, parse_cell
from amip.statistics.description import Description, Measure
from amip.statistics.period import parse_day, parse_table_period
from amip.statistics.table import TRANSCRIBED, Entry, Table

COLUMNS = (
    *("table", "area", "period", "measure", "sector", "printed", "value"),
    *("edition", "file", "line", "column"),
)
"""The columns of the tidy form, in their order."""

FIRST_LINE = ",".join(COLUMNS)


def read_tidy(text: str, file: str, description: Description) -> tuple[list[Entry], list[Finding]]:
    """Read the cells of a table in the tidy form; all rows are of one table."""
    reader = _TidyReader(file, description)
    entries = list(reader.read(text))
    return entries, [*reader.findings, *reader.areas.report()]


def find_tidy_code(text: str, file: str) -> str:
    """Return the code of the table that a tidy file holds.

    Raises `InputError` when there is no row, or rows of several tables.
    """
    codes = {row[0] for row in csv.reader(io.StringIO(text)) if row and row[0] != COLUMNS[0]}
    if len(codes) == 1:
        return codes.pop()
    raise InputError(
        "{subject}: one table code is expected in column “table”, found: {found}",
        subject=file,
        advice="keep the rows of each table in a file of their own",
        found=sorted(codes) or Phrase("none"),
    )


def write_tidy(tables: Iterable[Table]) -> str:
    """Write the cells of tables in the tidy form, sorted; Germany has the key `DE`."""
    rows = sorted(
        _write_row(table.description.code, entry) for table in tables for entry in table.entries
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def _write_row(code: str, entry: Entry) -> tuple[str, ...]:
    return (
        *(code, entry.area, entry.period, entry.measure.id, entry.sector, entry.printed),
        *(entry.value, entry.edition, entry.file),
        *(str(entry.line) if entry.line else "", str(entry.column) if entry.column else ""),
    )


class _TidyReader:
    """Reads the rows of one tidy file."""

    def __init__(self, file: str, description: Description) -> None:
        self.file = file
        self.description = description
        self.areas = AreaReader(file)
        self.findings: list[Finding] = []
        self.sectors = frozenset(description.sectors.values()) | {""}

    def read(self, text: str) -> Iterator[Entry]:
        rows = csv.reader(io.StringIO(text))
        next(rows)
        for cells in rows:
            line = rows.line_num
            if not cells:
                continue
            if len(cells) != len(COLUMNS):
                counts = {"found": str(len(cells)), "count": str(len(COLUMNS))}
                self._report("AMIP-G13", line, **counts)
                continue
            if entry := self._read_row(line, dict(zip(COLUMNS, cells, strict=True))):
                yield entry

    def _report(
        self, code: str, line: int, column: str = "", record: str = "", **slots: str
    ) -> None:
        place = Place(self.file, line, column, record)
        self.findings.append(make_finding(code, place, **slots))

    def _read_row(self, line: int, row: dict[str, str]) -> Entry | None:
        period = parse_table_period(row["period"], self.description.period)
        if not period:
            self._report("AMIP-G14", line, "period", found=row["period"])
        measure = self._read_measure(line, row["measure"])
        if row["sector"] not in self.sectors:
            nearest = "".join(find_nearest(row["sector"], self.sectors))
            slots = {"found": row["sector"], "expected": nearest}
            self._report("AMIP-G15", line, "sector", row["area"], **slots)
        cell = self._read_cell(line, row)
        area = self.areas.read(GERMANY if row["area"] == "DE" else row["area"], line)
        edition = self._read_edition(line, row["edition"])
        if not (period and measure and cell and area and edition and row["sector"] in self.sectors):
            return None
        if not self.areas.accepts(area, period, cell, Place(self.file, line, "value", area)):
            return None
        return Entry(
            *(area, period, measure, row["sector"], row["printed"], cell.value, cell.sign),
            *(edition, row["file"], _count(row["line"]), _count(row["column"]), line),
        )

    def _read_measure(self, line: int, name: str) -> Measure | None:
        measures = self.description.measures
        if name not in measures:
            nearest = "".join(find_nearest(name, measures))
            self._report("AMIP-G18", line, "measure", found=name, expected=nearest)
        return measures.get(name)

    def _read_edition(self, line: int, text: str) -> str:
        if text == TRANSCRIBED or parse_day(text):
            return text
        self._report("AMIP-G14", line, "edition", found=text)
        return ""

    def _read_cell(self, line: int, row: dict[str, str]) -> Cell | None:
        """Read printed form and number, which must be the same where both are there."""
        printed, value = row["printed"], row["value"]
        number = parse_cell(value.replace(".", ",")) if value else Cell()
        cell = parse_cell(printed) if printed else number
        if cell.problem or number.problem or not (printed or value):
            code = cell.problem or number.problem or "AMIP-G11"
            self._report(code, line, "printed", row["area"], found=printed or value)
            return None
        if cell.value != number.value:
            self._report("AMIP-G19", line, "value", row["area"], found=value, expected=cell.value)
            return None
        return cell


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
