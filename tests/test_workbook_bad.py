"""Workbooks that are wrong: cells become findings at their place, broken files one clear sentence.

`workbooks/cells.csv` names one edit of the tiny programme's workbook per row, and what must be
found there; the kinds of broken files are built here, one function each.
"""

from __future__ import annotations

import csv
import io
import os
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from amip.errors import InputError
from amip.findings import LANGUAGES
from amip.records import read_record
from amip.workbook import read_workbook, write_workbook
from amip.workbook.container import MAX_FILE
from amip.workbook.load import load_workbook
from samples import MINIMAL, SLUG, TESTS, read_rows

CELLS = read_rows(TESTS / "workbooks" / "cells.csv")
NAME = "neu.xlsx"


@cache
def minimal() -> bytes:
    return write_workbook(read_record(MINIMAL)[0], "de")


def save(workbook: Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def find_column(page: Worksheet, header: str) -> int:
    if header.isdecimal():
        return int(header)
    titles = [str(cell.value).rstrip(" *") for cell in page[1]]
    return titles.index(header) + 1


def find_cell(page: Worksheet, case: dict[str, str]) -> tuple[int, int]:
    first = [str(page.cell(row, 1).value).rstrip(" *") for row in range(1, page.max_row + 1)]
    if case["row"] == "Eintrag":
        return first.index(case["column"]) + 1, 2
    rows = {"header": 1, **{str(row): row for row in range(2, 5)}}
    row = rows.get(case["row"]) or first.index(case["row"]) + 1
    return row, find_column(page, case["column"])


def edit(page: Worksheet, case: dict[str, str]) -> str:
    """Make the edit of a case, and return the cell."""
    row, column = find_cell(page, case)
    cell, value = page.cell(row, column), case["value"]
    match case["type"]:
        case "merge":
            page.merge_cells(
                start_row=row,
                end_row=row + int(value) - 1,
                start_column=column,
                end_column=column + 1,
            )
            return str(cell.coordinate)
        case "number":
            cell.value = float(value)
        case "date":
            cell.value = date.fromisoformat(value)
        case "truth":
            cell.value = True
        case "none":
            cell.value = None
        case _:
            cell.value = value
            cell.data_type = {"text": "s", "error": "e", "formula": "f"}[case["type"]]
    cell.number_format = case["format"]
    return str(cell.coordinate)


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case["case"])
def test_wrong_cells_are_found_where_they_are(case: dict[str, str]) -> None:
    workbook = load_workbook(minimal(), NAME)
    page = workbook[case["sheet"]]
    cell = edit(page, case)
    sheets = read_workbook(save(workbook), NAME)
    found = [f for f in sheets.findings if f.code in case["code"].split()]
    others = {f.code for f in sheets.findings} - {*case["code"].split(), "AMIP-R06", "AMIP-R11"}
    assert {f.code for f in found} == set(case["code"].split())
    assert others == set()
    at_fault = [sheets.place(finding.place) for finding in found]
    assert {(place.file, place.sheet) for place in at_fault} == {(NAME, case["sheet"])}
    if case["row"] != "header" or case["type"] == "merge":
        assert [place.cell for place in at_fault] == [cell]
    if case["expected"]:
        assert case["expected"] in {finding.expected for finding in found}
    for finding in found:
        for language in LANGUAGES:
            assert finding.text(language)
            assert finding.help(language)
            assert "{" not in finding.text(language) + finding.help(language)


def test_every_code_of_workbook_cells_has_a_case() -> None:
    codes = {code for case in CELLS for code in case["code"].split()}
    assert {f"AMIP-R{number}" for number in range(22, 30)} <= codes


def test_one_wrong_cell_is_one_finding() -> None:
    workbook = load_workbook(minimal(), NAME)
    workbook["Zahlen"]["I2"].value = "2.100.000,50"
    workbook["Zahlen"]["I2"].data_type = "s"
    assert [f.code for f in read_workbook(save(workbook), NAME).findings] == ["AMIP-R22"]


