"""`amip site`: the site as plain files, for any web space, or as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import say
from amip.cli.serve import data_option, sources_option

if TYPE_CHECKING:
    from amip.serve.edition import Edition, Order

_STEPS = {
    "crawl": ("Seiten machen", "Making pages"),
    "write": ("Seiten verbinden", "Linking pages"),
    "single": ("Einzelne Datei schreiben", "Writing the single file"),
}


@click.command("site")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write; an earlier edition there is replaced.",
)
@click.option(
    "--single",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all pages as one HTML file.",
)
@data_option
@sources_option
@click.option(
    "--lang",
    "pages",
    type=click.Choice(["both", "de", "en"]),
    default="both",
    show_default=True,
    help="Languages of the pages.",
)
@click.option("--all", "whole", is_flag=True, help="Also a page for each value of the statistics.")
@click.option(
    "--without",
    multiple=True,
    metavar="PATH",
    help="Leave out pages whose path begins so, such as /code/.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Processes to use.  [default: one per core]",
)
@click.pass_obj
def site_command(
    language: str,
    folder: Path | None,
    single: Path | None,
    data: str | None,
    sources: Path | None,
    pages: str,
    whole: bool,
    without: tuple[str, ...],
    jobs: int,
) -> None:
    """Write the site as files that need no server.

    The pages are those of `amip serve`, with relative links; they work on any web space and by
    double click, with search and SPARQL in the browser. Checking files and the interfaces for
    programs need `amip serve`. The folder appears whole or not at all.
    """
    from rich.console import Console
    from rich.progress import Progress

    from amip.serve.edition import Order, Scope, write_edition

    tag = 0 if language == "de" else 1
    languages = ("de", "en") if pages == "both" else (pages,)
    scope = Scope(languages, whole, without)
    order = Order(folder, single, (data,) if data else (), sources, scope, jobs)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {step: bar.add_task(names[tag], total=None) for step, names in _STEPS.items()}
        edition = write_edition(
            order, lambda step, done, of: bar.update(tasks[step], completed=done, total=of)
        )
    _tell(edition, order, language)


def _tell(edition: Edition, order: Order, language: str) -> None:
    for address, status in edition.missed:
        say(
            f"{address}: keine Seite ({status}); Links dorthin sind weggelassen",
            f"{address}: no page ({status}); links to it are left out",
            language,
        )
    if order.folder is not None:
        pages, files = _number(edition.pages, language), _number(edition.files, language)
        size = _megabytes(edition.size, language)
        say(
            f"{order.folder}: {pages} Seiten, {files} Dateien, {size}",
            f"{order.folder}: {pages} pages, {files} files, {size}",
            language,
        )
    if order.single is not None:
        click.echo(f"{order.single}: {_megabytes(edition.single, language)}", err=True)
    if not order.scope.whole:
        say(
            "Seiten zu einzelnen Werten der Statistik sind nicht dabei; --all schreibt auch sie.",
            "Pages of single values of the statistics are not among them; --all writes them, too.",
            language,
        )


def _number(value: int, language: str) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if language == "de" else text


def _megabytes(size: int, language: str) -> str:
    text = f"{size / 1e6:.1f} MB"
    return text.replace(".", ",") if language == "de" else text
