"""Compile SHACL core constraints into queries over the whole graph.

pySHACL checks one focus node at a time, which is too slow for a whole graph; the templates in
`constraints/` say the same for all focus nodes at once. Only the components that `shapes/` uses
are there: anything else stops the program, so that no constraint is ever ignored. A query looks
at the instances of one class; a shape whose target has subclasses gets a query for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from amip.errors import InputError
from amip.terms import PREFIXES
from amip.validate.rule import SPARQL, Constraint
from amip.validate.shape_graph import Node, ShapeGraph

_SH = PREFIXES["sh"]
_XSD = PREFIXES["xsd"]
_SLOT = re.compile(r"slot:(\w+)(?: slot:\1)*")
_THIS = re.compile(r"\$this\b")

_FORMS = {
    f"{_XSD}date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    f"{_XSD}decimal": r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$",
    f"{_XSD}gYear": r"^[0-9]{4}$",
    f"{_XSD}gYearMonth": r"^[0-9]{4}-[0-9]{2}$",
    f"{_XSD}string": "",
}
"""How literals of a datatype are written (XML Schema 1.1, part 2), as SPARQL patterns."""

_LIMITS = {
    "minInclusive": "min-inclusive",
    "maxInclusive": "max-inclusive",
    "minExclusive": "min-exclusive",
}
_WITH_VALUE_SHAPE = ("qualifiedMinCount", "qualifiedValueShape")

COMPONENTS = frozenset(
    {
        "minCount",
        "maxCount",
        "datatype",
        "class",
        "nodeKind",
        "in",
        "pattern",
        "or",
        *_LIMITS,
        *_WITH_VALUE_SHAPE,
    }
)
"""The parameters of core components (SHACL, section 4) that can be compiled."""


@cache
def _read_template(name: str) -> str:
    return files("amip.validate").joinpath("constraints", f"{name}.rq").read_text(encoding="utf-8")


def fill_template(name: str, slots: Mapping[str, str]) -> str:
    """Fill the slots of a template in `constraints/`.

    >>> "amip#Target" in fill_template("focus-nodes", {"target": "<https://example.org/amip#Target>"})
    True
    """
    return _SLOT.sub(lambda match: slots[match[1]], _read_template(name))


def compile_select(select: str, target: str, prefixes: Mapping[str, str]) -> Constraint:
    """Compile a SPARQL constraint (SHACL, section 5) for all instances of `target`."""
    head = "".join(
        f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes.items())
    )
    body = _THIS.sub("?this", select)
    return Constraint(
        SPARQL, head + fill_template("sparql", {"target": f"<{target}>", "select": body})
    )


def compile_path(graph: ShapeGraph, shape: Node) -> str:
    """Return the path of a shape: a predicate, or a sequence of them (section 2.3.1)."""
    path = graph.one(shape, f"{_SH}path")
    steps = graph.items(path) if graph.is_list(path) else [path]
    if not steps or not all(isinstance(step, NamedNode) for step in steps):
        raise _unsupported(shape, "path")
    return "/".join(str(step) for step in steps)


def compile_shape(graph: ShapeGraph, shape: Node, target: str) -> Iterable[Constraint]:
    """Yield the constraints of a property shape on the instances of `target`.

    Raises `InputError` for a component that has no template.
    """
    base = {"target": f"<{target}>", "path": compile_path(graph, shape)}
    for parameter in sorted(graph.parameters(shape)):
        if parameter not in COMPONENTS:
            raise _unsupported(shape, parameter)
        if parameter != "qualifiedValueShape":
            yield _compile_parameter(graph, shape, parameter, base)


def _compile_parameter(
    graph: ShapeGraph, shape: Node, parameter: str, base: Mapping[str, str]
) -> Constraint:
    value = graph.one(shape, f"{_SH}{parameter}")
    match parameter:
        case "minCount" if value.value == "1":
            name, slots = "required", {}
        case "minCount" | "maxCount":
            name, slots = _dashed(parameter), {"count": value.value}
        case "datatype":
            name, slots = "datatype", _datatypes([value])
        case "class":
            name, slots = "class", {"class": str(value)}
        case "nodeKind" if value.value == f"{_SH}IRI":
            name, slots = "iri", {}
        case "in":
            name, slots = "in", {"list": " ".join(map(str, graph.items(value)))}
        case "pattern":
            name, slots = "pattern", {"pattern": str(value)}
        case "or":
            name, slots = _alternatives(graph, shape, value)
        case "qualifiedMinCount":
            name, slots = (
                "qualified-min-count",
                {"count": value.value, **_value_shape(graph, shape)},
            )
        case _ if parameter in _LIMITS:
            name, slots = _LIMITS[parameter], {"limit": str(value)}
        case _:
            raise _unsupported(shape, parameter)
    query = fill_template(name, {**base, **slots})
    return Constraint(name_component(parameter), query, f"sh:{parameter} {graph.describe(value)}")


def name_component(parameter: str) -> str:
    """Return the constraint component of a parameter, by local name (SHACL, appendix A).

    >>> name_component("minCount")
    'MinCountConstraintComponent'
    """
    return f"{parameter[0].upper()}{parameter[1:]}ConstraintComponent"


def _dashed(parameter: str) -> str:
    return re.sub("[A-Z]", lambda match: f"-{match[0].lower()}", parameter)


def _datatypes(datatypes: Iterable[Node]) -> dict[str, str]:
    named = sorted(datatypes, key=str)
    forms = "|".join(_FORMS[node.value] for node in named)
    return {"list": ", ".join(map(str, named)), "form": str(Literal(forms))}


def _alternatives(graph: ShapeGraph, shape: Node, value: Node) -> tuple[str, dict[str, str]]:
    """Compile `sh:or` over shapes that each hold one `sh:datatype`, or each one `sh:class`."""
    found = {
        (parameter, graph.one(member, f"{_SH}{parameter}"))
        for member in graph.items(value)
        for parameter in graph.parameters(member)
    }
    kinds = {parameter for parameter, _ in found}
    members = [node for _, node in found]
    if kinds == {"datatype"}:
        return "datatype", _datatypes(members)
    if kinds == {"class"}:
        return "or-class", {"list": ", ".join(sorted(map(str, members)))}
    raise _unsupported(shape, "or")


def _value_shape(graph: ShapeGraph, shape: Node) -> dict[str, str]:
    """Compile a qualified value shape that holds one property with one `sh:hasValue`."""
    outer = graph.one(shape, f"{_SH}qualifiedValueShape")
    inner = graph.one(outer, f"{_SH}property")
    if graph.parameters(inner) != {"hasValue"}:
        raise _unsupported(shape, "qualifiedValueShape")
    return {"inner": compile_path(graph, inner), "has": str(graph.one(inner, f"{_SH}hasValue"))}


def _unsupported(shape: Node, parameter: str) -> InputError:
    return InputError(
        "{subject}: sh:{parameter} is used in a way that cannot be compiled",
        subject=shape,
        advice="add a template to src/amip/validate/constraints/ or say it in SPARQL",
        parameter=parameter,
    )
