"""queries.ttl: the canned questions as SHACL executables that other tools read and run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef

import amip
from amip.assets import find_folder, find_turtle
from amip.errors import InputError
from amip.findings import LANGUAGES
from amip.publish.executables import QUESTIONS, write_executables
from amip.query import load_questions
from amip.query.answer import write_csv
from amip.question import read_question
from amip.vocabulary import find_unknown_terms, read_vocabulary
from jena.engine import find_missing, select_with_jena
from samples import ROOT, TESTS

CASES = TESTS / "executables"
EXAMPLES = {
    f"federated/{path.stem}": read_question(path)
    for path in find_folder("docs/examples").glob("*.rq")
}
EVERY = {**load_questions(), **EXAMPLES}
SPEX = rdflib.Namespace("https://purl.expasy.org/sparql-examples/ontology#")
SCHEMA = rdflib.Namespace("https://schema.org/")
SHAPES = rdflib.Namespace("http://example.org/")


@pytest.fixture(scope="module")
def published() -> Graph:
    return Graph().parse(data=write_executables(), format="turtle")


def node(name: str) -> URIRef:
    return URIRef(f"{QUESTIONS}/{name}")


def text_of(published: Graph, name: str) -> str:
    (text,) = published.objects(node(name), SH.select)
    return str(text)


def declare_prefixes(published: Graph, name: str) -> str:
    """Return the PREFIX lines that SHACL engines put before the text (SHACL, section 5.2.1)."""
    (owner,) = published.objects(node(name), SH.prefixes)
    lines = (
        f"PREFIX {published.value(each, SH.prefix)}: <{published.value(each, SH.namespace)}>\n"
        for each in published.objects(owner, SH.declare)
    )
    return "".join(sorted(lines))


def find_broken(data: Graph) -> set[tuple[str, str]]:
    """Return focus nodes and the shapes of `schemas/executables.ttl` that they break."""
    shapes = Graph().parse(TESTS / "schemas" / "executables.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, meta_shacl=True)
    assert isinstance(report, Graph)
    return {
        (str(report.value(result, SH.focusNode)), str(report.value(result, SH.sourceShape)))
        for result in report.objects(None, SH.result)
    }


def test_every_question_is_published_and_nothing_else(published: Graph) -> None:
    for kind in (SH.SPARQLExecutable, SH.SPARQLSelectExecutable):
        assert set(published.subjects(RDF.type, kind)) == {node(name) for name in EVERY}


def test_same_bytes_in_fresh_processes() -> None:
    program = "import sys; from amip.publish.executables import write_executables\n"
    program += "sys.stdout.write(write_executables())"
    outputs = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.decode()
        for seed in ("1", "2")
    }
    assert outputs == {write_executables()}


def test_every_term_is_known(tmp_path: Path) -> None:
    path = tmp_path / "queries.ttl"
    path.write_text(write_executables(), encoding="utf-8")
    imports = (ROOT / "ontology" / "imports").glob("*.ttl")
    vocabulary = read_vocabulary([*find_turtle("ontology"), *imports])
    assert [str(unknown) for unknown in find_unknown_terms(path, vocabulary)] == []


@pytest.mark.parametrize("name", sorted(EVERY))
def test_text_is_that_of_the_file(name: str, published: Graph) -> None:
    """Character by character below the head, which is comment lines and a blank one."""
    file = EVERY[name].path.read_text(encoding="utf-8")
    text = text_of(published, name)
    head = file.removesuffix(text)
    assert head + text == file
    assert text
    assert all(re.fullmatch(r"#.*|", line) for line in head.splitlines())
    assert not text.startswith(("#", "\n"))


@pytest.mark.parametrize("name", sorted(EVERY))
def test_words_are_those_of_the_head(name: str, published: Graph) -> None:
    question = EVERY[name]
    for language in LANGUAGES:
        assert Literal(question.titles[language], language) in set(
            published.objects(node(name), RDFS.label)
        )
        assert Literal(question.texts[language], language) in set(
            published.objects(node(name), RDFS.comment)
        )
    keywords = {str(word) for word in published.objects(node(name), SCHEMA.keywords)}
    assert keywords == {question.theme, *question.keywords}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_parameters_have_name_kind_and_default(name: str, published: Graph) -> None:
    text = text_of(published, name)
    found = {}
    for parameter in published.objects(node(name), SH.parameter):
        key = str(published.value(parameter, SH.name))
        assert published.value(parameter, SH["class"]) or published.value(parameter, SH.datatype)
        path = published.value(parameter, SH.path)
        assert str(path).rpartition("/")[2] == key
        found[key] = published.value(parameter, SH.defaultValue)
    assert found.keys() - {"lang"} == {parameter.name for parameter in EVERY[name].parameters}
    declared = declare_prefixes(published, name)
    for key, default in found.items():
        block = re.findall(rf"VALUES \?{key} \{{ (\S+) \}}", text)
        assert block, key
        term = "UNDEF" if default is None else default.n3(Graph().namespace_manager)
        same = pyoxigraph.Store().query(
            f"{declared}{(CASES / 'same.rq').read_text(encoding='utf-8')}".replace(
                "$term", term
            ).replace("$block", block[0])
        )
        assert bool(same), key


@pytest.mark.parametrize("name", sorted(load_questions()))
def test_published_text_gives_the_stored_answer(
    name: str, published: Graph, graph: amip.Graph
) -> None:
    """As it is, which is how editors run it, and with `sh:prefixes`, which is how SHACL does."""
    text = text_of(published, name)
    stored = (TESTS / "answers" / f"{name}.csv").read_text(encoding="utf-8")
    answer = graph.answer(name, lang="de")
    for query in (text, declare_prefixes(published, name) + text):
        found = write_csv(replace(answer, rows=graph.select(query).rows)).decode()
        assert found.split("\n") == stored.split("\n")


@pytest.mark.parametrize("name", sorted(EVERY))
def test_second_engine_parses_the_text(name: str, published: Graph) -> None:
    """With the limit that the test of the SIB sparql-examples-utils appends."""
    from rdflib.plugins.sparql import prepareQuery

    assert prepareQuery(f"{text_of(published, name)} LIMIT 1").algebra.name == "SelectQuery"


@pytest.mark.skipif(bool(find_missing()), reason=find_missing())
def test_third_engine_runs_the_text(published: Graph, tmp_path: Path) -> None:
    """Apache Jena takes every text as plain SPARQL 1.1, also with the prefixes before it.

    Federated examples are left out: they would call their endpoints.
    """
    nothing = tmp_path / "nothing.ttl"
    nothing.touch()
    jobs = []
    for name in load_questions():
        text = text_of(published, name)
        for kind, query in (("bare", text), ("shacl", declare_prefixes(published, name) + text)):
            path = tmp_path / f"{name}.{kind}.rq"
            path.write_text(query, encoding="utf-8")
            jobs.append((path, nothing))
    assert select_with_jena(jobs, (), tmp_path) == []


@pytest.mark.parametrize("name", sorted(EVERY))
def test_services_are_named(name: str, published: Graph) -> None:
    """`spex:federatesWith` names the endpoints of SERVICE, all of them and no other."""
    text = re.sub(r"(?m)^\s*#.*$", "", text_of(published, name))
    services = set(re.findall(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]+)>", text, re.IGNORECASE))
    assert {str(each) for each in published.objects(node(name), SPEX.federatesWith)} == services
    assert bool(services) == (name in EXAMPLES)


def test_editors_list_every_question_as_it_is(published: Graph) -> None:
    query = (CASES / "examples.rq").read_text(encoding="utf-8")
    store = pyoxigraph.Store()
    store.load(write_executables().encode(), format=pyoxigraph.RdfFormat.TURTLE)
    solutions = store.query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    listed = sorted(
        (row["sq"].value, row["comment"].value, row["query"].value) for row in solutions
    )
    assert listed == sorted(
        (str(node(name)), question.texts[language], text_of(published, name))
        for name, question in EVERY.items()
        for language in LANGUAGES
    )


def test_editors_find_the_prefixes(published: Graph) -> None:
    rows = published.query((CASES / "prefixes.rq").read_text(encoding="utf-8"))
    found = {str(prefix): str(namespace) for prefix, namespace in rows}  # type: ignore[misc]
    used = set(re.findall(r"(?m)^PREFIX ([\w-]+):", "".join(text_of(published, n) for n in EVERY)))
    assert found.keys() == used
    assert (URIRef(QUESTIONS), RDF.type, OWL.Ontology) in published


def test_awkward_text_survives() -> None:
    """Quotes, backslashes and line breaks within a query, and a parameter of every kind."""
    question = read_question(CASES / "awkward.rq")
    awkward = Graph().parse(data=write_executables([question]), format="turtle")
    assert text_of(awkward, "awkward") == question.sparql.partition("\n\n")[2]
    assert find_broken(awkward) == set()
    assert len(list(awkward.objects(node("awkward"), SH.parameter))) == len(question.parameters) + 1
    services = {str(each) for each in awkward.objects(node("awkward"), SPEX.federatesWith)}
    assert services == {"https://example.org/one", "https://example.org/two"}


def test_a_prefix_has_one_namespace() -> None:
    questions = [read_question(CASES / name) for name in ("awkward.rq", "other-prefix.rq")]
    with pytest.raises(InputError) as caught:
        write_executables(questions)
    assert "other-prefix.rq: the prefix ex: means <http://example.org/>" in str(caught.value)


def test_it_is_what_readers_expect(published: Graph) -> None:
    assert find_broken(published) == set()


def test_readers_expectations_can_be_broken() -> None:
    case = CASES / "invalid.ttl"
    lines = case.read_text(encoding="utf-8").splitlines()
    expected = {
        (str(SHAPES.invalid), str(SHAPES[line.split()[-1]]))
        for line in lines
        if line.startswith("# invalid ")
    }
    assert find_broken(Graph().parse(case)) == expected
