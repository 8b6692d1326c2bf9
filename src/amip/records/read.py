"""Read a programme folder: a record, and what is wrong with its cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from amip.cards import make_finding
from amip.errors import InputError, Phrase
from amip.findings import Finding, Place
from amip.nearest import find_nearest
from amip.records.agree import check_agreement
from amip.records.check import check_head, check_rows
from amip.records.labels import check_labels
from amip.records.record import HEAD, Record, Row
from amip.records.schema import OPTIONAL_TABLES, TABLES, column_names
from amip.sources.content import read_content

# The base loader keeps every scalar as text: no octal keys, no binary floats, no dates.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_RAGGED = "AMIP-R12"
_SAVE_AS = Phrase("save it as “CSV UTF-8” with commas; `amip import` takes the whole workbook")
_SEPARATORS = {";": Phrase("semicolons"), "\t": Phrase("tabs")}
_UTF16 = "UTF-16"
_FORMATS: Mapping[bytes, str | Phrase] = {
    b"\xff\xfe": _UTF16,
    b"\xfe\xff": _UTF16,
    b"PK\x03\x04": Phrase("a workbook"),
    b"\xd0\xcf\x11\xe0": Phrase("an old workbook"),
}


def read_record(folder: Path) -> tuple[Record, list[Finding]]:
    """Read one programme folder.

    Returns the record and the findings about its cells (codes `AMIP-R…`), each with file, row and
    column. Raises `InputError` when a file is missing, empty, not UTF-8 or not YAML/CSV at all.
    A record read has all tables; an optional one without a file has no rows.
    """
    if not (folder / HEAD).is_file():
        raise InputError(
            "{subject}: not a programme folder, it has no {head}",
            subject=folder,
            advice="name a folder such as programmes/elbe-elster-2022",
            head=HEAD,
        )
    head = read_head(folder / HEAD)
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    lines: dict[str, tuple[int, ...]] = {}
    findings: list[Finding] = []
    for table in TABLES:
        path = folder / f"{table}.csv"
        if path.exists() or table not in OPTIONAL_TABLES:
            tables[table], lines[table], wrong = _read_table(path, table)
            findings += wrong
    record = Record(folder, head, tables, lines)
    findings += check_head(record)
    # What a row with too many or too few cells holds says nothing about its columns.
    ragged = {(place.file, place.row) for place in (f.place for f in findings if f.code == _RAGGED)}
    found = [*check_rows(record), *check_agreement(record), *check_labels(record)]
    findings += (f for f in found if (f.place.file, f.place.row) not in ragged)
    return record, findings


def read_head(path: Path) -> dict[str, object]:
    """Read programme.yaml, every value as text; raises `InputError` as `read_record` does."""
    loader = _LOADER(_read_text(path))
    try:
        node = loader.get_single_node()
        _check_keys(node, path)
        head = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            "{subject}, line {line}, column {column}: {problem}"
            if mark
            else "{subject}: {problem}",
            subject=path,
            advice="check the indentation and the quotes there",
            line=mark and mark.line + 1,
            column=mark and mark.column + 1,
            problem=getattr(error, "problem", None) or Phrase("broken YAML"),
        ) from error
    finally:
        loader.dispose()
    if not isinstance(head, dict):
        raise InputError(
            "{subject}: expected `name: value` lines",
            subject=path,
            advice="compare with another programme",
        )
    return head


def _check_keys(root: yaml.Node | None, path: Path) -> None:
    """Refuse what YAML readers pass over in silence: a name given twice, and references.

    A few lines of references (`&a`, `*a`) to each other can stand for gigabytes.
    """
    todo, done = [root] if root else [], set[int]()
    while todo:
        node = todo.pop()
        if id(node) in done:
            referred = Phrase("this is referred to from elsewhere")
            raise _refuse_node(path, node, referred, Phrase("write it out"))
        done.add(id(node))
        if isinstance(node, yaml.MappingNode):
            names = set[str]()
            for key, value in node.value:
                if str(key.value) in names:
                    given = Phrase("“{name}” is given twice", name=key.value)
                    raise _refuse_node(path, key, given, Phrase("keep one of the two lines"))
                names.add(str(key.value))
                todo.append(value)
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value


def _refuse_node(path: Path, node: yaml.Node, why: Phrase, advice: Phrase) -> InputError:
    line = node.start_mark.line + 1
    return InputError(
        "{subject}, line {line}: {why}", subject=path, advice=advice, line=line, why=why
    )


def _read_text(path: Path) -> str:
    needed = [f"{table}.csv" for table in TABLES if table not in OPTIONAL_TABLES]
    advice = Phrase("a programme folder needs {head} and {files}", head=HEAD, files=needed)
    raw = read_content(path, advice)
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError(
            "{subject}: the file is empty", subject=path, advice="it needs at least the header line"
        )
    form = next((form for start, form in _FORMATS.items() if raw.startswith(start)), None)
    if form := form or (_UTF16 if b"\0" in raw[:4] else None):
        raise InputError(
            "{subject}: the file is {form}, not UTF-8 text",
            subject=path,
            advice=_SAVE_AS,
            form=form,
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise InputError(
            "{subject}, row {row}, byte {column}: 0x{value} is not UTF-8",
            subject=path,
            advice="save the file as UTF-8" if path.suffix == ".yaml" else _SAVE_AS,
            row=row,
            column=column,
            value=f"{raw[error.start]:02X}",
        ) from error


def _read_table(path: Path, table: str) -> tuple[tuple[Row, ...], tuple[int, ...], list[Finding]]:
    text = _read_text(path).removeprefix("\ufeff")
    _check_separator(path, text)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    file = f"{path.parent.name}/{path.name}"
    try:
        header, *body = list(_number_rows(lines))
    except csv.Error as error:
        raise InputError(
            "{subject}, row {row}: {problem}",
            subject=path,
            advice="check the quotation marks",
            row=lines.line_num,
            problem=error,
        ) from error
    _, names = header
    rows = tuple(dict(zip(names, cells, strict=False)) for _, cells in body)
    findings = [*_check_header(file, table, names), *_check_width(file, names, body)]
    return rows, tuple(line for line, _ in body), findings


def _number_rows(lines: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins in; a cell may hold line breaks."""
    line = 1
    for cells in lines:
        yield line, cells
        line = lines.line_num + 1


def _check_separator(path: Path, text: str) -> None:
    """Refuse a table whose header holds another separator, before every column is missing."""
    header = text.lstrip().partition("\n")[0]
    for mark, name in _SEPARATORS.items():
        if mark in header and "," not in header:
            raise InputError(
                "{subject}: the cells are separated by {name}, not by commas",
                subject=path,
                advice=_SAVE_AS,
                name=name,
            )


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


def _check_width(
    file: str, header: list[str], body: list[tuple[int, list[str]]]
) -> Iterator[Finding]:
    for number, cells in body:
        if len(cells) != len(header):
            place = Place(file, number, record=cells[0] if cells else "")
            yield make_finding(_RAGGED, place, found=str(len(cells)), expected=str(len(header)))
