"""The engine: queries from many clients, a few at a time, each in a process that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import BinaryIO
from uuid import uuid4

from amip.errors import InputError
from amip.serve.engine.children import ENDURANCE
from amip.serve.engine.job import Ending, Job, Limits, Outcome
from amip.serve.engine.shelf import Shelf
from amip.serve.engine.worker import GREEDY, LONG, PACKET, WRONG

_ROOM = 32 << 20
_MARGIN = 5
_MOMENT = 0.01
_PAUSE = 2
"""Seconds after which a graph that could not be loaded again is tried once more."""
_EACH = 1 << 10
"""What keeping an answer takes beside its text."""

_SIGNALS = {
    signal.SIGALRM: Ending.LATE,
    signal.SIGXCPU: Ending.LATE,
    signal.SIGXFSZ: Ending.LARGE,
    signal.SIGABRT: Ending.GREEDY,
    signal.SIGUSR1: Ending.CROWDED,
    signal.SIGSEGV: Ending.GREEDY,
}
_EXITS = {0: Ending.DONE, WRONG: Ending.WRONG, GREEDY: Ending.GREEDY, LONG: Ending.LONG}


@dataclass(slots=True)
class Turns:
    """Turns at `slots` places: the clients that wait take them one after the other.

    One client never holds all places while there are two or more.
    """

    slots: int
    held: dict[str, int] = field(default_factory=dict)
    waiting: OrderedDict[str, deque[asyncio.Future[None]]] = field(default_factory=OrderedDict)

    async def take(self, client: str) -> None:
        """Wait for a turn."""
        turn = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(client, deque()).append(turn)
        self._call()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(client)
            raise

    def give(self, client: str) -> None:
        """Give a turn back."""
        self.held[client] -= 1
        if not self.held[client]:
            del self.held[client]
        self._call()

    def _call(self) -> None:
        share = max(1, self.slots - 1)
        for client in list(self.waiting):
            queue = self.waiting[client]
            while queue and queue[0].cancelled():
                queue.popleft()
            if not queue:
                del self.waiting[client]
            elif sum(self.held.values()) < self.slots and self.held.get(client, 0) < share:
                self.held[client] = self.held.get(client, 0) + 1
                queue.popleft().set_result(None)
                self.waiting.move_to_end(client)


class Engine:
    """A graph that answers queries in processes of their own.

    `sources` are what `amip.open` takes: nothing for the programmes of the package, or a dataset
    folder, programme folder or RDF file and more files. `slots` is how many run at a time.
    """

    loop: asyncio.AbstractEventLoop
    """The loop that the engine runs in, once it has started."""

    def __init__(
        self, sources: Sequence[str] = (), limits: Limits | None = None, slots: int | None = None
    ) -> None:
        """Prepare an engine; `start` brings it up."""
        self.limits = limits or Limits()
        self.triples = 0
        self.state = ""
        self._sources = tuple(sources)
        self._turns = Turns(slots or max(2, 2 * (os.cpu_count() or 1)))
        self._pending: dict[str, _Order] = {}
        self._answers = Shelf[Outcome](_ROOM)
        self._restart: asyncio.Task[None] | None = None
        self._again = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None

    @property
    def process(self) -> int:
        """The process id of the nursery, 0 before the start."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Load the graph; raises `InputError` when that fails.

        A nursery that has died is replaced, but not by one with another graph: what was made of
        the old one is kept in many places.
        """
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            start = "from amip.serve.engine.nursery import main; main()"
            command = [sys.executable, "-c", start, str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603
                [*command, *self._sources],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Ctrl+C is for the server, which then ends this process.
                process_group=0,
            )
        ours.setblocking(False)
        self.loop = asyncio.get_running_loop()
        packet = await self.loop.sock_recv(ours, 16 * PACKET)
        news = json.loads(packet or b"{}")
        if "triples" not in news:
            ours.close()
            await asyncio.to_thread(self._process.wait)
            if "error" in news:
                raise InputError.unpack(news["error"], self._sources)
            raise InputError("the graph could not be loaded", subject=self._sources)
        if self.state not in {"", news["state"]}:
            ours.close()
            raise InputError("the data has changed since the start", subject=self._sources)
        self.triples, self.state = news["triples"], news["state"]
        self._link = ours
        self.loop.add_reader(ours, self._hear)

    async def stop(self) -> None:
        """End the nursery and all that it has begun."""
        self._hang_up()
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def run(self, job: Job, client: str) -> Outcome:
        """Answer a query for a client, after those of others who came before.

        A query that was lost with the process that ran it is asked once more.
        """
        key = hashlib.sha256(job.pack()).hexdigest()
        if kept := self._answers.get(key):
            return kept
        outcome = await self._run(job, client)
        if outcome.ending is Ending.LOST:
            outcome = await self._run(job, client)
        if outcome.ending is Ending.DONE and not job.is_fleeting:
            self._answers.put(key, outcome, len(outcome.body) + _EACH)
        return outcome

    async def _run(self, job: Job, client: str) -> Outcome:
        try:
            await self._bring_up()
        except InputError as error:
            return Outcome(Ending.DOWN, text=error.message)
        await self._turns.take(client)
        name = uuid4().hex
        order = _Order(self.loop.create_future(), partial(self._turns.give, client))
        self._pending[name] = order
        try:
            with _make_file("job") as packed, _make_file("answer") as answer:
                packed.write(job.pack())
                packed.flush()
                told = {"job": name, "client": client, "limits": asdict(self.limits)}
                async with asyncio.timeout(ENDURANCE * self.limits.seconds + _MARGIN):
                    await self._send(told, packed, answer)
                    return _read(await order.ended, answer)
        except TimeoutError:
            # Nothing runs that long, so the nursery itself has come to a standstill.
            if self._process is not None:
                self._process.kill()
            self._hang_up()
            return Outcome(Ending.LOST)
        except (OSError, ConnectionError) as error:
            return Outcome(Ending.LOST, text=str(error))
        except asyncio.CancelledError:
            with contextlib.suppress(OSError):
                await self._send({"kill": name})
            raise
        finally:
            del self._pending[name]
            order.give_turn()

    async def _bring_up(self) -> None:
        """Start the nursery again if it is gone: once for all who ask, whoever of them leaves."""
        if self._link is not None:
            return
        if self._restart is None or (self._restart.done() and self.loop.time() >= self._again):
            self._restart = asyncio.ensure_future(self.start())
            self._restart.add_done_callback(self._look_back)
        await asyncio.shield(self._restart)

    def _look_back(self, restart: asyncio.Task[None]) -> None:
        failed = not restart.cancelled() and restart.exception() is not None
        self._again = self.loop.time() + _PAUSE if failed else 0.0

    async def _send(self, order: Mapping[str, object], *files: BinaryIO) -> None:
        """Send a packet to the nursery, which has to catch up first when many come at once."""
        packet = json.dumps(order).encode()
        while self._link is not None:
            with contextlib.suppress(BlockingIOError):
                socket.send_fds(self._link, [packet], [file.fileno() for file in files])
                return
            await asyncio.sleep(_MOMENT)
        raise ConnectionError("the engine has stopped")

    def _hear(self) -> None:
        if self._link is None:
            return
        packet = b""
        with contextlib.suppress(OSError):
            packet = self._link.recv(PACKET)
        if not packet:
            self._hang_up()
            return
        news = json.loads(packet)
        order = self._pending.get(news.get("slow") or news["job"])
        if order is None or order.ended.done():
            return
        if "slow" in news:
            order.give_turn()
        else:
            order.ended.set_result(news["status"])

    def _hang_up(self) -> None:
        """Let go of the nursery; the next query starts another."""
        if self._link is not None:
            self.loop.remove_reader(self._link)
            self._link.close()
            self._link = None
        for order in self._pending.values():
            if not order.ended.done():
                order.ended.set_exception(ConnectionError("the engine was restarted"))


@dataclass(slots=True)
class _Order:
    """A query that is at work: what will tell its end, and how to give its turn back."""

    ended: asyncio.Future[int]
    give: Callable[[], None] | None

    def give_turn(self) -> None:
        """Give the turn back, once."""
        give, self.give = self.give, None
        if give is not None:
            give()


def _make_file(name: str) -> BinaryIO:
    """Make a file that is in memory only, so that a full disk stops no query."""
    return os.fdopen(os.memfd_create(name), "w+b")


def _read(status: int, answer: BinaryIO) -> Outcome:
    if os.WIFSIGNALED(status):
        ending = _SIGNALS.get(signal.Signals(os.WTERMSIG(status)), Ending.LOST)
        return Outcome(ending)
    ending = _EXITS.get(os.WEXITSTATUS(status), Ending.LOST)
    answer.seek(0)
    content = answer.read()
    if ending is Ending.DONE:
        media, _, body = content.partition(b"\n")
        return Outcome(ending, body, media.decode())
    return Outcome(ending, text=content.decode("utf-8", "replace"))
