"""The canned questions as SHACL executables, which SPARQL editors list as examples.

Sources: W3C Note "SHACL Advanced Features" (section 5, `sh:SPARQLExecutable`), the vocabulary
`https://purl.expasy.org/sparql-examples/ontology#` and the usage of the SIB sparql-examples.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from amip.assets import find_folder
from amip.errors import InputError
from amip.findings import LANGUAGES
from amip.publish.template import fill_template
from amip.question import Parameter, Question, load_questions, read_question
from amip.terms import BASE, ID, PREFIXES

QUESTIONS = f"{ID}question"
TARGET = f"{BASE}sparql"
"""What the questions are asked of: a persistent name that redirects to an endpoint if there is one.

The graph is asked in many places, embedded or behind an address of one's own, and none of them is
more the right one than another.
"""
LICENCE = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
_OWN = {
    **{name: PREFIXES[name] for name in ("amip", "dct", "owl", "rdfs", "sh", "skos", "xsd")},
    "schema": "https://schema.org/",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
}
_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^<>\s]*)>", re.MULTILINE | re.IGNORECASE)
_SERVICE = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^<>\s]+)>", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


def write_executables(questions: Iterable[Question] | None = None) -> str:
    """Return queries.ttl: each question as an executable.

    Without `questions`, all canned questions and the federated examples of the documentation. The
    same questions give the same bytes. Raises `InputError` when two of them declare one prefix
    for two namespaces, since `sh:prefixes` holds for all.

    >>> "<https://w3id.org/amip/id/question/instrument-mix> a sh:SPARQLExecutable" in (
    ...     write_executables()
    ... )
    True
    """
    if questions is None:
        questions = (*load_questions().values(), *_read_examples())
    kept = sorted(questions, key=lambda question: question.name)
    declared = _join_prefixes(kept)
    parameters = [parameter for question in kept for parameter in question.parameters]
    return fill_template(
        "queries.ttl",
        iri=QUESTIONS,
        target=TARGET,
        licence=LICENCE,
        prefixes=dict(sorted((declared | _OWN).items())),
        declared=declared,
        questions=[_describe(question) for question in kept],
        lists=sorted({parameter.codes for parameter in parameters if parameter.codes}),
    )


def cut_head(sparql: str) -> str:
    r"""Return a query without the comments that head its file.

    >>> cut_head("# title@de: Frage\n# theme: staff\n\nSELECT * {}\n")
    'SELECT * {}\n'
    """
    lines = sparql.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if not re.match(r"#|\s*$", line)), len(lines))
    return "".join(lines[start:])


def quote_query(sparql: str) -> str:
    r"""Write a query as a long Turtle string, its lines as they are.

    >>> print(quote_query('SELECT ("\\n" AS ?x) {}'))
    '''SELECT ("\\n" AS ?x) {}'''
    """
    escaped = sparql.replace("\\", "\\\\").replace("'", r"\'")
    return f"'''{escaped}'''"


def _read_examples() -> Iterator[Question]:
    """Yield the federated examples of the documentation, if they are at hand.

    Their names stand apart, since an example may be a canned question asked of two endpoints.
    """
    for path in sorted(find_folder("docs/examples").glob("*.rq")):
        yield replace(read_question(path), name=f"federated/{path.stem}")


def _join_prefixes(questions: Iterable[Question]) -> dict[str, str]:
    """Return the prefixes that the questions declare, sorted."""
    known = dict(_OWN)
    declared = {}
    for question in questions:
        for name, namespace in _PREFIX.findall(cut_head(question.sparql)):
            if known.setdefault(name, namespace) != namespace:
                raise InputError(
                    "{subject}: the prefix {name}: means <{known}> elsewhere",
                    subject=question.path,
                    advice="use one prefix for one namespace in all questions",
                    name=name,
                    known=known[name],
                )
            declared[name] = namespace
    return dict(sorted(declared.items()))


def _describe(question: Question) -> dict[str, Any]:
    sparql = cut_head(question.sparql)
    parameters = (Parameter("lang", "language"), *question.parameters)
    return {
        "name": question.name,
        "titles": question.titles,
        "texts": question.texts,
        "caveats": question.caveats,
        "keywords": sorted({question.theme, *question.keywords}),
        "services": sorted({*_SERVICE.findall(_COMMENT.sub("", sparql))}),
        "parameters": [
            _describe_parameter(parameter, block)
            for parameter in parameters
            if (block := _find_block(parameter.name, sparql))
        ],
        "select": quote_query(sparql),
    }


def _find_block(name: str, sparql: str) -> str:
    """Return the content of the VALUES block of a parameter."""
    found = re.search(rf"VALUES\s+\?{name}\s*\{{([^}}]*)\}}", sparql)
    return found[1].strip() if found else ""


def _describe_parameter(parameter: Parameter, block: str) -> dict[str, Any]:
    kind = _load_kinds()[parameter.kind]
    return {
        "name": parameter.name,
        "codes": parameter.codes,
        "texts": {language: kind[language] for language in LANGUAGES},
        # SPARQL and Turtle write a term alike.
        "default": "" if block == "UNDEF" else block,
        "property": kind["property"],
        "type": kind["type"],
        "choices": kind.get("values", ()),
    }


@cache
def _load_kinds() -> Mapping[str, Mapping[str, Any]]:
    text = (files("amip.publish") / "executables.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
