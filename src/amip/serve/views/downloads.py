"""Downloads: the answer to a question as a file, at an address that stays."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.errors import AmipError
from amip.query.answer import WRITERS
from amip.serve.answer.problem import report_problem
from amip.serve.answer.reply import Reply, ask_question, find_asked, read_parameters
from amip.serve.answer.sheet import write_sheet
from amip.serve.chart.chart import SCHEMA, Graphic, make_graphic
from amip.serve.site import Site, choose_language


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of an answer: how it is written, its media type, and whether it is saved to disk."""

    write: Callable[[Site, Reply], bytes]
    media: str
    is_saved: bool = True


def _make_graphic(site: Site, reply: Reply) -> Graphic:
    return make_graphic(reply.question, reply.answer, reply.language, site.graph.programmes)


def _write_spec(site: Site, reply: Reply) -> bytes:
    spec = _make_graphic(site, reply).spec
    return json.dumps(spec, ensure_ascii=False, indent=1).encode() if spec else b""


def _written(name: str) -> Callable[[Site, Reply], bytes]:
    return lambda _site, reply: WRITERS[name](reply.answer)


FORMS: Mapping[str, _Form] = MappingProxyType(
    {
        "vl.json": _Form(_write_spec, f'application/json; profile="{SCHEMA}"', is_saved=False),
        "svg": _Form(
            lambda site, reply: _make_graphic(site, reply).draw().encode(),
            "image/svg+xml",
            is_saved=False,
        ),
        "csv": _Form(_written("csv"), "text/csv; charset=utf-8; header=present"),
        "xlsx": _Form(
            lambda _site, reply: write_sheet(reply),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "json": _Form(_written("json"), "application/json", is_saved=False),
        "parquet": _Form(_written("parquet"), "application/vnd.apache.parquet"),
        "rq": _Form(
            lambda _site, reply: reply.sparql.encode(), "application/sparql-query", is_saved=False
        ),
    }
)


def make_routes(site: Site) -> list[BaseRoute]:
    """Make a route for each form of an answer."""
    return [Route(f"/questions/{{name}}.{ending}", _serve(site, ending)) for ending in FORMS]


def _serve(site: Site, ending: str) -> Callable[[Request], Response]:
    form = FORMS[ending]

    def download(request: Request) -> Response:
        name, language = request.path_params["name"], choose_language(request)
        try:
            question = find_asked(name)
            parameters = read_parameters(question, request.query_params)
            reply = ask_question(site, question, parameters, language)
        except AmipError as error:
            return report_problem(error, language)
        content = form.write(site, reply)
        if not content:
            missing = AmipError("the answer to “{subject}” has no chart", subject=name)
            return report_problem(missing, language, 404)
        headers = {"Content-Language": language, "Vary": "Accept-Language"}
        if form.is_saved:
            headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
        return Response(content, media_type=form.media, headers=headers)

    return download
