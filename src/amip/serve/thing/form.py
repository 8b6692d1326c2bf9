"""Forms of a document: a page for people, or RDF; which one is asked for, and where each is."""

from __future__ import annotations

from types import MappingProxyType
from urllib.parse import quote

import pyoxigraph
from starlette.responses import PlainTextResponse, Response

from amip.serve.accept import pick_media, rank_media
from amip.terms import PREFIXES

PAGE = "html"
MEDIA = MappingProxyType(
    {
        PAGE: "text/html",
        "ttl": "text/turtle",
        "jsonld": "application/ld+json",
        "nt": "application/n-triples",
        "rdf": "application/rdf+xml",
    }
)
"""The forms by the ending of their address, in the order in which they are preferred."""
_OFFERED = MappingProxyType({"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples"})


def split_ending(path: str) -> tuple[str, str]:
    """Split a path into that of the thing and the ending of a form, "" when it has none.

    >>> split_ending("code/K2.ttl"), split_ending("id/stat/x.sector-J")
    (('code/K2', 'ttl'), ('id/stat/x.sector-J', ''))
    """
    stem, _, ending = path.rpartition(".")
    return (stem, ending) if stem and ending in MEDIA else (path, "")


def choose_form(accept: str) -> str:
    """Choose a form by an Accept header; a page when anything will do, "" when nothing fits.

    >>> choose_form("text/turtle"), choose_form("text/html,*/*;q=0.8"), choose_form("image/png")
    ('ttl', 'html', '')
    """
    media = pick_media(rank_media(accept), tuple(MEDIA.values()))
    return next((form for form, offered in MEDIA.items() if offered == media), "")


def list_downloads(path: str) -> list[tuple[str, str, str]]:
    """List the forms that a page offers as files: name, media type and address of each."""
    return [(name, MEDIA[form], f"/{quote(path)}.{form}") for form, name in _OFFERED.items()]


def make_headers(path: str, form: str) -> dict[str, str]:
    """Return the headers that say which form this is and where the others are (RFC 8288)."""
    stem = quote(f"/{path.lstrip('/')}", safe="/%")
    others = (
        f'<{stem}.{ending}>; rel="alternate"; type="{media}"'
        for ending, media in MEDIA.items()
        if ending != form
    )
    return {
        "Content-Location": f"{stem}.{form}",
        "Link": ", ".join(others),
        "Vary": "Accept, Accept-Language",
    }


def respond_unwanted() -> Response:
    """Tell a client that accepts none of the forms which ones there are."""
    return PlainTextResponse(f"{', '.join((*_OFFERED, PAGE))}\n", 406)


def respond_rdf(content: bytes, form: str, path: str) -> Response:
    """Write N-Triples in another form, with the prefixes of the project."""
    triples = pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.N_TRIPLES)
    syntax = pyoxigraph.RdfFormat.from_media_type(MEDIA[form])
    ordered = sorted({quad.triple for quad in triples}, key=str)
    text = pyoxigraph.serialize(ordered, format=syntax, prefixes=dict(PREFIXES))
    return Response(text, media_type=MEDIA[form], headers=make_headers(path, form))
