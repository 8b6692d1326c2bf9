"""Authority: under which names the site may be asked.

A site that listens on this machine only can still be reached by every page in the reader's
browser: a foreign name that is made to point to 127.0.0.1 (DNS rebinding) would let that page
read what the site shows. Such requests carry the foreign name in `Host` and are refused.

Source: RFC 9110, sections 7.2 (Host) and 15.5.20 (421 Misdirected Request).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from amip.errors import Phrase
from amip.serve.site import choose_language

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""The names of this machine for itself."""
_HOST = re.compile(r"(?P<name>\[[^\]]*\]|[^:]*)(?::[0-9]*)?")


@dataclass(frozen=True, slots=True)
class Authority:
    """Middleware that refuses requests for other `names`; without names all are served."""

    app: ASGIApp
    names: Collection[str] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request for one of the names, refuse any other with 421."""
        if scope["type"] != "http" or not self.names or self._covers(scope):
            await self.app(scope, receive, send)
            return
        reason = Phrase("this site is only for {names}", names=sorted(self.names))
        text = reason.text(choose_language(Request(scope), "en"))
        await PlainTextResponse(f"{text}\n", 421)(scope, receive, send)

    def _covers(self, scope: Scope) -> bool:
        given = Headers(scope=scope).getlist("host")
        return len(given) == 1 and read_name(given[0]) in self.names


def read_name(host: str) -> str:
    """Read the name in a `Host` header, "" when it is none.

    >>> read_name("LOCALHOST:8080"), read_name("[::1]:80"), read_name("localhost:80@x.org")
    ('localhost', '[::1]', '')
    """
    found = _HOST.fullmatch(host.strip().lower())
    return found["name"] if found else ""


def name_site(host: str) -> frozenset[str]:
    """Return the names of a site that listens at a loopback address of this machine."""
    return LOCAL | {f"[{host}]" if ":" in host else host.lower()}
