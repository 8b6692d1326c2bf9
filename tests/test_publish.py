"""Publish: the dataset folder is whole, right, and the same each time."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph
from pyoxigraph import RdfFormat

import amip
from amip.lift import CODES_GRAPH, Lifted
from amip.publish.context import lift_context
from amip.publish.dataset import split_graphs
from amip.publish.void import name_file
from amip.terms import BASE, ID, NS, PREFIXES
from samples import PROGRAMMES, read_rows

REPORTS = {"report.txt", "report.en.txt", "report.json", "report.ttl"}
GRAPHS = {"amip.trig", "amip.nq.gz", "ontology.ttl", "shapes.ttl", "queries.ttl"}
CONTEXT = {name_file(graph) for graph in split_graphs(lift_context())}
TABLES = {
    f"{table}.{ending}" for table in ("figures", "statistics") for ending in ("csv", "parquet")
}
DESCRIPTIONS = {
    "croissant.json",
    "dcat.ttl",
    "figures.csv-metadata.json",
    "ro-crate-metadata.json",
    "statistics.csv-metadata.json",
    "void.ttl",
}
FILES = {*GRAPHS, *CONTEXT, *TABLES, *REPORTS, *DESCRIPTIONS, "SHA256SUMS"}


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def read_quads(path: Path) -> set[pyoxigraph.Quad]:
    if path.suffix == ".gz":
        content = gzip.decompress(path.read_bytes())
        return set(pyoxigraph.parse(content, format=RdfFormat.N_QUADS))
    return set(pyoxigraph.parse(path=str(path)))


def test_all_files_are_there(dataset: amip.Dataset) -> None:
    programmes = {
        f"programmes/{folder.name}.{ending}"
        for folder in PROGRAMMES
        for ending in ("ttl", "jsonld")
    }
    assert set(contents(dataset.folder)) == FILES | programmes
    assert all(contents(dataset.folder).values())


def test_sums_are_right_and_complete(dataset: amip.Dataset) -> None:
    files = contents(dataset.folder)
    lines = files.pop("SHA256SUMS").decode().splitlines()
    stated = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert stated == {name: hashlib.sha256(text).hexdigest() for name, text in files.items()}
    assert lines == sorted(lines, key=lambda line: line.split("  ", 1)[1])


def test_every_graph_parses(dataset: amip.Dataset) -> None:
    for path in dataset.folder.rglob("*"):
        if path.suffix in {".ttl", ".trig", ".jsonld"}:
            found = list(pyoxigraph.parse(path=str(path), base_iri=BASE))
            assert found or path.name == "report.ttl", path.name


def test_two_builds_give_the_same_bytes(dataset: amip.Dataset, tmp_path: Path) -> None:
    program = "import sys, amip; amip.build(sys.argv[1])"
    other = tmp_path / "dist"
    subprocess.run(
        [sys.executable, "-c", program, str(other)],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        check=True,
    )
    here, there = contents(dataset.folder), contents(other)
    assert {name for name in {*here, *there} if here.get(name) != there.get(name)} == set()


def test_trig_nquads_and_store_hold_the_same(dataset: amip.Dataset, lifted: Lifted) -> None:
    quads = read_quads(dataset.folder / "amip.nq.gz")
    assert quads == read_quads(dataset.folder / "amip.trig")
    assert len(quads) == dataset.counts["triples"]
    own = set(pyoxigraph.parse("".join(lifted.quads).encode(), format=RdfFormat.N_QUADS))
    assert own < quads
    graphs = {str(quad.graph_name).strip("<>") for quad in quads - own}
    assert graphs == {CODES_GRAPH, *split_graphs(lift_context())}
    store = pyoxigraph.Store()
    store.bulk_load(input=gzip.decompress((dataset.folder / "amip.nq.gz").read_bytes()),
                    format=RdfFormat.N_QUADS)  # fmt: skip
    asked = lifted.make_store()
    asked.bulk_load(input=lift_context().encode(), format=RdfFormat.N_QUADS)
    assert set(store) == set(asked)


def test_no_literal_of_the_ontology_is_rewritten(dataset: amip.Dataset) -> None:
    """What the dataset says of codes is what the ontology says (trap 1: not a store's dump)."""
    stated = set(pyoxigraph.parse(path=str(dataset.folder / "ontology.ttl")))
    quads = read_quads(dataset.folder / "amip.nq.gz")
    published = {
        (str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in quads
        if str(quad.graph_name) == f"<{CODES_GRAPH}>"
    }
    named = {
        (str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in stated
        if "_:" not in f"{quad.subject}{quad.object}"
    }
    assert named - published == set()


def test_no_blank_nodes_in_the_data(dataset: amip.Dataset) -> None:
    for quad in read_quads(dataset.folder / "amip.nq.gz"):
        assert not isinstance(quad.subject, pyoxigraph.BlankNode)
        assert not isinstance(quad.object, pyoxigraph.BlankNode)


def test_programme_files_are_the_programme(dataset: amip.Dataset, lifted: Lifted) -> None:
    for record, text in zip(lifted.records, lifted.quads, strict=True):
        own = set(pyoxigraph.parse(text.encode(), format=RdfFormat.N_QUADS))
        path = dataset.folder / "programmes" / record.slug
        assert read_quads(path.with_suffix(".jsonld")) == own
        triples = {quad.triple for quad in read_quads(path.with_suffix(".ttl"))}
        assert triples == {quad.triple for quad in own}


def test_wide_table_has_every_figure_exactly(dataset: amip.Dataset, lifted: Lifted) -> None:
    rows = read_rows(dataset.folder / "figures.csv")
    stated = {
        f"{ID}obs/{record.slug}/{row['id']}": row
        for record in lifted.records
        for row in record.rows("figures")
    }
    assert len(rows) == len(stated) == dataset.counts["figures"]
    for row in rows:
        figure = stated[row["figure"]]
        assert Decimal(row["value"]) == Decimal(figure["value"])
        for name in ("indicator", "unit", "period", "printed", "section", "start", "note"):
            assert row[name] == figure[name]
        assert row["indicator_de"]
        assert row["indicator_en"]
    assert "07312" in {row["ags"] for row in rows}


def test_parquet_equals_csv_and_is_exact(dataset: amip.Dataset) -> None:
    table = pq.read_table(dataset.folder / "figures.parquet")
    rows = read_rows(dataset.folder / "figures.csv")
    assert table.column_names == list(rows[0])
    assert pa.types.is_decimal128(table.schema.field("value").type)
    values = [Decimal(row["value"]) for row in rows]
    assert table.column("value").to_pylist() == values
    for name in ("figure", "printed", "row", "sex", "ags"):
        assert table.column(name).to_pylist() == [row[name] or None for row in rows]


def test_counts_are_those_of_the_files(dataset: amip.Dataset, lifted: Lifted) -> None:
    for table in ("figures", "targets", "statements"):
        expected = sum(len(record.rows(table)) for record in lifted.records)
        assert dataset.counts[table] == expected
    assert dataset.counts["programmes"] == len(PROGRAMMES)
    assert dataset.counts["statistics"] == len(read_rows(dataset.folder / "statistics.csv"))
    kinds = [str(quad.object) for quad in read_quads(dataset.folder / "areas.ttl")]
    assert dataset.counts["districts"] == kinds.count(f"<{NS}District>")
    assert dataset.counts["links"] > 0


def test_description_counts_and_measures(dataset: amip.Dataset) -> None:
    """VoID and DCAT give the number of statements, and size and checksum of each file."""
    store = pyoxigraph.Store()
    for name in ("void.ttl", "dcat.ttl"):
        store.load(path=str(dataset.folder / name), base_iri=f"{BASE}id/dataset/")
    values = {
        (str(quad.subject).strip("<>"), quad.predicate.value): getattr(quad.object, "value", "")
        for quad in store
    }
    whole = f"{ID}dataset"
    assert values[whole, f"{PREFIXES['void']}triples"] == str(dataset.counts["triples"])
    for name in {*GRAPHS, *CONTEXT, *TABLES}:
        content = (dataset.folder / name).read_bytes()
        entry = f"{whole}/{name}"
        assert values[entry, f"{PREFIXES['dcat']}byteSize"] == str(len(content))
        checksum = values[f"{entry}#sha256", "http://spdx.org/rdf/terms#checksumValue"]
        assert checksum == hashlib.sha256(content).hexdigest()


def test_reports_agree(dataset: amip.Dataset) -> None:
    report = json.loads((dataset.folder / "report.json").read_text(encoding="utf-8"))
    assert report
    for name in ("report.txt", "report.en.txt"):
        text = (dataset.folder / name).read_text(encoding="utf-8")
        for finding in dataset.report.findings:
            assert finding.code in text
    german, english = (
        (dataset.folder / name).read_text(encoding="utf-8")
        for name in ("report.txt", "report.en.txt")
    )
    assert german != english or not dataset.report.findings


def test_our_own_programmes_are_published_without_violation(dataset: amip.Dataset) -> None:
    assert dataset.report.conforms