def repack(change: Callable[[dict[str, bytes]], None], content: bytes | None = None) -> bytes:
    """Change the parts of a workbook's container."""
    with zipfile.ZipFile(io.BytesIO(content or minimal())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def replace_part(name: str, part: bytes) -> bytes:
    return repack(lambda parts: parts.update({name: part}))


def drop_part(name: str) -> bytes:
    return repack(lambda parts: parts.update({"gone": parts.pop(name)}))


def without_sheet(title: str) -> bytes:
    workbook = load_workbook(minimal(), NAME)
    del workbook[title]
    return save(workbook)


def foreign() -> bytes:
    workbook = Workbook()
    page = workbook.active
    assert isinstance(page, Worksheet)
    page.title = "Tabelle1"
    page["A1"] = "Kennung"
    return save(workbook)


def emptied(title: str) -> bytes:
    workbook = load_workbook(minimal(), NAME)
    workbook[title].delete_rows(1, 2000)
    return save(workbook)


def twice() -> bytes:
    workbook = load_workbook(minimal(), NAME)
    workbook.copy_worksheet(workbook["Zahlen"]).title = "Figures"
    return save(workbook)


def without_header() -> bytes:
    workbook = load_workbook(minimal(), NAME)
    workbook["Zahlen"].delete_rows(1)
    return save(workbook)


def old_office(stream: str) -> bytes:
    """Return the outline of an OLE container with one stream of that name."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return header + stream.encode("utf-16-le") + bytes(600)


def zip_of_text() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("notes.txt", "notes")
    return target.getvalue()


def open_document() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return target.getvalue()


def entities() -> bytes:
    part = (
        b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<si><t>&x;</t></si></sst>"
    )
    return replace_part("xl/sharedStrings.xml", part)


def lying_directory() -> bytes:
    """Return a workbook whose directory states a smaller size than comes out."""
    content = bytearray(replace_part("xl/media/big.bin", bytes(2**20)))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/media/big.bin"))
    struct.pack_into("<L", content, at + 24, 10)
    return bytes(content)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty file": (lambda: b"", "the file is empty"),
    "csv with semicolons": (lambda: "Kennung;Wert\nä;1".encode("latin-1"), "text file such as CSV"),
    "html": (lambda: b"<html><table></table></html>", "XML or HTML"),
    "other binary": (lambda: b"%PDF-1.7\0\0\0", "no workbook"),
    "too large": (lambda: b"PK\x03\x04" + bytes(MAX_FILE), "more than 20 MB"),
    "password": (lambda: old_office("EncryptedPackage"), "protected by a password"),
    "old workbook": (lambda: old_office("Workbook"), "old workbook (.xls)"),
    "other old document": (lambda: old_office("WordDocument"), "old Office document"),
    "open document": (open_document, "OpenDocument"),
    "zip of something": (
        zip_of_text,
        "ZIP archive, but no workbook",
    ),
    "truncated": (lambda: minimal()[:-200], "damaged"),
    "half of it": (lambda: minimal()[:9000], "damaged"),
    "bomb by ratio": (lambda: replace_part("xl/big.xml", b" " * 2**26), "unpacked"),
    "bomb by size": (
        lambda: replace_part("xl/media/big.bin", os.urandom(2**22) + bytes(90 * 2**20)),
        "unpacked",
    ),
    "lying directory": (lying_directory, "damaged"),
    "external entity": (entities, "document type"),
    "broken sheet": (
        lambda: replace_part("xl/worksheets/sheet2.xml", b"<worksheet><sheetData>"),
        "broken",
    ),
    "nonsense in a sheet": (
        lambda: replace_part(
            "xl/worksheets/sheet2.xml",
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<sheetData><row r="x"><c r="!!" t="s"><v>999999</v></c></row></sheetData>'
            b"</worksheet>",
        ),
        "damaged",
    ),
    "no styles": (lambda: replace_part("xl/styles.xml", b"<styleSheet/>"), "damaged"),
    "no manifest": (lambda: drop_part("[Content_Types].xml"), "no workbook"),
    "no workbook part": (lambda: drop_part("xl/workbook.xml"), "damaged"),
    "binary workbook": (lambda: replace_part("xl/workbook.bin", b"x"), ".xlsb"),
    "foreign workbook": (foreign, "“Tabelle1”"),
    "sheet deleted": (lambda: without_sheet("Zahlen"), "there is no sheet “Zahlen”"),
    "sheet emptied": (lambda: emptied("Zahlen"), "the sheet “Zahlen” is empty"),
    "programme emptied": (lambda: emptied("Programm"), "has none of its entries"),
    "the same table twice": (twice, "hold the same table"),
    "no header row": (without_header, "there is no header row"),
}


@pytest.mark.parametrize("kind", FILES)
def test_broken_files_are_refused_in_one_sentence(kind: str) -> None:
    make, message = FILES[kind]
    with pytest.raises(InputError) as caught:
        read_workbook(make(), NAME)
    assert str(caught.value).startswith(f"{NAME}: ")
    assert message in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("cell", "why"), [("a\x07b", "U+0007"), ("a\ufffeb", "U+FFFE"), ("x" * 40_000, "40000")]
)
def test_what_no_workbook_holds_is_refused_with_its_place(
    tmp_path: Path, cell: str, why: str
) -> None:
    record, _ = read_record(MINIMAL)
    row = {**record.rows("figures")[0], "note": cell}
    tables = {**record.tables, "figures": (row, *record.rows("figures")[1:])}
    with pytest.raises(InputError, match="figures, egl-2023, note") as caught:
        write_workbook(type(record)(tmp_path / SLUG, record.head, tables), "de")
    assert why in str(caught.value)


def test_the_table_of_cases_has_no_case_twice() -> None:
    with (TESTS / "workbooks" / "cells.csv").open(encoding="utf-8", newline="") as file:
        names = [row["case"] for row in csv.DictReader(file)]
    assert len(names) == len(set(names))
