"""`amip link`: check the links to other vocabularies, and count them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import write_output

if TYPE_CHECKING:
    from amip.findings import Report
    from amip.link import Coverage

_HEADINGS = {
    "de": ("Was", "Linkset", "verknüpft", "von"),
    "en": ("what", "linkset", "linked", "of"),
}


@click.group("link")
def link_command() -> None:
    """Check the links to other vocabularies (SSSOM files), and count them."""


@link_command.command("check")
@click.argument("files", nargs=-1, metavar="[FILE|-]…")
@click.option(
    "-f",
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="Form of the report.",
)
@click.option("-o", "--output", "out", metavar="FILE|-", help="File to write.")
@click.pass_obj
def check_command(language: str, files: tuple[str, ...], form: str, out: str | None) -> None:
    """Check linksets, offline; without FILE those of the package. Exit 1 when one is wrong."""
    from amip.assets import find_folder
    from amip.link import check_links, read_linkset
    from amip.validate import render_json

    folder = find_folder("mappings") / "links"
    names = files or tuple(map(str, sorted(folder.glob("*.sssom.tsv"))))
    read = [read_linkset(_read(name), Path(name).name) for name in names]
    report = check_links(read)
    links = sum(len(linkset.links) for linkset, _ in read)
    text = render_json(report) if form == "json" else _list(report, len(read), links, language)
    write_output(text.encode(), out)
    sys.exit(0 if report.conforms else 1)


def _list(report: Report, files: int, links: int, language: str) -> str:
    """List the findings, one with its advice after the other, and the count."""
    from amip.validate.render.words import load_words, tidy

    words = load_words(language)
    lines = [
        f"{tidy(f'{each.code} {words.place(each.place)}: {each.text(language)}')}\n"
        f"  → {tidy(each.help(language))}\n"
        for each in report.findings
    ]
    errors = len(report.findings)
    german = f"{links} Links in {files} Linksets, {errors} Fehler.\n"
    english = f"{links} links in {files} linksets, {errors} errors.\n"
    return "".join([*lines, german if language == "de" else english])


@link_command.command("coverage")
@click.option(
    "-f",
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "json"]),
    help="Form of the counts.",
)
@click.option("-o", "--output", "out", metavar="FILE|-", help="File to write.")
@click.pass_obj
def coverage_command(language: str, form: str, out: str | None) -> None:
    """Print how many districts and concepts are linked, list by list and linkset by linkset."""
    from amip.link import load_linksets, measure_coverage

    rows = measure_coverage(load_linksets())
    if form == "json":
        content = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        lines = [",".join(map(str, asdict(row).values())) for row in rows]
        content = "\n".join(["group,linkset,linked,total", *lines]) + "\n"
    else:
        content = _draw(rows, language)
    write_output(content.encode(), out)


def _draw(rows: list[Coverage], language: str) -> str:
    from amip.link import load_titles

    titles = load_titles()
    cells = [_HEADINGS[language]]
    for row in rows:
        first, second = ("", row.linkset) if row.linkset else (titles[row.group][language], "")
        cells.append((first, second, str(row.linked), str(row.total)))
    widths = [max(len(line[at]) for line in cells) for at in range(len(cells[0]))]
    return "".join(
        f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}\n"
        for a, b, c, d in cells
    )


def _read(name: str) -> bytes:
    from amip.sources.content import read_content

    return sys.stdin.buffer.read() if name == "-" else read_content(Path(name))
