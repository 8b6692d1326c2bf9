"""The inputs of a question: for each parameter what to choose from, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amip.errors import UsageError
from amip.nearest import find_nearest
from amip.query import Graph, Question
from amip.question import Parameter
from amip.records.districts import load_districts
from amip.terms import CODE, ID, load_list


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a parameter: the short name that is sent, what people read, and its IRI."""

    name: str
    label: str
    iri: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose, and whether it is chosen."""

    value: Value
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """An input: `options` to select from, or to suggest; `near` are values like a wrong one.

    A field that `takes_all` may stay empty.
    """

    name: str
    kind: str
    label: str
    value: str
    options: tuple[Option, ...]
    takes_all: bool
    is_wrong: bool
    near: tuple[Value, ...]


def make_fields(
    graph: Graph, question: Question, given: Mapping[str, str], language: str
) -> tuple[Field, ...]:
    """Make the inputs of a question, filled with the values that were `given`."""
    return tuple(
        _make_field(graph, question, parameter, given.get(parameter.name, ""), language)
        for parameter in question.parameters
    )


def list_values(graph: Graph, parameter: Parameter, language: str) -> list[Value]:
    """List the values of a parameter, in the order of their labels; none for a year or a text."""
    match parameter.kind:
        case "code":
            codes = load_list(parameter.codes).values()
            values = [
                Value(code.notation, code.labels.get(language, code.notation), code.iri)
                for code in codes
            ]
        case "programme":
            values = [Value(slug, label, iri) for slug, (iri, label) in graph.programmes.items()]
        case "area":
            values = [
                Value(district.ags, str(district), f"{ID}area/{district.ags}")
                for district in load_districts().values()
            ]
        case _:
            values = []
    return sorted(values, key=lambda value: value.label.casefold())


def _make_field(
    graph: Graph, question: Question, parameter: Parameter, given: str, language: str
) -> Field:
    heading = next((each for each in question.columns if each.name == parameter.name), None)
    label = heading.labels[language] if heading else ""
    values = list_values(graph, parameter, language)
    term, near = _read(graph, parameter, given, values)
    chosen = term.strip("<>") or parameter.default.replace("code:", CODE)
    return Field(
        name=parameter.name,
        kind=parameter.kind,
        label=label[:1].upper() + label[1:],
        value=given,
        options=tuple(Option(value, is_chosen=value.iri == chosen) for value in values),
        takes_all=not parameter.default,
        is_wrong=bool(given and not term),
        near=near,
    )


def _read(
    graph: Graph, parameter: Parameter, given: str, values: list[Value]
) -> tuple[str, tuple[Value, ...]]:
    """Return the term of a value, or the values that are like a wrong one."""
    if not given:
        return "", ()
    try:
        return graph.read_value(parameter, given), ()
    except UsageError:
        names = {name: value for value in values for name in (value.name, value.label)}
        near = {names[name].name: names[name] for name in find_nearest(given, names, limit=4)}
        return "", tuple(near.values())[:3]
