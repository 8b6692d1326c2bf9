"""A reply: a canned question that was asked with parameters, and its answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from amip.errors import Phrase, UsageError
from amip.nearest import did_you_mean, find_nearest
from amip.publish.executables import cut_head
from amip.publish.release import Part, load_release
from amip.query import Answer, Question, load_questions
from amip.serve.answer.problem import NoSuchQuestionError
from amip.serve.site import Site
from amip.terms import ID

RESERVED = ("lang", "sort", "page", "format")
"""Fields of a request that are no parameters of a question."""
_LONGEST = 500


@dataclass(frozen=True)
class Reply:
    """The answer to a question in a language, with what is needed to ask and to cite it again.

    `parameters` are as the reader gave them; `sparql` is the query that was run, without the
    comments at its head; `state` tells the data that it was run on from all others.
    """

    question: Question
    language: str
    parameters: Mapping[str, str]
    sparql: str
    answer: Answer
    state: str

    @cached_property
    def hash(self) -> str:
        """The first 12 digits of the SHA-256 of the query (FIPS 180-4)."""
        return hashlib.sha256(self.sparql.encode()).hexdigest()[:12]

    @property
    def is_of_all(self) -> bool:
        """Whether it says how many of all programmes state something: not when one is asked."""
        chosen = {each.name for each in self.question.parameters if each.kind == "programme"}
        return self.answer.stated_by is not None and not chosen & set(self.parameters)

    @property
    def path(self) -> str:
        """The path of the page, with the parameters and the language."""
        return make_path(self.question, self.parameters, self.language)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the dataset that the answer draws from: their licences differ."""
        iris = {cell.text for row in self.answer.rows.rows for cell in row if cell and cell.is_iri}
        measured = any(iri.startswith(f"{ID}stat/") for iri in iris)
        names = ["programmes", *(["statistics", "areas"] if measured else [])]
        return tuple(load_release().part(name) for name in names)


def make_path(
    question: Question, parameters: Mapping[str, str], language: str, ending: str = ""
) -> str:
    """Make the path of a question's page, or of a download with that ending."""
    query = urlencode({**parameters, "lang": language})
    return f"/questions/{quote(question.name)}{ending}?{query}"


def find_asked(name: str) -> Question:
    """Find the question of an address; raises `NoSuchQuestionError` with the nearest names."""
    questions = load_questions()
    if name not in questions:
        near = did_you_mean(find_nearest(name, questions, limit=3))
        advice = near or Phrase("the questions are listed at /api/questions")
        raise NoSuchQuestionError("there is no question “{subject}”", subject=name, advice=advice)
    return questions[name]


def read_parameters(question: Question, fields: QueryParams) -> dict[str, str]:
    """Read the parameters of a question from the fields of a request; empty ones are left out.

    Raises `UsageError` for a field that the question does not know, or that comes twice, and for a
    value that is too long.
    """
    known = {parameter.name for parameter in question.parameters}
    parameters: dict[str, str] = {}
    for name, value in fields.multi_items():
        if name in RESERVED or not value.strip():
            continue
        if name not in known:
            raise UsageError(
                "“{question}” has no parameter “{subject}”",
                subject=name,
                advice=did_you_mean(find_nearest(name, known))
                or Phrase("known: {names}" if known else "", names=sorted(known)),
                question=question.name,
            )
        if name in parameters:
            raise UsageError("the parameter “{subject}” is given twice", subject=name)
        if len(value) > _LONGEST:
            raise UsageError("the value of “{subject}” is too long", subject=name)
        parameters[name] = value.strip()
    return parameters


def ask_question(
    site: Site, question: Question, parameters: Mapping[str, str], language: str
) -> Reply:
    """Ask a question; raises `UsageError` for a wrong value, `RemoteError` when it is stopped."""
    sparql = cut_head(site.graph.fill_in(question, language, parameters))
    answer = site.graph.answer(question.name, lang=language, **parameters)
    return Reply(question, language, dict(parameters), sparql, answer, site.engine.state)
