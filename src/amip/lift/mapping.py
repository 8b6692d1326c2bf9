"""Read YARRRML mappings: the subset of RML that the project uses.

A mapping has one CSV source, one subject template, one graph template and `po` rows whose object
is a constant IRI, an IRI template (`…~iri`) or a column as a literal, with a datatype or a
language. There are no functions and no joins. See https://rml.io/yarrrml/spec/ and the RML
specification (https://rml.io/specs/rml/) for the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from amip.assets import find_folder
from amip.errors import InputError
from amip.lift.lexical import DATATYPES

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_COLUMN = re.compile(r"\$\((\w+)\)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*~lang")
_SOURCE = re.compile(r"(?P<table>[\w-]+)\.csv~csv")
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with columns in it: `parts` alternates text and column name, text first and last."""

    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in the order they occur."""
        return self.parts[1::2]

    @property
    def is_reference(self) -> bool:
        """Whether the whole text is one column, whose value is then not percent-encoded."""
        return self.parts[0] == self.parts[-1] == "" and len(self.parts) == len(("", "column", ""))


@dataclass(frozen=True, slots=True)
class Statement:
    """One predicate and object; a literal has a datatype, a language or neither."""

    predicate: str
    target: Template
    is_iri: bool
    datatype: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One triples map: for every row of `table`, these statements about `subject` in `graph`."""

    name: str
    table: str
    subject: Template
    graph: Template
    statements: tuple[Statement, ...]


@cache
def read_mappings() -> tuple[Mapping, ...]:
    """Read all mappings of the project, in the order of file name and then of the file."""
    files = sorted(find_folder("mappings").glob("*.yarrrml.yml"))
    return tuple(mapping for file in files for mapping in read_mapping_file(file))


def read_mapping_file(path: Path) -> tuple[Mapping, ...]:
    """Read one YARRRML file.

    Raises `InputError`, which names the mapping and the line, for anything outside the subset.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        raise InputError(
            "{file}: {problem}", subject=path, file=path.name, problem=error
        ) from error
    match document:
        case {"prefixes": dict(prefixes), "mappings": dict(mappings)}:
            return tuple(
                _read_mapping(f"{path.name}: {name}", body, prefixes)
                for name, body in mappings.items()
            )
        case _:
            raise _unsupported(path.name, document)


def _read_mapping(name: str, body: Any, prefixes: dict[str, str]) -> Mapping:
    match body:
        case {
            "sources": [[str(source)]],
            "graphs": str(graph),
            "s": str(subject),
            "po": list(rows),
            **others,
        } if not others and (table := _SOURCE.fullmatch(source)):
            return Mapping(
                name,
                table["table"],
                _template(name, subject, prefixes),
                _template(name, graph, prefixes),
                tuple(_read_statements(name, rows, prefixes)),
            )
        case _:
            raise _unsupported(name, body)


def _read_statements(name: str, rows: list[Any], prefixes: dict[str, str]) -> Iterator[Statement]:
    for row in rows:
        match row:
            case ["a", str(target)]:
                yield Statement(_RDF_TYPE, _template(name, target, prefixes), is_iri=True)
            case [str(predicate), str(target)] if target.endswith("~iri"):
                template = _template(name, target.removesuffix("~iri"), prefixes)
                yield Statement(_expand(name, predicate, prefixes), template, is_iri=True)
            case [str(predicate), str(target)]:
                yield Statement(
                    _expand(name, predicate, prefixes), _reference(name, target), is_iri=False
                )
            case [str(predicate), str(target), str(kind)]:
                tag = kind.removesuffix("~lang") if _LANGUAGE.fullmatch(kind) else ""
                datatype = "" if tag else _expand(name, kind, prefixes)
                if datatype and datatype not in DATATYPES:
                    raise _unsupported(name, row)
                yield Statement(
                    _expand(name, predicate, prefixes),
                    _reference(name, target),
                    False,
                    datatype,
                    tag,
                )
            case _:
                raise _unsupported(name, row)


def _template(name: str, text: str, prefixes: dict[str, str]) -> Template:
    if not text.startswith("$("):
        text = _expand(name, text, prefixes)
    return Template(tuple(_COLUMN.split(text)))


def _reference(name: str, text: str) -> Template:
    template = Template(tuple(_COLUMN.split(text)))
    if not template.is_reference:
        raise _unsupported(name, text)
    return template


def _expand(name: str, term: str, prefixes: dict[str, str]) -> str:
    prefix, colon, local = term.partition(":")
    if not colon or prefix not in prefixes:
        raise InputError(
            "{name}: unknown prefix in {term}",
            subject=term,
            advice="declare it under `prefixes:`",
            name=name,
            term=repr(term),
        )
    return prefixes[prefix] + local


def _unsupported(name: str, what: object) -> InputError:
    return InputError(
        "{name}: {what} is outside the supported subset of YARRRML",
        subject=what,
        advice="use a CSV source, templates, references, constants, datatypes, languages",
        name=name,
        what=repr(what),
    )
