"""Three homes of the graph behind one small interface: embedded, remote, and an rdflib graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.error import HTTPError

import pyoxigraph

from amip.errors import InputError, RemoteError, UsageError

if TYPE_CHECKING:
    import rdflib

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_PARTS = ("subject", "predicate", "object")
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_RESULTS = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Term:
    """A value in an answer: an IRI, or a literal with its datatype or language."""

    text: str
    datatype: str = ""
    language: str = ""
    is_iri: bool = False

    def __str__(self) -> str:
        """Return the IRI or the lexical form."""
        return self.text


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a SELECT query: column names, and for each row a term or `None` per column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    @property
    def records(self) -> Iterator[dict[str, Term | None]]:
        """The rows by the names of their columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


class Store(Protocol):
    """Where questions are asked: the union of all named graphs, by SPARQL 1.1 SELECT."""

    def select(self, query: str) -> Rows:
        """Run a SELECT query.

        Raises `UsageError` when the query has a syntax error, `RemoteError` when a remote store
        fails.
        """
        ...


class EmbeddedStore:
    """Oxigraph in memory: the default home.

    The default graph is filled with the union of the named ones. Oxigraph can take the union by
    itself, but then a triple of two graphs counts twice, in sums as well.
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        """Ask a store that is already filled; its default graph becomes the union of all."""
        store.update(files("amip.query").joinpath("union.ru").read_text(encoding="utf-8"))
        self.store = store

    @classmethod
    def load(cls, paths: Iterable[Path], store: pyoxigraph.Store | None = None) -> EmbeddedStore:
        """Load RDF files of any syntax that Oxigraph reads, into `store` or a fresh one."""
        store = pyoxigraph.Store() if store is None else store
        for path in paths:
            try:
                store.bulk_load(path=str(path))
            except (OSError, ValueError, SyntaxError) as error:
                raise InputError(
                    "{subject}: not RDF that can be read: {problem}",
                    subject=path,
                    advice="name a .ttl, .trig, .nt, .nq, .jsonld or .rdf file, or the dist folder",
                    problem=error,
                ) from error
        return cls(store)

    def select(self, query: str) -> Rows:
        """Run a SELECT query."""
        try:
            result = self.store.query(query)
            if not isinstance(result, pyoxigraph.QuerySolutions):
                raise _not_select()
            names = tuple(variable.value for variable in result.variables)
            rows = tuple(tuple(_from_oxigraph(value) for value in solution) for solution in result)
        except SyntaxError as error:
            raise _syntax_error(str(error)) from error
        except OSError as error:
            raise RemoteError(
                "the query asks another service, which failed: {problem}",
                advice="leave out SERVICE, or check its address",
                problem=error,
            ) from error
        return Rows(names, rows)


class RemoteStore:
    """Any SPARQL 1.1 endpoint, over HTTP.

    An endpoint whose default graph is not the union of its named graphs is asked with all its
    programme graphs as default graph (SPARQL 1.1 Protocol, section 2.1.4).
    """

    def __init__(self, endpoint: str, timeout: int = 60) -> None:
        """Ask the endpoint at a URL; `timeout` in seconds."""
        self.endpoint = endpoint
        self.timeout = timeout

    @cached_property
    def graphs(self) -> list[str]:
        """The graphs to name as the default graph; none where it is their union already."""
        query = files("amip.query").joinpath("graphs.rq").read_text(encoding="utf-8")
        return [row[0].text for row in self._run(query, []).rows if row[0]]

    def select(self, query: str) -> Rows:
        """Run a SELECT query on the endpoint."""
        return self._run(query, self.graphs)

    def fetch(self, query: str, graphs: Iterable[str] = (), media: str = _RESULTS) -> bytes:
        """Send a query, with graphs to take for the default graph; return the answer as it came.

        Raises as `select` does.
        """
        from SPARQLWrapper import POST, SELECT, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        client = SPARQLWrapper(self.endpoint)
        client.setTimeout(self.timeout)
        client.setMethod(POST)
        client.setOnlyConneg(True)
        client.addCustomHttpHeader("Accept", media)
        client.setQuery(query)
        # SPARQLWrapper guesses from the words of the query, comments included, and may guess wrong.
        client.queryType = SELECT
        for graph in graphs:
            client.addDefaultGraph(graph)
        try:
            with client.query().response as response:
                content: bytes = response.read()
        except QueryBadFormed as error:
            raise _syntax_error(" ".join(str(error).split())) from error
        except HTTPError as error:
            error.close()
            raise self.fail(str(error)) from error
        except (SPARQLWrapperException, HTTPException, OSError, ValueError) as error:
            raise self.fail(str(getattr(error, "reason", None) or error)) from error
        return content

    def fail(self, reason: str) -> RemoteError:
        """Return the error that says that there is no answer."""
        return RemoteError(
            "{subject}: no answer from the SPARQL endpoint ({problem})",
            subject=self.endpoint,
            advice="check the address and that the server is running",
            problem=reason.partition("\n")[0],
        )

    def _run(self, query: str, graphs: Iterable[str]) -> Rows:
        content = self.fetch(query, graphs)
        try:
            return read_results(content)
        except ValueError as error:
            raise self.fail(str(error)) from error


class GraphStore:
    """An rdflib graph or dataset, for people who already hold one."""

    def __init__(self, graph: rdflib.Graph) -> None:
        """Ask an rdflib graph; a `Dataset` must have `default_union=True`."""
        self.graph = graph

    def select(self, query: str) -> Rows:
        """Run a SELECT query with rdflib's own engine."""
        from pyparsing import ParseBaseException

        try:
            result = self.graph.query(query)
        except ParseBaseException as error:
            raise _syntax_error(str(error)) from error
        if result.type != "SELECT":
            raise _not_select()
        names = tuple(str(name) for name in result.vars or ())
        return Rows(names, tuple(tuple(_from_rdflib(value) for value in row) for row in result))  # type: ignore[union-attr]


