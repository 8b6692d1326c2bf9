"""Cells of a workbook: from the text of a record, and back without loss."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from amip.records.periods import parse_period
from amip.records.schema import Column
from amip.records.values import format_figure, parse_decimal, parse_figure
from amip.workbook.labels import read_codes, show_codes, suggest_label

Value: TypeAlias = str | int | float | bool | date | time | timedelta | None
Kind: TypeAlias = Literal["text", "number", "date", "error", "formula", "none"]

TEXT = "@"
_EXACT_DIGITS = 15
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_DECIMALS = re.compile(r"\.([0]+)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_GERMAN_MONTH = re.compile(r"(\d{1,2})[./](\d{4})", re.ASCII)
_GROUPED = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the workbook holds it; `form` is its number format."""

    value: Value = None
    form: str = "General"
    kind: Kind = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: the text for the record, or the code of what is wrong with it.

    `loose` tells that the number format does not say how many decimals were meant.
    """

    text: str = ""
    code: str = ""
    expected: str = ""
    loose: bool = False


def make_cell(column: Column, text: str, language: str) -> Cell:
    """Return the cell that holds the text of a record.

    Numbers that a binary float does not hold exactly as typed, and what would read differently
    otherwise, stay text. Raises `ValueError` when no cell reads back as `text`.
    """
    choices = [Cell(text, TEXT, "text")]
    if column.kind == "code":
        choices.insert(0, Cell(show_codes(column, text, language), TEXT, "text"))
    elif column.kind in {"decimal", "offset", "page"} and (number := _as_number(text)):
        choices.insert(0, number)
    if not text:
        return Cell(None, TEXT if column.kind != "decimal" else "General")
    for cell in choices:
        if read_cell(column, cell) in {Reading(text), Reading(text, loose=True)}:
            return cell
    if read_cell(column, choices[-1]).text == text:
        return choices[-1]
    raise ValueError(text)


def _as_number(text: str) -> Cell | None:
    if not _PLAIN_NUMBER.fullmatch(text) or (text.startswith("-0") and not text.strip("-0.")):
        return None
    whole, _, fraction = text.partition(".")
    if len(text.lstrip("-").replace(".", "").lstrip("0")) > _EXACT_DIGITS:
        return None
    value = float(text) if fraction else int(whole)
    form = "#,##0" + (f".{'0' * len(fraction)}" if fraction else "")
    return Cell(value, form, "number")


def read_cell(column: Column, cell: Cell, printed: str = "") -> Reading:
    """Read a cell as text for the record; `printed` helps to read an ambiguous number."""
    if cell.kind == "none" or cell.value is None:
        return Reading()
    if cell.kind == "formula":
        return Reading(str(cell.value), "AMIP-R24")
    if cell.kind == "error":
        return Reading(str(cell.value), "AMIP-R29")
    match column.kind:
        case "decimal":
            return _read_decimal(cell, printed)
        case "period":
            return _read_period(cell)
        case "code":
            return _read_code(column, cell)
        case "offset" | "page" | "id" | "reference":
            return Reading(show_cell(cell, grouped=False).strip())
    return Reading(show_cell(cell))


def _read_decimal(cell: Cell, printed: str) -> Reading:
    if cell.kind == "number":
        if "%" in _QUOTED.sub("", cell.form):
            value = _exact(cell.value) * 100
            return Reading(show_cell(cell), "AMIP-R23", f"{_trim(value):f}")
        return _read_number(cell)
    text = show_cell(cell).strip()
    value_of_printed = parse_figure(printed)
    if parse_decimal(text) is not None:
        figure = parse_figure(text)
        same = value_of_printed is not None and value_of_printed.value == parse_decimal(text)
        if not _GROUPED.fullmatch(text) or same or figure is None:
            return Reading(text)
        return Reading(text, "AMIP-R22", f"{figure.value:f}")
    figure = parse_figure(text) or value_of_printed
    return Reading(text, "AMIP-R22", f"{figure.value:f}" if figure else "")


def _read_number(cell: Cell) -> Reading:
    value = _trim(_exact(cell.value))
    found = _DECIMALS.search(_QUOTED.sub("", cell.form).partition(";")[0])
    places = len(found[1]) if found else 0
    exponent = value.as_tuple().exponent
    decimals = max(places, -exponent if isinstance(exponent, int) else 0, 0)
    loose = ";" in cell.form or cell.form == "General"
    return Reading(f"{value:f}" if loose else f"{value:.{decimals}f}", loose=loose)


def _read_period(cell: Cell) -> Reading:
    if cell.kind == "date":
        day = f"{cell.value:%Y-%m-%d}" if isinstance(cell.value, date) else ""
        return Reading(show_cell(cell), "AMIP-R25", day)
    text = show_cell(cell, grouped=False).strip()
    if parse_period(text) is None:
        if german := _GERMAN_DATE.fullmatch(text):
            expected = f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}"
            return Reading(text, "AMIP-R25", expected if parse_period(expected) else "")
        if month := _GERMAN_MONTH.fullmatch(text):
            expected = f"{month[2]}-{int(month[1]):02}"
            return Reading(text, "AMIP-R25", expected if parse_period(expected) else "")
    return Reading(text)


def _read_code(column: Column, cell: Cell) -> Reading:
    text = show_cell(cell, grouped=False)
    if not text.strip():
        return Reading()
    codes = read_codes(column, text)
    if codes is None:
        return Reading(text, "AMIP-R27", suggest_label(column, text, "de"))
    return Reading(codes)


def show_cell(cell: Cell, *, grouped: bool = True) -> str:
    """Return a cell as a German workbook shows it.

    >>> show_cell(Cell(2100000.5, "#,##0.00", "number")), show_cell(Cell(2025, "@", "number"))
    ('2.100.000,50', '2025')
    """
    value = cell.value
    if isinstance(value, bool):
        return "WAHR" if value else "FALSCH"
    if isinstance(value, int | float):
        return _show_number(cell, grouped=grouped)
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    return "" if value is None else str(value)


def _show_number(cell: Cell, *, grouped: bool) -> str:
    form = _QUOTED.sub("", cell.form)
    value, sign = _trim(_exact(cell.value)), ""
    if "%" in form:
        value, sign = _trim(value * 100), " %"
    found = _DECIMALS.search(form.partition(";")[0])
    text = format_figure(value, len(found[1]) if found else 0)
    return (text if grouped and "," in form else text.replace(".", "")) + sign


def _exact(value: Value) -> Decimal:
    """Return the decimal that a number was typed as: the shortest that gives this float."""
    return Decimal(repr(value))


def _trim(value: Decimal) -> Decimal:
    """Drop the zeros after the point, without an exponent for whole numbers."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def align_value(text: str, printed: str) -> str:
    """Give a number the decimals that it is printed with, when both say the same.

    >>> align_value("2100000", "2.100.000,00 €"), align_value("22.5", "22,4 %")
    ('2100000.00', '22.5')
    """
    figure, value = parse_figure(printed), parse_decimal(text)
    if figure is None or value is None or figure.value != value:
        return text
    return f"{figure.value:f}"
