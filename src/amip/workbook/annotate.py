"""Give a workbook back with marks: coloured cells, comments, and an overview in front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from amip.findings import Finding, Place, Report, Severity
from amip.workbook.layout import load_words
from amip.workbook.load import load_workbook, save_workbook
from amip.workbook.naming import name_sheets
from amip.workbook.overview import write_overview
from amip.workbook.style import LIGHT_MARKS, MARK_COLOURS, MARKS, make_comment

_LINE = "──── amip ────"
_MEMORY = "amip-marks"
_LONGEST_COMMENT = 4000


def annotate_workbook(content: bytes, report: Report, language: str) -> bytes:
    """Return the workbook with the findings of a report at their cells.

    The places of the report are cells of this workbook. Marks of an earlier check are taken away
    first; comments and colours of the user stay, as do drop-downs, formats, widths and filters.
    """
    name = _find_name(report)
    workbook = load_workbook(content, name)
    _remove_marks(workbook)
    memory = workbook.create_sheet(_MEMORY)
    memory.sheet_state = "hidden"
    for cell, findings in _group(workbook, report).items():
        _mark(cell, findings, language, memory)
    for cell, finding in _find_partners(workbook, report):
        if _colour(cell) not in MARK_COLOURS:
            _paint(cell, LIGHT_MARKS, finding.severity, memory)
            where = f"{finding.place.sheet} {finding.place.cell}".strip()
            note = f"{load_words()[language]['partner']} {finding.code} ({where})"
            _comment(cell, f"{note}: {finding.text(language)}")
    if not memory["A1"].value:
        workbook.remove(memory)
    _resize_comments(workbook)
    write_overview(workbook, report, language)
    return save_workbook(workbook, name)


def _find_name(report: Report) -> str:
    return next((f.place.file for f in report.findings if f.place.sheet), "workbook")


def _group(workbook: Workbook, report: Report) -> Mapping[Cell, list[Finding]]:
    """Return the findings of each cell, the worst first."""
    found: dict[Cell, list[Finding]] = {}
    for finding in sorted(report.findings, key=lambda each: list(Severity).index(each.severity)):
        if cell := _find_cell(workbook, finding.place):
            found.setdefault(cell, []).append(finding)
    return found


def _find_partners(workbook: Workbook, report: Report) -> Iterator[tuple[Cell, Finding]]:
    for finding in report.findings:
        for place in finding.cells:
            if cell := _find_cell(workbook, place):
                yield cell, finding


def _find_cell(workbook: Workbook, place: Place) -> Cell | None:
    if place.sheet not in workbook.sheetnames or not place.cell:
        return None
    sheet = workbook[place.sheet]
    cell = sheet[place.cell] if isinstance(sheet, Worksheet) else None
    return cell if isinstance(cell, Cell) else None


def _mark(cell: Cell, findings: list[Finding], language: str, memory: Worksheet) -> None:
    _paint(cell, MARKS, findings[0].severity, memory)
    _comment(cell, "\n\n".join(describe_finding(finding, language) for finding in findings))


def describe_finding(finding: Finding, language: str) -> str:
    """Say what is wrong with a cell and what to do, as its comment does."""
    words = load_words()[language]
    also = f" ({words['also']} {', '.join(finding.also)})" if finding.also else ""
    lines = [f"{finding.code}{also}: {finding.text(language)}"]
    if finding.expected:
        lines.append(f"{words['expected']}: {finding.expected}")
    if cause := finding.cause.get(language):
        lines.append(f"{words['cause']}: {cause}")
    if finding.reviewed:
        lines.append(f"{words['reviewed']}: {finding.reviewed}")
    elif finding.help(language):
        lines.append(f"{words['todo']}: {finding.help(language)}")
    if why := finding.why.get(language):
        lines.append(f"{words['why']}: {why}")
    return name_sheets("\n".join(lines), language, finding.place.sheet)


def _paint(
    cell: Cell, marks: Mapping[Severity, PatternFill], severity: Severity, memory: Worksheet
) -> None:
    """Colour a cell; what it looked like before is kept on a hidden sheet."""
    row = 1 + (memory.max_row if memory["A1"].value else 0)
    memory.cell(row, 1, cell.parent.title)
    memory.cell(row, 2, cell.coordinate)
    memory.cell(row, 3).fill = _copy_fill(cell)
    cell.fill = copy(marks[severity])


def _comment(cell: Cell, text: str) -> None:
    own, author = (cell.comment.text, cell.comment.author) if cell.comment else ("", "")
    joined = f"{own.rstrip()}\n{_LINE}\n{text}" if own else f"{_LINE}\n{text}"
    comment = make_comment(joined[:_LONGEST_COMMENT])
    comment.author = author or comment.author
    cell.comment = comment


def _copy_fill(cell: Cell) -> Any:
    """Return a fill of the cell's own; a style belongs to one cell alone."""
    return copy(cell.fill)


def _colour(cell: Cell) -> str:
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type == "solid" else ""


def _remove_marks(workbook: Workbook) -> None:
    """Take away what an earlier check has left, wherever its rows have moved to."""
    before = _recall(workbook)
    for sheet in workbook.worksheets:
        for cell in list(sheet._cells.values()):
            if not isinstance(cell, Cell):
                continue
            if _colour(cell) in MARK_COLOURS:
                known = before.get((sheet.title, cell.coordinate))
                cell.fill = _copy_fill(known) if known else PatternFill()
            if cell.comment and _LINE in cell.comment.text:
                own = cell.comment.text.partition(_LINE)[0].rstrip()
                author = cell.comment.author
                cell.comment = make_comment(own) if own else None
                if cell.comment:
                    cell.comment.author = author
    for language in ("de", "en"):
        title = load_words()[language]["overview"]
        if title in workbook.sheetnames:
            del workbook[title]
    if _MEMORY in workbook.sheetnames:
        del workbook[_MEMORY]


def _recall(workbook: Workbook) -> Mapping[tuple[str, str], Cell]:
    if _MEMORY not in workbook.sheetnames:
        return {}
    rows = workbook[_MEMORY].iter_rows(max_col=3)
    return {
        (str(title.value), str(place.value)): kept
        for title, place, kept in rows
        if isinstance(kept, Cell)
    }


def _resize_comments(workbook: Workbook) -> None:
    """Give every comment the size of its text, since the file's own sizes are not read."""
    for sheet in workbook.worksheets:
        for cell in sheet._cells.values():
            if isinstance(cell, Cell) and cell.comment:
                sized = make_comment(cell.comment.text)
                cell.comment.width, cell.comment.height = sized.width, sized.height
