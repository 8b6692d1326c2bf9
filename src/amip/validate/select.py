"""Ask a store, its default graph and named graphs together."""

from __future__ import annotations

from pyoxigraph import QuerySolutions, Store


def select(store: Store, query: str) -> QuerySolutions:
    """Run a SELECT query over the union of all graphs.

    Raises `TypeError` when the query is of another form.
    """
    solutions = store.query(query, use_default_graph_as_union=True)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError(query)
    return solutions
