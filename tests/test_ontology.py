"""The ontology: hygiene, consistency under OWL 2 RL, and no term that nobody defined."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.query import ResultRow

from amip.lift.mapping import Mapping, Statement, read_mapping_file
from amip.terms import CODE, NS, PREFIXES
from amip.version import __version__
from amip.vocabulary import find_unknown_terms, read_vocabulary

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "ontology"
ONTOLOGY = sorted(
    path for path in (ROOT / "ontology").rglob("*.ttl") if path.parent.name != "imports"
)
IMPORTS = sorted((ROOT / "ontology" / "imports").glob("*.ttl"))
CHECKS = sorted((ROOT / "ontology" / "checks").glob("*.rq"))
REPORTS = sorted((ROOT / "ontology" / "checks" / "reports").glob("*.rq"))
MAPPINGS = sorted((ROOT / "mappings").rglob("*.yarrrml.yml"))
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
QUERIES = sorted([*(ROOT / "queries").glob("*.rq"), *(ROOT / "src").rglob("*.rq")])
TURTLE = [*ONTOLOGY, *IMPORTS, *SHAPES]

SCHEMA = rdflib.Namespace("https://schema.org/")
QB = rdflib.Namespace(PREFIXES["qb"])
OWLRL_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
META = {"owl", "rdf", "rdfs", "sh", "xsd"}
"""Vocabularies whose terms are the language of the others: no subject matter of a closure."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def load_ontology() -> Graph:
    graph = Graph()
    for path in ONTOLOGY:
        graph.parse(path)
    return graph


@cache
def load_store() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for path in ONTOLOGY:
        store.load(path=str(path))
    return store


@cache
def load_vocabulary() -> frozenset[str]:
    return read_vocabulary([*ONTOLOGY, *IMPORTS])


def select(graph: Graph, query: Path) -> list[list[str]]:
    rows = graph.query(query.read_text(encoding="utf-8"))
    return [
        ["" if value is None else str(value) for value in row]
        for row in rows
        if isinstance(row, ResultRow)
    ]


def select_fast(store: pyoxigraph.Store, query: Path) -> list[list[str]]:
    solutions = store.query(query.read_text(encoding="utf-8"))
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [["" if value is None else value.value for value in row] for row in solutions]


def find_contradictions(*more: Path) -> list[str]:
    graph = Graph()
    for path in [*ONTOLOGY, *IMPORTS, *more]:
        if path.name.partition(".")[0] not in META:
            graph.parse(path)
    closure = owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    )
    closure.expand(graph)
    errors = sorted(str(text) for text in graph.objects(None, OWLRL_ERROR))
    return errors + sorted(str(node) for node in graph.subjects(RDF.type, OWL.Nothing))


@pytest.mark.parametrize("path", TURTLE, ids=name_of)
def test_turtle_parses(path: Path) -> None:
    triples = set(pyoxigraph.parse(path=str(path)))
    assert len(Graph().parse(path)) == len(triples) > 0


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_check_gives_no_row(check: Path) -> None:
    assert select_fast(load_store(), check) == []
    assert select(load_ontology(), check) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_check_finds_its_invalid_case(check: Path) -> None:
    case = CASES / f"invalid.{check.stem}.ttl"
    store = pyoxigraph.Store()
    store.load(path=str(case))
    rows = select_fast(store, check)
    assert rows
    assert sorted(rows) == sorted(select(Graph().parse(case), check))


@pytest.mark.parametrize("check", [*CHECKS, *REPORTS], ids=lambda path: path.stem)
def test_check_says_what_it_asks(check: Path) -> None:
    head = check.read_text(encoding="utf-8").splitlines()[:3]
    for line, key in zip(head, ("title@de", "title@en", "advice@en"), strict=True):
        assert line.startswith(f"# {key}: ")
        assert line.endswith(".")


def test_number_of_checks_is_pinned() -> None:
    assert (len(CHECKS), len(REPORTS)) == (28, 1)
    assert len(list(CASES.glob("invalid.*.ttl"))) == len(CHECKS)


def test_ambiguous_labels_are_reported() -> None:
    (report,) = (path for path in REPORTS if path.stem == "ambiguous-label")
    rows = select_fast(load_store(), report)
    instruments = [f"{CODE}list/instruments", "gabe", f"{CODE}GaBe", f"{CODE}bbB", "2"]
    assert instruments in rows
    assert rows == select(load_ontology(), report)


def test_closure_has_no_contradiction() -> None:
    assert find_contradictions() == []


def test_closure_finds_a_contradiction() -> None:
    errors = " ".join(find_contradictions(CASES / "contradiction.ttl"))
    assert f"{NS}Programme and {NS}SourceDocument" in errors
    assert "prov#Activity and http://www.w3.org/ns/prov#Entity" in errors


