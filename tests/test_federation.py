"""Questions across two real endpoints: programmes in one, areas and statistics in the other."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
import pytest
from rdflib.plugins.sparql import prepareQuery

import amip
from amip.assets import find_turtle
from amip.lift import Lifted
from amip.publish.context import lift_context
from amip.query import Answer, find_question
from amip.query.answer import write_csv
from amip.vocabulary import find_unknown_terms, read_vocabulary
from samples import ROOT, TESTS
from test_remote import OXIGRAPH, free_port, wait_for

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.rq"))
SECOND = "http://localhost:7879/query"
WIKIDATA = "https://query.wikidata.org/sparql"
FEDERATED = [path.stem for path in EXAMPLES if SECOND in path.read_text(encoding="utf-8")]
TRIPLES = {"Content-Type": "application/n-triples"}
COUNTED_BESIDE = 2
"""How many columns a stored answer has beyond those of its query: who states something."""


@contextmanager
def serve(triples: bytes) -> Iterator[str]:
    """Serve triples in the default graph of an Oxigraph server of its own."""
    address = f"127.0.0.1:{free_port()}"
    server = subprocess.Popen([OXIGRAPH, "serve", "--bind", address], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}", server)
        load = urllib.request.Request(
            f"http://{address}/store?default", triples, TRIPLES, method="POST"
        )
        urllib.request.urlopen(load, timeout=60).close()
        yield f"http://{address}/query"
    finally:
        server.terminate()
        server.wait(timeout=10)


def as_triples(quads: str, *paths: Path) -> bytes:
    """Return quads and Turtle files as N-Triples, without their graphs."""
    store = pyoxigraph.Store()
    store.bulk_load(input=quads.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    for path in paths:
        store.bulk_load(path=str(path))
    written = io.BytesIO()
    every = (quad.triple for quad in store)
    pyoxigraph.serialize(every, written, pyoxigraph.RdfFormat.N_TRIPLES)
    return written.getvalue()


@pytest.fixture(scope="module")
def programmes(lifted: Lifted) -> Iterator[str]:
    with serve(as_triples("".join(lifted.quads), *find_turtle("ontology"))) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def statistics() -> Iterator[str]:
    with serve(as_triples(lift_context())) as endpoint:
        yield endpoint


def read_stored(name: str) -> list[list[str]]:
    """Read the stored answer of a canned question, without the columns that are counted."""
    text = (TESTS / "answers" / f"{name}.csv").read_text(encoding="utf-8")
    return [row[:-COUNTED_BESIDE] for row in csv.reader(io.StringIO(text))]


@pytest.mark.parametrize("name", FEDERATED)
def test_two_endpoints_answer_as_one_store(name: str, programmes: str, statistics: str) -> None:
    query = (ROOT / "docs" / "examples" / f"{name}.rq").read_text(encoding="utf-8")
    rows = amip.open(programmes).select(query.replace(SECOND, statistics)).rows
    found = write_csv(Answer(rows, find_question(name))).decode()
    assert list(csv.reader(io.StringIO(found))) == read_stored(name)


@pytest.mark.parametrize("name", FEDERATED)
def test_neither_endpoint_answers_alone(name: str, programmes: str, statistics: str) -> None:
    """The canned question finds no pair of figures where half of them are missing."""
    question = find_question(name)
    pairs = [column.name for column in question.columns if column.name.endswith("_figure")]
    for endpoint in (programmes, statistics):
        rows = amip.open(endpoint).select(question.sparql).rows
        places = [rows.columns.index(name) for name in pairs]
        assert not [row for row in rows.rows if all(row[place] for place in places)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_sound(path: Path) -> None:
    """Each example is SPARQL, uses known terms only, and says in its head what it asks."""
    imports = (ROOT / "ontology" / "imports").glob("*.ttl")
    vocabulary = read_vocabulary([*find_turtle("ontology"), *imports])
    query = path.read_text(encoding="utf-8")
    prepareQuery(query)
    assert [str(unknown) for unknown in find_unknown_terms(path, vocabulary)] == []
    assert query.startswith("# ")
    assert set(re.findall(r"SERVICE\s+<([^>]*)>", query)) in ({SECOND}, {WIKIDATA})


def test_examples_cover_both_kinds() -> None:
    assert len(FEDERATED) == 2
    assert len(EXAMPLES) == 3
