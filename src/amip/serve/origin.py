"""Origins: what the pages of other sites may read in the browser of a reader.

Answers for programs are for everybody's: the SPARQL 1.1 Protocol, the Reconciliation API and
linked data are used from pages of any origin. Pages for people are not, as they may hold more than
the graph: passages of the source texts, and what a check says of a file.

Source: WHATWG Fetch Standard, section "CORS protocol"; W3C "Fetch Metadata Request Headers".
"""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

SHARED = ("/sparql", "/reconcile", "/api/", "/questions/", "/id/", "/code/", "/ns")
"""Where the paths begin of what is for every origin."""
_FOREIGN = frozenset({"cross-site", "same-site"})


class Origins(CORSMiddleware):
    """Middleware that lets pages of every origin read what is `SHARED`, and nothing else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; add to an answer for programs that all may read it."""
        shared = scope["type"] == "http" and scope["path"].startswith(SHARED)
        await (super().__call__ if shared else self.app)(scope, receive, send)


def is_foreign(request: Request) -> bool:
    """Tell whether a browser sends a request on behalf of a page of another site."""
    return request.headers.get("sec-fetch-site") in _FOREIGN
