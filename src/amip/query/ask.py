"""Ask canned questions, or one's own SPARQL, of a graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from amip.errors import Phrase, UsageError
from amip.findings import LANGUAGES
from amip.nearest import did_you_mean, find_nearest
from amip.query.answer import Answer
from amip.query.copy import copy_endpoint, find_faults
from amip.query.store import EmbeddedStore, RemoteStore, Rows, Store
from amip.question import Parameter, Question, find_question
from amip.terms import ID, load_list

if TYPE_CHECKING:
    import pandas as pd

_YEAR = re.compile(r"\d{4}")
_AREA = f"{ID}area/"


class Graph:
    """A graph of programmes that can be asked."""

    def __init__(self, store: Store) -> None:
        """Ask `store`; `amip.open` makes one from a path, an endpoint or the package."""
        self.store = store

    @cached_property
    def faults(self) -> tuple[Phrase, ...]:
        """What an endpoint gets wrong; empty for one that answers as SPARQL 1.1 says."""
        return find_faults(self.store) if isinstance(self.store, RemoteStore) else ()

    @cached_property
    def home(self) -> Store:
        """Where canned questions are asked: `store`, or a copy of an endpoint with faults."""
        if isinstance(self.store, RemoteStore) and self.faults:
            return EmbeddedStore(copy_endpoint(self.store))
        return self.store

    def ask(self, name: str, /, *, lang: str = "en", **parameters: str) -> pd.DataFrame:
        """Answer a canned question as a DataFrame.

        `parameters` take notations ("AGH"), labels ("Arbeitsgelegenheiten"), names or keys of
        districts ("LK Harburg", "03353") or IRIs. Raises
        `UsageError`, with the nearest names, for an unknown question, parameter or value.
        """
        return self.answer(name, lang=lang, **parameters).to_frame()

    def answer(self, name: str, /, *, lang: str = "en", **parameters: str) -> Answer:
        """Answer a canned question; the answer also knows its question and who states it."""
        question = find_question(name)
        if lang not in LANGUAGES:
            raise UsageError("unknown language “{subject}”", subject=lang, advice="choose de or en")
        rows = self.home.select(self.fill_in(question, lang, parameters))
        if not question.states:
            return Answer(rows, question)
        return Answer(rows, question, _count_stating(question, rows), len(self.programmes))

    def select(self, sparql: str) -> Answer:
        """Run a SELECT query of one's own, at an endpoint as it is."""
        return Answer(self.store.select(sparql))

    @cached_property
    def programmes(self) -> Mapping[str, tuple[str, str]]:
        """The programmes in the graph: slug → IRI and label."""
        query = files("amip.query").joinpath("programmes.rq").read_text(encoding="utf-8")
        found = {}
        for iri, slug, label in self.home.select(query).rows:
            found[str(slug)] = (str(iri), str(label))
        return found

    def fill_in(self, question: Question, lang: str, parameters: Mapping[str, str]) -> str:
        """Return the SPARQL of a question with its parameters filled in."""
        known = {parameter.name: parameter for parameter in question.parameters}
        sparql = fill(question.sparql, "lang", f'"{lang}"')
        for name, value in parameters.items():
            if name not in known:
                advice = did_you_mean(find_nearest(name, known)) or _list_parameters(question)
                raise UsageError(
                    "“{question}” has no parameter “{subject}”",
                    subject=name,
                    advice=advice,
                    question=question.name,
                )
            sparql = fill(sparql, name, self.read_value(known[name], value))
        return sparql

    def read_value(self, parameter: Parameter, value: str) -> str:
        """Return the SPARQL term for the value that a person gave for a parameter.

        Raises `UsageError`, with the nearest names, for a value that there is not.
        """
        if parameter.kind == "year":
            if not _YEAR.fullmatch(value):
                raise UsageError(
                    "“{subject}” is not a year", subject=value, advice="write it as 2022"
                )
            return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#gYear>'
        if parameter.kind == "text":
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if parameter.kind == "area":
            return f"<{_find_area(value)}>"
        names = self._names(parameter)
        iri = names.get(value) or {name.casefold(): iri for name, iri in names.items()}.get(
            value.casefold()
        )
        if iri is None:
            nearest = find_nearest(value, names, limit=3)
            raise UsageError(
                "“{subject}” is no value of the parameter “{parameter}”",
                subject=value,
                advice=did_you_mean(nearest)
                or Phrase("known: {names} …", names=sorted(names)[:12]),
                parameter=parameter.name,
            )
        return f"<{iri}>"

    def _names(self, parameter: Parameter) -> dict[str, str]:
        """Return every name under which a value of the parameter is known, with its IRI."""
        names: dict[str, str] = {}
        if parameter.kind == "programme":
            for slug, (iri, label) in self.programmes.items():
                names |= {iri: iri, label: iri, slug: iri}
            return names
        for concept in load_list(parameter.codes).values():
            for name in (
                *concept.alternatives,
                *concept.labels.values(),
                concept.iri,
                concept.notation,
            ):
                names.setdefault(name, concept.iri)
        for concept in load_list(parameter.codes).values():
            names[concept.notation] = concept.iri
        return names


def fill(sparql: str, name: str, term: str) -> str:
    """Replace the content of the block `VALUES ?name { … }` in a query by a term."""
    block = re.compile(rf"(VALUES\s+\?{name}\s*\{{)[^}}]*(\}})")
    return block.sub(lambda match: f"{match[1]} {term} {match[2]}", sparql)


def _find_area(value: str) -> str:
    """Return the IRI of a district by IRI, key or name; raise `UsageError` if there is none."""
    from amip.records.districts import find_district

    return f"{_AREA}{find_district(value.removeprefix(_AREA)).ags}"


def _list_parameters(question: Question) -> Phrase:
    names = [parameter.name for parameter in question.parameters]
    return Phrase("it takes: {names}" if names else "it takes none", names=names)


def _count_stating(question: Question, rows: Rows) -> int:
    """Count the programmes with a value in one of the columns that make a statement."""
    programme = rows.columns.index("programme")
    marks = [rows.columns.index(name) for name in question.states]
    return len(
        {
            str(row[programme])
            for row in rows.rows
            if row[programme] and any(row[mark] is not None for mark in marks)
        }
    )
