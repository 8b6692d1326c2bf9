"""`/sparql`: the SPARQL 1.1 Protocol over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from amip.serve.engine.federation import Host, admit
from amip.serve.engine.job import Ending, Outcome
from amip.serve.engine.protocol import Refusal, choose_media, prefers_page, read_request, refuse
from amip.serve.engine.remote import AnyEngine
from amip.serve.engine.store import CLIENT

PATH = "/sparql"
MAX_BODY = 2 << 20
"""The longest request that is read, in bytes."""
_LOOK = 0.5


def make_route(
    engine: AnyEngine,
    show_editor: Callable[[Request], Awaitable[Response]],
    federation: Sequence[Host] = (),
) -> Route:
    """Make the route of the endpoint; tags of answers (ETag) change with the engine's state.

    A browser that goes there gets the page of `show_editor`.
    Queries may ask the hosts of `federation` with `SERVICE`.
    """

    async def respond(request: Request) -> Response:
        if _wants_page(request):
            return await show_editor(request)
        return await protocol.respond(request)

    protocol = _Endpoint(engine, federation)
    return Route(PATH, respond, methods=["GET", "POST"])


def _wants_page(request: Request) -> bool:
    """Tell whether a person looks here: a browser that has not asked for a format of data."""
    wanted = request.query_params.get("format", "")
    if request.method not in {"GET", "HEAD"} or wanted not in {"", "html"}:
        return False
    return wanted == "html" or prefers_page(request.headers.get("accept", ""))


class _Endpoint:
    """`/sparql`: queries by GET and POST, the service description without one."""

    def __init__(self, engine: AnyEngine, federation: Sequence[Host]) -> None:
        self._engine = engine
        self._federation = federation

    async def respond(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return PlainTextResponse(f"{refusal.reason}\n", refusal.status)
        except ClientDisconnect:
            return Response(status_code=499)

    async def _answer(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        method = "GET" if request.method == "HEAD" else request.method
        job = read_request(
            method,
            request.url.query,
            request.headers.get("content-type", ""),
            await _read_body(request),
            accept,
        )
        if job is None:
            return _describe_service(request, choose_media(accept)[1])
        job = admit(job, self._federation)
        key = hashlib.sha256(self._engine.state.encode() + job.pack()).hexdigest()[:32]
        headers = {"ETag": f'"{key}"', "Vary": "Accept", "Cache-Control": "no-cache"}
        if job.sockets:
            headers = {"Vary": "Accept", "Cache-Control": "no-store"}
        elif headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        outcome = await unless_gone(request, self._engine.run(job, CLIENT.get()))
        if outcome.ending is not Ending.DONE:
            raise refuse(outcome.ending, outcome.text, self._engine.limits)
        return Response(outcome.body, media_type=outcome.media, headers=headers)


async def unless_gone(request: Request, work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Wait for an outcome; stop the work when the client goes away."""
    working = asyncio.ensure_future(work)
    try:
        while not working.done():
            await asyncio.wait([working], timeout=_LOOK)
            if not working.done() and await request.is_disconnected():
                raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()


async def _read_body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise Refusal(413, f"the request is longer than {MAX_BODY >> 20} MiB")
    return body


def _describe_service(request: Request, media: str) -> Response:
    """Describe the service (W3C Recommendation "SPARQL 1.1 Service Description")."""
    import pyoxigraph

    template = Template(
        files("amip.serve.sparql").joinpath("service.ttl.template").read_text("utf-8")
    )
    turtle = template.substitute(endpoint=str(request.url.replace(query="")))
    triples = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    form = pyoxigraph.RdfFormat.from_media_type(media)
    content = pyoxigraph.serialize((quad.triple for quad in triples), format=form)
    return Response(content, media_type=media, headers={"Vary": "Accept"})
