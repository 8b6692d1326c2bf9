"""A crowd: many clients at once, each on a connection of its own, who check what they get.

They speak HTTP/1.1 over plain streams, because the crowd shares the machine with the server that
it measures, and a client library would take more of it than the server does.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_TIMEOUT = 90.0
_GZIP = 31
ENDS = {"text/html": (b"</html>",), "application/json": (b"}", b"]")}
"""How a whole answer ends, by media type."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for: kind, address and, for a POST, the body."""

    kind: str
    path: str
    accept: str = "text/html"
    language: str = "de"
    body: bytes = b""
    expected: tuple[int, ...] = (200,)

    def write(self, host: str) -> bytes:
        """Write the request as it goes over the wire."""
        lines = [
            f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1",
            f"Host: {host}",
            f"Accept: {self.accept}",
            f"Accept-Language: {self.language}",
            "Accept-Encoding: gzip",
        ]
        if self.body:
            lines += [f"Content-Length: {len(self.body)}", "Content-Type: application/sparql-query"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(slots=True)
class Tally:
    """What a crowd has seen: seconds by kind, and errors by what they were."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    def count(self, kind: str, seconds: float) -> None:
        """Count a good answer."""
        self.seconds.setdefault(kind, []).append(seconds)

    @property
    def all(self) -> list[float]:
        """The seconds of all good answers."""
        return [each for kind in self.seconds.values() for each in kind]


def find_quantile(seconds: list[float], share: float) -> float:
    """Return the seconds within which that share of the answers came, 0 without any.

    >>> find_quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    ordered = sorted(seconds)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else 0.0


class AnswerError(Exception):
    """An answer that is not whole or not what was expected."""


async def visit(
    address: str, wishes: Iterator[Wish], tally: Tally, until: Callable[[], bool], pause: float = 0
) -> None:
    """Ask one wish after the other over one connection, until it is enough."""
    line = _Line(urlsplit(address))
    try:
        while not until():
            wish = next(wishes)
            began = time.perf_counter()
            try:
                async with asyncio.timeout(_TIMEOUT):
                    await line.ask(wish)
            except (OSError, EOFError, AnswerError, TimeoutError) as error:
                tally.errors[f"{wish.kind}: {type(error).__name__} {str(error)[:160]}"] += 1
                await line.close()
            else:
                tally.count(wish.kind, time.perf_counter() - began)
            await asyncio.sleep(pause)
    finally:
        await line.close()


@dataclass(slots=True)
class _Line:
    """The connection of a client, made when it is needed."""

    place: SplitResult
    ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, wish: Wish) -> None:
        """Ask and check the answer; keep the connection if the server does."""
        if self.ends is None:
            assert self.place.port is not None
            self.ends = await asyncio.open_connection(self.place.hostname, self.place.port)
        if not await _ask(wish, self.place.netloc, *self.ends):
            await self.close()

    async def close(self) -> None:
        """Let the connection go."""
        if self.ends is not None:
            writer = self.ends[1]
            self.ends = None
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _ask(
    wish: Wish, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Ask and check the answer; return whether the connection is kept."""
    writer.write(wish.write(host))
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await _read_body(reader, fields)
    body = _unpack(body, fields, wish)
    if status not in wish.expected:
        raise AnswerError(f"{status} {body[:100]!r} {wish.path[:100]}")
    if status == 200:
        _check_whole(body, fields, wish)
    return fields.get("connection") != "close"


async def _read_body(reader: asyncio.StreamReader, fields: dict[str, str]) -> bytes:
    if "content-length" in fields:
        return await reader.readexactly(int(fields["content-length"]))
    if fields.get("transfer-encoding") != "chunked":
        return await reader.read()
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(parts)


def _unpack(body: bytes, fields: dict[str, str], wish: Wish) -> bytes:
    if fields.get("content-encoding") != "gzip":
        return body
    try:
        return zlib.decompress(body, _GZIP)
    except zlib.error as error:
        raise AnswerError(f"broken gzip: {error} {wish.path}") from error


def _check_whole(body: bytes, fields: dict[str, str], wish: Wish) -> None:
    media = fields.get("content-type", "").partition(";")[0].replace("sparql-results+", "")
    if media in ENDS and not body.rstrip().endswith(ENDS[media]):
        raise AnswerError(f"not whole: {body[-40:]!r} {wish.path}")
    if wish.accept.partition(",")[0] != fields.get("content-type", "").partition(";")[0]:
        raise AnswerError(f"not {wish.accept}: {fields.get('content-type')} {wish.path}")


async def gather_crowd(
    address: str,
    clients: int,
    mix: Callable[[int], Iterator[Wish]],
    until: Callable[[], bool],
    pause: float = 0,
) -> Tally:
    """Let so many clients ask what `mix` gives them (by their number), until it is enough."""
    tally = Tally()
    await asyncio.gather(
        *(visit(address, mix(number), tally, until, pause) for number in range(clients))
    )
    return tally
