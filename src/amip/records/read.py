"""Read a programme folder: a record, and what is wrong with its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import yaml

from amip.cards import make_finding
from amip.errors import InputError
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.records.check import check_head, check_rows
from amip.records.record import Record, Row
from amip.records.schema import OPTIONAL_TABLES, TABLES, column_names

HEAD = "programme.yaml"

# The base loader keeps every scalar as text: no octal keys, no binary floats, no dates.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_record(folder: Path) -> tuple[Record, list[Finding]]:
    """Read one programme folder.

    Returns the record and the findings about its cells (codes `AMIP-R…`), each with file, row and
    column. Raises `InputError` when a file is missing, empty, not UTF-8 or not YAML/CSV at all.
    """
    if not (folder / HEAD).is_file():
        raise InputError(
            f"{folder}: not a programme folder, it has no {HEAD}",
            subject=folder,
            advice="name a folder such as programmes/elbe-elster-2022",
        )
    head = _read_head(folder / HEAD)
    tables: dict[str, tuple[Row, ...]] = {}
    findings: list[Finding] = []
    for table in TABLES:
        path = folder / f"{table}.csv"
        if path.exists() or table not in OPTIONAL_TABLES:
            rows, wrong = _read_table(path, table)
            tables[table] = rows
            findings += wrong
    record = Record(folder, head, tables)
    findings += check_head(record)
    findings += check_rows(record)
    return record, findings


def _read_head(path: Path) -> dict[str, object]:
    try:
        head = yaml.load(_read_text(path), Loader=_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "broken YAML"
        raise InputError(
            f"{path}{where}: {problem}",
            subject=path,
            advice="check the indentation and the quotes there",
        ) from error
    if not isinstance(head, dict):
        raise InputError(
            f"{path}: expected `name: value` lines",
            subject=path,
            advice="compare with another programme",
        )
    return head


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: the file cannot be read ({error.strerror})",
            subject=path,
            advice=f"a programme folder needs {HEAD} and {', '.join(_required_files())}",
        ) from error
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError(
            f"{path}: the file is empty", subject=path, advice="it needs at least the header line"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise InputError(
            f"{path}, row {row}, byte {column}: 0x{raw[error.start]:02X} is not UTF-8",
            subject=path,
            advice="save the file as “CSV UTF-8”",
        ) from error


def _required_files() -> list[str]:
    return [f"{table}.csv" for table in TABLES if table not in OPTIONAL_TABLES]


def _read_table(path: Path, table: str) -> tuple[tuple[Row, ...], list[Finding]]:
    lines = csv.reader(
        io.StringIO(_read_text(path).removeprefix("\ufeff"), newline=""), strict=True
    )
    file = f"{path.parent.name}/{path.name}"
    try:
        header, *body = list(lines)
    except csv.Error as error:
        raise InputError(
            f"{path}, row {lines.line_num}: {error}",
            subject=path,
            advice="check the quotation marks",
        ) from error
    rows = tuple(dict(zip(header, cells, strict=False)) for cells in body)
    return rows, [*_check_header(file, table, header), *_check_width(file, header, body)]


def _check_header(file: str, table: str, header: list[str]) -> Iterator[Finding]:
    known = column_names(table)
    for name in header:
        if name not in known:
            nearest = find_nearest(name, known)
            yield make_finding(
                "AMIP-R01", Place(file, 1, name), found=name, expected="".join(nearest)
            )
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield make_finding("AMIP-R17", Place(file, 1, name), found=name)
    for name in known:
        if name not in header:
            yield make_finding("AMIP-R02", Place(file, 1, name), expected=name)


def _check_width(file: str, header: list[str], body: list[list[str]]) -> Iterator[Finding]:
    for number, cells in enumerate(body, start=2):
        if len(cells) != len(header):
            place = Place(file, number, record=cells[0] if cells else "")
            yield make_finding("AMIP-R12", place, found=str(len(cells)), expected=str(len(header)))
