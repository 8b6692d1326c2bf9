"""Help pages of the codes of findings."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.nearest import find_nearest
from amip.serve.site import Site, choose_language
from amip.validate.render.guide import empty_slots, load_guide
from amip.validate.render.page import read_example
from amip.validate.render.words import load_words


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of `/finding` and `/finding/<CODE>`."""

    def show_findings(request: Request) -> Response:
        return site.show(request, "findings.html", {"entries": load_guide().values()})

    def show_finding(request: Request) -> Response:
        code = request.path_params["code"].removesuffix(".html")
        entry = load_guide().get(code)
        if entry is None:
            near = find_nearest(code.upper(), load_guide(), limit=5)
            context = {"near": [load_guide()[name] for name in near], "code": code}
            return site.show(request, "finding-missing.html", context, 404)
        language = choose_language(request)
        words = load_words(language)
        example, origin = read_example(code, language)
        context = {
            "card": entry,
            "message": empty_slots(entry.message[language]),
            "advice": empty_slots(entry.advice[language]),
            "severity": words.severity(entry.severity),
            "profiles": [words[f"profile_{name}"] for name in entry.profiles],
            "example": example,
            "origin": origin,
        }
        return site.show(request, "finding.html", context)

    return [Route("/finding", show_findings), Route("/finding/{code}", show_finding)]
