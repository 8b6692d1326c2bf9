"""The data types of validation: rules, and what a query says about one focus node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from amip.findings import Severity

SPARQL = "SPARQLConstraintComponent"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape, as a query over the whole graph.

    `component` is the local name of the SHACL constraint component; `query` binds `?this`, and
    `?path` and `?value` where the component has them. `expected` is the parameter of a core
    component, such as `sh:minCount 1`.
    """

    component: str
    query: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape with its constraints and its texts in both languages.

    `target` is the class whose instances are checked; `path` the property, "" for a node shape;
    a violation of a `reviewable` rule becomes a warning when a person has reviewed it; a rule
    `across` programmes compares them with each other; a rule for `research` only shows what is
    notable; an `expectation` says what a programme can be expected to state.
    """

    iri: str
    code: str
    severity: Severity
    target: str
    label: Mapping[str, str]
    message: Mapping[str, str]
    advice: Mapping[str, str]
    comment: Mapping[str, str]
    reviewable: bool
    path: str
    constraints: tuple[Constraint, ...]
    across: bool = False
    research: bool = False
    expectation: bool = False

    @property
    def predicate(self) -> str:
        """The IRI of the property when the path is a single one, else ""."""
        return self.path.strip("<>") if self.path.count("<") == 1 else ""


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL, section 3.6.2), before it is explained.

    `bindings` are the variables of the message; `is_iri` tells what kind of node `value` is.
    """

    rule: Rule
    component: str
    focus: str
    path: str = ""
    value: str = ""
    is_iri: bool = False
    bindings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
