"""`amip check-sources`: records held against the texts that they were taken from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from amip.findings import Severity
from amip.records import read_record
from amip.records.coverage import Coverage, measure_coverage
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
