"""`amip validate`: check before publishing."""

from __future__ import annotations

import sys

import click

from amip.cli.output import write_output


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH…|-]")
@click.option(
    "-f",
    "--format",
    "name",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "turtle"]),
    help="Form of the report.",
)
@click.option(
    "-o", "--output", "out", metavar="FILE|-", help="File to write; standard output by default."
)
@click.pass_obj
def validate_command(language: str, paths: tuple[str, ...], name: str, out: str | None) -> None:
    """Check programme folders or RDF files against the shapes.

    PATH is a programme folder or an RDF file; `-` reads RDF (TriG or Turtle) from standard input.
    Without a PATH, the programmes of the package are checked. Ends with 1 when there is a
    violation.
    """
    from amip.findings import Report
    from amip.validate import render_json, render_text, render_turtle, validate, validate_rdf

    files = [path for path in paths if path != "-"]
    report = validate(*files) if files or not paths else Report(())
    if "-" in paths:
        report += validate_rdf(sys.stdin.buffer.read(), "stdin.trig")
    match name:
        case "json":
            text = render_json(report)
        case "turtle":
            text = render_turtle(report)
        case _:
            text = render_text(report, language)
    write_output(text.encode(), out)
    sys.exit(0 if report.conforms else 1)
