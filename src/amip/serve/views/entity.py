"""Pages of the things of the graph, at their own address, and their RDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from amip.nearest import find_nearest
from amip.serve.request import read_number
from amip.serve.site import FORBIDDEN, Site, choose_language
from amip.serve.thing.fact import (
    PAGE_SIZE,
    Facts,
    Value,
    count_mentions,
    read_facts,
    read_mentions,
    show_iri,
)
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
from amip.serve.thing.portrait import make_portrait
from amip.terms import BASE, ID

_FEW = 10
"""So many of the things that refer to a thing by one property are shown on its page."""
_SAFE = "/:@!$&'()*+,;=~"
_GRAPH = f"{ID}graph/"


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of `/id/…` and `/code/…`."""

    def show_entity(request: Request) -> Response:
        return _respond(site, request)

    return [Route("/id/{rest:path}", show_entity), Route("/code/{rest:path}", show_entity)]


def _respond(site: Site, request: Request) -> Response:
    path, ending = split_ending(str(request.scope["path"]).lstrip("/"))
    form = ending or choose_form(request.headers.get("accept", ""))
    if not form:
        return respond_unwanted()
    for thing in _list_candidates(path):
        response = (
            _show(site, request, thing, path)
            if form == PAGE
            else _describe(site, thing, path, form)
        )
        if response is not None:
            return response
    if form != PAGE:
        return PlainTextResponse("404\n", 404, headers={"Vary": "Accept"})
    return show_missing(site, request, BASE + path)


def _list_candidates(path: str) -> Iterator[str]:
    """Yield the IRIs that a path may stand for: as it is, or with its odd characters quoted."""
    names = dict.fromkeys((path, quote(path, safe=_SAFE), quote(path, safe=f"{_SAFE}%")))
    return (BASE + name for name in names if not FORBIDDEN.search(name))


def _describe(site: Site, thing: str, path: str, form: str) -> Response | None:
    if thing.startswith(_GRAPH):
        media = MEDIA[form]
        if not site.select("graph-content", thing=thing).rows:
            return None
        content = site.construct("graph-described", media, thing=thing)
        return Response(content, media_type=media, headers=make_headers(path, form))
    content = site.construct("described", "application/n-triples", thing=thing)
    if not content and not count_mentions(site, thing):
        return None
    return respond_rdf(content, form, path)


def _show(site: Site, request: Request, thing: str, path: str) -> Response | None:
    language = choose_language(request)
    facts = read_facts(site, thing, language)
    counts = count_mentions(site, thing)
    portrait = make_portrait(site, thing, facts, language)
    if not (facts.terms or counts or portrait.context.get("total")):
        return None
    only, first = _read_window(request, counts)
    counts = {only: counts[only]} if only else counts
    size = PAGE_SIZE if only else _FEW
    context = {
        **portrait.context,
        "portrait": portrait.template,
        "thing": show_iri(thing, facts.labels, language),
        "kinds": _show_kinds(facts, language),
        "facts": facts,
        "mentions": read_mentions(site, thing, language, counts, (first, size)),
        "only": only,
        "first": first,
        "size": size,
        "downloads": list_downloads(path),
    }
    response = site.show(request, "entity.html", context)
    response.headers.update(make_headers(path, PAGE))
    return response


def _read_window(request: Request, counts: Mapping[str, int]) -> tuple[str, int]:
    """Read by which property alone things refer, and from which of them on."""
    only = request.query_params.get("by", "")
    first = request.query_params.get("from", "")
    if only not in counts:
        return "", 0
    return only, read_number(first) or 0


def _show_kinds(facts: Facts, language: str) -> list[Value]:
    kinds = [show_iri(kind, facts.labels, language) for kind in facts.kinds]
    return sorted(kinds, key=lambda kind: (not kind.ours, kind.text))


def show_missing(site: Site, request: Request, thing: str) -> Response:
    """Say that there is no such thing, and which ones have a similar address."""
    language = choose_language(request)
    nearest = _find_near(site, thing)
    labels = read_labels(site, nearest, language)
    context = {
        "path": request.url.path,
        "near": [show_iri(iri, labels, language) for iri in nearest],
    }
    return site.show(request, "missing.html", context, 404)


def _find_near(site: Site, thing: str) -> list[str]:
    """Find things of a similar address: beside it, else further up."""
    folder = quote(thing, safe=_SAFE).rpartition("/")[0]
    while len(folder) >= len(BASE):
        rows = site.select("neighbours", folder=f"{folder}/").rows
        known = [row[0].text for row in rows if row[0]]
        ends = {iri.removeprefix(f"{folder}/"): iri for iri in known}
        wanted = thing.removeprefix(f"{folder}/")
        if near := find_nearest(wanted, ends, limit=5):
            return [ends[name] for name in near]
        folder = folder.rpartition("/")[0]
    return []
