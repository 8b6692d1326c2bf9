"""Changes that are no mistakes: nothing may be reported."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from random import Random

from amip.records.schema import TABLES
from mutations.kind import Site, kind, put
from mutations.programme import HEAD, Draft, Programme


def _raw(programme: Programme, change: Callable[[bytes], bytes]) -> Iterator[Site]:
    for table in TABLES:
        if programme.record.rows(table):

            def edit(draft: Draft, file: str = f"{table}.csv") -> None:
                draft.raw[file] = change

            yield Site(edit, (programme.cell(table, 0),))


@kind("mit BOM gespeichert", "saved with a byte order mark", harmless=True)
def byte_order_mark(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _raw(programme, lambda raw: b"\xef\xbb\xbf" + raw)


@kind("mit Windows-Zeilenenden gespeichert", "saved with Windows line ends", harmless=True)
def windows_line_ends(programme: Programme, chance: Random) -> Iterator[Site]:
    yield from _raw(programme, lambda raw: raw.replace(b"\n", b"\r\n"))


@kind("alle Zellen in Anführungszeichen", "all cells quoted", harmless=True)
def all_quoted(programme: Programme, chance: Random) -> Iterator[Site]:
    def quote(raw: bytes) -> bytes:
        text = io.StringIO()
        rows = csv.reader(io.StringIO(raw.decode(), newline=""))
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
        return text.getvalue().encode()

    yield from _raw(programme, quote)


@kind("Kopf ohne Anführungszeichen", "head without quotation marks", harmless=True)
def head_unquoted(programme: Programme, chance: Random) -> Iterator[Site]:
    def edit(draft: Draft) -> None:
        draft.raw[HEAD] = lambda raw: re.sub(rb'ags: "(\d+)"', rb"ags: \1", raw)

    yield Site(edit, (programme.head("area"),))


@kind("geschütztes Leerzeichen vor dem Zeichen", "no-break space before the sign", harmless=True)
def no_break_space(programme: Programme, chance: Random) -> Iterator[Site]:
    for index, row in programme.rows("figures"):
        if " %" in row["printed"] or " €" in row["printed"]:
            text = row["printed"].replace(" ", "\u00a0")
            place = programme.cell("figures", index, "printed")
            yield Site(put("figures", index, printed=text), (place,))


@kind("Bemerkung ergänzt", "note added", harmless=True)
def note_added(programme: Programme, chance: Random) -> Iterator[Site]:
    for table in ("figures", "targets", "statements"):
        for index, row in programme.rows(table):
            place = programme.cell(table, index, "note")
            yield Site(put(table, index, note=f"{row['note']} geprüft"), (place,))
