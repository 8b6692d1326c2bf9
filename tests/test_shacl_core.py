"""SHACL as the Recommendation says, for the components that `shapes/` uses.

A folder in `tests/shacl/` holds shapes, data and the results that the specification demands
(https://www.w3.org/TR/shacl/), one row each. The fast path and pySHACL must both give them.
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat, Store

from amip.terms import PREFIXES
from amip.validate import validate_store
from amip.validate.core import COMPONENTS, name_component
from amip.validate.engine import find_results
from amip.validate.reference import validate_reference
from amip.validate.rule import SPARQL, Result
from amip.validate.shapes import load_rules
from samples import TESTS, format_rows, read_rows

CASES = sorted(path.parent for path in (TESTS / "shacl").glob("*/shapes.ttl"))
COLUMNS = ("focus", "shape", "component", "value", "severity")
EXAMPLE = "https://example.org/"
SH = rdflib.Namespace(PREFIXES["sh"])


def name_of(case: Path) -> str:
    return case.name


def load(case: Path) -> Store:
    store = Store()
    store.bulk_load(path=str(case / "data.ttl"), format=RdfFormat.TURTLE)
    return store


def run_fast_path(case: Path) -> list[tuple[str, ...]]:
    """A node of two target classes is looked at twice; its result counts once."""
    store = load(case)
    results = (
        result
        for rule in load_rules((case / "shapes.ttl",))
        for result in find_results(store, rule)
    )
    return sorted({read_fast(result) for result in results})


def read_fast(result: Result) -> tuple[str, ...]:
    return (
        result.focus.removeprefix(EXAMPLE),
        result.rule.iri.removeprefix(EXAMPLE),
        result.component,
        result.value,
        result.rule.severity.capitalize(),
    )


def run_pyshacl(case: Path) -> list[tuple[str, ...]]:
    data, shapes = (rdflib.Graph().parse(case / f"{name}.ttl") for name in ("data", "shapes"))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, rdflib.Graph)
    return sorted(read_result(report, node) for node in report.objects(None, SH.result))


def read_result(report: rdflib.Graph, node: rdflib.term.Node) -> tuple[str, ...]:
    focus = str(report.value(node, SH.focusNode))
    component = str(report.value(node, SH.sourceConstraintComponent)).removeprefix(SH)
    value = report.value(node, SH.value)
    # pySHACL fills sh:value with the focus node when a SPARQL constraint binds none.
    said = value is not None and not (component == SPARQL and str(value) == focus)
    return (
        focus.removeprefix(EXAMPLE),
        str(report.value(node, SH.sourceShape)).removeprefix(EXAMPLE),
        component,
        str(value) if said else "",
        str(report.value(node, SH.resultSeverity)).removeprefix(SH),
    )


def write(results: list[tuple[str, ...]]) -> str:
    return format_rows(COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in results))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_fast_path(case: Path) -> None:
    assert write(run_fast_path(case)) == (case / "expected.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_pyshacl(case: Path) -> None:
    assert write(run_pyshacl(case)) == (case / "expected.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_reports_agree(case: Path) -> None:
    files = (case / "shapes.ttl",)
    assert validate_reference(load(case), files=files) == validate_store(
        load(case), rules=load_rules(files)
    )


def test_every_component_has_cases() -> None:
    """A component counts when a case expects a result of it."""
    tried = {row["component"] for case in CASES for row in read_rows(case / "expected.csv")}
    # The value shape says what is counted; the results are those of qualifiedMinCount.
    wanted = {name_component(name) for name in COMPONENTS - {"qualifiedValueShape"}}
    assert tried == wanted | {SPARQL}


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_cases_say_what_is_right(case: Path) -> None:
    """Each case has nodes without a result, and names its section of the specification."""
    first, _, _ = (case / "shapes.ttl").read_text(encoding="utf-8").partition("\n")
    assert first.startswith("# SHACL ")
    graph = rdflib.Graph().parse(case / "data.ttl")
    wrong = {row["focus"] for row in read_rows(case / "expected.csv")}
    assert {str(node).removeprefix(EXAMPLE) for node in graph.subjects()} - wrong
