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
from amip.serve.thing.label import read_labels
from amip.serve.thing.place import find_passage, read_places
from amip.serve.thing.verdict import Checker, list_rules, read_relations, read_reviews
from amip.serve.views.entity import show_missing
from amip.terms import ID, NS

_STATISTIC = "stat/"


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the route of `/trace/…`."""
    checker = Checker(site)
    appearances = Appearances(site)

    def show_trace(request: Request) -> Response:
        name = request.path_params["figure"].removesuffix(".html")
        path = f"{name}" if name.startswith(_STATISTIC) else f"obs/{name}"
        thing = f"{ID}{path}"
        if FORBIDDEN.search(thing):
            return show_missing(site, request, thing)
        rows = site.select("figure", figure=thing).rows
        language = choose_language(request)
        if name.startswith(_STATISTIC):
            origin = trace_statistic(site.store, name, language)
            if not origin:
                return show_missing(site, request, thing)
            context = _trace_statistic(site, thing, origin, rows[0] if rows else None, language)
        elif rows:
            context = _trace_figure(site, thing, rows[0], checker, language)
        else:
            return show_missing(site, request, thing)
        context["questions"] = appearances.find(thing, language)
        return site.show(request, "trace.html", context)

    return [Route("/trace/{figure:path}", show_trace)]


def _trace_statistic(
    site: Site,
    thing: str,
    origin: Mapping[str, Term],
    row: tuple[Term | None, ...] | None,
    language: str,
) -> dict[str, object]:
    value, unit, _, _, _, indicator, area, *_ = row or (None,) * 7
    linked = {"value": value, "indicator": indicator, "area": area}
    things = [term.text for term in (indicator, area) if term]
    labels = read_labels(site, [thing, *things], language)
    return {
        "details": {
            name: show_term(term, labels, language) for name, term in linked.items() if term
        },
        "unit": unit.text if unit else "",
        "thing": show_iri(thing, labels, language),
        "origin": {name: show_term(term, {}, language) for name, term in origin.items()},
        "places": [],
    }


def _trace_figure(
    site: Site, thing: str, row: tuple[Term | None, ...], checker: Checker, language: str
) -> dict[str, object]:
    value, unit, approximation, programme, _, indicator, area, period, kind, note = row
    things = [term.text for term in (approximation, programme, indicator, area, kind) if term]
    labels = read_labels(site, [thing, *things], language)
    findings = checker.check(programme.text) if programme else {}

    def show(term: Term | None) -> object:
        return show_term(term, labels, language) if term else None

    places = [
        (place, find_passage(site.sources, place) if site.sources else None)
        for place in read_places(site, thing)
    ]
    exact = [place.printed for place, _ in places if place.reads == value]
    return {
        "thing": show_iri(thing, labels, language),
        "origin": {},
        "printed": next(iter([*exact, *(place.printed for place, _ in places)]), ""),
        "value": show(value),
        "unit": unit.text if unit else "",
        "details": {
            "programme": show(programme),
            "indicator": show(indicator),
            "kind": show(kind),
            "period": show(period),
            "area": show(area),
            "approximation": show(approximation),
            "note": show(note),
        },
        "places": places,
        "findings": findings.get(thing, ()),
        "rules": list_rules(f"{NS}Observation"),
        "relations": read_relations(site, thing, findings, language),
        "reviews": read_reviews(site, thing, language),
        "sources": site.sources is not None,
    }
