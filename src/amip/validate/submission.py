"""What is handed in for a check: programme folders and workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amip.errors import InputError
from amip.findings import Finding
from amip.records import Record, read_record
from amip.records.read import read_head
from amip.records.record import HEAD
from amip.sources.content import read_content

if TYPE_CHECKING:
    from amip.workbook import Sheets

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
"""Endings of what a spreadsheet program writes; which of them can be read, the reader says."""

_SHARED = {"jobcenter": "id", "sponsors": "id", "area": "ags"}


@dataclass(frozen=True, slots=True)
class Submission:
    """One programme handed in for a check.

    `shared` names the Jobcenter, the sponsors and the areas: nodes that other programmes may state
    something about as well. A folder is read when it is its turn; `content` is what a workbook
    said.
    """

    path: Path
    slug: str
    shared: frozenset[tuple[str, str]]
    content: tuple[Record, Sequence[Finding]] | None = None

    def read(self) -> tuple[Record, Sequence[Finding]]:
        """Return the record and the findings about its cells."""
        return self.content or read_record(self.path.resolve())


def read_folder(path: Path) -> Submission:
    """Read the head of a programme folder; raises `InputError` when it is broken."""
    folder = path.resolve()
    head = read_head(folder / HEAD) if (folder / HEAD).is_file() else {}
    return Submission(path, folder.name, _find_shared(Record(folder, head, {})))


def take_record(record: Record, findings: Sequence[Finding]) -> Submission:
    """Take a record that has been read, with the findings about its cells."""
    return Submission(record.folder, record.slug, _find_shared(record), (record, findings))


def read_sheets(path: Path) -> tuple[Submission, Sheets]:
    """Read a workbook whole; raises `InputError` when it is none of ours."""
    return take_sheets(read_content(path), path)


def take_sheets(content: bytes, path: Path) -> tuple[Submission, Sheets]:
    """Take the content of a workbook of that name; raises as `read_sheets` does."""
    from amip.workbook import read_workbook

    sheets = read_workbook(content, path.name)
    record, shared = sheets.record, _find_shared(sheets.record)
    return Submission(path, record.slug, shared, (record, sheets.findings)), sheets


def check_twins(submissions: Iterable[Submission]) -> None:
    """Refuse two submissions of one programme: raises `InputError` that names the second."""
    seen: dict[str, Path] = {}
    for submission in submissions:
        if submission.slug in seen:
            raise InputError(
                "{subject}: the programme {programme} was given twice, first as {first}",
                subject=submission.path,
                advice="name each programme once",
                programme=submission.slug,
                first=seen[submission.slug],
            )
        seen[submission.slug] = submission.path


def _find_shared(record: Record) -> frozenset[tuple[str, str]]:
    return frozenset(
        (name, row[column])
        for name, column in _SHARED.items()
        for row in record.items(name)
        if row.get(column)
    )
