"""`amip trace`: from a figure back to the place where it is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import click

from amip.errors import Phrase, UsageError
from amip.records import Record, read_record
from amip.records.record import Row
from amip.sources import read_document
from amip.terms import ID

_COLUMNS = (
    *("table", "edition", "area", "indicator", "period", "value", "printed"),
    *("file", "line", "column", "territory", "source"),
)
_GERMAN = (
    *("Tabelle", "Ausgabe", "Gebiet", "Kennzahl", "Bezugszeit", "Wert", "gedruckt"),
    *("Datei", "Zeile", "Spalte", "Gebietsstand", "Quelle"),
)
_STATISTIC: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "de": dict(zip(_COLUMNS, _GERMAN, strict=True)),
        "en": dict(zip(_COLUMNS, _COLUMNS, strict=True)),
    }
)


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

    ID is the IRI of a figure or its end, such as `elbe-elster-2022/k2-2022-plan-f`, or of a value
    of official statistics, such as `stat/vg250-ew/2022-12-31/12062/2022-12-31/population`.
    """
    name = figure.removeprefix(ID)
    lines = (
        _trace_statistic(name, language)
        if name.startswith("stat/")
        else _trace_figure(name, sources, language)
    )
    for line in lines:
        click.echo(line)


def _trace_figure(figure: str, sources: Path | None, language: str) -> Iterator[str]:
    """Yield the lines of one block per place in which a figure of a programme is printed."""
    from amip.assets import list_programmes

    slug, _, name = figure.rpartition("/")
    slug = slug.rpartition("/")[2]
    records = {path.name: path for path in list_programmes()}
    if slug not in records:
        raise UsageError(
            "there is no programme “{subject}”", subject=slug, advice=_advice(slug, list(records))
        )
    record, _ = read_record(records[slug])
    rows = [row for row in record.rows("figures") if row["id"] == name]
    if not rows:
        known = [row["id"] for row in record.rows("figures")]
        raise UsageError(
            "there is no figure “{subject}” in {programme}",
            subject=name,
            advice=_advice(name, known),
            programme=slug,
        )
    places = [rows[0], *(row for row in record.rows("places") if row["figure"] == name)]
    for place in places:
        for label, text in _describe(record, rows[0], place, language):
            yield f"{label:<12}{text}"
        if sources is not None and place["start"]:
            document = read_document(sources / f"{slug}.txt")
            label = "line" if language == "en" else "Textzeile"
            yield f"{label:<12}{document.line(int(place['start']))}"
        yield ""


def _trace_statistic(name: str, language: str) -> Iterator[str]:
    """Yield what the graph knows of where a value of official statistics comes from."""
    from amip.query import open_graph
    from amip.query.statistic import SEE, trace_statistic

    origin = trace_statistic(open_graph().store, name, language)
    if not origin:
        raise UsageError("there is no value “{subject}”", subject=name, advice=SEE)
    for column, text in origin.items():
        yield f"{_STATISTIC[language][column]:<14}{text}"


def _advice(name: str, known: list[str]) -> Phrase:
    from amip.nearest import did_you_mean, find_nearest

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
