"""`amip reconcile`: find what the names in a table mean."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import say, write_output

if TYPE_CHECKING:
    from amip.reconcile import Match, Sheet


@click.command("reconcile")
@click.argument("file", metavar="FILE|-")
@click.option(
    "-c", "--column", required=True, metavar="NAME|N", help="Column with the names, or its number."
)
@click.option(
    "-k",
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="What the names are: district, jobcenter, instrument, indicator … (repeatable).",
)
@click.option(
    "-f",
    "--format",
    "form",
    default="csv",
    show_default=True,
    type=click.Choice(["csv", "json"]),
    help="Form of the table.",
)
@click.option(
    "-o", "--output", "out", metavar="FILE|-", help="File to write; standard output by default."
)
@click.pass_obj
def reconcile_command(
    language: str, file: str, column: str, kinds: tuple[str, ...], form: str, out: str | None
) -> None:
    """Match the names in a column of FILE to the IRIs of the graph.

    FILE is CSV or an Excel workbook. Its rows are written with columns behind them: IRI, label,
    kind, score, reason, and the candidates of an ambiguous name, whose IRI stays empty. The more
    closely --kind says what the names are, the fewer of them are ambiguous.
    """
    from amip.reconcile import parse_kinds, reconcile, write_csv, write_json

    sheet = _read(file)
    names = [row[sheet.find_column(column)] for row in sheet.rows]
    matches = reconcile(names, parse_kinds(kinds))
    write = write_json if form == "json" else write_csv
    write_output(write(sheet, matches, language), out)
    _say_how_many(matches, language)


def _read(file: str) -> Sheet:
    from amip.reconcile import parse_sheet, read_sheet

    if file == "-":
        return parse_sheet(sys.stdin.buffer.read(), "standard input")
    return read_sheet(Path(file))


def _say_how_many(matches: Sequence[Match], language: str) -> None:
    counts = Counter(str(match.status) for match in matches)
    matched, ambiguous, unmatched = (
        counts[status] for status in ("matched", "ambiguous", "unmatched")
    )
    say(
        f"{len(matches)} Namen: {matched} zugeordnet, {ambiguous} mehrdeutig, "
        f"{unmatched} nicht gefunden.",
        f"{len(matches)} names: {matched} matched, {ambiguous} ambiguous, {unmatched} not found.",
        language,
    )
    kinds = {thing.kind for match in matches for thing in match.candidates}
    if len(kinds) > 1:
        names = ", ".join(sorted(kinds))
        say(
            f"Mit --kind wird weniger mehrdeutig; infrage kommen: {names}.",
            f"With --kind fewer are ambiguous; possible kinds: {names}.",
            language,
        )
