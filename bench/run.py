"""Measure lift, load and query against named peers, in one run, as ratios.

    python bench/run.py [--observations 100000] [--morph-kgc PYTHON]

Every peer gets the same input and its result is compared with ours before a time counts.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyoxigraph
import rdflib

from amip.assets import find_folder
from amip.findings import Finding
from amip.lift import lift_blocks, read_mappings
from amip.records import read_record
from amip.records.tables import Cells, Tables, make_tables
from generate import FIGURES, generate_programmes

T = TypeVar("T")
HERE = Path(__file__).parent
QUERY = HERE / "integration-rates.rq"


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Run once and return the result and the seconds."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument(
        "--morph-kgc", type=Path, help="python of an environment that holds morph-kgc"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(Path(scratch), options.observations, options.morph_kgc)


def measure(scratch: Path, observations: int, morph_kgc: Path | None) -> None:
    folders, seconds = timed(
        lambda: generate_programmes(scratch / "programmes", observations // FIGURES)
    )
    print(f"{len(folders)} folders, {len(folders) * FIGURES} figures, made in {seconds:.1f} s\n")
    tables, read = timed(lambda: read_tables(folders))
    print(f"read and check folders     {read:8.2f} s   {sum(map(len, tables.values()))} rows")
    write_tables(scratch / "tables", tables)
    del tables
    output = scratch / "ours.nq"
    _, ours = timed(lambda: lift_csv(scratch / "tables", output))
    text = output.read_text(encoding="utf-8")
    lines = text.splitlines()
    print(f"lift, CSV to N-Quads       {ours:8.2f} s   {len(lines)} quads, one process")
    if morph_kgc:
        _, theirs = timed(lambda: run_morph_kgc(scratch / "tables", morph_kgc))
        result = (scratch / "tables" / "out.nq").read_text(encoding="utf-8")
        assert set(result.splitlines()) == set(lines)
        print(f"morph-kgc, 2 processes     {theirs:8.2f} s   lift is {theirs / ours:.1f} × faster")
    quads = list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    _, theirs = timed(lambda: lift_with_rdflib(quads))
    print(f"rdflib, same quads         {theirs:8.2f} s   lift is {theirs / ours:.1f} × faster\n")
    measure_store(text, quads)


def read_tables(folders: list[Path]) -> Tables:
    """Read all folders into one set of tables."""
    joined: Tables = {}
    for folder in folders:
        record, findings = read_record(folder)
        assert not findings, findings[0]
        for name, rows in make_tables(record).items():
            joined.setdefault(name, []).extend(rows)
    return joined


def write_tables(folder: Path, tables: Tables) -> None:
    """Write the tables as the CSV files that the mappings name, with every column they mention."""
    folder.mkdir()
    for path in find_folder("mappings").glob("*.yarrrml.yml"):
        shutil.copy(path, folder)
    for name, rows in tables.items():
        columns = {
            column
            for mapping in read_mappings()
            if mapping.table == name
            for column in _columns(mapping)
        }
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(ordered := sorted(columns))
            writer.writerows([row.values.get(column, "") for column in ordered] for row in rows)


def _columns(mapping: object) -> set[str]:
    from amip.lift.mapping import Mapping

    assert isinstance(mapping, Mapping)
    templates = [
        mapping.subject,
        mapping.graph,
        *(statement.target for statement in mapping.statements),
    ]
    return {column for template in templates for column in template.columns}


def load_tables(folder: Path) -> Tables:
    """Read the CSV files back, as an engine for mappings has to."""
    tables: Tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        tables[path.stem] = [
            Cells(dict(zip(header, row, strict=True)), path.name, line)
            for line, row in enumerate(rows, 2)
        ]
    return tables


def lift_csv(folder: Path, output: Path) -> None:
    """Do what an engine for mappings does: read the CSV files, write the N-Quads."""
    findings: list[Finding] = []
    with output.open("w", encoding="utf-8") as file:
        file.writelines(lift_blocks(load_tables(folder), read_mappings(), findings))
    assert not findings


def run_morph_kgc(folder: Path, python: Path) -> None:
    """Execute the same mappings over the same CSV files with morph-kgc and two processes."""
    mappings = ",".join(path.name for path in sorted(folder.glob("*.yml")))
    options = "output_format=N-QUADS\nlogging_level=ERROR\nnumber_of_processes=2\n"
    text = f"[CONFIGURATION]\n{options}output_file=out.nq\n[AMIP]\nmappings={mappings}\n"
    (folder / "config.ini").write_text(text, encoding="utf-8")
    subprocess.run([python.absolute(), "-m", "morph_kgc", "config.ini"], cwd=folder, check=True)


def lift_with_rdflib(quads: list[pyoxigraph.Quad]) -> None:
    """Build the same quads term by term in rdflib and write them, as a hand-made converter does."""
    dataset = rdflib.Dataset(default_union=True)
    for quad in quads:
        graph = dataset.graph(rdflib.URIRef(quad.graph_name.value))
        graph.add(
            (
                rdflib.URIRef(quad.subject.value),
                rdflib.URIRef(quad.predicate.value),
                _term(quad.object),
            )
        )
    dataset.serialize(format="nquads")


def _term(value: pyoxigraph.NamedNode | pyoxigraph.Literal) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(value, pyoxigraph.NamedNode):
        return rdflib.URIRef(value.value)
    if value.language:
        return rdflib.Literal(value.value, lang=value.language)
    if value.datatype.value.endswith("#string"):
        return rdflib.Literal(value.value)
    return rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value))


def measure_store(text: str, quads: list[pyoxigraph.Quad]) -> None:
    store = pyoxigraph.Store()
    _, load = timed(
        lambda: store.bulk_load(input=text.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    )
    print(f"load into Oxigraph         {load:8.2f} s")
    # One plain graph: a union of many named graphs would be slower still in rdflib.
    graph = rdflib.Graph()
    for quad in quads:
        graph.add(
            (
                rdflib.URIRef(quad.subject.value),
                rdflib.URIRef(quad.predicate.value),
                _term(quad.object),
            )
        )
    query = QUERY.read_text(encoding="utf-8")
    ours_rows, ours = timed(lambda: len(list(store.query(query, use_default_graph_as_union=True))))
    their_rows, theirs = timed(lambda: len(list(graph.query(query))))
    assert ours_rows == their_rows
    print(f"query, Oxigraph            {ours:8.3f} s   {ours_rows} rows")
    print(f"query, rdflib              {theirs:8.3f} s   Oxigraph is {theirs / ours:.0f} × faster")


if __name__ == "__main__":
    main()
