"""The start page: what is in the graph."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.serve.site import Site


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the route of the start page."""

    def show_start(request: Request) -> Response:
        return site.show(request, "start.html", {"programmes": site.graph.programmes})

    return [Route("/", show_start)]
