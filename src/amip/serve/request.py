"""Requests: what is read of them, within limits, and that they may be given up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")
_LOOK = 0.5
_NUMBER = re.compile(r"[0-9]{1,8}")


async def read_body(request: Request, most: int) -> bytes | None:
    """Read the body of a request; `None` when it is longer than `most` bytes."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return body


def read_number(text: str) -> int | None:
    """Read a whole number from 0 on; `None` for anything else.

    >>> read_number("12"), read_number("-1"), read_number("９")
    (12, None, None)
    """
    return int(text) if _NUMBER.fullmatch(text) else None


async def unless_gone(request: Request, work: Awaitable[T]) -> T:
    """Wait for an outcome; stop the work and raise `ClientDisconnect` when the client goes away."""
    working = asyncio.ensure_future(work)
    try:
        while not working.done():
            await asyncio.wait([working], timeout=_LOOK)
            if not working.done() and await request.is_disconnected():
                raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
