"""Write a report as a SHACL validation report (W3C Recommendation, section 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from amip.findings import Finding, Report, Severity
from amip.terms import ID, PREFIXES, SHAPES
from amip.validate.core import name_component
from amip.validate.rule import SPARQL, Rule
from amip.validate.shapes import load_rules

_RDF_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_CODE = NamedNode(f"{PREFIXES['dct']}identifier")
_NOTE = NamedNode(f"{PREFIXES['skos']}note")
_STATED_IN = NamedNode(f"{PREFIXES['amip']}statedIn")
_REPORT = NamedNode(f"{ID}report")
_CELL = NamedNode(f"{SHAPES}CellConstraintComponent")
"""The component of findings about cells of a record, which no shape has made."""

_IRI = re.compile(r'https?://[^\x00-\x20<>"{}|^`\\]+')
"""What Turtle can hold as an IRI (RDF 1.1 Turtle, section 6.5)."""

_USED = ("amip", "ash", "dct", "id", "rdf", "sh", "skos")
_LEVELS = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}


def render_turtle(report: Report) -> str:
    """Return the report as Turtle, without blank nodes: the same report gives the same text.

    `sh:conforms` is true only when there is no result of any severity, as the standard says.
    """
    triples = [
        Triple(_REPORT, _RDF_TYPE, _sh("ValidationReport")),
        Triple(_REPORT, _sh("conforms"), Literal(value=not report.findings)),
        *(Triple(_REPORT, _sh("result"), _name(finding)) for finding in report.findings),
    ]
    for finding in report.findings:
        triples += _result(finding, _rules().get(finding.code))
    prefixes = {name: PREFIXES[name] for name in _USED}
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes)
    return (turtle or b"").decode()


@cache
def _rules() -> Mapping[str, Rule]:
    return {rule.code: rule for rule in load_rules()}


def _name(finding: Finding) -> NamedNode:
    parts = (finding.code, finding.focus, str(finding.place), *finding.message.values())
    return NamedNode(f"{_REPORT.value}/{sha256('|'.join(parts).encode()).hexdigest()[:16]}")


def _result(finding: Finding, rule: Rule | None) -> Iterator[Triple]:
    node = _name(finding)
    focus = NamedNode(finding.focus) if ":" in finding.focus else Literal(str(finding.place))
    yield Triple(node, _RDF_TYPE, _sh("ValidationResult"))
    yield Triple(node, _CODE, Literal(finding.code))
    yield Triple(node, _sh("resultSeverity"), _sh(_LEVELS[finding.severity]))
    yield Triple(node, _sh("focusNode"), focus)
    yield Triple(node, _sh("sourceConstraintComponent"), _component(finding, rule))
    if rule:
        yield Triple(node, _sh("sourceShape"), NamedNode(rule.iri))
    if rule and rule.predicate:
        yield Triple(node, _sh("resultPath"), NamedNode(rule.predicate))
    if finding.found:
        is_node = _IRI.fullmatch(finding.found)
        value = NamedNode(finding.found) if is_node else Literal(finding.found)
        yield Triple(node, _sh("value"), value)
    if finding.programme:
        name = quote(finding.programme, safe="")
        yield Triple(node, _STATED_IN, NamedNode(f"{ID}programme/{name}"))
    for language, text in finding.message.items():
        yield Triple(node, _sh("resultMessage"), Literal(text, language=language))
    if finding.reviewed:
        yield Triple(node, _NOTE, Literal(finding.reviewed, language="de"))


def _component(finding: Finding, rule: Rule | None) -> NamedNode:
    if rule is None:
        return _CELL
    parameter = finding.expected.partition(" ")[0]
    is_core = parameter.startswith("sh:") and all(each.expected for each in rule.constraints)
    return _sh(name_component(parameter.removeprefix("sh:")) if is_core else SPARQL)


def _sh(name: str) -> NamedNode:
    return NamedNode(PREFIXES["sh"] + name)
