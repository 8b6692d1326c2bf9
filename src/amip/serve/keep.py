"""Keep pages: what depends only on the request and the data is made once.

Every such response has an entity tag (RFC 9110, section 8.8.3) that changes with the state of
the graph; a browser that shows it again is told that nothing has changed.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from functools import partial

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amip.serve.engine.shelf import Shelf
from amip.version import __version__

ROOM = 64 << 20
"""Bytes of pages that are kept."""
_EACH = 2 << 10
"""What keeping a page takes beside its text."""
_OTHERS = ("/static", "/sparql", "/reconcile")
_ASKED = ("accept", "accept-language", "host")


@dataclass(frozen=True, slots=True)
class _Page:
    start: Message
    body: bytes


@dataclass
class Keep:
    """Middleware that keeps the pages of one `state`; without a state nothing is kept."""

    app: ASGIApp
    state: str
    _pages: Shelf[_Page] = field(default_factory=lambda: Shelf(ROOM))
    _making: dict[str, asyncio.Future[_Page]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, else let the application answer and keep that."""
        key = self._find_key(scope)
        if not key:
            await self.app(scope, receive, send)
            return
        if f'"{key}"' in Headers(scope=scope).get("if-none-match", ""):
            await send(_begin(304, [(b"etag", f'"{key}"'.encode())]))
            await send({"type": "http.response.body", "body": b""})
            return
        page = self._pages.get(key) or await self._make_once(key, scope, receive)
        # Middleware further out adds headers to what it is given, which is not to be kept.
        await send({**page.start, "headers": list(page.start["headers"])})
        await send({"type": "http.response.body", "body": page.body})

    def _find_key(self, scope: Scope) -> str:
        if not self.state or scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return ""
        if scope["path"].startswith(_OTHERS):
            return ""
        headers = Headers(scope=scope)
        zipped = "gzip" in headers.get("accept-encoding", "")
        asked = [headers.get(name, "") for name in _ASKED]
        place = (scope.get("scheme"), scope["path"], scope["query_string"])
        parts = (__version__, self.state, place, zipped, asked)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

    async def _make_once(self, key: str, scope: Scope, receive: Receive) -> _Page:
        """Make a page once for all who ask for it at the same time, be it good or not."""
        making = self._making.get(key)
        if making is None:
            making = asyncio.ensure_future(self._make(key, scope, receive))
            self._making[key] = making
            making.add_done_callback(partial(self._forget, key))
        return await asyncio.shield(making)

    def _forget(self, key: str, making: asyncio.Future[_Page]) -> None:
        del self._making[key]
        # Those who asked may all have gone, and then nobody else hears of a failure.
        if not making.cancelled():
            making.exception()

    async def _make(self, key: str, scope: Scope, receive: Receive) -> _Page:
        """Let the application answer; keep the answer if it is a good one."""
        start = _begin(500, [])
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        await self.app({**scope, "method": "GET"}, receive, collect)
        page = _Page(start, b"".join(parts))
        if start["status"] == 200:
            headers = MutableHeaders(raw=start["headers"])
            headers["ETag"] = f'"{key}"'
            headers["Cache-Control"] = "no-cache"
            self._pages.put(key, page, len(page.body) + _EACH)
        return page


def _begin(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}
