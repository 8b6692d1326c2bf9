"""The pages that only an edition has: in place of those that need a server."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.question import load_questions
from amip.serve.site import Site, choose_language
from amip.serve.views.sparql import write_example

TEMPLATES = {
    "/sparql": "edition-sparql.html",
    "/search": "edition-search.html",
    "/check": "edition-check.html",
    "/server": "edition-server.html",
    "/choice": "edition-choice.html",
}
LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of the pages that an edition has of its own."""

    def show(request: Request) -> Response:
        language = choose_language(request)
        examples = [
            (name, each.titles[language], write_example(site, each, language))
            for name, each in load_questions().items()
        ]
        context = {"examples": examples, "languages": LANGUAGE_NAMES}
        return site.show(request, TEMPLATES[request.url.path], context)

    return [Route(path, show) for path in TEMPLATES]
