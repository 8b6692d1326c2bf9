"""The gallery of questions, and the page of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlencode

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
from amip.serve.answer.table import LONG_PAGE, PAGE, make_table
from amip.serve.chart.chart import MOST, make_graphic
from amip.serve.request import read_number
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
        return _show_gallery(site, request)

    def show_question(request: Request) -> Response:
        name = request.path_params["name"]
        question = load_questions().get(name)
        if question is None:
            return _show_gallery(site, request, name)
        return _show_question(site, request, question)

    return [Route("/questions", show_gallery), Route("/questions/{name}", show_question)]


def _show_gallery(site: Site, request: Request, missing: str = "") -> Response:
    """Show the questions that are sought; for a `missing` one those of like names, and all."""
    questions = load_questions()
    asked: Mapping[str, str] = {} if missing else request.query_params
    theme, sought = asked.get("theme", ""), asked.get("q", "")
    is_strange = theme not in {"", *THEMES}
    near = find_nearest(missing, questions, limit=3) if missing else ()
    context = {
        "missing": missing,
        "near": [questions[name] for name in near],
        "theme": theme,
        "sought": sought,
        "strange_theme": theme if is_strange else "",
        "themes": THEMES,
        "number": len(questions),
        "groups": _group([each for each in questions.values() if _fits(each, sought)], theme),
    }
    status = 404 if missing else 400 if is_strange else 200
    return site.show(request, "questions.html", context, status)


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
    context: dict[str, object] = {
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
    graphic = make_graphic(question, reply.answer, language, names)
    size = LONG_PAGE if site.is_edition else PAGE
    page = read_number(fields.get("page", "")) or 1
    context |= {
        "table": make_table(reply, names, sort, page, size),
        "citation": cite_reply(reply),
        "chart": graphic.draw(),
        "silent": graphic.silent,
        "most": MOST if graphic.is_crowded else 0,
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
