"""`/api`: questions and answers for programs, and their description in OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from amip.errors import AmipError, UsageError
from amip.findings import LANGUAGES
from amip.query import Question, load_questions
from amip.query.answer import write_csv
from amip.serve.accept import pick_media, rank_media
from amip.serve.answer.cite import cite_reply, describe_dataset
from amip.serve.answer.openapi import describe_api
from amip.serve.answer.problem import NotOfferedError, report_problem
from amip.serve.answer.reply import Reply, ask_question, find_asked, read_parameters
from amip.serve.site import Site, choose_language

CSV, JSON = "text/csv", "application/json"
FORMATS: Mapping[str, str] = MappingProxyType({"csv": CSV, "json": JSON})


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of the interface."""

    def list_questions(request: Request) -> Response:
        language = _read_language(request)
        return _reply_json([_describe(each, language) for each in load_questions().values()])

    def answer(request: Request) -> Response:
        question = find_asked(request.path_params["name"])
        media, language = _choose_media(request), _read_language(request)
        _refuse_empty(request.query_params)
        parameters = read_parameters(question, request.query_params)
        reply = ask_question(site, question, parameters, language)
        if media == CSV:
            return Response(
                write_csv(reply.answer),
                media_type=f"{CSV}; charset=utf-8; header=present",
                headers={"Vary": "Accept, Accept-Language", "Content-Language": language},
            )
        return _reply_json(make_envelope(reply))

    def describe(_request: Request) -> Response:
        return _reply_json(describe_api(site.graph))

    interface = Starlette(
        routes=[
            Route("/questions", list_questions),
            Route("/questions/{name}", answer),
            Route("/openapi.json", describe),
        ],
        exception_handlers=dict.fromkeys((AmipError, HTTPException), _excuse),
    )
    return [Mount("/api", interface)]


def make_envelope(reply: Reply) -> dict[str, object]:
    """Make what the interface says of an answer; decimals are text, to stay exact."""
    answer, question = reply.answer, reply.question
    kinds = [column.type for column in question.columns]
    return {
        "question": {
            "name": question.name,
            "title": question.titles[reply.language],
            "text": question.texts[reply.language],
            "caveats": list(question.caveats[reply.language]),
        },
        "parameters": {**reply.parameters, "lang": reply.language},
        "stated_by": answer.stated_by,
        "of_programmes": answer.of_programmes,
        "dataset": describe_dataset(reply),
        "query": reply.hash,
        "citation": f"{cite_reply(reply)} CC BY 4.0",
        "columns": [
            {"name": column.name, "type": column.type, "label": column.labels[reply.language]}
            for column in question.columns
        ],
        "rows": [
            {
                name: None if cell is None else _type(cell.text, kind)
                for (name, cell), kind in zip(row.items(), kinds, strict=True)
            }
            for row in answer.rows.records
        ],
    }


def _type(text: str, kind: str) -> str | int | bool:
    match kind:
        case "integer" | "year":
            return int(text.partition(".")[0])
        case "boolean":
            return text in {"true", "1"}
        case _:
            return text


def _describe(question: Question, language: str) -> dict[str, object]:
    return {
        "name": question.name,
        "title": question.titles[language],
        "text": question.texts[language],
        "theme": question.theme,
        "keywords": list(question.keywords),
        "parameters": [
            {"name": parameter.name, "kind": parameter.kind, "list": parameter.codes}
            for parameter in question.parameters
        ],
        "href": f"/api/questions/{question.name}",
    }


def _read_language(request: Request) -> str:
    """Read the language; unlike a page, a program is told when there is none of that name."""
    asked = request.query_params.get("lang")
    if asked is not None and asked not in LANGUAGES:
        raise UsageError("unknown language “{subject}”", subject=asked, advice="choose de or en")
    return choose_language(request)


def _refuse_empty(fields: QueryParams) -> None:
    """Refuse a parameter without a value; a form sends such ones, a program by mistake."""
    for name, value in fields.multi_items():
        if not value.strip():
            raise UsageError(
                "the parameter “{subject}” is empty",
                subject=name,
                advice="give it a value, or leave it out",
            )


def _choose_media(request: Request) -> str:
    asked = request.query_params.get("format")
    if asked is not None:
        if asked not in FORMATS:
            raise UsageError(
                "unknown format “{subject}”", subject=asked, advice="choose csv or json"
            )
        return FORMATS[asked]
    accept = request.headers.get("accept", "")
    if media := pick_media(rank_media(accept), (JSON, CSV)):
        return media
    raise NotOfferedError(
        "“{subject}” is not offered",
        subject=accept,
        advice="accept {json} or {csv}",
        json=JSON,
        csv=CSV,
    )


def _excuse(request: Request, error: Exception) -> Response:
    """Answer an error as programs read it."""
    language = choose_language(request, "en")
    if isinstance(error, HTTPException):
        unknown = AmipError(
            "{status}: nothing is offered here in this way",
            advice="all is described in /api/openapi.json",
            status=error.status_code,
        )
        return report_problem(unknown, language, error.status_code, error.headers)
    if isinstance(error, AmipError):
        return report_problem(error, language)
    raise error


def _reply_json(content: object) -> Response:
    return _Json(content, headers={"Vary": "Accept, Accept-Language"})


class _Json(JSONResponse):
    """JSON that people can read, too."""

    def render(self, content: object) -> bytes:
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
