"""Write a report as a SHACL validation report (W3C Recommendation, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from amip.findings import Finding, Report, Severity
from amip.terms import ID, PREFIXES, SHAPES

_RDF_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_REPORT = NamedNode(f"{ID}report")
_LEVELS = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}


def render_turtle(report: Report) -> str:
    """Return the report as Turtle, without blank nodes: the same report gives the same text."""
    triples = [
        Triple(_REPORT, _RDF_TYPE, _sh("ValidationReport")),
        Triple(_REPORT, _sh("conforms"), Literal(value=report.conforms)),
    ]
    for finding in report.findings:
        triples += _result(finding)
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    return (turtle or b"").decode()


def _result(finding: Finding) -> Iterator[Triple]:
    parts = (finding.code, finding.focus, str(finding.place), *finding.message.values())
    node = NamedNode(f"{_REPORT.value}/{sha256('|'.join(parts).encode()).hexdigest()[:16]}")
    focus = NamedNode(finding.focus) if ":" in finding.focus else Literal(str(finding.place))
    yield Triple(_REPORT, _sh("result"), node)
    yield Triple(node, _RDF_TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("resultSeverity"), _sh(_LEVELS[finding.severity]))
    yield Triple(node, _sh("focusNode"), focus)
    yield Triple(node, _sh("sourceShape"), NamedNode(SHAPES + finding.code.removeprefix("AMIP-")))
    yield Triple(node, _sh("sourceConstraintComponent"), _sh("SPARQLConstraintComponent"))
    for language, text in finding.message.items():
        yield Triple(node, _sh("resultMessage"), Literal(text, language=language))


def _sh(name: str) -> NamedNode:
    return NamedNode(PREFIXES["sh"] + name)
