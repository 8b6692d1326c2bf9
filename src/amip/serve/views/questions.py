"""The gallery of questions, and the page of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.errors import UsageError
from amip.nearest import find_nearest
from amip.publish.release import load_release
from amip.query import Question, load_questions
from amip.serve.answer.cite import cite_reply
from amip.serve.answer.inputs import make_fields
from amip.serve.answer.reply import ask_question, make_path, read_parameters
from amip.serve.answer.table import make_table
from amip.serve.chart.chart import MOST, draw_chart, find_silent, is_crowded
from amip.serve.site import Site, choose_language

DOWNLOADS = ((".csv", "CSV"), (".xlsx", "Excel (XLSX)"), (".json", "JSON"), (".parquet", "Parquet"))
THEMES = (
    "targets",
    "budget",
    "instruments",
    "staff",
    "structure",
    "fields",
    "statistics",
    "quality",
)


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of the gallery and of the pages of questions."""

    def show_gallery(request: Request) -> Response:
        theme = request.query_params.get("theme", "")
        sought = request.query_params.get("q", "")
        strange = theme if theme and theme not in THEMES else ""
        found = [question for question in load_questions().values() if _fits(question, sought)]
        context = {
            "theme": theme,
            "sought": sought,
            "strange_theme": strange,
            "groups": _group(found, theme),
        }
        return site.show(request, "questions.html", _fill_gallery(context), 400 if strange else 200)

    def show_question(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in load_questions():
            return _miss(site, request, name)
        return _show_question(site, request, load_questions()[name])

    return [Route("/questions", show_gallery), Route("/questions/{name}", show_question)]


def _fill_gallery(context: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"missing": "", "near": (), "theme": "", "sought": "", "strange_theme": ""}
    return {**empty, "themes": THEMES, "number": len(load_questions()), **context}


def _miss(site: Site, request: Request, name: str) -> Response:
    """Say that there is no such question, with those of like names, and show all."""
    questions = load_questions()
    near = [questions[each] for each in find_nearest(name, questions, limit=3)]
    context = {"missing": name, "near": near, "groups": _group(questions.values(), "")}
    return site.show(request, "questions.html", _fill_gallery(context), 404)


def _group(questions: Iterable[Question], theme: str) -> list[tuple[str, list[Question]]]:
    """Group questions by theme, in the order of the themes, those with a chart first."""
    kept = sorted(questions, key=lambda question: question.chart is None)
    groups = [
        (each, [question for question in kept if question.theme == each])
        for each in THEMES
        if theme in {"", each}
    ]
    return [(each, found) for each, found in groups if found]


def _fits(question: Question, sought: str) -> bool:
    """Tell whether every word that is sought stands in the texts of a question."""
    texts = (question.name, *question.titles.values(), *question.texts.values())
    text = " ".join((*texts, *question.keywords)).casefold()
    return all(word in text for word in sought.casefold().split())


def _show_question(site: Site, request: Request, question: Question) -> Response:
    language, fields = choose_language(request), request.query_params
    strange, parameters, reply = "", {}, None
    try:
        parameters = read_parameters(question, fields)
    except UsageError as error:
        strange = str(error.subject)
    inputs = make_fields(site.graph, question, parameters, language)
    if not strange and not any(field.is_wrong for field in inputs):
        reply = ask_question(site, question, parameters, language)
    sort = fields.get("sort", "")
    context: dict[str, Any] = {
        "question": question,
        "fields": inputs,
        "strange": strange,
        "reply": reply,
        "downloads": DOWNLOADS,
        "licence": load_release().licence,
        "address": _make_address(question, parameters, language, sort),
        "download": lambda ending: make_path(question, parameters, language, ending),
    }
    if reply is None:
        return site.show(request, "question.html", context, 400)
    names = site.graph.programmes
    number = fields.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    context |= {
        "table": make_table(reply.answer, question, language, names, sort, page),
        "citation": cite_reply(reply),
        # The chart is made by our own code from texts that it escapes.
        "chart": Markup(draw_chart(question, reply.answer, language, names)),  # noqa: S704
        "silent": find_silent(question, reply.answer, names),
        "most": MOST if is_crowded(question, reply.answer) else 0,
    }
    return site.show(request, "question.html", context)


def _make_address(
    question: Question, parameters: Mapping[str, str], language: str, sort: str
) -> Callable[..., str]:
    """Make a function for links to this page with another parameter, order or page."""

    def address(**changes: object) -> str:
        kept = {"sort": sort} if sort else {}
        fields = {**parameters, "lang": language, **kept, **changes}
        return f"/questions/{question.name}?{urlencode(fields)}"

    return address
