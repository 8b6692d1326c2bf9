"""The web application: the endpoint, and what every response has in common."""

from __future__ import annotations

from types import MappingProxyType

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amip.serve.endpoint import PATH, make_route
from amip.serve.engine import Engine

HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
)
"""Headers of every response: it is data, and nothing in it is to be run."""


def make_app(engine: Engine, version: str) -> Starlette:
    """Make the application over an engine that has started.

    `version` names the state of the graph; the tags of answers (ETag) change with it.
    """

    async def lead_to_endpoint(_: object) -> RedirectResponse:
        return RedirectResponse(PATH)

    return Starlette(
        routes=[Route("/", lead_to_endpoint), make_route(engine, version)],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "POST", "HEAD"],
                allow_headers=["*"],
                expose_headers=["ETag"],
            ),
            Middleware(_Protection),
        ],
    )


class _Protection:
    """Middleware that adds the headers of every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_protected)
