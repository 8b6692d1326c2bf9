"""`amip build`: the main job."""

from __future__ import annotations

from pathlib import Path

import click

from amip.cli.output import say
from amip.errors import RefusedError
from amip.findings import Report, Severity

_STEPS = {
    "lift": (
        "Lese Programme und hebe sie in Tripel …",
        "Reading programmes and lifting them to triples …",
    ),
    "validate": ("Prüfe gegen die Regeln …", "Checking against the shapes …"),
    "publish": ("Schreibe den Datensatz …", "Writing the dataset …"),
}
_ROWS = {
    "programmes": ("Programme", "programmes"),
    "figures": ("Angaben mit Fundstelle", "figures with their place"),
    "targets": ("Zielangaben", "target statements"),
    "statements": ("Nennungen", "statements"),
    "districts": ("Kreise, heutige und frühere", "districts, present and former"),
    "links": ("Links zu anderen Vokabularen", "links to other vocabularies"),
    "statistics": ("amtliche Werte und Lücken", "official values and gaps"),
    "triples": ("Tripel", "triples"),
}
_SEVERITIES = {
    Severity.VIOLATION: ("Fehler", "errors"),
    Severity.WARNING: ("Warnungen", "warnings"),
    Severity.INFO: ("Hinweise", "notes"),
}


@click.command("build")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[RECORD…]")
@click.option(
    "-o",
    "--output",
    "out",
    default="dist",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Dataset folder to write.",
)
@click.option("--allow-violations", is_flag=True, help="Publish although the shapes are violated.")
@click.pass_obj
def build_command(
    language: str, folders: tuple[Path, ...], out: Path, allow_violations: bool
) -> None:
    """Lift, validate and publish programmes as a dataset folder.

    RECORD… are programme folders; without them, the programmes of the package are taken. The
    dataset appears whole or not at all.
    """
    from amip.publish import build
    from amip.validate import render_text

    def progress(step: str) -> None:
        say(*_STEPS[step], language)

    try:
        dataset = build(out, folders or None, allow_violations=allow_violations, progress=progress)
    except RefusedError as error:
        if isinstance(error.subject, Report):
            click.echo(render_text(error.subject, language))
        raise
    _show_summary(dataset.counts, dataset.report, dataset.folder, language)


def _show_summary(counts: dict[str, int], report: Report, folder: Path, language: str) -> None:
    from rich.console import Console
    from rich.table import Table

    tag = 0 if language == "de" else 1
    table = Table(title=f"AMIP Knowledge Graph → {folder}", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, labels in _ROWS.items():
        table.add_row(labels[tag], _number(counts[name], language))
    table.add_section()
    for severity, labels in _SEVERITIES.items():
        table.add_row(labels[tag], _number(report.count(severity), language))
    Console().print(table)


def _number(value: int, language: str) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if language == "de" else text
