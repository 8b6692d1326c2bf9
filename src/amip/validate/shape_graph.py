"""Read the Turtle of shapes as plain look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from amip.errors import InputError
from amip.terms import PREFIXES

Node: TypeAlias = NamedNode | BlankNode | Literal

_RDF, _SH = PREFIXES["rdf"], PREFIXES["sh"]
_NIL = f"{_RDF}nil"

ANNOTATIONS = frozenset({"path", "message", "severity", "targetClass", "property", "sparql"})
"""Terms of SHACL on a shape that are no parameter of a constraint component."""


class ShapeGraph:
    """The statements of some Turtle files, by subject and predicate."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Parse the files; raises `InputError` for one that cannot be read."""
        self._statements: dict[Node, dict[str, list[Node]]] = {}
        for path in paths:
            try:
                for triple in parse(path=str(path), format=RdfFormat.TURTLE):
                    self._add(triple.subject, triple.predicate.value, triple.object)
            except (OSError, SyntaxError) as error:
                raise InputError(
                    "{subject}: the shapes cannot be read: {problem}",
                    subject=path,
                    advice="correct that place",
                    problem=error,
                ) from error

    def _add(self, subject: object, predicate: str, value: object) -> None:
        if isinstance(subject, NamedNode | BlankNode) and isinstance(
            value, NamedNode | BlankNode | Literal
        ):
            self._statements.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def subjects(self, predicate: str) -> list[Node]:
        """Return the nodes that have a value for `predicate`, sorted."""
        return sorted(
            (node for node, held in self._statements.items() if predicate in held), key=str
        )

    def all(self, node: Node, predicate: str) -> list[Node]:
        """Return the values of a predicate."""
        return self._statements.get(node, {}).get(predicate, [])

    def one(self, node: Node, predicate: str) -> Node:
        """Return the only value of a predicate; `InputError` when there is none or several."""
        values = self.all(node, predicate)
        if len(values) != 1:
            raise InputError(
                "{subject}: needs exactly one <{predicate}>, not {count}",
                subject=node,
                advice="correct the shape",
                predicate=predicate,
                count=len(values),
            )
        return values[0]

    def predicates(self, node: Node) -> list[str]:
        """Return the predicates of a node, sorted."""
        return sorted(self._statements.get(node, {}))

    def texts(self, node: Node, predicate: str) -> Mapping[str, str]:
        """Return the texts of a predicate by language."""
        values = (value for value in self.all(node, predicate) if isinstance(value, Literal))
        return {value.language: value.value for value in values if value.language}

    def is_list(self, node: Node) -> bool:
        """Tell whether a node is an RDF list."""
        return f"{_RDF}first" in self._statements.get(node, {})

    def items(self, node: Node) -> list[Node]:
        """Return the members of an RDF list."""
        found: list[Node] = []
        while getattr(node, "value", "") != _NIL:
            found.append(self.one(node, f"{_RDF}first"))
            node = self.one(node, f"{_RDF}rest")
        return found

    def describe(self, node: Node) -> str:
        """Return a node as people read it: `code:gE`, `1`, or the members of a list."""
        if self.is_list(node):
            return f"({' '.join(self.describe(item) for item in self.items(node))})"
        for prefix, namespace in PREFIXES.items():
            if isinstance(node, NamedNode) and node.value.startswith(namespace):
                return f"{prefix}:{node.value.removeprefix(namespace)}"
        return node.value

    def parameters(self, shape: Node) -> set[str]:
        """Return the SHACL terms on a shape that are parameters of constraint components."""
        terms = {
            name.removeprefix(_SH)
            for name in self._statements.get(shape, {})
            if name.startswith(_SH)
        }
        return terms - ANNOTATIONS
