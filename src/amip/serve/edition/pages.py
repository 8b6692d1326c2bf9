"""The pages that only an edition has: in place of those that need a server."""

from __future__ import annotations

from itertools import dropwhile

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.query.ask import fill
from amip.question import Question, load_questions
from amip.serve.site import Site, choose_language

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
            (name, each.titles[language], _write_example(each, language))
            for name, each in load_questions().items()
        ]
        context = {"examples": examples, "languages": LANGUAGE_NAMES}
        return site.show(request, TEMPLATES[request.url.path], context)

    return [Route(path, show) for path in TEMPLATES]


def _write_example(question: Question, language: str) -> str:
    """Write a question as an example in a language: its title, and the query without its head."""
    lines = question.sparql.splitlines()
    body = "\n".join(dropwhile(lambda line: line.startswith("#") or not line.strip(), lines))
    return fill(f"# {question.titles[language]}\n{body}\n", "lang", f'"{language}"')
