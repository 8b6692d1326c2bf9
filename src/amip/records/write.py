"""Write a programme folder in its canonical form: sorted tables, every value as text."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from amip.errors import InputError, Phrase
from amip.records.record import HEAD, Record, Row
from amip.records.schema import OPTIONAL_TABLES, TABLES, column_names

_ORDER = (
    *("title", "jobcenter", "sponsors", "area", "first_year", "last_year", "replaces"),
    *("source", "sections", "bodies"),
)
_MARK = '"'
_SPECIAL = re.compile(r'[",\r\n]')
_PLAIN_KEY = re.compile(r"[a-z_][a-z0-9_]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write_record(record: Record, folder: Path) -> Path:
    """Write a record as a new programme folder, and return the folder.

    The folder appears whole or not at all. Raises `InputError` when it exists already, cannot be
    written, or when the record holds something that a programme folder has no place for.
    """
    files = {HEAD: format_head(record.head)}
    for table in TABLES:
        if record.rows(table) or table not in OPTIONAL_TABLES:
            files[f"{table}.csv"] = format_table(table, record.rows(table))
    if unknown := sorted(record.tables.keys() - TABLES.keys()):
        why = Phrase("a programme has no table {table}", table=unknown[0])
        raise _refusal(folder, why, Phrase("leave it out"))
    if folder.exists() or folder.is_symlink():
        why = Phrase("exists already")
        raise _refusal(folder, why, Phrase("choose another name or folder"))
    _write_folder(folder, files)
    return folder


def _write_folder(folder: Path, files: Mapping[str, str]) -> None:
    scratch = folder.with_name(f".{folder.name}-{os.getpid()}")
    try:
        scratch.mkdir()
        for name, text in files.items():
            (scratch / name).write_text(text, encoding="utf-8", newline="")
        scratch.rename(folder)
    except OSError as error:
        why = Phrase("cannot be written ({problem})", problem=error.strerror)
        raise _refusal(folder, why, Phrase("choose another folder")) from error
    except UnicodeEncodeError as error:
        sign = repr(error.object[error.start])
        why = Phrase("{sign} cannot be written as UTF-8", sign=sign)
        raise _refusal(folder, why, Phrase("remove that character")) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _refusal(folder: Path, why: Phrase, advice: Phrase) -> InputError:
    return InputError("{subject}: {why}", subject=folder, advice=advice, why=why)


def sort_rows(table: str, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows of a table in canonical order.

    By id, which is the first column, and then by the other cells; the parts of a breakdown keep
    the order in which they are printed, and left-out.csv follows the text.
    """
    names = column_names(table)
    match table:
        case "breakdowns":
            return tuple(sorted(rows, key=lambda row: row.get("id", "")))
        case "left-out":
            return tuple(sorted(rows, key=lambda row: (_offset(row), _cells(row, names))))
    return tuple(sorted(rows, key=lambda row: _cells(row, names)))


def _cells(row: Row, names: Sequence[str]) -> list[str]:
    return [row.get(name, "") for name in names]


def _offset(row: Row) -> tuple[int, str]:
    cell = row.get("start", "")
    return (len(cell), cell) if cell.isdecimal() else (0, cell)


def format_table(table: str, rows: Sequence[Row]) -> str:
    """Write a table as CSV: columns in the order of the schema, rows sorted.

    >>> format_table("ratios", [])
    'id,kind,result,dividend,divisor\\n'
    """
    names = column_names(table)
    unknown = sorted({name for row in rows for name, cell in row.items() if cell} - {*names})
    if unknown:
        raise InputError(
            "{table}.csv: there is no column “{subject}”",
            subject=unknown[0],
            advice="rename or remove the column",
            table=table,
        )
    lines = [names, *(_cells(row, names) for row in sort_rows(table, rows))]
    return "".join(f"{','.join(map(_cell, cells))}\n" for cells in lines)


def _cell(text: str) -> str:
    """Quote a cell where RFC 4180 asks for it; Python's writer leaves a lone CR bare."""
    return f'"{text.replace(_MARK, 2 * _MARK)}"' if _SPECIAL.search(text) else text


def format_head(head: Mapping[str, object]) -> str:
    """Write programme.yaml, known entries first, every value in double quotes.

    >>> print(format_head({"first_year": "2025", "area": [{"ags": "07312"}]}), end="")
    area:
      - {ags: "07312"}
    first_year: "2025"
    """
    known = [name for name in _ORDER if name in head]
    names = [*known, *(name for name in head if name not in _ORDER)]
    return "".join(line for name in names for line in _entry(name, head[name], ""))


def _entry(name: str, value: object, indent: str) -> Iterator[str]:
    key = f"{indent}{_key(name)}:"
    match value:
        case Mapping() if value:
            yield f"{key}\n"
            for inner, item in value.items():
                yield from _entry(str(inner), item, f"{indent}  ")
        case list() if value:
            yield f"{key}\n"
            yield from (f"{indent}  - {_flow(item)}\n" for item in value)
        case _:
            yield f"{key} {_flow(value)}\n"


def _flow(value: object) -> str:
    match value:
        case Mapping():
            return f"{{{', '.join(f'{_key(str(k))}: {_flow(v)}' for k, v in value.items())}}}"
        case list():
            return f"[{', '.join(map(_flow, value))}]"
    return _quote(str(value))


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) else _quote(name)


def _quote(text: str) -> str:
    return f'"{"".join(map(_escape, text))}"'


def _escape(mark: str) -> str:
    """Escape what YAML 1.2 (section 5.7) reads otherwise, and what nobody could see.

    A lone surrogate is left to the encoder, which refuses it.
    """
    if mark in _ESCAPES:
        return _ESCAPES[mark]
    if mark == " " or mark.isprintable() or "\ud800" <= mark <= "\udfff":
        return mark
    return f"\\u{ord(mark):04X}" if ord(mark) <= 0xFFFF else f"\\U{ord(mark):08X}"
