"""The ontology as one page, and as RDF."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.serve.site import Site, choose_language
from amip.serve.thing.fact import show_iri
from amip.serve.thing.form import (
    MEDIA,
    PAGE,
    choose_form,
    list_downloads,
    make_headers,
    respond_rdf,
    respond_unwanted,
    split_ending,
)
from amip.serve.thing.label import read_labels
from amip.serve.thing.ontology import read_ontology
from amip.serve.views.entity import show_missing
from amip.terms import BASE, NS

_IRI = NS.removesuffix("#")


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of `/ns` and its forms."""

    def show_ontology(request: Request) -> Response:
        form = split_ending(request.url.path)[1] or choose_form(request.headers.get("accept", ""))
        if not form:
            return respond_unwanted()
        if form != PAGE:
            content = site.construct("ontology-described", "application/n-triples", thing=_IRI)
            return respond_rdf(content, form, "ns")
        language = choose_language(request)
        ontology = read_ontology(site, language)
        if request.path_params.get("version", ontology.version) != ontology.version:
            return show_missing(site, request, f"{BASE}{request.url.path[1:]}")
        label = show_iri(_IRI, read_labels(site, [_IRI], language), language)
        context = {"ontology": ontology, "title": label, "downloads": list_downloads("ns")}
        response = site.show(request, "ontology.html", context)
        response.headers.update(make_headers("ns", PAGE))
        return response

    return [
        Route("/ns", show_ontology),
        Route("/ns/{version}", show_ontology),
        *(Route(f"/ns.{ending}", show_ontology) for ending in MEDIA),
    ]
