"""From results to findings: place, programme, review and words for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from pyoxigraph import Store

from amip.findings import LANGUAGES, Finding, Place, Report, Severity
from amip.terms import ID
from amip.validate.columns import find_column
from amip.validate.naming import name_codes
from amip.validate.review import find_note, read_reviews
from amip.validate.rule import SPARQL, Result
from amip.validate.select import select
from amip.validate.wording import fill_message, find_variables, normalise_number

Locate: TypeAlias = Callable[[str], Place | None]

_SPECIFIC = {
    "NodeKindConstraintComponent": 1,
    "DatatypeConstraintComponent": 2,
    "OrConstraintComponent": 2,
    "ClassConstraintComponent": 3,
    "PatternConstraintComponent": 4,
    "InConstraintComponent": 4,
    SPARQL: 5,
}
"""How much a component says about a wrong value: of several, only the most specific is kept."""

_NODES = re.compile(r"(VALUES \?node \{)[^}]*(\})")


def explain_results(
    store: Store,
    results: Iterable[Result],
    focus_nodes: Mapping[str, int],
    locate: Locate | None = None,
) -> Report:
    """Make a report of results: one finding for one mistake, with its place and words."""
    kept = keep_specific(list(results))
    programmes = find_programmes(store, {result.focus for result in kept})
    reviews = read_reviews(store)
    findings: dict[tuple[str, ...], Finding] = {}
    for result in kept:
        note = find_note(reviews, result)
        place = (locate and locate(result.focus)) or _default_place(result.focus)
        place = replace(place, column=find_column(place, result.path) or place.column)
        finding = make_finding(result, place, programmes.get(result.focus, ""), note)
        findings[finding.code, finding.focus, finding.found, *finding.message.values()] = finding
    return Report.of(findings.values(), focus_nodes)


def keep_specific(results: Sequence[Result]) -> list[Result]:
    """Keep the most specific of the results about one value of one property of one node.

    A wrong code breaks class and code list at once; that is one mistake and becomes one finding.
    """
    best: dict[tuple[str, str, str], int] = {}
    for result in results:
        if result.path and result.value and result.component in _SPECIFIC:
            key = (result.focus, result.path, result.value)
            best[key] = max(best.get(key, 0), _SPECIFIC[result.component])
    return [
        result
        for result in results
        if result.component not in _SPECIFIC
        or _SPECIFIC[result.component] >= best.get((result.focus, result.path, result.value), 0)
    ]


def make_finding(result: Result, place: Place, programme: str, note: str) -> Finding:
    """Put a result into words; a reviewed violation of a reviewable rule is a warning."""
    rule = result.rule
    values = _read_values(result)
    downgraded = note and rule.severity is Severity.VIOLATION
    return Finding(
        code=rule.code,
        severity=Severity.WARNING if downgraded else rule.severity,
        place=place,
        message=_fill(rule.message, values),
        advice=_fill(rule.advice, values),
        focus=result.focus,
        programme=programme,
        found=result.value if result.is_iri else normalise_number(result.value),
        expected=_find_expected(result, values),
        values=values,
        reviewed=note,
        why=rule.comment,
    )


def _find_expected(result: Result, values: Mapping[str, str]) -> str:
    """Return the computed value, or the parameter of the core constraint."""
    if computed := values.get("expected", "") or values.get("sum", "").partition(" = ")[2]:
        return computed
    constraints = result.rule.constraints
    return next((each.expected for each in constraints if each.component == result.component), "")


def _read_values(result: Result) -> dict[str, str]:
    """Return the variables of the message, numbers and sums in their canonical form."""
    variables = {
        name: number
        for text in result.rule.message.values()
        for name, number in find_variables(text).items()
    }
    return {
        name: normalise_number(result.bindings[name]) if number else result.bindings[name]
        for name, number in sorted(variables.items())
        if name in result.bindings
    }


def _fill(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {
        language: fill_message(texts[language], name_codes(values, language), language)
        for language in LANGUAGES
    }


@cache
def _programmes_query() -> str:
    return files("amip.validate").joinpath("programmes.rq").read_text(encoding="utf-8")


def find_programmes(store: Store, nodes: Iterable[str]) -> dict[str, str]:
    """Find the programme that each node belongs to, by its identifier.

    A node that the graph does not connect to a programme, because that very link is missing, is
    assigned by its IRI (`…/id/obs/<programme>/…`).
    """
    found: dict[str, str] = {}
    for node in nodes:
        kind, _, rest = node.removeprefix(ID).partition("/")
        if node.startswith(ID) and kind and "/" in rest:
            found[node] = rest.partition("/")[0]
    block = " ".join(f"<{node}>" for node in sorted(nodes) if ":" in node)
    query = _NODES.sub(lambda match: f"{match[1]} {block} {match[2]}", _programmes_query())
    for row in select(store, query):
        found[row["node"].value] = row["slug"].value
    return found


def _default_place(focus: str) -> Place:
    return Place(record=focus.removeprefix(ID))
