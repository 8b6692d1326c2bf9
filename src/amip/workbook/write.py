"""Write a record as a workbook to fill in or to look at."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from amip.errors import InputError, Phrase
from amip.records.record import HEAD, Record, Row
from amip.records.schema import Column
from amip.workbook.cell import TEXT, Cell, make_cell
from amip.workbook.choices import add_choices, write_lists
from amip.workbook.head import check_form, list_entries, list_shape, text_of
from amip.workbook.layout import PROGRAMME, Heading, Sheet, load_guide, load_layout, load_words
from amip.workbook.load import escape
from amip.workbook.style import (
    EMPTY_FORMS,
    EXAMPLE,
    EXAMPLE_FONT,
    HEAD_FONT,
    HEADER,
    HEADER_FONT,
    HEADER_OPTIONAL,
    HINT_FONT,
    INPUT,
    MIDDLE,
    TITLE_FONT,
    TOP,
    WRAP,
    fit_width,
    make_comment,
)

_LONGEST = 32767
_GUIDE_FONTS = {"title": TITLE_FONT, "head": HEAD_FONT}
_FROZEN = {"figures": "C2", "targets": "C2", "statements": "C2"}
_FILES = {"de": ("neu.xlsx", "geprueft.xlsx"), "en": ("new.xlsx", "checked.xlsx")}


def write_workbook(record: Record, language: str, *, template: bool = False) -> bytes:
    """Write a record as a workbook in German (`de`) or English (`en`).

    A `template` has an example row in the tables that are filled in most. Raises `InputError` for
    text that no workbook can hold, and for cells that would not be read back as they are.
    """
    check_form(record.head, f"{record.slug}/{HEAD}")
    workbook = Workbook()
    guide = workbook.active
    if isinstance(guide, Worksheet):
        _write_guide(guide, language)
    shape = list_shape(record.head)
    lists = write_lists(workbook, language, shape, _find_years(record))
    for sheet in load_layout().values():
        page = workbook.create_sheet(sheet.titles[language])
        if sheet.name == PROGRAMME:
            _write_entries(page, record, language)
        else:
            _write_table(page, sheet, record, language, template=template)
        add_choices(page, sheet, language, lists)
    workbook.move_sheet(load_words()[language]["lists"], len(workbook.sheetnames))
    workbook.active = 0
    workbook.properties.creator = "amip"
    workbook.properties.title = record.text("title")
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _find_years(record: Record) -> tuple[int, int] | None:
    years = [record.text(name) for name in ("first_year", "last_year")]
    return (int(years[0]), int(years[1])) if all(year.isdecimal() for year in years) else None


def _write_guide(page: Worksheet, language: str) -> None:
    page.title = load_words()[language]["guide"]
    page.sheet_view.showGridLines = False
    page.column_dimensions["A"].width = 105
    file, checked = _FILES[language]
    for number, (style, text) in enumerate(load_guide()[language], start=1):
        cell = page.cell(number, 1, text.format(file=file, checked=checked))
        cell.alignment = WRAP
        if style in _GUIDE_FONTS:
            cell.font = _GUIDE_FONTS[style]
            page.row_dimensions[number].height = 30 if style == "title" else 24
        else:
            page.row_dimensions[number].height = 16 * (1 + len(str(cell.value)) // 108)
    fit_width(page, landscape=False)


def _write_entries(page: Worksheet, record: Record, language: str) -> None:
    words, sheet = load_words()[language], load_layout()[PROGRAMME]
    _write_header(page, [words["key"], words["entry"], words["hint"]], [28, 60, 90])
    values = {"slug": record.slug} | list_entries(record.head)
    for number, heading in enumerate(sheet.headings, start=2):
        page.cell(number, 1, heading.title(language)).alignment = TOP
        text = values.pop(heading.name, "")
        _put(page, number, 2, heading.column, text, language, f"{HEAD}, {heading.name}")
        page.cell(number, 3, heading.hints[language])
    for number, (path, text) in enumerate(values.items(), start=len(sheet.headings) + 2):
        _put(page, number, 1, Column("key"), path, language, f"{HEAD}, {path}")
        _put(page, number, 2, Column("entry"), text, language, f"{HEAD}, {path}")
        page.cell(number, 3, words["extra"])
    for number in range(2, page.max_row + 1):
        page.cell(number, 2).border, page.cell(number, 2).alignment = INPUT, WRAP
        page.cell(number, 3).font, page.cell(number, 3).alignment = HINT_FONT, WRAP
    page.freeze_panes = "A2"
    fit_width(page)


def _write_header(page: Worksheet, titles: list[str], widths: list[int]) -> None:
    for number, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = page.cell(1, number, title)
        cell.fill, cell.font, cell.alignment = HEADER, HEADER_FONT, MIDDLE
        page.column_dimensions[get_column_letter(number)].width = width
    page.row_dimensions[1].height = 32


def _write_table(
    page: Worksheet, sheet: Sheet, record: Record, language: str, *, template: bool
) -> None:
    headings = [*sheet.headings, *_find_extra(sheet, record)]
    titles = [heading.title(language) for heading in headings]
    _write_header(page, titles, [heading.width for heading in headings])
    for number, heading in enumerate(headings, start=1):
        cell = page.cell(1, number)
        cell.comment = make_comment(_hint(heading, language))
        cell.fill = HEADER if heading.column.required else HEADER_OPTIONAL
        letter = get_column_letter(number)
        page.column_dimensions[letter].number_format = _blank_form(heading.column)
    if template and sheet.example:
        example = {**sheet.example, "id": load_words()[language]["example"]}
        _write_row(page, 2, sheet.name, headings, example, language)
        for number in range(1, len(headings) + 1):
            cell = page.cell(2, number)
            cell.fill, cell.font = EXAMPLE, EXAMPLE_FONT
    start = page.max_row + 1
    for number, row in enumerate(_find_rows(sheet, record), start=start):
        _write_row(page, number, sheet.name, headings, row, language)
    page.freeze_panes = _FROZEN.get(sheet.name, "A2")
    page.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{max(page.max_row, 2)}"
    fit_width(page)
    page.print_title_rows = "1:1"


def _hint(heading: Heading, language: str) -> str:
    required = heading.column.required and not heading.filled_in
    star = f"{load_words()[language]['required']} " if required else ""
    return f"{star}{heading.hints[language]}"


def _blank_form(column: Column) -> str:
    return "General" if column.kind in {"decimal", "page", "offset"} else TEXT


def _find_rows(sheet: Sheet, record: Record) -> tuple[Mapping[str, Any], ...]:
    if not sheet.path:
        return record.rows(sheet.name)
    value: object = record.head
    for name in sheet.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return tuple(value) if isinstance(value, list) else ()


def _find_extra(sheet: Sheet, record: Record) -> list[Heading]:
    """Return headings for the entries that a list has beyond the usual ones."""
    known = {heading.name for heading in sheet.headings}
    rows = _find_rows(sheet, record)
    names = dict.fromkeys(name for row in rows for name, cell in row.items() if cell)
    extra = [name for name in names if name not in known]
    if extra and not sheet.path:
        raise InputError(
            "{table}.csv: there is no column “{subject}”",
            subject=extra[0],
            advice="rename or remove the column",
            table=f"{record.slug}/{sheet.name}",
        )
    return [
        Heading(Column(name), {"de": name, "en": name}, {"de": name, "en": name}, 24)
        for name in extra
    ]


def _write_row(
    page: Worksheet,
    number: int,
    table: str,
    headings: list[Heading],
    row: Row | Mapping[str, Any],
    language: str,
) -> None:
    known = {heading.name for heading in load_layout()[table].headings}
    for index, heading in enumerate(headings, start=1):
        name, value = heading.name, row.get(heading.name, "")
        text = str(value) if name in known or name not in row else text_of(value)
        where = f"{table}, {row.get('id', number)}, {name}"
        _put(page, number, index, heading.column, text, language, where)
        if not text and heading.column.kind == "decimal":
            form = EMPTY_FORMS.get(row.get("unit") or row.get("change_unit", ""), "General")
            page.cell(number, index).number_format = form


def _put(
    page: Worksheet, row: int, index: int, column: Column, text: str, language: str, where: str
) -> None:
    """Put the text of a record into a cell, or say why no cell can hold it."""
    target = page.cell(row, index)
    try:
        cell = make_cell(column, text, language)
        value = escape(cell.value) if isinstance(cell.value, str) else cell.value
    except ValueError as error:
        problem = str(error)
        reason = Phrase("it would be read differently") if problem == text else problem
        raise _refuse(where, text, reason) from error
    if isinstance(value, str) and len(value) > _LONGEST:
        raise _refuse(where, text, Phrase("{count} characters", count=len(value)))
    target.number_format = cell.form
    if value is not None:
        target.value = value
        if isinstance(value, str):
            # Text stays text, though it begins like a formula or reads like an error value.
            target.data_type = "s"


def _refuse(where: str, text: str, reason: str | Phrase) -> InputError:
    return InputError(
        "{where}: a workbook cannot hold “{text}” unchanged ({reason})",
        subject=Cell(text),
        advice="remove blanks around codes and ids, control characters, or shorten the text",
        where=where.replace("\0", "·"),
        text=text[:60].replace("\0", "·"),
        reason=reason,
    )
