"""The fast path: every constraint as one query over the whole graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Store, Triple

from amip.findings import Report
from amip.validate.core import fill_template
from amip.validate.explain import Locate, explain_results
from amip.validate.rule import SPARQL, Constraint, Result, Rule
from amip.validate.select import select
from amip.validate.shapes import load_rules


def validate_store(
    store: Store, *, locate: Locate | None = None, rules: Sequence[Rule] | None = None
) -> Report:
    """Check a store, its default graph and named graphs together, against rules.

    `rules` are by default those of `shapes/`; `locate` gives the place in a record that a node
    was lifted from. The findings are those of `validate_reference`.
    """
    checked = load_rules() if rules is None else rules
    results = [result for rule in checked for result in find_results(store, rule)]
    return explain_results(store, results, count_focus_nodes(store, checked), locate)


def find_results(store: Store, rule: Rule) -> Iterator[Result]:
    """Yield what the constraints of a rule find."""
    for constraint in rule.constraints:
        yield from _run(store, rule, constraint)


def count_focus_nodes(store: Store, rules: Iterable[Rule]) -> dict[str, int]:
    """Count the focus nodes of each rule, by code (SHACL, section 2.1)."""
    known: dict[str, int] = {}
    counts: dict[str, int] = {}
    for rule in rules:
        if rule.target not in known:
            query = fill_template("focus-nodes", {"target": f"<{rule.target}>"})
            row = next(iter(select(store, query)))
            known[rule.target] = int(row["count"].value)
        counts[rule.code] = known[rule.target]
    return counts


def _run(store: Store, rule: Rule, constraint: Constraint) -> Iterator[Result]:
    solutions = select(store, constraint.query)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield _read_solution(rule, constraint, names, solution)


def _read_solution(
    rule: Rule, constraint: Constraint, names: Sequence[str], solution: QuerySolution
) -> Result:
    row = {name: solution[name] for name in names if solution[name] is not None}
    value, path = row.get("value"), row.get("path")
    return Result(
        rule=rule,
        component=constraint.component,
        focus=_text(row["this"]),
        path=_text(path) if path else rule.predicate,
        value=_text(value) if value else "",
        is_iri=isinstance(value, NamedNode),
        bindings=(
            {name: _text(term) for name, term in row.items()}
            if constraint.component == SPARQL
            else {}
        ),
    )


def _text(term: NamedNode | BlankNode | Literal | Triple) -> str:
    return term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)