@pytest.mark.parametrize("path", [*TURTLE, *QUERIES, *CHECKS, *REPORTS, *MAPPINGS], ids=name_of)
def test_every_term_is_known(path: Path) -> None:
    assert [str(unknown) for unknown in find_unknown_terms(path, load_vocabulary())] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "typos.ttl",
            [
                (10, "amip:Observaton", "amip:Observation"),
                (13, "<http://www.w3.org/2004/02/skso/core#note>", "skos:note"),
                (16, "sh:dataType", "sh:datatype"),
                (17, "code:quantifed", "code:quantified"),
                (17, "xsd:gyear", "xsd:gYear"),
                (21, "amip:hasTargt", "amip:hasTarget"),
            ],
        ),
        (
            "typos.rq",
            [
                (3, "<http://www.w3.org/2004/02/skos/core>", f"<{PREFIXES['skos']}>"),
                (7, "amip:targetStatu", "amip:targetStatus"),
                (8, "amip:firstyear", "amip:firstYear"),
                (10, "dct:titel", "dct:title"),
            ],
        ),
        (
            "typos.yarrrml.yml",
            [
                (15, "amip:Program", "amip:Programme"),
                (16, "xsd:gyear", "xsd:gYear"),
                (17, "amip:organisatonForm", "amip:organisationForm"),
            ],
        ),
    ],
)
def test_typos_are_found(name: str, expected: list[tuple[int, str, str]]) -> None:
    unknown = find_unknown_terms(CASES / name, load_vocabulary())
    assert [(term.line, term.term, term.nearest) for term in unknown] == expected


def test_version_is_that_of_the_package() -> None:
    ontology = URIRef(NS.removesuffix("#"))
    graph = load_ontology()
    assert str(graph.value(ontology, OWL.versionInfo)) == __version__
    assert str(graph.value(ontology, OWL.versionIRI)) == f"{ontology}/{__version__}"


def test_every_term_is_used() -> None:
    defined = {str(term) for term in load_ontology().subjects(RDFS.isDefinedBy)}
    used = {iri for mapping in read_all_mappings() for iri in iris_of(mapping)}
    for path in [*ONTOLOGY, *SHAPES]:
        if path.name != "amip.ttl":
            used |= {str(node) for triple in Graph().parse(path) for node in triple}
    assert defined - used == set()


def read_all_mappings() -> list[Mapping]:
    return [mapping for path in MAPPINGS for mapping in read_mapping_file(path)]


def iris_of(mapping: Mapping) -> Iterator[str]:
    for statement in mapping.statements:
        yield statement.predicate
        yield "".join(statement.target.parts)


def classes_by_start() -> dict[str, set[URIRef]]:
    """Return the classes of the things that the mappings make, by the start of their IRIs."""
    classes: dict[str, set[URIRef]] = {}
    for mapping in read_all_mappings():
        for statement in mapping.statements:
            if statement.predicate == str(RDF.type):
                named = URIRef(statement.target.parts[0])
                found = classes.setdefault(mapping.subject.parts[0], set())
                supers = load_ontology().objects(named, RDFS.subClassOf)
                found |= {named, *(URIRef(str(super_class)) for super_class in supers)}
    return classes


def allowed(term: str, *properties: URIRef) -> set[str]:
    graph = load_ontology()
    return {str(value) for each in properties for value in graph.objects(URIRef(term), each)}


def fits_range(statement: Statement, classes: dict[str, set[URIRef]]) -> bool:
    ranges = allowed(statement.predicate, RDFS.range, SCHEMA.rangeIncludes)
    if statement.is_iri:
        start = statement.target.parts[0]
        is_code = bool(allowed(statement.predicate, QB.codeList)) or str(SKOS.Concept) in ranges
        made = {str(name) for name in classes.get(start, ())}
        return is_code if not start or start.startswith(CODE) else bool(made & ranges)
    if statement.language:
        return ranges == {str(RDFS.Literal)}
    return (statement.datatype or PREFIXES["xsd"] + "string") in ranges


def test_mappings_keep_domain_and_range() -> None:
    classes = classes_by_start()
    misfits = []
    for mapping in read_all_mappings():
        made = {str(name) for name in classes.get(mapping.subject.parts[0], ())}
        for statement in mapping.statements:
            if statement.predicate.startswith(NS):
                domains = allowed(statement.predicate, RDFS.domain, SCHEMA.domainIncludes)
                if not domains & made or not fits_range(statement, classes):
                    misfits.append((mapping.name, statement.predicate))
    assert misfits == []
