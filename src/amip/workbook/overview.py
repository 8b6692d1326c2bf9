"""The first sheet of a checked workbook: the verdict, and every finding with a link."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from amip.findings import Finding, Report, Severity
from amip.terms import BASE
from amip.workbook.layout import load_words
from amip.workbook.naming import name_sheets
from amip.workbook.style import (
    BOLD,
    HEAD_FONT,
    HEADER,
    HEADER_FONT,
    LINK,
    MARKS,
    TITLE_FONT,
    WRAP,
    fit_width,
)

_LINKED = 5
_FIRST_ROW = 6
_LINE_HEIGHT, _WIDE = 15, 1.05


def write_overview(workbook: Workbook, report: Report, language: str) -> None:
    """Put the sheet with the verdict in front, and open the workbook there."""
    words = load_words()[language]
    page = workbook.create_sheet(words["overview"], 0)
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = sheet is page
    workbook.active = 0
    page.sheet_view.showGridLines = False
    _write(page, 1, 1, words["overview"]).font = TITLE_FONT
    _write(page, 2, 1, make_verdict(report, language)).font = BOLD
    worst = next((each for each in Severity if report.count(each)), None)
    for column in range(1, len(words["columns"]) + 1):
        if worst:
            page.cell(2, column).fill = copy(MARKS[worst])
    _write(page, 4, 1, words["findings"]).font = HEAD_FONT
    row = _write_findings(page, report, language, words)
    if report.expectations:
        _write_expectations(page, row + 2, report, language, words)
    page.freeze_panes = f"A{_FIRST_ROW}"
    fit_width(page)


def make_verdict(report: Report, language: str) -> str:
    """Say in words how a check went.

    >>> make_verdict(Report(()), "de")
    'Keine Beanstandung. Das Programm kann übernommen werden.'
    """
    words = load_words()[language]
    counts = [
        f"{count} {words[severity][count != 1]}"
        for severity in Severity
        if (count := report.count(severity))
    ]
    found = f"{', '.join(counts)}." if counts else words["nothing"]
    return f"{found} {words['accepted'] if report.conforms else words['refused']}"


def _write_findings(
    page: Worksheet, report: Report, language: str, words: Mapping[str, Any]
) -> int:
    _write_header(page, _FIRST_ROW - 1, words["columns"])
    for number, width in enumerate(words["widths"], start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    row = _FIRST_ROW - 1
    findings = sorted(
        report.findings, key=lambda each: (list(Severity).index(each.severity), each.place)
    )
    for number, finding in enumerate(findings, start=1):
        row += 1
        texts = _cells(number, finding, language, words)
        for column, text in enumerate(texts, start=1):
            _write(page, row, column, text).alignment = WRAP
        page.cell(row, 2).fill = copy(MARKS[finding.severity])
        page.row_dimensions[row].height = _LINE_HEIGHT * _count_lines(texts, words["widths"])
        if finding.place.sheet and finding.place.cell:
            link = page.cell(row, _LINKED)
            target = f"{quote_sheetname(finding.place.sheet)}!{finding.place.cell}"
            link.hyperlink = Hyperlink(ref=link.coordinate, location=target)
            link.font = LINK
    last = get_column_letter(len(words["columns"]))
    page.auto_filter.ref = f"A{_FIRST_ROW - 1}:{last}{max(row, _FIRST_ROW)}"
    return row


def _count_lines(texts: list[str | int], widths: list[int]) -> int:
    """Estimate the lines of a row of wrapped texts; not every program works out its height."""
    pairs = zip(texts, widths, strict=True)
    return max(1 + int(len(str(text)) * _WIDE / width) for text, width in pairs)


def _cells(
    number: int, finding: Finding, language: str, words: Mapping[str, Any]
) -> list[str | int]:
    place = finding.place
    todo = finding.help(language)
    if finding.reviewed:
        todo = f"{words['reviewed']}: {finding.reviewed}"
    return [
        number,
        words[finding.severity][0],
        " ".join([finding.code, *finding.also]),
        place.sheet or place.file,
        place.cell or (str(place.row) if place.row else ""),
        place.column,
        name_sheets(finding.text(language), language, place.sheet),
        finding.found.rpartition("/")[2] if finding.found.startswith(BASE) else finding.found,
        finding.expected,
        name_sheets(todo, language, place.sheet),
        finding.cause.get(language, ""),
    ]


def _write_expectations(
    page: Worksheet, row: int, report: Report, language: str, words: Mapping[str, Any]
) -> None:
    _write(page, row, 1, words["expectations"]).font = HEAD_FONT
    columns = (7, 8, 3)
    _write_header(page, row + 1, words["asked"], columns)
    for number, expectation in enumerate(report.expectations, start=row + 2):
        label = expectation.label.get(language) or expectation.label.get("en", "")
        for column, text in zip(
            columns, (label, words[expectation.state], expectation.code), strict=True
        ):
            _write(page, number, column, text).alignment = WRAP


def _write_header(
    page: Worksheet, row: int, titles: list[str], columns: tuple[int, ...] = ()
) -> None:
    for column, title in zip(columns or range(1, len(titles) + 1), titles, strict=True):
        cell = _write(page, row, column, title)
        cell.fill, cell.font = copy(HEADER), HEADER_FONT


def _write(page: Worksheet, row: int, column: int, value: str | int) -> Cell:
    """Write a cell whose text stays text, whatever it looks like."""
    text = ILLEGAL_CHARACTERS_RE.sub("·", value) if isinstance(value, str) else value
    page.cell(row, column).value = text or None
    if isinstance(text, str) and text:
        page.cell(row, column).data_type = "s"
    cell: Cell = page.cell(row, column)  # type: ignore[assignment]
    return cell
