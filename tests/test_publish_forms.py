"""The forms of the dataset: each is read by its community, and a broken copy is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import uritemplate
from pyoxigraph import Literal, NamedNode, RdfFormat

import amip
from amip.publish.column import Column, load_columns
from amip.publish.measured import make_statistics_table
from amip.terms import BASE, ID
from amip.vocabulary import find_unknown_terms, read_vocabulary
from readers import READERS, complain, load_dcat_shapes
from samples import MINIMAL, ROOT, TESTS, read_rows

BROKEN: list[dict[str, str]] = tomllib.loads(
    (TESTS / "published" / "broken.toml").read_text(encoding="utf-8")
)["cases"]
VALIDATOR = "AMIP_ROC_VALIDATOR"


def name_of(case: dict[str, str]) -> str:
    return case["name"]


@pytest.mark.parametrize("form", READERS)
def test_form_is_accepted_by_its_reader(form: str, dataset: amip.Dataset) -> None:
    assert complain(form, dataset.folder) == []


@pytest.mark.parametrize("case", BROKEN, ids=name_of)
def test_broken_form_is_refused(
    case: dict[str, str], dataset: amip.Dataset, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(dataset.folder, tmp_path / "dist"))
    path = folder / case["file"]
    text = path.read_bytes().decode("utf-8", errors="replace")
    broken = re.sub(case["find"], case["put"], text, count=0 if case["form"] != "csvw" else 1)
    assert broken != text
    path.write_bytes(broken.encode())
    assert re.search(case["says"], "\n".join(complain(case["form"], folder)))


@pytest.mark.parametrize("programmes", [(), (MINIMAL,)], ids=["none", "one"])
def test_any_number_of_programmes_is_described(
    programmes: tuple[Path, ...], tmp_path: Path
) -> None:
    folder = amip.build(tmp_path / "dist", programmes).folder
    assert {form: complain(form, folder) for form in ("csvw", "dcat", "ro-crate", "void")} == {
        "csvw": [],
        "dcat": [],
        "ro-crate": [],
        "void": [],
    }


def test_every_form_can_be_refused() -> None:
    assert {case["form"] for case in BROKEN} == set(READERS)


def test_official_rules_are_in_force() -> None:
    """The pinned shapes apply to what we publish, except those that the list of ours names."""
    text = load_dcat_shapes().serialize(format="turtle")
    assert text.count("sh:targetClass dcat:Dataset") == 4
    assert text.count("sh:targetClass dcat:Distribution") == 4


@pytest.mark.parametrize("name", ["void.ttl", "dcat.ttl"])
def test_every_term_of_a_description_is_known(
    name: str, dataset: amip.Dataset, tmp_path: Path
) -> None:
    """Paths of files are relative; that is all that the lint does not know."""
    copy = tmp_path / name
    text = (dataset.folder / name).read_text(encoding="utf-8")
    copy.write_text(f"@base <{ID}dataset/> .\n{text}", encoding="utf-8")
    vocabulary = read_vocabulary((ROOT / "ontology").rglob("*.ttl"))
    assert [str(term) for term in find_unknown_terms(copy, vocabulary)] == []


def select(store: pyoxigraph.Store, name: str) -> list[pyoxigraph.QuerySolution]:
    """Ask one of the queries in `published/`."""
    rows = store.query((TESTS / "published" / f"{name}.rq").read_text(encoding="utf-8"))
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return list(rows)


def load_description(dataset: amip.Dataset) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=str(dataset.folder / "void.ttl"), base_iri=BASE)
    return store


def load_graphs(dataset: amip.Dataset) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=str(dataset.folder / "amip.trig"), format=RdfFormat.TRIG)
    return store


@pytest.mark.parametrize("kind", ["class", "property"])
def test_partitions_count_what_was_written(kind: str, dataset: amip.Dataset) -> None:
    """The partitions of void.ttl are those that SPARQL counts in amip.trig."""
    counted = select(load_graphs(dataset), f"count-{kind}")
    stated = select(load_description(dataset), f"stated-{kind}")
    assert {str(row[0]): row[1].value for row in stated} == {
        str(row[0]): row[1].value for row in counted
    }


def test_linksets_count_every_link(dataset: amip.Dataset) -> None:
    """The linksets of void.ttl hold all links that SPARQL finds in amip.trig, by property."""
    counted = select(load_graphs(dataset), "count-links")
    stated = select(load_description(dataset), "stated-links")
    assert {str(row[0]): row[1].value for row in stated} == {
        str(row[0]): row[1].value for row in counted
    }


def test_every_graph_is_described_with_its_licence(dataset: amip.Dataset) -> None:
    graphs = {str(graph) for graph in load_graphs(dataset).named_graphs()}
    stated = select(load_description(dataset), "graph-licences")
    rows = {str(row[0]): (str(row[1]), row[2].value) for row in stated}
    assert rows.keys() == graphs
    for graph, (licence, attribution) in rows.items():
        theirs = re.search("graph/(areas|statistics/)", graph)
        ours = "cc-zero" if graph.endswith("graph/links>") else "cc-by/4.0"
        assert ("dl-by-de/2.0" if theirs else ours) in licence
        assert bool(theirs) == attribution.startswith("©"), graph


@pytest.mark.parametrize("table", ["figures", "statistics"])
def test_columns_are_those_of_the_table(table: str, dataset: amip.Dataset) -> None:
    header = list(read_rows(dataset.folder / f"{table}.csv")[0])
    assert [column.name for column in load_columns(table)] == header
    titles = [column.titles["de"] for column in load_columns(table)]
    assert len(set(titles)) == len(titles)


def test_columns_make_the_triples_of_the_graph(dataset: amip.Dataset) -> None:
    """What the templates of the columns say of a row is in the graph, word for word."""
    graph = load_graphs(dataset)
    for table in ("figures", "statistics"):
        columns = load_columns(table)
        key = columns[0].name
        for row in read_rows(dataset.folder / f"{table}.csv"):
            cells: dict[str, Any] = dict(row)
            for column in columns:
                if row[column.name] and column.property and column.kind not in {"period", "unit"}:
                    about = uritemplate.expand(column.about, cells) or row[key]
                    values = graph.quads_for_pattern(
                        NamedNode(about), NamedNode(column.property), None, None
                    )
                    expected = uritemplate.expand(column.value, cells) or row[column.name]
                    found = {read_value(quad.object, column) for quad in values}
                    assert (Decimal(expected) if column.kind == "decimal" else expected) in found


def read_value(term: object, column: Column) -> object:
    """Return what a term of the graph says in the words of a table."""
    assert isinstance(term, NamedNode | Literal)
    if column.language and isinstance(term, Literal) and term.language != column.language:
        return None
    return Decimal(term.value) if column.kind == "decimal" else term.value


def test_statistics_become_rows(tmp_path: Path) -> None:
    """A sign in place of a number is a sign in the table, and no number."""
    lines = (TESTS / "published" / "statistics.nq").read_text(encoding="utf-8").splitlines(True)
    expected = read_rows(TESTS / "published" / "statistics.csv")
    make_statistics_table(lines).to_csv(tmp_path / "found.csv", index=False)
    found = [{name: row[name] for name in expected[0]} for row in read_rows(tmp_path / "found.csv")]
    assert found == expected


def test_keys_keep_their_zeros(dataset: amip.Dataset) -> None:
    """What a reader of Croissant gets as key of Kaiserslautern is 07312, not 7312."""
    described = json.loads((dataset.folder / "croissant.json").read_text(encoding="utf-8"))
    sources = {
        field["source"]["fileObject"]["@id"]
        for records in described["recordSet"]
        for field in records["field"]
    }
    assert sources == {"figures.parquet", "statistics.parquet"}


def test_crate_names_sources_and_software(dataset: amip.Dataset, lifted: Any) -> None:
    text = (dataset.folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
    entities = {entity["@id"]: entity for entity in json.loads(text)["@graph"]}
    for record in lifted.records:
        document = entities[entities[f"{ID}programme/{record.slug}"]["isBasedOn"]["@id"]]
        assert document["sha256"] == record.section("source")["sha256"]
        assert document["name"] == record.section("source")["title"]
    action = entities["#build"]
    assert entities[action["instrument"]["@id"]]["version"] == amip.__version__


def test_validator_of_ro_crate_finds_nothing_required(dataset: amip.Dataset) -> None:
    python = os.environ.get(VALIDATOR)
    if not python:
        pytest.skip(f"{VALIDATOR} does not name the Python of roc-validator; run: make conformance")
    context = Path(str(files("rocrate") / "data" / "ro-crate.jsonld"))
    script = TESTS / "crate" / "check.py"
    command = [str((ROOT / python).absolute()), str(script), str(context), str(dataset.folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    issues = json.loads(done.stdout)
    assert {check for severity, check, _ in issues if severity == "REQUIRED"} == set()
    expected = json.loads((TESTS / "crate" / "expected.json").read_text(encoding="utf-8"))
    assert {check for _, check, _ in issues} == set(expected)
