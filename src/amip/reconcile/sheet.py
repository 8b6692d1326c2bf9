"""Somebody else's table: CSV in any of the usual forms, or the first sheet of a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from amip.errors import InputError, Phrase, UsageError
from amip.nearest import did_you_mean, find_nearest
from amip.reconcile.spreadsheet import is_workbook, read_cells
from amip.sources.content import read_content

_DELIMITERS = (";", "\t", ",", "|")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARKUP = ("<!doctype", "<html", "<?xml", "{", "%pdf")
_AS_CSV = Phrase("save the table as CSV (UTF-8) or as an Excel workbook (.xlsx)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was written: every cell is text; every row is as long as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","

    def find_column(self, wanted: str) -> int:
        """Return the index of a column, by its name or its number (the first is 1).

        Raises `UsageError` with the nearest names.
        """
        names = [name.strip() for name in self.header]
        for known, name in ((names, wanted.strip()), (_fold(names), wanted.strip().casefold())):
            if known.count(name) == 1:
                return known.index(name)
        if wanted.strip().isdecimal() and 1 <= int(wanted) <= len(names):
            return int(wanted) - 1
        hint = did_you_mean(find_nearest(wanted, [name for name in names if name]))
        raise UsageError(
            "{table} has no column “{subject}”",
            subject=wanted,
            advice="{hint} {columns}" if hint else "{columns}",
            table=self.name,
            hint=hint,
            columns=Phrase(
                "its columns: {names}; or give a number from 1 to {count}",
                names=names,
                count=len(names),
            ),
        )


def read_sheet(path: Path) -> Sheet:
    """Read a table from a file; raises `InputError` when it is missing or no table."""
    advice = Phrase("check the name; a table of standard input is named -")
    return parse_sheet(read_content(path, advice), str(path))


def parse_sheet(content: bytes, name: str) -> Sheet:
    """Parse the content of a file called `name`.

    CSV may be UTF-8 or Latin-1, with or without a byte order mark, with `,` `;` tab or `|` between
    cells. Raises `InputError` when there is no header, when a column name comes twice, or when a
    row is longer than the header.

    >>> parse_sheet("Kreis;Wert\\nHarburg;1,5\\n".encode("latin-1"), "x.csv").rows
    (('Harburg', '1,5'),)
    """
    if not content.strip():
        advice = Phrase("choose a table with a header and rows")
        raise _refuse(name, Phrase("the file is empty"), advice)
    if is_workbook(content):
        return _make(name, read_cells(content, name), ",")
    text = _decode(content, name)
    try:
        delimiter = _find_delimiter(text)
        lines = list(_split(text, delimiter))
    except csv.Error as error:
        why = Phrase("no CSV that can be read ({problem})", problem=error)
        raise _refuse(name, why, _AS_CSV) from error
    return _make(name, lines, delimiter)


def _decode(content: bytes, name: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if _BINARY.search(text):
        raise _refuse(name, Phrase("a binary file, no table"), _AS_CSV)
    if text.lstrip().casefold().startswith(_MARKUP):
        raise _refuse(name, Phrase("a page or document, no table"), _AS_CSV)
    return text


def _find_delimiter(text: str) -> str:
    """Return what divides the header; where nothing does, what no cell contains."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {sign: len(next(csv.reader([first], delimiter=sign))) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda sign: counts[sign])
    if counts[best] > 1:
        return best
    return next((sign for sign in _DELIMITERS if sign not in text), "\x1f")


def _split(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _make(name: str, lines: Sequence[Sequence[str]], delimiter: str) -> Sheet:
    start = next((at for at, line in enumerate(lines) if any(map(str.strip, line))), None)
    if start is None:
        advice = Phrase("write the names of the columns in line 1")
        raise _refuse(name, Phrase("the table has no header"), advice)
    header = tuple(lines[start])
    _check_header(name, header)
    rows = []
    end = next(at for at in range(len(lines), 0, -1) if lines[at - 1])
    for number, line in enumerate(lines[start + 1 : end], start + 2):
        if len(line) > len(header) and any(map(str.strip, line[len(header) :])):
            raise _refuse(
                name,
                Phrase(
                    "row {row} has {cells} cells, the header has {columns}",
                    row=number,
                    cells=len(line),
                    columns=len(header),
                ),
                Phrase(
                    "put cells that contain the delimiter into quotation marks, "
                    "and remove lines above the header"
                ),
            )
        cells = tuple(line[: len(header)])
        rows.append(cells + ("",) * (len(header) - len(cells)))
    if not rows:
        why = Phrase("the table has a header but no rows")
        raise _refuse(name, why, Phrase("add rows below the header"))
    return Sheet(name, header, tuple(rows), delimiter if delimiter != "\x1f" else ",")


def _check_header(name: str, header: tuple[str, ...]) -> None:
    named = [column.strip() for column in header if column.strip()]
    for column in named:
        if named.count(column) > 1:
            why = Phrase("the column “{column}” comes twice", column=column)
            raise _refuse(name, why, Phrase("give every column a name of its own"))
        if column.startswith("amip_"):
            why = Phrase("the table has a column “{column}” already", column=column)
            raise _refuse(name, why, Phrase("take the original table, or rename the column"))


def _fold(names: Sequence[str]) -> list[str]:
    return [name.casefold() for name in names]


def _refuse(name: str, why: Phrase, advice: Phrase) -> InputError:
    return InputError("{subject}: {why}", subject=name, advice=advice, why=why)
