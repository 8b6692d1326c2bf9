"""`/compare`: programmes side by side, and how they differ, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.nearest import find_nearest
from amip.serve.compare.cell import Matrix
from amip.serve.compare.comparison import make_matrix, select_columns
from amip.serve.compare.difference import (
    Difference,
    Overlap,
    list_differences,
    list_overlaps,
)
from amip.serve.once import Once
from amip.serve.programme import Programme, find_previous, list_programmes
from amip.serve.site import Site, choose_language

WRITTEN = ("PERCENT", "CCY_EUR", "percentage-point")
"""Units that have a word or sign of their own on the page."""
COUNTED = ("entries", "lzb-stock", "staff-headcount", "staff-capacity", "staff-fte")
"""Indicators that have a word for what they count."""
MAX_LINKED = 4
"""Up to how many programmes every two of them are linked."""
MAX_COLUMNS = 12
"""How many programmes are shown side by side."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programmes and their differences; `previous` tells that one came before the other."""

    one: Programme
    other: Programme
    previous: bool
    differences: tuple[Difference, ...]
    overlaps: tuple[Overlap, ...]


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the route of the comparison."""
    matrices = Once(lambda language: make_matrix(site, language))
    programmes = Once(lambda _: {each.slug: each for each in list_programmes(site)})

    def show_compare(request: Request) -> Response:
        state = site.engine.state
        known = programmes.get(state)
        asked = list(dict.fromkeys(filter(None, request.query_params.getlist("programme"))))
        unknown = [slug for slug in asked if slug not in known]
        chosen = [known[slug] for slug in asked if slug in known][:MAX_COLUMNS]
        context: dict[str, object] = {
            "programmes": known.values(),
            "chosen": chosen,
            "left_out": max(0, len(asked) - len(unknown) - MAX_COLUMNS),
            "unknown": [(slug[:80], _suggest(slug, known)) for slug in unknown[:MAX_COLUMNS]],
            "written": WRITTEN,
            "counted": COUNTED,
            "blocks": [],
            "pairs": [],
            "couples": list(combinations(chosen, 2)) if 2 < len(chosen) <= MAX_LINKED else [],
        }
        if chosen and not unknown:
            matrix = matrices.get(state, choose_language(request))
            context["blocks"] = select_columns(matrix, [each.slug for each in chosen])
            context["pairs"] = list_pairs(chosen, tuple(known.values()), matrix)
            context["total"] = len(known)
        return site.show(request, "compare.html", context, 404 if unknown else 200)

    return [Route("/compare", show_compare)]


def _suggest(slug: str, known: Mapping[str, Programme]) -> list[Programme]:
    return [known[name] for name in find_nearest(slug[:80], known, limit=3)]


def list_pairs(
    chosen: Sequence[Programme], programmes: Sequence[Programme], matrix: Matrix
) -> list[Pair]:
    """List what differs: between two chosen programmes, and each from the one before it."""
    pairs = {}
    for each in chosen:
        if (previous := find_previous(each, programmes)) is not None:
            pairs[previous.slug, each.slug] = True
    if len(chosen) == 2:
        one, other = (each.slug for each in chosen)
        if (other, one) not in pairs:
            pairs.setdefault((one, other), False)
    known = {each.slug: each for each in programmes}
    return [
        Pair(
            known[one],
            known[other],
            is_previous,
            tuple(list_differences(matrix.sections, one, other)),
            tuple(list_overlaps(matrix.sections, one, other)),
        )
        for (one, other), is_previous in pairs.items()
    ]
