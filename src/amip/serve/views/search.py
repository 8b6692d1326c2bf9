"""Search: `/search` for readers, `/search.json` for suggestions while one types."""

from __future__ import annotations

import re
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from amip.serve.once import Once
from amip.serve.page import make_link
from amip.serve.search import KINDS, MAX_QUERY, Hit, Index, build_index
from amip.serve.site import Site, choose_language
from amip.terms import BASE, ID

_FIGURE = re.compile(r"[a-z0-9][a-z0-9-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
PER_KIND = 12
"""How many results of a kind are shown."""
SUGGESTIONS = 10
"""How many suggestions are made."""


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of the search."""
    index = Once(lambda _: build_index(site))

    def show_search(request: Request) -> Response:
        text, language = _read(request), choose_language(request)
        if target := _find_address(site, text):
            return RedirectResponse(make_link(target, language), 303)
        names = index.get(site.engine.state)
        hits = names.search(text, language)
        context = {
            "query": text,
            "groups": list(_group(hits, names, language)),
            "number": len(hits),
            "sure": bool(hits) and not hits[0].is_guess,
        }
        return site.show(request, "search.html", context)

    def suggest(request: Request) -> Response:
        text, language = _read(request), choose_language(request)
        names = index.get(site.engine.state)
        found = names.search(text, language)[:SUGGESTIONS]
        return JSONResponse(
            [
                {
                    "label": hit.thing.labels[language],
                    "matched": hit.name.text,
                    "kind": hit.thing.kind,
                    "url": make_link(hit.thing.target, language),
                }
                for hit in found
            ],
            headers={"Vary": "Accept-Language"},
        )

    return [Route("/search", show_search), Route("/search.json", suggest)]


def _read(request: Request) -> str:
    return request.query_params.get("q", "").strip()[:MAX_QUERY]


def _find_address(site: Site, text: str) -> str:
    """Return the page of an IRI of ours, or of a figure as `programme/figure`; else ""."""
    if text.startswith(BASE) and text != BASE:
        return text
    if _FIGURE.fullmatch(text) and site.select("figure", figure=f"{ID}obs/{text}").rows:
        return f"/trace/{text}"
    return ""


def _group(
    hits: list[Hit], names: Index, language: str
) -> Iterator[tuple[str, str, list[Hit], int]]:
    """Group hits by kind, the kind of the best hit first: kind, its name, best hits, how many."""
    kinds: dict[str, list[Hit]] = {}
    for hit in hits:
        kinds.setdefault(hit.thing.kind, []).append(hit)
    for kind, found in kinds.items():
        label = "" if kind in KINDS else names.kinds.get(kind, {}).get(language, kind)
        yield kind, label, found[:PER_KIND], len(found)