def read_results(content: bytes) -> Rows:
    """Read the rows of a SELECT query from SPARQL 1.1 Query Results JSON.

    Raises `UsageError` for the answer to an ASK query, and `ValueError` for what is no result.
    """
    try:
        match json.loads(content):
            case {"head": {"vars": list(names)}, "results": {"bindings": list(bindings)}}:
                cells = (tuple(_from_json(row.get(name)) for name in names) for row in bindings)
                return Rows(tuple(names), tuple(cells))
            case {"boolean": bool()}:
                raise _not_select()
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("the answer is no SPARQL result") from error
    raise ValueError("the answer is no SPARQL result")


def _from_oxigraph(value: object) -> Term | None:
    match value:
        case None:
            return None
        case pyoxigraph.Literal():
            return Term(value.value, value.datatype.value, value.language or "")
        case pyoxigraph.NamedNode():
            return Term(value.value, is_iri=True)
        case _:
            return Term(str(value))


def _from_json(value: dict[str, Any] | None) -> Term | None:
    if value is None:
        return None
    if value["type"] == "uri":
        return Term(value["value"], is_iri=True)
    if value["type"] == "triple":
        parts = (str(_from_json(value["value"][part])) for part in _PARTS)
        return Term(f"<<( {' '.join(parts)} )>>")
    language = value.get("xml:lang", "")
    datatype = value.get("datatype", _LANG_STRING if language else _XSD_STRING)
    return Term(value["value"], datatype, language)


def _from_rdflib(value: Any) -> Term | None:
    if value is None:
        return None
    if type(value).__name__ == "URIRef":
        return Term(str(value), is_iri=True)
    language = str(getattr(value, "language", None) or "")
    default = _LANG_STRING if language else _XSD_STRING
    return Term(str(value), str(getattr(value, "datatype", None) or default), language)


def _syntax_error(reason: str) -> UsageError:
    return UsageError(
        "the query has a syntax error: {reason}",
        advice="correct the query at that place",
        reason=reason,
    )


def _not_select() -> UsageError:
    return UsageError(
        "the query is not a SELECT query", advice="ask with SELECT; CONSTRUCT and ASK have no rows"
    )
