"""A table in an Excel workbook: the cells of its first sheet as text."""

from __future__ import annotations

import datetime

from amip.errors import InputError
from amip.workbook.load import load_workbook

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Tell whether a file is a ZIP container or an Office document, not text."""
    return content.startswith((_ZIP, _OLE))


def read_cells(content: bytes, name: str) -> list[list[str]]:
    """Read the first sheet of a workbook, every cell as text; raises `InputError`."""
    sheets = load_workbook(content, name, results=True).worksheets
    if not sheets:
        raise InputError("{subject}: the workbook has no table", subject=name, advice="add a sheet")
    rows = [[_write(cell) for cell in row] for row in sheets[0].values]
    width = max((at for row in rows for at, cell in enumerate(row, 1) if cell), default=0)
    height = max((at for at, row in enumerate(rows, 1) if any(row)), default=0)
    return [row[:width] for row in rows[:height]]


def _write(value: object) -> str:
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)
