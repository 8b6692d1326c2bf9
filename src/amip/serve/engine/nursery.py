"""The nursery: a process that holds the graph and forks the workers that run the queries.

pyoxigraph cannot stop a query, so whatever runs one has to be a process that can be killed; what
a worker may do says `worker`, how workers share the processor says `children`. The server talks
to the nursery over a socket of packets: a packet with two files (the job, and where the answer
goes) sets a worker to work, `kill` stops a query, and packets come back when one has become slow
or has ended.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

import pyoxigraph

from amip.errors import AmipError
from amip.serve.engine.children import Children, Pace, reap
from amip.serve.engine.worker import PACKET, work

_TICK = 0.05
_IDLE = 16


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs queries, and the socket to it."""

    pid: int
    link: socket.socket


@dataclass(slots=True)
class Nursery:
    """The graph, the socket to the server, all workers, those at work and those that wait."""

    store: pyoxigraph.Store
    link: socket.socket
    children: Children = field(default_factory=Children)
    workers: dict[int, Worker] = field(default_factory=dict)
    idle: list[Worker] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def serve(self) -> None:
        """Take packets until the server goes away; then take the children along."""
        waker, awake = socket.socketpair()
        for end in (waker, awake):
            end.setblocking(False)
        signal.set_wakeup_fd(awake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with self.selector, contextlib.suppress(ConnectionError):
            self.selector.register(self.link, selectors.EVENT_READ)
            self.selector.register(waker, selectors.EVENT_READ)
            while self.turn(waker):
                pass
        signal.set_wakeup_fd(-1)
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL)

    def turn(self, waker: socket.socket) -> bool:
        """Wait for something to happen and see to it; false when the server has gone."""
        wait = _TICK if self.children.by_pid else None
        ready = {key.fileobj for key, _ in self.selector.select(wait)}
        if waker in ready:
            with contextlib.suppress(BlockingIOError):
                waker.recv(PACKET)
        for worker in [each for each in self.workers.values() if each.link in ready]:
            self.hear(worker)
        for pid, status in reap():
            self.bury(pid, status)
        for name in self.children.arrange(time.monotonic()):
            self.tell({"slow": name})
        return self.link not in ready or self.take()

    def tell(self, news: Mapping[str, object]) -> None:
        """Send a packet to the server."""
        self.link.send(json.dumps(news).encode())

    def take(self) -> bool:
        """Take one packet; false when the server has gone."""
        packet, files, _, _ = socket.recv_fds(self.link, PACKET, 2)
        if not packet:
            return False
        order = json.loads(packet)
        if "kill" in order:
            self.children.kill(order["kill"])
            return True
        limits = order["limits"]
        worker = self.idle.pop() if self.idle else self.fork()
        self.children.add(
            worker.pid, order["job"], order["client"], limits["seconds"], time.monotonic()
        )
        # A worker that has just died is buried, and its job reported as lost.
        with contextlib.suppress(OSError):
            socket.send_fds(worker.link, [json.dumps(limits).encode()], files)
        for file in files:
            os.close(file)
        return True

    def fork(self) -> Worker:
        """Start a worker."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if not pid:
            work(self.store, theirs)
        theirs.close()
        worker = self.workers[pid] = Worker(pid, ours)
        self.selector.register(ours, selectors.EVENT_READ)
        return worker

    def hear(self, worker: Worker) -> None:
        """Hear how a query has ended; let its worker wait for another if it was a quick one."""
        code = b""
        # A worker that was killed before it took its query resets the connection.
        with contextlib.suppress(ConnectionResetError):
            code = worker.link.recv(1)
        if not code:
            self.selector.unregister(worker.link)
            return
        child = self.children.by_pid.pop(worker.pid)
        self.tell({"job": child.name, "status": code[0] << 8})
        if child.pace is Pace.QUICK and len(self.idle) < _IDLE:
            self.idle.append(worker)
        else:
            os.kill(worker.pid, signal.SIGKILL)

    def bury(self, pid: int, status: int) -> None:
        """Forget a worker that has ended, and report the query that it ran."""
        worker = self.workers.pop(pid, None)
        if worker is None:
            return
        with contextlib.suppress(KeyError):
            self.selector.unregister(worker.link)
        worker.link.close()
        if worker in self.idle:
            self.idle.remove(worker)
        child = self.children.by_pid.pop(pid, None)
        if child is not None:
            self.tell({"job": child.name, "status": status})


def count_triples(store: pyoxigraph.Store) -> int:
    """Count the triples of a store; one that stands in several graphs counts once."""
    query = files("amip.serve").joinpath("queries/triples.rq").read_text(encoding="utf-8")
    found = store.query(query)
    return int(next(iter(found))["number"].value)  # type: ignore[arg-type]


def fingerprint(store: pyoxigraph.Store) -> str:
    """Return a hash of the content of a store, whatever its order and the names of blank nodes."""
    content = store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b""
    lines = sorted(re.sub(rb"_:[0-9a-f]+ ", b"_: ", content).splitlines())
    return hashlib.sha256(b"\n".join(lines)).hexdigest()[:12]


def main() -> None:
    """Load the graph named by the arguments, say so, and serve."""
    from amip.query import EmbeddedStore, open_graph

    descriptor, *sources = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    link = socket.socket(fileno=int(descriptor))
    try:
        home = open_graph(*sources).store
    except AmipError as error:
        link.send(json.dumps({"error": error.pack(PACKET // 4)}).encode())
        return
    if not isinstance(home, EmbeddedStore):
        return
    news = {"triples": count_triples(home.store), "state": fingerprint(home.store)}
    link.send(json.dumps(news).encode())
    Nursery(home.store, link).serve()
