"""`amip statistics`: tables of official statistics to RDF, and which tables are described."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import say, write_output
from amip.errors import RefusedError
from amip.findings import Finding, Report

if TYPE_CHECKING:
    from amip.statistics import Table

_SHOWN = 20


@click.group("statistics")
def statistics_command() -> None:
    """Turn tables of official statistics into RDF."""


@statistics_command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "-f",
    "--format",
    "name",
    default="nquads",
    show_default=True,
    type=click.Choice(["nquads", "trig", "turtle", "csv"]),
    help="RDF syntax, or the tidy form (csv).",
)
@click.option(
    "-o", "--output", "out", metavar="FILE|-", help="File to write; standard output by default."
)
@click.option(
    "--area", "areas", multiple=True, metavar="AGS", help="Only this area (DE, 13, 13076); repeat."
)
@click.pass_obj
def import_command(
    language: str, files: tuple[Path, ...], name: str, out: str | None, areas: tuple[str, ...]
) -> None:
    """Turn tables of the Regionaldatenbank (CSV) into RDF; FILE may be - for standard input.

    Districts, Länder and Germany are read; other rows are counted. Nothing is written when a cell
    cannot be read; the findings say which.
    """
    from amip.lift import serialise_quads
    from amip.statistics import choose_entries, lift_chosen, write_tidy

    chosen, findings = choose_entries([_read(file) for file in files], areas)
    _refuse(findings, language)
    if name == "csv":
        write_output(write_tidy(chosen).encode(), out)
        return
    quads, found = lift_chosen(chosen)
    _refuse(found, language)
    write_output(serialise_quads(quads, name), out)
    cells = sum(len(table.entries) for table in chosen)
    say(f"{cells} Werte und Zeichen", f"{cells} values and signs", language)


@statistics_command.command("list")
@click.pass_obj
def list_command(language: str) -> None:
    """List the tables that are described, and how many cells come with the package."""
    from amip.statistics import list_shipped, load_descriptions, read_table

    shipped = {table.description.code: table for table in map(read_table, list_shipped())}
    for code, description in load_descriptions().items():
        count = len(shipped[code].entries) if code in shipped else 0
        forms = "GENESIS, tidy" if description.layout else "tidy"
        click.echo(f"{code}  {description.titles[language]}  [{forms}; {count}]")


def _read(file: Path) -> Table:
    from amip.statistics import parse_table, read_table

    return parse_table(sys.stdin.buffer.read(), "-") if str(file) == "-" else read_table(file)


def _refuse(findings: list[Finding], language: str) -> None:
    """Show the findings, of each kind the first; stop when one of them is a violation."""
    report = Report.of(findings)
    kinds = Counter(finding.code for finding in findings)
    shown: Counter[str] = Counter()
    for finding in report.findings:
        shown[finding.code] += 1
        if shown[finding.code] <= _SHOWN:
            line = f"{finding.code} {finding.place}: {finding.text(language)}"
            click.echo(f"{line}\n      → {finding.help(language)}", err=True)
        elif shown[finding.code] == kinds[finding.code]:
            more = kinds[finding.code] - _SHOWN
            say(f"{finding.code}: {more} weitere", f"{finding.code}: {more} more", language)
    if not report.conforms:
        raise RefusedError("nothing written: some cells cannot be read", subject=report)
