"""`amip template`, `amip export` and `amip import`: workbooks to fill in, and back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import say, write_output
from amip.errors import InputError, UsageError
from amip.findings import Finding, Place, Report, Severity

if TYPE_CHECKING:
    from amip.records import Record

_OUTPUT = click.option(
    "-o",
    "--output",
    "out",
    required=True,
    metavar="FILE|-",
    help="Workbook to write (.xlsx); `-` is standard output.",
)
_PLACES = {"de": ("Blatt", "Zelle", "Spalte"), "en": ("sheet", "cell", "column")}
_STRUCTURE = frozenset({"AMIP-R01", "AMIP-R02", "AMIP-R12", "AMIP-R17"})


@click.command("template")
@click.option("--jobcenter", metavar="NAME|AGS", help="District, by name or five-digit key.")
@click.option("--year", type=int, metavar="Y", help="First year of the programme; default: next.")
@click.option("--to", "last", type=int, metavar="Y2", help="Last year; default: the first.")
@_OUTPUT
@click.pass_obj
def template_command(
    language: str, jobcenter: str | None, year: int | None, last: int | None, out: str
) -> None:
    """Write a workbook to fill in for a new programme.

    It has a sheet for each part of a programme, drop-downs, and a row for everything a programme
    is expected to state. With --jobcenter, name, sponsors and area are filled in.
    """
    from datetime import UTC, datetime

    from amip.records.districts import find_district
    from amip.records.skeleton import make_skeleton
    from amip.workbook import make_blank, write_workbook

    first = datetime.now(tz=UTC).year + 1 if year is None else year
    if jobcenter is None:
        record = make_blank(first, last, language=language)
    else:
        record = make_skeleton(find_district(jobcenter), first, last, language=language)
    _check_name(out)
    write_output(write_workbook(record, language, template=True), out)
    say(f"geschrieben: {out}", f"written: {out}", language)


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@_OUTPUT
@click.pass_obj
def export_command(language: str, folder: Path, out: str) -> None:
    """Turn the programme folder FOLDER into a workbook.

    Nothing is lost: `amip import` gives the same folder back.
    """
    from amip.records import read_record
    from amip.workbook import write_workbook

    record, findings = read_record(folder.resolve())
    _check_name(out)
    if broken := [finding for finding in findings if finding.code in _STRUCTURE]:
        for finding in broken:
            _show(finding, finding.place, language)
        say("Nichts geschrieben.", "Nothing written.", language)
        sys.exit(1)
    write_output(write_workbook(record, language), out)
    say(f"geschrieben: {out}", f"written: {out}", language)


@click.command("import")
@click.argument("file", metavar="FILE|-")
@click.option(
    "-o",
    "--output",
    "out",
    default=".",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder in which the programme folder is made.",
)
@click.pass_obj
def import_command(language: str, file: str, out: Path) -> None:
    """Turn a filled workbook into a programme folder.

    The folder is named after Jobcenter and years. When a cell cannot be read, the findings are
    shown, nothing is written, and the exit code is 1.
    """
    from amip.workbook import read_workbook

    name = "stdin.xlsx" if file == "-" else Path(file).name
    sheets = read_workbook(_read(file), name)
    report = Report.of(sheets.findings)
    for finding in report.findings:
        if finding.severity is not Severity.INFO:
            _show(finding, sheets.place(finding.place), language)
    if not report.conforms:
        count = report.count(Severity.VIOLATION)
        say(f"{count} Fehler: nichts geschrieben.", f"{count} errors: nothing written.", language)
        sys.exit(1)
    click.echo(_write(sheets.record, out))
    for title in sheets.others:
        say(f"nicht gelesen: Blatt {title}", f"not read: sheet {title}", language)
    _say_left_out(sheets.skipped, report.count(Severity.INFO), language)


def _write(record: Record, out: Path) -> Path:
    from amip.records import write_record

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            "{subject}: cannot be made a folder ({problem})",
            subject=out,
            advice="choose another place with -o",
            problem=error.strerror,
        ) from error
    return write_record(record, out / record.slug)


def _say_left_out(skipped: Mapping[str, int], empty: int, language: str) -> None:
    for title, count in skipped.items():
        say(
            f"nicht gelesen: {count} Beispielzeile(n) im Blatt {title}",
            f"not read: {count} example row(s) in sheet {title}",
            language,
        )
    if empty:
        say(
            f"noch nicht ausgefüllt: {empty} Zeilen, übernommen ohne Wert",
            f"not filled in yet: {empty} rows, taken over without a value",
            language,
        )


def _read(file: str) -> bytes:
    """Read a workbook, never more of it than a workbook may have."""
    from amip.workbook.container import MAX_FILE

    try:
        if file == "-":
            return sys.stdin.buffer.read(MAX_FILE + 1)
        with Path(file).open("rb") as stream:
            return stream.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(
            "{subject}: the file cannot be read ({problem})",
            subject=file,
            advice="name a workbook (.xlsx), or - for standard input",
            problem=error.strerror,
        ) from error


def _show(finding: Finding, place: Place, language: str) -> None:
    words = _PLACES[language]
    parts = [
        f"{word} {text}"
        for word, text in zip(words, (place.sheet, place.cell, place.column), strict=True)
        if text
    ]
    where = ", ".join(parts) or str(place)
    click.echo(f"{where}: {finding.text(language)} ({finding.code})")
    if finding.help(language):
        click.echo(f"      → {finding.help(language)}")


def _check_name(out: str) -> None:
    if out != "-" and not out.lower().endswith(".xlsx"):
        raise UsageError(
            "“{subject}” is no name for a workbook", subject=out, advice="end it with .xlsx"
        )
