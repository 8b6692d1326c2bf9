"""Measure the import of a table of official statistics against a plain rdflib script.

    python bench/statistics_import.py 13211-02-05-4_2015-2020.csv [--runs 3]

FILE is a download of table 13211-02-05-4 with all districts. The script says the same with one
`Graph.add` per triple. Both write N-Quads to a file; the quads are compared before a time counts.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, RDFS, XSD, Dataset, Graph, Literal, Namespace, URIRef

from amip.link.areas import load_former_districts
from amip.records.districts import load_districts, load_states
from amip.statistics import lift_statistics
from amip.statistics.description import Description, Measure, find_description
from amip.terms import CODE, ID, NS, PREFIXES

T = TypeVar("T")
TABLE = "13211-02-05-4"
FRONT, HEADER_LINES = 3, 3
SIGNS = {
    "-": "sign-nil",
    ".": "sign-unknown",
    "x": "sign-blocked",
    "/": "sign-unreliable",
    "...": "sign-later",
}
AMIP, QB = Namespace(NS), Namespace(PREFIXES["qb"])
DCT, FOAF = Namespace(PREFIXES["dct"]), Namespace(PREFIXES["foaf"])
SEX, CODES = Namespace(PREFIXES["sdmx-dimension"]).sex, Namespace(PREFIXES["sdmx-code"])
ATTRIBUTE = Namespace(PREFIXES["sdmx-attribute"])
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")


def timed(work: Callable[[], T], times: int) -> tuple[T, float]:
    """Run and return the result and the seconds, of several times the best."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return result, best


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = Path(scratch) / "ours.nq", Path(scratch) / "plain.nq"
        entries, seconds = timed(lambda: lift_ours(options.file, ours), options.runs)
        _, plain = timed(lambda: lift_plain(options.file, theirs), 1)
        lines = _read(ours)
        assert lines == _read(theirs), "the two do not say the same"
        command = [Path(sys.executable).with_name("amip"), "statistics", "import", options.file]
        run = [*command, "-o", ours]
        _, whole = timed(lambda: subprocess.run(run, capture_output=True, check=True), options.runs)
    print(f"{options.file.name}: {entries} cells, {len(lines)} quads, file → N-Quads")
    print(f"amip.statistics   {seconds:8.2f} s")
    print(f"whole command     {whole:8.2f} s   amip statistics import, sorted")
    print(f"plain rdflib      {plain:8.2f} s   {plain / seconds:.0f} × as long")


def lift_ours(file: Path, target: Path) -> int:
    quads, _ = lift_statistics([file])
    target.write_text(quads, encoding="utf-8")
    return quads.count("#valueKind>")


def _read(path: Path) -> set[str]:
    return {str(quad) for quad in parse(path.read_bytes(), format=RdfFormat.N_QUADS)}


def lift_plain(file: Path, target: Path) -> None:
    """Lift in the plain way, with as little between file and graph as the model allows."""
    rdflib.NORMALIZE_LITERALS = False
    text = file.read_text(encoding="latin-1")
    lines = text.splitlines()
    description = find_description(TABLE)
    day, month, year = text.rpartition("Stand: ")[2][:10].split(".")
    edition = f"{year}-{month}-{day}"
    dataset = Dataset()
    graph = dataset.graph(URIRef(f"{ID}graph/statistics/{TABLE}/{edition}"))
    cube = URIRef(f"{ID}cube/statistics/{TABLE}/{edition}")
    add_edition(graph, cube, edition, file, description)
    start = next(i for i, line in enumerate(lines) if line.startswith(";" * FRONT))
    heads = list(zip(*csv.reader(lines[start : start + HEADER_LINES], delimiter=";"), strict=True))
    measures = [description.heads[head] for head in heads[FRONT:]]
    for number, row in read_rows(lines, start + HEADER_LINES):
        add_row(graph, cube, edition, number, row, measures, description)
    dataset.serialize(target, format="nquads", encoding="utf-8")


def read_rows(lines: list[str], first: int) -> Iterator[tuple[int, list[str]]]:
    known = {*load_districts(), *load_former_districts(), *load_states().values()}
    for number, line in enumerate(lines[first:], first + 1):
        if line.startswith("____"):
            return
        row = line.split(";")
        row[1] = "DE" if row[1] == "DG" else row[1]
        if row[1] in known:
            yield number, row


