"""Routes: which view answers which path; the first that fits is asked."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import BaseRoute

from amip.serve.site import Site
from amip.serve.views import (
    api,
    check,
    compare,
    downloads,
    entity,
    finding,
    lists,
    ontology,
    questions,
    reconcile,
    search,
    sparql,
    start,
    trace,
)

VIEWS: tuple[Callable[[Site], list[BaseRoute]], ...] = (
    start.make_routes,
    downloads.make_routes,
    questions.make_routes,
    api.make_routes,
    check.make_routes,
    compare.make_routes,
    reconcile.make_routes,
    search.make_routes,
    sparql.make_routes,
    entity.make_routes,
    finding.make_routes,
    lists.make_routes,
    ontology.make_routes,
    trace.make_routes,
)
