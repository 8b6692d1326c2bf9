"""`/reconcile`: the Reconciliation Service API, so that OpenRefine can look our things up.

Source: W3C Entity Reconciliation Community Group, "Reconciliation Service API v0.2" (2023).
`/reconcile/de` and `/reconcile/en` are the same service in a language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from amip.errors import AmipError, UsageError
from amip.findings import LANGUAGES
from amip.serve.answer.problem import report_problem
from amip.serve.page import make_link
from amip.serve.reconcile.candidates import find_candidates, read_queries, write_candidate
from amip.serve.reconcile.extension import describe_properties, extend
from amip.serve.reconcile.manifest import PATH, describe_service
from amip.serve.reconcile.preview import show_preview
from amip.serve.reconcile.properties import make_iri
from amip.serve.reconcile.suggestions import Suggestions
from amip.serve.request import read_body
from amip.serve.site import FORBIDDEN, Site, choose_language

MAX_BODY = 2 << 20
"""The longest batch that is read, in bytes."""
_FIELDS = 100
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,63}(?:\.[A-Za-z_$][\w$]{0,63}){0,3}", re.ASCII)
_FORM = "application/x-www-form-urlencoded"

_View = Callable[[Request, Mapping[str, str], str], object]


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes of the service, and of the service in each language."""
    service = _Service(site)
    return [
        route
        for language in ("", *LANGUAGES)
        for route in _route(service, f"{PATH}/{language}".rstrip("/"), language)
    ]


def _route(service: _Service, path: str, language: str) -> list[BaseRoute]:
    suggest = service.suggestions
    views: dict[str, tuple[_View, list[str]]] = {
        "": (service.answer, ["GET", "POST"]),
        "/properties": (service.propose, ["GET"]),
        "/suggest/entity": (lambda _, fields, to: suggest.entities(fields, to), ["GET"]),
        "/suggest/type": (lambda _, fields, to: suggest.types(fields, to), ["GET"]),
        "/suggest/property": (lambda _, fields, to: suggest.properties(fields, to), ["GET"]),
        "/preview": (service.preview, ["GET"]),
        "/view": (service.view, ["GET"]),
    }
    return [
        Route(path + name, _guard(view, language), methods=methods)
        for name, (view, methods) in views.items()
    ]


class _Service:
    """The service over the graph of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.suggestions = Suggestions(site)

    def answer(self, request: Request, fields: Mapping[str, str], language: str) -> object:
        """Answer queries, an extension, or with the manifest."""
        kinds = self.suggestions.name_kinds(language)
        if "queries" in fields:
            queries = read_queries(_parse(fields["queries"], "queries"))
            found = find_candidates(self._site, queries, language)
            return {
                key: {"result": [write_candidate(each, language, kinds) for each in candidates]}
                for key, candidates in found.items()
            }
        if "extend" in fields:
            return extend(self._site, _parse(fields["extend"], "extend"), language, kinds)
        return describe_service(request.url, language, kinds)

    def propose(self, _request: Request, fields: Mapping[str, str], language: str) -> object:
        """Propose properties for a type."""
        return describe_properties(fields.get("type", ""), fields.get("limit", ""), language)

    def preview(self, request: Request, fields: Mapping[str, str], language: str) -> object:
        """Show a thing in a small frame."""
        thing = _read_thing(fields)
        kinds = self.suggestions.name_kinds(language)
        page = show_preview(self._site, request.url, thing, language, kinds)
        unknown = UsageError("nothing is known of it", subject=thing)
        return page or report_problem(unknown, language, 404)

    def view(self, _request: Request, fields: Mapping[str, str], language: str) -> object:
        """Lead to the page of a thing."""
        return RedirectResponse(make_link(_read_thing(fields), language), 303)


def _read_thing(fields: Mapping[str, str]) -> str:
    iri = make_iri(fields.get("id", ""))
    if not fields.get("id") or FORBIDDEN.search(iri):
        raise UsageError("there is no thing to show", subject="id", advice="give its identifier")
    return iri


def _parse(text: str, name: str) -> object:
    try:
        content: object = json.loads(text)
        # Half a character, which JSON can write, is nothing to look for or to answer with.
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "“{subject}” is no JSON: {problem}",
            subject=name,
            advice="send a JSON object",
            problem=error,
        ) from error
    return content


def _guard(view: _View, language: str) -> Callable[[Request], Awaitable[Response]]:
    """Read the fields of a request, and answer with JSON or what the view makes itself."""

    async def respond(request: Request) -> Response:
        try:
            fields = await _read_fields(request)
            spoken = language or choose_language(request)
            content = await run_in_threadpool(view, request, fields, spoken)
            return content if isinstance(content, Response) else _reply(content, fields)
        except AmipError as error:
            return report_problem(error, language or choose_language(request, "en"))

    return respond


async def _read_fields(request: Request) -> Mapping[str, str]:
    """Read the fields of the query string and of a form."""
    fields = dict(request.query_params)
    if request.method != "POST":
        return fields
    body = await read_body(request, MAX_BODY)
    if body is None:
        raise UsageError(
            "the batch is longer than {most} MB",
            advice="send smaller batches",
            most=MAX_BODY >> 20,
        )
    if not request.headers.get("content-type", "").lower().startswith(_FORM):
        raise UsageError("a batch is sent as a form", advice="send it as {form}", form=_FORM)
    return fields | await run_in_threadpool(_read_form, body)


def _read_form(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError as error:
        raise UsageError("the form is broken: {problem}", problem=error) from error


def _reply(content: object, fields: Mapping[str, str]) -> Response:
    """Answer with JSON, or with a call of the function that `callback` names (JSONP)."""
    text = json.dumps(content, ensure_ascii=False)
    headers = {"Vary": "Accept-Language"}
    callback = fields.get("callback")
    if callback is None:
        return Response(text, media_type="application/json", headers=headers)
    if not _CALLBACK.fullmatch(callback):
        raise UsageError("“callback” names no function", subject="callback")
    # What ends a line in JavaScript or a script on a page; the comment in front keeps the answer
    # from being taken for anything else.
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    media = "application/javascript; charset=utf-8"
    return Response(f"/**/{callback}({safe});", media_type=media, headers=headers)
