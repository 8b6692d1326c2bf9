"""The closed vocabulary: which terms exist, and which terms of a file do not.

A misspelt term is silent in RDF: `sh:dataType` constrains nothing, `amip:hasTargt` matches nothing.
So every IRI in the namespace of a known term has to be a known term itself, and every predicate,
class and declared prefix has to belong to a known vocabulary. Terms are known from our ontology,
from the code lists and from the pinned extracts of other vocabularies in `ontology/imports/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from amip.errors import InputError
from amip.nearest import find_nearest
from amip.terms import BASE, PREFIXES

_TYPE = f"{PREFIXES['rdf']}type"
_SCHEME = f"{PREFIXES['skos']}ConceptScheme"
_DEFINING = frozenset({f"{PREFIXES['rdfs']}isDefinedBy", f"{PREFIXES['skos']}inScheme"})
_SPARQL = frozenset(f"{PREFIXES['sh']}{name}" for name in ("ask", "construct", "select", "update"))

# Whatever begins here also ends here: a string that is never closed goes on to the end of its line
# or of the text, and a prefix has a longest length. Else the time would grow with the square.
_TOKEN = re.compile(
    r"""
      (?P<skipped> \#[^\n]*
        | \"\"\"(?:[^\\]|\\.?)*?(?:\"\"\"|\Z) | '''(?:[^\\]|\\.?)*?(?:'''|\Z)
        | "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'?
        | [?$]\w+ | _:[\w-]+ | @[A-Za-z-]+ | \d[\d.]*(?:e[+-]?\d+)? )
    | \bPREFIX\s+(?P<declared>[\w-]*):\s*<(?P<namespace>[^<>\s]*)>
    | <(?P<iri>[^<>"{}|^`\\\s]*)>
    | (?P<prefix>[^\W\d_][\w-]{0,99})?:
      (?P<local>(?:[\w:-] | %[0-9a-f]{2} | \\[-_~.!$&'()*+,;=/?\#@%])*(?:\.[\w-]+)*)
    | (?P<word>[^\W\d_]\w*)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, order=True)
class UnknownTerm:
    """A term that no vocabulary defines: where it stands and the nearest known one ("" if none)."""

    path: Path
    line: int
    term: str
    nearest: str

    def __str__(self) -> str:
        """Write the finding on one line: place, term, suggestion."""
        hint = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.path}:{self.line}: {self.term} is not a known term{hint}"


@dataclass(frozen=True, slots=True)
class _Use:
    """A use of a term; a `strict` one must be known even if its namespace is not."""

    iri: str
    strict: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """A term as a query writes it, from `start` to `end`.

    `prefix` is the name of a prefix that the query does not declare; `declared` is the name of
    the prefix that is declared here for the namespace `iri`.
    """

    start: int
    end: int
    iri: str
    prefix: str = ""
    declared: str | None = None


def read_vocabulary(paths: Iterable[Path]) -> frozenset[str]:
    """Read the terms that Turtle files define: `rdfs:isDefinedBy`, in a code list, or a code list.

    >>> from amip.assets import find_folder
    >>> terms = read_vocabulary(find_folder("ontology").rglob("*.ttl"))
    >>> [f"http://www.w3.org/ns/shacl#{name}" in terms for name in ("datatype", "dataType")]
    [True, False]
    """
    return frozenset(
        triple.subject.value
        for path in paths
        for triple in _parse(path)
        if isinstance(triple.subject, NamedNode) and _defines(triple)
    )


def _defines(triple: Triple) -> bool:
    predicate = triple.predicate.value
    is_list = predicate == _TYPE and triple.object == NamedNode(_SCHEME)
    return predicate in _DEFINING or is_list


def find_unknown_terms(path: Path, vocabulary: frozenset[str]) -> list[UnknownTerm]:
    """Find the terms of a file that are not in the vocabulary, each with the nearest known one.

    Reads Turtle (`.ttl`, with the SPARQL in SHACL constraints), SPARQL (`.rq`) and YARRRML
    (`.yml`); raises `InputError` for any other file and for one that cannot be parsed.
    """
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".ttl":
            uses = _uses_in_turtle(path)
        case ".rq":
            uses = _uses_in_sparql(text, PREFIXES)
        case ".yml":
            uses = _uses_in_mapping(text)
        case _:
            raise InputError("{subject}: no terms are read from such files", subject=path)
    unknown = {use for use in uses if not _is_known(use, vocabulary)}
    found = {
        UnknownTerm(path, use.line or _find_line(text, use.iri), *_suggest(use.iri, vocabulary))
        for use in unknown
    }
    return sorted(found)


def _parse(path: Path) -> list[Triple]:
    try:
        return list(parse(path=str(path), format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise InputError("{subject}: {problem}", subject=path, problem=error) from error


def _uses_in_turtle(path: Path) -> Iterator[_Use]:
    """Yield the terms of a Turtle file, those in the SPARQL of its constraints included.

    Prefixes of that SPARQL are declared in the file or in the `prefixes.ttl` beside it.
    """
    triples = _parse(path)
    shared = path.with_name("prefixes.ttl")
    declarations = _parse(shared) if shared.is_file() else []
    prefixes = {**PREFIXES, **_declared_prefixes([*declarations, *triples])}
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        yield _Use(predicate, strict=True)
        if isinstance(triple.subject, NamedNode):
            yield _Use(triple.subject.value)
        if isinstance(value, NamedNode):
            yield _Use(value.value, strict=predicate == _TYPE)
        elif isinstance(value, Literal):
            yield _Use(value.datatype.value)
            if predicate in _SPARQL:
                for use in _uses_in_sparql(value.value, prefixes):
                    yield _Use(use.iri, use.strict)


def _declared_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Return the prefixes that `sh:declare` declares."""
    sides: dict[str, dict[str, str]] = {"prefix": {}, "namespace": {}}
    for triple in triples:
        name = triple.predicate.value.removeprefix(PREFIXES["sh"])
        if name in sides and isinstance(triple.object, Literal):
            sides[name][str(triple.subject)] = triple.object.value
    spaces = sides["namespace"]
    return {name: spaces[node] for node, name in sides["prefix"].items() if node in spaces}


def read_mentions(text: str, prefixes: Mapping[str, str]) -> Iterator[Mention]:
    """Yield the IRIs and prefixed names of a query outside strings and comments, expanded.

    >>> [mention.iri for mention in read_mentions("ASK { ?s a skos:Concept # ?", PREFIXES)]
    ['http://www.w3.org/2004/02/skos/core#Concept']
    """
    known = dict(prefixes)
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if (namespace := token["namespace"]) is not None:
            known[token["declared"]] = namespace
            yield Mention(*token.span("namespace"), namespace, declared=token["declared"])
        elif (iri := token["iri"]) is not None:
            yield Mention(start, end, iri)
        elif token["local"] is not None:
            prefix, local = token["prefix"] or "", _ESCAPED.sub(r"\1", token["local"])
            missing = "" if prefix in known else f"{prefix}:"
            yield Mention(start, end, known.get(prefix, f"{prefix}:") + local, missing)


def read_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a query outside strings and comments, each with its place: keywords.

    >>> [word for _, word in read_words("SELECT * { ?s a skos:Concept } # of all")]
    ['SELECT', 'a']
    """
    for token in _TOKEN.finditer(text):
        if token["word"]:
            yield token.start(), token["word"]


def suggest_term(iri: str, vocabulary: frozenset[str]) -> str | None:
    """Return "" for a term that is known, or of a namespace that nobody here knows.

    Otherwise return the nearest known term, as short as the prefixes allow, or `None` if no term
    is near.

    >>> suggest_term(f"{PREFIXES['skos']}prefLable", frozenset({f"{PREFIXES['skos']}prefLabel"}))
    'skos:prefLabel'
    """
    if _is_known(_Use(iri), vocabulary):
        return ""
    return _suggest(iri, vocabulary)[1] or None


def _uses_in_sparql(text: str, prefixes: Mapping[str, str]) -> Iterator[_Use]:
    """Yield the terms of a query; prefixes and their namespaces have to be known."""
    for mention in read_mentions(text, prefixes):
        line = text.count("\n", 0, mention.start) + 1
        yield _Use(mention.iri, bool(mention.prefix) or mention.declared is not None, line)


def _uses_in_mapping(text: str) -> Iterator[_Use]:
    """Yield the predicates, constant classes, datatypes and constant IRIs of a YARRRML file."""
    document: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    prefixes: dict[str, str] = document.get("prefixes", {})
    yield from (_Use(namespace, strict=True) for namespace in prefixes.values())
    for mapping in document["mappings"].values():
        for predicate, *values in mapping["po"]:
            names = [predicate, *(value.removesuffix("~iri") for value in values)]
            for name in names:
                prefix, colon, local = name.partition(":")
                if colon and "$(" not in local:
                    is_strict = name == predicate or predicate == "a"
                    yield _Use(prefixes.get(prefix, f"{prefix}:") + local, is_strict)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


@cache
def _namespaces(vocabulary: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_namespace, vocabulary))


def _is_known(use: _Use, vocabulary: frozenset[str]) -> bool:
    """Tell whether a use is fine: a known term, a namespace as such, or outside closed ones."""
    if use.iri in vocabulary:
        return True
    closed = _namespaces(vocabulary)
    namespace = _namespace(use.iri)
    if use.iri == namespace and (namespace in closed or namespace.startswith(BASE)):
        return True
    return namespace not in closed and not use.strict


def _suggest(iri: str, vocabulary: frozenset[str]) -> tuple[str, str]:
    """Return the term and the nearest known one, both as short as the prefixes allow.

    A name that differs in case only comes first. Of names about as near, a class is suggested for
    a class and a property for a property.
    """
    space = _namespace(iri)
    if space in _namespaces(vocabulary):
        name = iri.removeprefix(space)
        names = {term.removeprefix(space) for term in vocabulary if _namespace(term) == space}
        hits = find_nearest(name, names, limit=3)
        hits.sort(key=lambda hit: hit[:1].isupper() != name[:1].isupper())
        hits.sort(key=lambda hit: hit.casefold() != name.casefold())
        nearest = [space + hit for hit in hits]
    else:
        nearest = find_nearest(iri, vocabulary | _namespaces(vocabulary))
    return _shorten(iri), _shorten(nearest[0]) if nearest else ""


def _shorten(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if namespace == _namespace(iri) != iri:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _find_line(text: str, iri: str) -> int:
    """Return the first line that writes the term, in full or with a prefix; 0 if none does."""
    local = re.escape(iri.removeprefix(_namespace(iri)) or iri)
    found = re.search(rf"(?:[:/#<]|^){local}(?![\w-])", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0
