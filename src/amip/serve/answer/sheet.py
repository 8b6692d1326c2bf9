"""An answer as a workbook: typed cells, and a second sheet about where they are from."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from amip.publish.release import load_release
from amip.query import Term
from amip.question import NUMBERS, OutputColumn
from amip.serve.answer.cite import cite_reply, describe_dataset
from amip.serve.answer.reply import Reply
from amip.serve.page import read_decimal, say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_WIDEST = 60
_FORMATS = {"integer": "#,##0", "decimal": "#,##0.##", "year": "0"}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")
_UNPRINTABLE = dict.fromkeys(sign for sign in range(32) if chr(sign) not in "\t\n\r")

Value = str | int | Decimal | bool | None


def write_sheet(reply: Reply) -> bytes:
    """Write an answer as XLSX: numbers as numbers, text never as a formula.

    The same answer gives the same bytes.
    """
    from openpyxl import Workbook

    workbook = Workbook()
    day = datetime.fromisoformat(load_release().issued)
    workbook.properties.created = day
    workbook.properties.creator = load_release().publisher_name
    workbook.properties.title = reply.question.titles[reply.language]
    page = workbook.worksheets[0]
    page.title = say("sheet-answer", reply.language)
    _fill_answer(page, reply)
    _fill_about(workbook.create_sheet(say("sheet-about", reply.language)), reply)
    content = io.BytesIO()
    workbook.save(content)
    return _date_parts(content.getvalue(), f"{day:%Y-%m-%dT%H:%M:%SZ}".encode())


def _fill_answer(page: Worksheet, reply: Reply) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    columns = reply.question.columns
    _write_row(page, 1, [column.labels[reply.language] for column in columns])
    for cell in page[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(reply.answer.rows.rows, start=2):
        _write_row(page, number, map(_read_value, row, columns))
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        texts = [str(cell.value or "") for cell in page[letter]]
        page.column_dimensions[letter].width = min(_WIDEST, 2 + max(map(len, texts)))
        if column.type in _FORMATS:
            for cell in page[letter][1:]:
                cell.number_format = _FORMATS[column.type]
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions


def _fill_about(page: Worksheet, reply: Reply) -> None:
    from openpyxl.styles import Alignment, Font

    for number, (name, text) in enumerate(_describe(reply), start=1):
        _write_row(page, number, [name, text])
        page.cell(number, 1).font = Font(bold=True)
        page.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 28
    page.column_dimensions["B"].width = 100


def _describe(reply: Reply) -> Iterator[tuple[str, str]]:
    question, language = reply.question, reply.language
    dataset = describe_dataset(reply)
    yield say("sheet-question", language), question.texts[language]
    for name, value in reply.parameters.items():
        yield f"{say('sheet-parameters', language)}: {name}", value
    if reply.is_of_all:
        answer = reply.answer
        share = {"stated": answer.stated_by, "total": answer.of_programmes}
        yield "", say("answer-share", language, **share)
    for caveat in question.caveats[language]:
        yield say("caveats", language), caveat
    yield say("sheet-dataset", language), f"{dataset['title']} {dataset['version']} {reply.state}"
    yield say("sheet-query", language), reply.hash
    yield say("sheet-address", language), reply.path
    yield say("sheet-licence", language), f"CC BY 4.0, {dataset['licence']}"
    for part in reply.parts[1:]:
        yield "", f"{part.attribution}; {part.licence.name}, {part.licence.page}"
    yield say("cite", language), cite_reply(reply)


def _write_row(page: Worksheet, number: int, values: Iterable[Value]) -> None:
    for place, value in enumerate(values, start=1):
        if value is None:
            continue
        if not isinstance(value, str):
            page.cell(number, place, value)
            continue
        cell = page.cell(number, place, value.translate(_UNPRINTABLE))
        # A text that begins with "=" is still a text.
        cell.data_type = "s"


def _read_value(cell: Term | None, column: OutputColumn) -> Value:
    if cell is None:
        return None
    if column.type == "boolean":
        return cell.text in {"true", "1"}
    if column.type not in {*NUMBERS, "year"}:
        return cell.text
    number = read_decimal(cell.text)
    if number is None:
        return cell.text
    return number if column.type == "decimal" else int(number)


def _date_parts(content: bytes, day: bytes) -> bytes:
    """Give the parts of the file one date, so that equal answers are equal files."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(fixed, "w") as new:
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, _FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            text = old.read(part)
            if part.filename == _PROPERTIES:
                text = _SAVED.sub(rb"\g<1>" + day + rb"\g<2>", text)
            new.writestr(info, text)
    return fixed.getvalue()
