"""Load the shapes in `shapes/` as rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from amip.assets import find_folder, find_turtle
from amip.errors import InputError
from amip.findings import Severity
from amip.terms import PREFIXES
from amip.validate.core import compile_path, compile_select, compile_shape
from amip.validate.rule import Constraint, Rule
from amip.validate.shape_graph import Node, ShapeGraph

_SH, _AMIP, _RDFS = PREFIXES["sh"], PREFIXES["amip"], PREFIXES["rdfs"]
_SUBCLASS = f"{_RDFS}subClassOf"
_CODE = f"{PREFIXES['dct']}identifier"
_ON_SHAPES = frozenset(
    {
        f"{PREFIXES['rdf']}type",
        _CODE,
        f"{_RDFS}label",
        f"{_RDFS}comment",
        f"{_AMIP}advice",
        f"{_AMIP}reviewable",
        f"{_AMIP}acrossProgrammes",
        f"{_AMIP}researchOnly",
        f"{_AMIP}expectation",
    }
)
_SEVERITIES = {
    f"{_SH}Violation": Severity.VIOLATION,
    f"{_SH}Warning": Severity.WARNING,
    f"{_SH}Info": Severity.INFO,
}


@cache
def load_rules(files: tuple[Path, ...] | None = None) -> tuple[Rule, ...]:
    """Load the rules of the shape files given, by default of all in `shapes/`, sorted by code.

    Every property shape of a targeted node shape is a rule, and every node shape with a SPARQL
    constraint. Raises `InputError` for a term on a shape that is not known: a misspelt term would
    otherwise check nothing.
    """
    graph = ShapeGraph(find_turtle("shapes") if files is None else files)
    prefixes = _read_prefixes(graph)
    rules = [
        rule
        for shape in graph.subjects(f"{_SH}targetClass")
        for rule in _read_shape(graph, shape, prefixes)
    ]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def _read_prefixes(graph: ShapeGraph) -> Mapping[str, str]:
    """Return the declared prefixes (SHACL, section 5.2.1)."""
    return {
        graph.one(node, f"{_SH}prefix").value: graph.one(node, f"{_SH}namespace").value
        for node in graph.subjects(f"{_SH}prefix")
    }


def _read_shape(graph: ShapeGraph, shape: Node, prefixes: Mapping[str, str]) -> Iterator[Rule]:
    _check_terms(graph, shape)
    if unknown := graph.parameters(shape):
        raise _unknown(shape, sorted(unknown)[0])
    targets = _with_subclasses(graph.one(shape, f"{_SH}targetClass").value)
    for child in graph.all(shape, f"{_SH}property"):
        _check_terms(graph, child)
        constraints = [each for target in targets for each in compile_shape(graph, child, target)]
        yield _make_rule(graph, child, shape, constraints, compile_path(graph, child))
    if graph.all(shape, f"{_SH}sparql"):
        node = graph.one(shape, f"{_SH}sparql")
        select = graph.one(node, f"{_SH}select").value
        constraints = [compile_select(select, target, prefixes) for target in targets]
        yield _make_rule(graph, shape, shape, constraints, "")


def _with_subclasses(target: str) -> list[str]:
    """Return a target class and the subclasses that our ontology gives it (section 2.1.3.2)."""
    ontology = _read_ontology()
    found = [target]
    for known in found:
        found += [
            node.value
            for node in ontology.subjects(_SUBCLASS)
            if NamedNode(known) in ontology.all(node, _SUBCLASS) and node.value not in found
        ]
    return found


@cache
def _read_ontology() -> ShapeGraph:
    return ShapeGraph([find_folder("ontology") / "amip.ttl"])


def _check_terms(graph: ShapeGraph, shape: Node) -> None:
    for predicate in graph.predicates(shape):
        if predicate not in _ON_SHAPES and not predicate.startswith(_SH):
            raise _unknown(shape, predicate)


def _make_rule(
    graph: ShapeGraph, shape: Node, parent: Node, constraints: Iterable[Constraint], path: str
) -> Rule:
    severity = graph.all(shape, f"{_SH}severity") or [NamedNode(f"{_SH}Violation")]
    return Rule(
        iri=shape.value,
        code=graph.one(shape, _CODE).value,
        severity=_SEVERITIES[severity[0].value],
        target=graph.one(parent, f"{_SH}targetClass").value,
        label=graph.texts(shape, f"{_RDFS}label"),
        message=graph.texts(shape, f"{_SH}message"),
        advice=graph.texts(shape, f"{_AMIP}advice") or graph.texts(parent, f"{_AMIP}advice"),
        comment=graph.texts(shape, f"{_RDFS}comment") or graph.texts(parent, f"{_RDFS}comment"),
        reviewable=_is_true(graph, shape, "reviewable"),
        path=path,
        constraints=tuple(constraints),
        across=_is_true(graph, shape, "acrossProgrammes"),
        research=_is_true(graph, shape, "researchOnly"),
        expectation=_is_true(graph, shape, "expectation"),
    )


def _is_true(graph: ShapeGraph, shape: Node, flag: str) -> bool:
    return any(
        isinstance(node, Literal) and node.value == "true"
        for node in graph.all(shape, f"{_AMIP}{flag}")
    )


def _unknown(shape: Node, term: str) -> InputError:
    return InputError(
        "{subject}: unknown term {term}",
        subject=shape,
        advice="correct the spelling, or support it in amip.validate",
        term=term,
    )
