"""`amip check-sources` and `amip trace`: from a record to the printed page, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from amip.errors import UsageError
from amip.findings import Severity
from amip.records import Record, read_record
from amip.records.coverage import Coverage, measure_coverage
from amip.records.record import Row
from amip.sources import read_document


@click.command("check-sources")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("records", nargs=-1, type=click.Path(path_type=Path), metavar="[RECORD…]")
@click.pass_obj
def check_sources_command(language: str, folder: Path, records: tuple[Path, ...]) -> None:
    """Hold records against the source texts in DIR (<programme>.txt), figure by figure.

    Every stated place must hold the printed figure, in the stated section; every number of a text
    must be recorded or listed in left-out.csv. Places without an offset cannot be looked up and
    are counted. Ends with 0 only at 100 % both ways.
    """
    from amip.assets import list_programmes

    measured: list[Coverage] = []
    clean = True
    for path in records or list_programmes():
        record, wrong = read_record(path.resolve())
        if all(finding.severity is Severity.INFO for finding in wrong):
            measured.append(measure_coverage(record, read_document(folder / f"{record.slug}.txt")))
            wrong += measured[-1].findings
        for finding in wrong:
            click.echo(f"{finding.code} {finding.place}: {finding.text(language)}")
        clean = clean and not wrong
    for coverage in measured:
        click.echo(_line(coverage.slug, [coverage]))
    click.echo(_line("total" if language == "en" else "gesamt", measured))
    sys.exit(0 if clean and all(coverage.complete for coverage in measured) else 1)


def _line(name: str, measured: list[Coverage]) -> str:
    right, places = sum(item.right for item in measured), sum(item.places for item in measured)
    covered, numbers = (
        sum(item.covered for item in measured),
        sum(item.numbers for item in measured),
    )
    figures = sum(item.figures for item in measured)
    unplaced = sum(item.unplaced for item in measured)
    return (
        f"{name}: {figures} figures, places {right}/{places} ({_percent(right, places)}), "
        f"numbers {covered}/{numbers} ({_percent(covered, numbers)})"
        + (f", {unplaced} not checkable (no offset)" if unplaced else "")
    )


def _percent(part: int, whole: int) -> str:
    """Write a percentage rounded down, so that 100 % is said only of all, and never of nothing."""
    return f"{part * 1000 // whole / 10:.1f} %" if whole else "–"


@click.command("trace")
@click.argument("figure", metavar="ID")
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of source texts; shows the line that the figure stands in.",
)
@click.pass_obj
def trace_command(language: str, figure: str, sources: Path | None) -> None:
    """Show where a figure is printed.

    ID is the IRI of a figure or its end, such as `elbe-elster-2022/k2-2022-plan-f`.
    """
    from amip.assets import list_programmes

    slug, _, name = figure.rpartition("/")
    slug = slug.rpartition("/")[2]
    records = {path.name: path for path in list_programmes()}
    if slug not in records:
        raise UsageError(
            f"there is no programme “{slug}”", subject=slug, advice=_advice(slug, list(records))
        )
    record, _ = read_record(records[slug])
    rows = [row for row in record.rows("figures") if row["id"] == name]
    if not rows:
        known = [row["id"] for row in record.rows("figures")]
        raise UsageError(
            f"there is no figure “{name}” in {slug}", subject=name, advice=_advice(name, known)
        )
    places = [rows[0], *(row for row in record.rows("places") if row["figure"] == name)]
    for place in places:
        for label, text in _describe(record, rows[0], place, language):
            click.echo(f"{label:<12}{text}")
        if sources is not None and place["start"]:
            document = read_document(sources / f"{slug}.txt")
            label = "line" if language == "en" else "Textzeile"
            click.echo(f"{label:<12}{document.line(int(place['start']))}")
        click.echo()


def _advice(name: str, known: list[str]) -> str:
    from amip.nearest import find_nearest
    from amip.query.question import did_you_mean

    return did_you_mean(find_nearest(name, known, limit=3))


def _describe(record: Record, figure: Row, place: Row, language: str) -> list[tuple[str, str]]:
    german = language == "de"
    labels = (
        ("Programm" if german else "programme", record.text("title")),
        ("Wert" if german else "value", f"{figure['value']} {figure['unit']}"),
        ("gedruckt" if german else "printed", place["printed"]),
        ("Abschnitt" if german else "section", place["section"]),
        ("Tabelle" if german else "table", place["table"]),
        ("Zeile" if german else "row", place["row"]),
        ("Spalte" if german else "column", place["column"]),
        ("Stelle" if german else "offset", place["start"]),
    )
    return [(label, text) for label, text in labels if text]
