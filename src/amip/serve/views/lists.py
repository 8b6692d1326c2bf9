"""The code lists, all of them as trees."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.serve.site import Site, choose_language
from amip.serve.thing.fact import show_iri
from amip.serve.thing.label import collate, read_labels
from amip.serve.thing.tree import read_forest


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the route of `/lists`."""

    def show_lists(request: Request) -> Response:
        language = choose_language(request)
        forest = read_forest(site, language)
        labels = read_labels(site, forest, language)
        lists = [(show_iri(scheme, labels, language), tree) for scheme, tree in forest.items()]
        lists.sort(key=lambda each: collate(each[0].text))
        return site.show(request, "lists.html", {"lists": lists})

    return [Route("/lists", show_lists)]
