"""A file was saved in another form, or a table lost a column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from random import Random

from amip.findings import Place
from amip.records.schema import TABLES
from mutations.kind import Site, kind
from mutations.programme import HEAD, Draft, Programme

_FILES = ("figures", "targets", "statements")


def _site(
    programme: Programme,
    file: str,
    change: Callable[[bytes], bytes | None],
    column: str = "",
    row: int = 1,
) -> Site:
    def edit(draft: Draft) -> None:
        draft.raw[file] = change

    return Site(edit, (Place(f"{programme.slug}/{file}", row, column),))


def _tables(programme: Programme) -> Iterator[str]:
    for table in TABLES:
        if programme.record.rows(table):
            yield table


def _cells(content: bytes, change: Callable[[list[list[str]]], None]) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    change(rows)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@kind("als Latin-1 gespeichert", "saved as Latin-1")
def latin_1(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        path = programme.record.folder / f"{table}.csv"
        lines = path.read_bytes().split(b"\n")
        if odd := [number for number, line in enumerate(lines, start=1) if not line.isascii()]:
            yield _site(
                programme,
                path.name,
                lambda raw: raw.decode().encode("latin-1", errors="replace"),
                row=odd[0],
            )


@kind("mit Semikolon gespeichert", "saved with semicolons")
def semicolons(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        yield _site(programme, f"{table}.csv", lambda raw: raw.replace(b",", b";"))


@kind("ein Komma zu viel in einer Zeile", "one comma too many in a row")
def ragged_row(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        rows = programme.record.rows(table)
        at = chance.randrange(len(rows))

        def longer(raw: bytes, at: int = at) -> bytes:
            return _cells(raw, lambda lines: lines[at + 1].append(""))

        yield _site(programme, f"{table}.csv", longer, row=at + 2)


@kind("Zelle am Zeilenende verloren", "cell at the end of a row lost")
def short_row(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        rows = programme.record.rows(table)
        at = chance.randrange(len(rows))

        def shorter(raw: bytes, at: int = at) -> bytes:
            return _cells(raw, lambda lines: lines[at + 1].__delitem__(-1))

        yield _site(programme, f"{table}.csv", shorter, row=at + 2)


def _renamed(programme: Programme, change: Callable[[str], str]) -> Iterator[Site]:
    for table in _tables(programme):
        for index, column in enumerate(TABLES[table]):

            def rename(raw: bytes, index: int = index) -> bytes:
                def edit(rows: list[list[str]]) -> None:
                    rows[0][index] = change(rows[0][index])

                return _cells(raw, edit)

            yield _site(programme, f"{table}.csv", rename, change(column.name))


@kind("Spalte umbenannt", "column renamed")
def column_renamed(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _renamed(programme, lambda name: f"{name}_neu")


@kind("Spalte großgeschrieben", "column in capitals")
def column_capitals(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _renamed(programme, str.upper)


@kind("Spalte gelöscht", "column removed")
def column_removed(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        for index, column in enumerate(TABLES[table]):

            def remove(raw: bytes, index: int = index) -> bytes:
                def edit(rows: list[list[str]]) -> None:
                    for row in rows:
                        del row[index]

                return _cells(raw, edit)

            yield _site(programme, f"{table}.csv", remove, column.name)


@kind("Spalte doppelt", "column twice")
def column_twice(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        for index, column in enumerate(TABLES[table]):

            def repeat(raw: bytes, index: int = index) -> bytes:
                def edit(rows: list[list[str]]) -> None:
                    for row in rows:
                        row.append(row[index])

                return _cells(raw, edit)

            yield _site(programme, f"{table}.csv", repeat, column.name)


@kind("Datei leer", "file empty")
def file_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for file in (HEAD, *(f"{table}.csv" for table in _tables(programme))):
        yield _site(programme, file, lambda raw: b"", row=0)


@kind("Pflichtdatei fehlt", "required file missing")
def file_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _FILES:
        yield _site(programme, f"{table}.csv", lambda raw: None, row=0)


@kind("Anführungszeichen nicht geschlossen", "quotation mark not closed")
def quote_open(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in _tables(programme):
        yield _site(programme, f"{table}.csv", lambda raw: raw.rstrip() + b'\n"offen,1', row=0)


@kind("Tabulator in der Kopfdatei", "tabulator in the head")
def yaml_tab(programme: Programme, chance: Random) -> Iterator[Site]:
    def indent(raw: bytes) -> bytes:
        return raw.replace(b"\n  name:", b"\n\tname:", 1)

    yield _site(programme, HEAD, indent, row=0)


@kind("Anführungszeichen in der Kopfdatei verloren", "quotation mark lost in the head")
def yaml_quote(programme: Programme, chance: Random) -> Iterator[Site]:
    def unquote(raw: bytes) -> bytes:
        return raw.replace(b'first_year: "', b'first_year: "x" "', 1)

    yield _site(programme, HEAD, unquote, row=0)
