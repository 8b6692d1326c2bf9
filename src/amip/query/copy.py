"""Endpoints that answer otherwise than SPARQL 1.1 says: how they are found, and copied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from amip.errors import Phrase, RemoteError, UsageError
from amip.query.store import RemoteStore, read_results

_MOST = 1_000_000
_FAULTS: Mapping[str, Phrase] = MappingProxyType(
    {
        "text": Phrase("a missing value counts as an empty text"),
        "condition": Phrase("a condition on a missing value counts as false"),
        "number": Phrase("a number that cannot be computed counts as stated"),
    }
)
"""What an endpoint gets wrong, by the column of the trial."""


def find_faults(store: RemoteStore) -> tuple[Phrase, ...]:
    """Try what the questions rely on at an endpoint; return what it gets wrong.

    Virtuoso, for one, answers from SQL, where a missing value is no error. An endpoint without
    a programme has nothing to get wrong. Raises `RemoteError` when the endpoint fails.
    """
    try:
        found = store.select(_read_query("trial"))
    except UsageError:
        return (Phrase("it refuses a query of the standard"),)
    return tuple(
        _FAULTS[name]
        for row in found.rows
        for name, cell in zip(found.columns, row, strict=True)
        if str(cell) != "true"
    )


def copy_endpoint(store: RemoteStore) -> pyoxigraph.Store:
    """Copy all triples of an endpoint, by graph; what asks for them is too simple to go wrong.

    A default graph that is the union of the named ones is not copied as well. Raises
    `RemoteError` when there are too many triples, or when fewer come than the endpoint counts.
    """
    sizes = _count_triples(store)
    whole = sizes.pop("", 0)
    total = sum(sizes.values())
    if max(whole, total) > _MOST:
        raise RemoteError(
            "{subject} holds {number} triples, too many to copy",
            subject=store.endpoint,
            advice="write the programmes into a dataset and show that with --data",
            number=max(whole, total),
        )
    copy = pyoxigraph.Store()
    union: set[Triple] = set()
    for graph, number in sizes.items():
        triples = _fetch_graph(store, [graph], number)
        copy.bulk_extend(_place(triples, NamedNode(graph)))
        union |= triples
    if whole not in {len(union), total}:
        triples = _fetch_graph(store, [], whole)
        copy.bulk_extend(_place(triples, DefaultGraph()))
    return copy


def _count_triples(store: RemoteStore) -> dict[str, int]:
    """Return how many triples each graph holds; the default graph goes by "" here."""
    content = store.fetch(_read_query("sizes"))
    try:
        counted = read_results(content).rows
        return {str(graph or ""): int(str(triples)) for graph, triples in counted}
    except ValueError as error:
        raise store.fail(str(error)) from error


def _fetch_graph(store: RemoteStore, graphs: Collection[str], number: int) -> set[Triple]:
    """Fetch the triples of a graph, or of the default graph when none is named.

    Many endpoints cut long answers, so what is missing is asked for; the number shows when all is
    there, in whatever order it came. A blank node cannot be known again in a second answer.
    """
    found: set[Triple] = set()
    while len(found) < number:
        page = _fetch_page(store, graphs, len(found))
        if page <= found or (found and any(map(_is_blank, found | page))):
            break
        found |= page
    if len(found) != number:
        raise RemoteError(
            "{subject}: only {found} of {number} triples came",
            subject=store.endpoint,
            advice="raise what the endpoint allows as the size of an answer, or try again",
            found=len(found),
            number=number,
        )
    return found


def _fetch_page(store: RemoteStore, graphs: Collection[str], start: int) -> set[Triple]:
    query = _read_query("copy").replace("OFFSET 0", f"OFFSET {start}")
    content = store.fetch(query, graphs, RdfFormat.N_TRIPLES.media_type)
    try:
        parsed = pyoxigraph.parse(content, RdfFormat.N_TRIPLES, rename_blank_nodes=True)
        return {quad.triple for quad in parsed}
    except SyntaxError as error:
        raise store.fail(str(error)) from error


def _is_blank(triple: Triple) -> bool:
    return any(isinstance(node, BlankNode) for node in (triple.subject, triple.object))


def _place(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
    return (Quad(each.subject, each.predicate, each.object, graph) for each in triples)


def _read_query(name: str) -> str:
    return files("amip.query").joinpath(f"{name}.rq").read_text(encoding="utf-8")
