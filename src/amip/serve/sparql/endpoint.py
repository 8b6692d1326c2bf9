"""`/sparql`: the SPARQL 1.1 Protocol over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from string import Template

import pyoxigraph
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from amip.errors import Phrase
from amip.serve.engine.federation import Host, admit
from amip.serve.engine.job import Ending
from amip.serve.engine.protocol import Refusal, choose_media, prefers_page, read_request, refuse
from amip.serve.engine.remote import AnyEngine
from amip.serve.engine.store import CLIENT
from amip.serve.request import read_body, unless_gone
from amip.serve.site import choose_language

PATH = "/sparql"
MAX_BODY = 2 << 20
"""The longest request that is read, in bytes."""
_LONG = 64 << 10


def make_route(
    engine: AnyEngine,
    show_editor: Callable[[Request], Awaitable[Response]],
    federation: Sequence[Host] = (),
) -> Route:
    """Make the route of the endpoint; tags of answers (ETag) change with the engine's state.

    What other endpoints hold has no state, so answers from there have no tag and are not kept.
    A browser that goes there gets the page of `show_editor`.
    Queries may ask the hosts of `federation` with `SERVICE`.
    """

    async def respond(request: Request) -> Response:
        if _wants_page(request):
            return await show_editor(request)
        try:
            return await _answer(engine, federation, request)
        except Refusal as refusal:
            language = choose_language(request, "en")
            headers = {"Content-Language": language, "Vary": "Accept, Accept-Language"}
            reason = refusal.reason.text(language)
            return PlainTextResponse(f"{reason}\n", refusal.status, headers)

    return Route(PATH, respond, methods=["GET", "POST"])


def _wants_page(request: Request) -> bool:
    """Tell whether a person looks here: a browser that has not asked for a format of data."""
    wanted = request.query_params.get("format", "")
    if request.method not in {"GET", "HEAD"} or wanted not in {"", "html"}:
        return False
    return wanted == "html" or prefers_page(request.headers.get("accept", ""))


async def _answer(engine: AnyEngine, federation: Sequence[Host], request: Request) -> Response:
    """Answer a query, or without one describe the service."""
    accept = request.headers.get("accept", "")
    method = "GET" if request.method == "HEAD" else request.method
    kind = request.headers.get("content-type", "")
    body = await read_body(request, MAX_BODY)
    if body is None:
        raise Refusal(413, Phrase("the request is longer than {most} MiB", most=MAX_BODY >> 20))
    asked = (method, request.url.query, kind, body, accept)
    # A long form takes long to decode, and nobody else is to wait for that.
    is_long = len(body) > _LONG
    job = await asyncio.to_thread(read_request, *asked) if is_long else read_request(*asked)
    if job is None:
        return _describe_service(request, choose_media(accept)[1])
    job = admit(job, federation)
    headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    if engine.state and not job.is_fleeting:
        key = hashlib.sha256(engine.state.encode() + job.pack()).hexdigest()[:32]
        headers |= {"ETag": f'"{key}"', "Cache-Control": "no-cache"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    outcome = await unless_gone(request, engine.run(job, CLIENT.get()))
    if outcome.ending is not Ending.DONE:
        raise refuse(outcome.ending, outcome.text, engine.limits)
    return Response(outcome.body, media_type=outcome.media, headers=headers)


def _describe_service(request: Request, media: str) -> Response:
    """Describe the service (W3C Recommendation "SPARQL 1.1 Service Description")."""
    template = files("amip.serve.sparql").joinpath("service.ttl.template").read_text("utf-8")
    turtle = Template(template).substitute(endpoint=str(request.url.replace(query="")))
    triples = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    form = pyoxigraph.RdfFormat.from_media_type(media)
    content = pyoxigraph.serialize((quad.triple for quad in triples), format=form)
    return Response(content, media_type=media, headers={"Vary": "Accept"})
