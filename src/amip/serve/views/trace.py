"""Trace pages: from a number to the place where it is printed, and to what the checks say of it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.query import Term
from amip.query.statistic import trace_statistic
from amip.serve.site import FORBIDDEN, Site, choose_language
from amip.serve.thing.appearance import Appearances
from amip.serve.thing.fact import show_iri, show_term
from amip.serve.thing.label import Label, read_labels
from amip.serve.thing.place import find_passage, read_places
from amip.serve.thing.verdict import Checker, list_rules, read_relations, read_reviews
from amip.serve.views.entity import show_missing
from amip.terms import ID, NS

_STATISTIC = "stat/"
_DETAILS = ("programme", "indicator", "kind", "period", "area", "approximation", "note")
_Row = Mapping[str, Term | None]


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the route of `/trace/…`."""
    checker = Checker(site)
    appearances = Appearances(site)

    def show_trace(request: Request) -> Response:
        name = request.path_params["figure"].removesuffix(".html")
        path = name if name.startswith(_STATISTIC) else f"obs/{name}"
        thing = f"{ID}{path}"
        if FORBIDDEN.search(thing):
            return show_missing(site, request, thing)
        row = next(site.select("figure", figure=thing).records, {})
        language = choose_language(request)
        if name.startswith(_STATISTIC):
            origin = trace_statistic(site.store, name, language)
            if not origin:
                return show_missing(site, request, thing)
            context = _trace_statistic(site, thing, origin, row, language)
        elif row:
            context = _trace_figure(site, thing, row, checker, language)
        else:
            return show_missing(site, request, thing)
        context["questions"] = appearances.find(thing, language)
        return site.show(request, "trace.html", context)

    return [Route("/trace/{figure:path}", show_trace)]


def _trace_statistic(
    site: Site, thing: str, origin: Mapping[str, Term], row: _Row, language: str
) -> dict[str, object]:
    labels = _read_labels(site, thing, row, language)
    linked = {name: term for name in ("value", "indicator", "area") if (term := row.get(name))}
    return {
        "details": {name: show_term(term, labels, language) for name, term in linked.items()},
        "unit": str(row.get("unit") or ""),
        "thing": show_iri(thing, labels, language),
        "origin": {name: show_term(term, {}, language) for name, term in origin.items()},
    }


def _trace_figure(
    site: Site, thing: str, row: _Row, checker: Checker, language: str
) -> dict[str, object]:
    labels = _read_labels(site, thing, row, language)
    programme = row["programme"]
    findings = checker.check(programme.text) if programme else {}
    shown = {name: show_term(term, labels, language) for name, term in row.items() if term}
    places = [
        (place, find_passage(site.texts, place) if site.texts else None)
        for place in read_places(site, thing)
    ]
    exact = [place.printed for place, _ in places if place.reads == row["value"]]
    return {
        "thing": show_iri(thing, labels, language),
        "origin": {},
        "printed": next(iter([*exact, *(place.printed for place, _ in places)]), ""),
        "value": shown["value"],
        "unit": str(row["unit"] or ""),
        "details": {name: shown.get(name) for name in _DETAILS},
        "places": places,
        "findings": findings.get(thing, ()),
        "rules": list_rules(f"{NS}Observation"),
        "relations": read_relations(site, thing, findings, language),
        "reviews": read_reviews(site, [thing], language)[thing],
    }


def _read_labels(site: Site, thing: str, row: _Row, language: str) -> Mapping[str, Label]:
    linked = [term.text for term in row.values() if term and term.is_iri]
    return read_labels(site, [thing, *linked], language)
