"""The reference: the same shapes, executed by pySHACL as the standard says.

Slow (each constraint runs once per focus node), so it is for tests and small graphs. Numbers and
names come back from the messages that pySHACL filled, which proves the messages too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import RdfFormat, Store
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from amip.assets import find_turtle
from amip.errors import InputError
from amip.findings import Report
from amip.terms import PREFIXES
from amip.validate.engine import count_focus_nodes
from amip.validate.explain import Locate, explain_results
from amip.validate.rule import SPARQL, Result, Rule
from amip.validate.shapes import load_rules
from amip.validate.wording import find_variables


class _PreparedGraph(rdflib.Graph):
    """A graph that keeps parsed queries: pySHACL asks the same one for every focus node."""

    def query(self, query_object: Any, *args: Any, **keywords: Any) -> rdflib.query.Result:
        """Run a query as `rdflib.Graph` does, but parse each text once."""
        return super().query(_prepare(query_object), *args, **keywords)


@cache
def _prepare(text: str) -> Query:
    return prepareQuery(text)


_SH = rdflib.Namespace(PREFIXES["sh"])
_VARIABLE = re.compile(r"\{[?$](\w+)\}")


def validate_reference(
    data: Store | rdflib.Graph,
    *,
    locate: Locate | None = None,
    files: tuple[Path, ...] | None = None,
) -> Report:
    """Check a graph with pySHACL; `files` are the shape files, by default all of `shapes/`.

    Raises `InputError` when pySHACL rejects the shapes.
    """
    graph, store = _both(data)
    rules = load_rules(files)
    _, results, text = pyshacl.validate(
        graph, shacl_graph=_load_shapes(files), inplace=True, inference="none"
    )
    if not isinstance(results, rdflib.Graph):
        raise InputError(
            "pySHACL rejects the shapes: {text}",
            subject=files,
            advice="correct the shapes",
            text=text,
        )
    found = list(_read_results(results, {rule.iri: rule for rule in rules}))
    return explain_results(store, found, count_focus_nodes(store, rules), locate)


def _both(data: Store | rdflib.Graph) -> tuple[rdflib.Graph, Store]:
    """Return the data in the memory of rdflib, and of Oxigraph; named graphs are merged."""
    graph = _PreparedGraph()
    if isinstance(data, Store):
        lines = {f"{quad.triple} .\n" for quad in data.quads_for_pattern(None, None, None, None)}
        return graph.parse(data="".join(lines), format="nt"), data
    text = data.serialize(format="nt", encoding="utf-8")
    store = Store()
    store.bulk_load(input=text, format=RdfFormat.N_TRIPLES)
    return graph.parse(data=text, format="nt"), store


@cache
def _load_shapes(files: tuple[Path, ...] | None) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in find_turtle("shapes") if files is None else files:
        graph.parse(path, format="turtle")
    return graph


def _read_results(results: rdflib.Graph, rules: Mapping[str, Rule]) -> Iterator[Result]:
    for node in results.subjects(rdflib.RDF.type, _SH.ValidationResult):
        rule = rules[str(results.value(node, _SH.sourceShape))]
        component = str(results.value(node, _SH.sourceConstraintComponent)).removeprefix(_SH)
        focus, value = results.value(node, _SH.focusNode), results.value(node, _SH.value)
        path: Any = results.value(node, _SH.resultPath)
        # pySHACL fills sh:value with the focus node when a SPARQL constraint binds none.
        given = (
            value if value is not None and not (component == SPARQL and value == focus) else None
        )
        messages = [str(message) for message in results.objects(node, _SH.resultMessage)]
        yield Result(
            rule=rule,
            component=component,
            focus=str(focus),
            path=str(path)
            if isinstance(path, rdflib.URIRef) and component == SPARQL
            else rule.predicate,
            value="" if given is None else str(given),
            is_iri=isinstance(given, rdflib.URIRef),
            bindings=_read_bindings(rule, messages) if component == SPARQL else {},
        )


def _read_bindings(rule: Rule, messages: list[str]) -> dict[str, str]:
    """Read the variables back from the filled messages."""
    found: dict[str, str] = {}
    for template in rule.message.values():
        match = next(
            filter(None, (_pattern(template).fullmatch(message) for message in messages)), None
        )
        if match is None:
            raise InputError(
                "{code}: no result message has the form {template}",
                subject=rule,
                code=rule.code,
                template=repr(template),
            )
        found |= match.groupdict()
    return found


@cache
def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts: list[str] = []
    for index, part in enumerate(_VARIABLE.split(template)):
        if index % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(f"(?P<{part}>.*?)")
    assert seen == set(find_variables(template))  # noqa: S101
    return re.compile("".join(parts), re.DOTALL)
