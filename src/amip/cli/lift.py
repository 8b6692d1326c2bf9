"""`amip lift`: programme folders to RDF."""

from __future__ import annotations

from pathlib import Path

import click

from amip.cli.output import write_output
from amip.errors import RefusedError
from amip.findings import Report


@click.command("lift")
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RECORD…"
)
@click.option(
    "-f",
    "--format",
    "name",
    default="nquads",
    show_default=True,
    type=click.Choice(["nquads", "trig", "turtle", "jsonld"]),
    help="RDF syntax.",
)
@click.option(
    "-o", "--output", "out", metavar="FILE|-", help="File to write; standard output by default."
)
@click.pass_obj
def lift_command(language: str, folders: tuple[Path, ...], name: str, out: str | None) -> None:
    """Turn one or more programme folders into RDF.

    Nothing is written when a cell cannot be lifted; the findings say which.
    """
    from amip.lift import lift_programmes, serialise_quads
    from amip.validate import render_text

    lifted = lift_programmes(folders)
    report = Report.of(lifted.findings)
    if not report.conforms:
        click.echo(render_text(report, language), err=True)
        raise RefusedError("nothing written: some cells cannot be lifted", subject=report)
    write_output(serialise_quads("".join(lifted.quads), name), out)
