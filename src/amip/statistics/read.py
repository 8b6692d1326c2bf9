"""Read a table from a file, in the form of the statistical offices or in the tidy form."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from amip.errors import InputError
from amip.sources.content import read_content
from amip.statistics.description import find_description
from amip.statistics.genesis import TABLE_CODE, read_genesis
from amip.statistics.source import decode_source
from amip.statistics.table import Table
from amip.statistics.tidy import FIRST_LINE, find_tidy_code, read_tidy


def read_table(path: Path) -> Table:
    """Read a file.

    Raises `InputError` when it is not there or is no table that is described.
    """
    return parse_table(read_content(path), path.name)


def parse_table(data: bytes, file: str) -> Table:
    """Parse the bytes of a file; `file` is the name that places and findings give.

    Raises `InputError` when they are no table that is described.
    """
    try:
        return _parse(data, file)
    except csv.Error as error:
        raise InputError(
            "{subject}: is no CSV ({problem})",
            subject=file,
            advice="download the table again as CSV and import that file unchanged",
            problem=error,
        ) from error


def _parse(data: bytes, file: str) -> Table:
    text, findings = decode_source(data, file)
    first = text.partition("\n")[0]
    digest = hashlib.sha256(data).hexdigest()
    if first == FIRST_LINE:
        # The tidy form is UTF-8 by definition, so that nothing is to be said about it.
        description = find_description(find_tidy_code(text, file), file)
        entries, found = read_tidy(text, file, description)
        return Table(description, file, digest, tuple(entries), tuple(found))
    match = TABLE_CODE.match(first)
    if match is None:
        raise InputError(
            "{subject}: the first line names no table: “{line}”",
            subject=file,
            advice="expected is “GENESIS-Tabelle: 13211-02-05-4” or the head of the "
            "tidy form ({first_line})",
            line=first[:60],
            first_line=FIRST_LINE,
        )
    description = find_description(match["code"], file)
    entries, found = read_genesis(text, file, description)
    return Table(description, file, digest, tuple(entries), (*findings, *found))
