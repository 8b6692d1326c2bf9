"""The door: connections that stand still or are too many are shown out.

uvicorn waits for ever for a request that never comes to its end and for a reader that does not
read, and takes as many connections as the machine has descriptors. Here the head of a request must
be complete some seconds after it has begun, bodies and answers must get on, and when there are too
many connections, the one that has been idle for the longest goes.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 10.0
"""Seconds in which the head of a request has to arrive."""
PAUSE = 20.0
"""Seconds for which the body of a request or an answer may stand still."""
MOST = 4096
"""How many connections there are at most, if the machine allows for that many."""
ROOM = 512 << 20
"""Bytes of answers that may wait to be read, of all connections together."""
_SPARE = 256
_LOOK = 1.0
_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@dataclass(slots=True)
class Porter:
    """Who is inside, those that have said nothing for the longest first; at most `most`."""

    most: int
    inside: OrderedDict[Door, None] = field(default_factory=OrderedDict)

    def let_in(self, door: Door) -> None:
        """Let one more in; when there are too many, the longest idle one goes."""
        self.inside[door] = None
        if len(self.inside) > self.most:
            next(self._choose()).show_out()

    def _choose(self) -> Iterator[Door]:
        for state in (h11.IDLE, h11.SEND_BODY):
            yield from (door for door in self.inside if door.conn.their_state is state)
        yield next(reversed(self.inside))

    async def watch(self) -> None:
        """Look after everybody inside, for ever."""
        while True:
            await asyncio.sleep(_LOOK)
            now = time.monotonic()
            for door in list(self.inside):
                door.look(now)
            self._relieve()

    def _relieve(self) -> None:
        """Show out who keeps us waiting with the longest answers, while these take too much."""
        waiting = sorted(self.inside, key=lambda door: door.left)
        total = sum(door.left for door in waiting)
        while total > ROOM:
            total -= waiting[-1].left
            waiting.pop().show_out()


class Door(H11Protocol):
    """The protocol of uvicorn for one connection, with an end to waiting."""

    left: int
    """Bytes of answers that waited to be read when we looked last."""

    def __init__(self, porter: Porter, **given: Any) -> None:
        """Serve a connection that `porter` looks after; `given` is what uvicorn gives."""
        super().__init__(**given)
        self._porter = porter
        self._silent = True
        self._began = self._moved = time.monotonic()
        self.left = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(transport)
        # asyncio does so only where a socket names its protocol; head and body would wait 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._porter.let_in(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._porter.inside.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client has sent."""
        now = time.monotonic()
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            self._began = now
        self._silent, self._moved = False, now
        if self in self._porter.inside:
            self._porter.inside.move_to_end(self)
        super().data_received(data)

    def look(self, now: float) -> None:
        """Show the client out if it has kept us waiting for too long."""
        left = self.transport.get_write_buffer_size()
        if left != self.left:
            self.left, self._moved = left, now
        state = self.conn.their_state
        begun = state is h11.IDLE and (self._silent or self.conn.trailing_data[0])
        moving = left or (state is h11.SEND_BODY and self.transport.is_reading())
        if begun and not left and now - self._began > HEAD:
            self.transport.write(_TIMEOUT)
            self.transport.close()
        elif moving and now - self._moved > PAUSE:
            self.show_out()

    def show_out(self) -> None:
        """End the connection at once."""
        self._porter.inside.pop(self, None)
        self.transport.abort()


def make_porter() -> Porter:
    """Make a porter for as many connections as this process may have, having asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + _SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    room = wanted if soft == resource.RLIM_INFINITY else soft
    return Porter(max(1, min(MOST, room - _SPARE)))
