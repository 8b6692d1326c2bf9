"""The web application: its routes, and what every response has in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amip.errors import AmipError, InputError, UsageError
from amip.serve.authority import Authority
from amip.serve.engine.federation import Host
from amip.serve.engine.remote import AnyEngine
from amip.serve.engine.store import CLIENT, name_client
from amip.serve.keep import Keep
from amip.serve.origin import Origins
from amip.serve.routes import VIEWS
from amip.serve.site import Site, choose_language
from amip.serve.sparql import endpoint
from amip.serve.views.sparql import make_editor

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""The Content Security Policy: nothing from elsewhere, no inline script or style."""
HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
)


def make_app(
    engine: AnyEngine,
    texts: Path | None = None,
    names: Collection[str] = (),
    federation: Sequence[Host] = (),
    *,
    is_edition: bool = False,
) -> Starlette:
    """Make the application over an engine that has started: pages, endpoint and static files.

    `texts` is a folder with the texts of the programmes, of which a trace shows the passage.
    `names` are the only ones under which the site may be asked, if there are any; `federation` are
    the hosts that queries may ask with `SERVICE`. Pages of an edition say what needs a server.
    """
    site = Site(engine, texts, is_edition=is_edition)

    excuse = partial(_excuse, site)
    return Starlette(
        routes=_make_routes(site, federation),
        middleware=[
            Middleware(_Envelope),
            Middleware(Authority, names=names),
            Middleware(
                Origins,
                allow_origins=["*"],
                allow_methods=["GET", "POST", "HEAD"],
                allow_headers=["*"],
                expose_headers=["ETag"],
            ),
            Middleware(Keep, state=engine.state),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        exception_handlers={
            **dict.fromkeys((HTTPException, AmipError, Exception), excuse),
            ClientDisconnect: _end_quietly,
        },
    )


def _make_routes(site: Site, federation: Sequence[Host]) -> list[BaseRoute]:
    routes: list[BaseRoute] = [endpoint.make_route(site.engine, make_editor(site), federation)]
    for view in VIEWS:
        routes += view(site)
    folder = str(files("amip.serve").joinpath("static"))
    return [*routes, Mount("/static", StaticFiles(directory=folder))]


@dataclass(frozen=True, slots=True)
class _Envelope:
    """Middleware: the headers of every response, and for whom it is made."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] == "http" and scope.get("client"):
            CLIENT.set(name_client(*scope["client"]))
        await self.app(scope, receive, send_protected)


async def _excuse(site: Site, request: Request, error: Exception) -> Response:
    """Say what went wrong on a page: 404 for what is not there, 400 for wrong use."""
    reason = advice = ""
    match error:
        case HTTPException():
            status = error.status_code
        case AmipError():
            status = 400 if isinstance(error, UsageError | InputError) else 503
            language = choose_language(request)
            reason, advice = error.text(language), error.help(language)
        case _:
            status, reason = 500, type(error).__name__
    context = {"status": status, "reason": reason, "advice": advice}
    response = site.show(request, "error.html", context, status)
    # A failure (500) is answered outside of all middleware.
    response.headers.update({**(getattr(error, "headers", None) or {}), **HEADERS})
    return response


async def _end_quietly(_request: Request, _error: Exception) -> Response:
    """Answer nobody: the client has gone. The status is one that only a log would show."""
    return Response(status_code=499)
