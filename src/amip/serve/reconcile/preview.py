"""Previews: what a thing is, in a small frame of the program that reconciles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from starlette.datastructures import URL
from starlette.responses import HTMLResponse, Response

from amip.query import Term
from amip.reconcile.concepts import load_things
from amip.reconcile.kinds import DISTRICT, JOBCENTER
from amip.serve.page import render_page
from amip.serve.reconcile.properties import Value, load_properties, read_values
from amip.serve.site import Site
from amip.serve.thing.label import read_labels
from amip.serve.thing.literal import write_literal
from amip.terms import ID, PREFIXES

FRAMED: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors *"
    }
)
"""A preview is made to be framed by others; it has no scripts and no forms."""
_LABELS = frozenset({"label_de", "label_en"})
_DATE = f"{PREFIXES['xsd']}date"


def show_preview(
    site: Site, url: URL, thing: str, language: str, kinds: Mapping[str, str]
) -> Response | None:
    """Show a thing with the values of its properties; None when nothing is known of it."""
    kind = find_kind(thing)
    values = read_values(site, [thing], load_properties().values(), language).get(thing, {})
    if not any(values.values()):
        return None
    context = {
        "site": site,
        "thing": thing,
        "name": read_labels(site, [thing], language)[thing].text,
        "kind": kinds.get(kind, ""),
        "facts": list(_list_facts(values, language)),
    }
    page = render_page("preview.html", language, url, context)
    return HTMLResponse(page, headers={**FRAMED, "Content-Language": language})


def find_kind(thing: str) -> str:
    """Return the type of a thing by its IRI, "" for what the service does not know.

    >>> find_kind("https://w3id.org/amip/code/AGH")
    'instrument'
    """
    for kind, space in ((DISTRICT, f"{ID}area/"), (JOBCENTER, f"{ID}jobcenter/")):
        if thing.startswith(space):
            return kind
    known = load_things().get(thing)
    return known.kind if known else ""


def _list_facts(
    values: Mapping[str, Sequence[Value]], language: str
) -> Iterator[tuple[str, list[str]]]:
    for name, known in load_properties().items():
        if values.get(name) and name not in _LABELS:
            yield known.labels[language], [_write(value, language) for value in values[name]]


def _write(value: Value, language: str) -> str:
    if "date" in value:
        return write_literal(Term(value["date"].partition("T")[0], _DATE), language)
    return str(value.get("name") or next(iter(value.values())))
