"""The drop-downs of a workbook, and the hidden sheet that holds their lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from amip.records.schema import Column
from amip.workbook.labels import list_labels, used_lists
from amip.workbook.layout import PROGRAMME, Heading, Sheet, load_layout, load_words
from amip.workbook.load import escape
from amip.workbook.read import SHAPE

_SPARE_ROWS = 1000
_IDS = "amip_ids_{}"
_MAX_TITLE, _MAX_PROMPT = 32, 255


def write_lists(
    workbook: Workbook, language: str, shape: Sequence[str], years: tuple[int, int] | None
) -> Mapping[str, str]:
    """Write the hidden sheet of lists, and return the name of the range of each list.

    Ranges have names since Excel moves drop-downs that point to other sheets where other programs
    do not find them.
    """
    page = workbook.create_sheet(load_words()[language]["lists"])
    page.sheet_state = "hidden"
    _write_column(page, 1, SHAPE, list(shape))
    columns = [heading.column for sheet in load_layout().values() for heading in sheet.headings]
    names: dict[str, str] = {}
    for number, codes in enumerate(used_lists(columns), start=2):
        labels = list_labels(codes, language, years)
        _write_column(page, number, codes, labels)
        letter = get_column_letter(number)
        area = f"{quote_sheetname(page.title)}!${letter}$2:${letter}${len(labels) + 1}"
        names[codes] = f"amip_{'all' if codes == '*' else codes.replace('-', '_')}"
        workbook.defined_names[names[codes]] = DefinedName(names[codes], attr_text=area)
    for sheet in load_layout().values():
        if any(heading.name == "id" for heading in sheet.headings):
            title = quote_sheetname(sheet.titles[language])
            name = _IDS.format(sheet.name)
            area = f"{title}!$A$2:$A${_SPARE_ROWS}"
            workbook.defined_names[name] = DefinedName(name, attr_text=area)
    return names


def _write_column(page: Worksheet, number: int, title: str, texts: Sequence[str]) -> None:
    for row, text in enumerate([title, *texts], start=1):
        cell = page.cell(row, number, escape(text))
        cell.data_type = "s"


def add_choices(page: Worksheet, sheet: Sheet, language: str, lists: Mapping[str, str]) -> None:
    """Give the cells of coded columns a drop-down, and those that refer to a row one of ids."""
    for number, heading in enumerate(sheet.headings, start=1):
        source = _find_source(heading.column, lists)
        if not source:
            continue
        choice = _make_choice(heading, source, language)
        letter = get_column_letter(number)
        last = page.max_row + _SPARE_ROWS
        area = f"{letter}2:{letter}{last}" if sheet.name != PROGRAMME else f"B{number + 1}"
        choice.add(area)
        page.add_data_validation(choice)


def _find_source(column: Column, lists: Mapping[str, str]) -> str:
    if column.kind == "code":
        return lists[column.codes]
    if column.kind == "reference" and column.to != "*":
        return _IDS.format(column.to)
    return ""


def _make_choice(heading: Heading, source: str, language: str) -> DataValidation:
    strict = heading.column.kind == "code" and not heading.column.many
    return DataValidation(
        type="list",
        formula1=source,
        allow_blank=True,
        showErrorMessage=strict,
        errorTitle=heading.labels[language][:_MAX_TITLE],
        error=load_words()[language]["choose"],
        showInputMessage=True,
        promptTitle=heading.labels[language][:_MAX_TITLE],
        prompt=heading.hints[language][:_MAX_PROMPT],
    )
