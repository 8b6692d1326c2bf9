"""Routes: which view answers which path; the first that fits is asked."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import BaseRoute

from amip.serve.site import Site
from amip.serve.views.api import make_routes as make_api
from amip.serve.views.check import make_routes as make_check
from amip.serve.views.compare import make_routes as make_compare
from amip.serve.views.downloads import make_routes as make_downloads
from amip.serve.views.entity import make_routes as make_entity
from amip.serve.views.finding import make_routes as make_finding
from amip.serve.views.lists import make_routes as make_lists
from amip.serve.views.ontology import make_routes as make_ontology
from amip.serve.views.questions import make_routes as make_questions
from amip.serve.views.reconcile import make_routes as make_reconcile
from amip.serve.views.search import make_routes as make_search
from amip.serve.views.sparql import make_routes as make_sparql
from amip.serve.views.start import make_routes as make_start
from amip.serve.views.trace import make_routes as make_trace

VIEWS: tuple[Callable[[Site], list[BaseRoute]], ...] = (
    make_start,
    make_downloads,
    make_questions,
    make_api,
    make_check,
    make_compare,
    make_reconcile,
    make_search,
    make_sparql,
    make_entity,
    make_finding,
    make_lists,
    make_ontology,
    make_trace,
)