def add_edition(
    graph: Graph, cube: URIRef, edition: str, file: Path, description: Description
) -> None:
    publisher = URIRef(f"{ID}org/{description.publisher}")
    titles = description.titles
    attribution = description.attribution.format(year=edition[:4])
    graph.add((cube, RDF.type, QB.DataSet))
    graph.add((cube, QB.structure, URIRef(f"{ID}structure/statistics")))
    graph.add((cube, AMIP.tableCode, Literal(TABLE)))
    graph.add((cube, RDFS.label, Literal(f"{titles['de']} (Stand {edition})", lang="de")))
    graph.add((cube, RDFS.label, Literal(f"{titles['en']} (as of {edition})", lang="en")))
    graph.add((cube, AMIP.asOf, Literal(edition, datatype=XSD.date)))
    graph.add((cube, DCT.license, URIRef(description.licence)))
    graph.add((cube, DCT.publisher, publisher))
    graph.add((cube, DCATDE.licenseAttributionByText, Literal(attribution, lang="de")))
    graph.add((cube, AMIP.sha256, Literal(hashlib.sha256(file.read_bytes()).hexdigest())))
    graph.add((cube, DCT.source, Literal(file.name)))
    graph.add((publisher, RDF.type, FOAF.Organization))
    graph.add((publisher, FOAF.name, Literal(description.publisher_name, lang="de")))


def add_row(
    graph: Graph,
    cube: URIRef,
    edition: str,
    number: int,
    row: list[str],
    measures: list[Measure],
    description: Description,
) -> None:
    period, area = row[:2]
    former = load_former_districts().get(area)
    gone = former and former.until and f"{period}-01-01" > former.until
    not_yet = former and former.origin and f"{period}-12-31" < former.origin
    territory = Literal(description.find_territory(area, period), datatype=XSD.date)
    for column, (measure, printed) in enumerate(zip(measures, row[FRONT:], strict=True), FRONT + 1):
        if printed in SIGNS and (gone or not_yet):
            continue
        subject = URIRef(f"{ID}stat/{TABLE}/{edition}/{area}/{period}/{measure.id}")
        if printed in SIGNS:
            graph.add((subject, RDF.type, AMIP.StatisticalGap))
            graph.add((subject, DCT.isPartOf, cube))
            graph.add((subject, AMIP.valueSign, URIRef(CODE + SIGNS[printed])))
        else:
            add_value(graph, subject, cube, measure, printed)
        add_traits(graph, subject, measure)
        graph.add((subject, AMIP.area, URIRef(f"{ID}area/{area}")))
        graph.add((subject, AMIP.refPeriod, Literal(period, datatype=XSD.gYear)))
        graph.add((subject, AMIP.territoryDate, territory))
        graph.add((subject, AMIP.printed, Literal(printed)))
        graph.add((subject, AMIP.sourceLine, Literal(str(number), datatype=XSD.positiveInteger)))
        graph.add((subject, AMIP.sourceColumn, Literal(str(column), datatype=XSD.positiveInteger)))


def add_value(graph: Graph, subject: URIRef, cube: URIRef, measure: Measure, printed: str) -> None:
    decimals = len(printed.partition(",")[2])
    tolerance = "0.5" if not decimals else f"0.{'0' * decimals}5"
    value = Literal(printed.replace(",", "."), datatype=XSD.decimal)
    graph.add((subject, RDF.type, AMIP.StatisticalObservation))
    graph.add((subject, RDF.type, QB.Observation))
    graph.add((subject, QB.dataSet, cube))
    graph.add((subject, AMIP.value, value))
    graph.add((subject, AMIP.tolerance, Literal(tolerance, datatype=XSD.decimal)))
    graph.add((subject, ATTRIBUTE.unitMeasure, URIRef(PREFIXES["unit"] + measure.unit)))
    graph.add((subject, ATTRIBUTE.decimals, Literal(str(decimals), datatype=XSD.integer)))


def add_traits(graph: Graph, subject: URIRef, measure: Measure) -> None:
    graph.add((subject, AMIP.indicator, URIRef(CODE + measure.indicator)))
    graph.add((subject, AMIP.valueKind, URIRef(f"{CODE}actual")))
    graph.add((subject, AMIP.aggregation, URIRef(f"{CODE}JDW")))
    graph.add((subject, SEX, CODES[f"sex-{measure.sex}"]))
    traits = {
        "age_group": (AMIP.ageGroup, measure.age_group),
        "nationality": (AMIP.nationality, measure.nationality),
        "target_group": (AMIP.targetGroup, measure.target_group),
    }
    keys = []
    for name, (predicate, code) in traits.items():
        if code:
            graph.add((subject, predicate, URIRef(CODE + code)))
            keys.append(f"{name}={code}")
    graph.add((subject, AMIP.dimensionKey, Literal(";".join(keys) or "-")))


if __name__ == "__main__":
    main()
