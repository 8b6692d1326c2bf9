"""The nursery: a process that holds the graph and forks one child for every query.

pyoxigraph cannot stop a query, so whatever runs one has to be a process that can be killed. A
fork shares the graph's memory, takes some milliseconds and leaves nothing behind. The child has
no sockets and no new files (`RLIMIT_NOFILE`), so `SERVICE` leads nowhere, unless its job was
admitted to other endpoints (`federation`); time, memory and the size of the answer end it by
signal. How children share the processor says `children`. The server talks to the nursery over a
socket of packets: a packet with two files (the job, and where the answer goes) starts a child,
`kill` stops one, and packets come back when one has become slow or has ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import resource
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pyoxigraph

from amip.errors import AmipError
from amip.serve.children import Children
from amip.serve.job import Job, Limits
from amip.serve.protocol import RESULTS

PACKET = 4096
WRONG, GREEDY, LONG = 3, 4, 5
"""Exit codes: no SPARQL, or it fails as it is run; too much memory; too many rows."""
_TICK = 0.05
_FILES = 32
"""Files and sockets of a query that may ask other endpoints."""
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Nursery:
    """The graph, the socket to the server and the children that are at work."""

    store: pyoxigraph.Store
    link: socket.socket
    children: Children = field(default_factory=Children)

    def serve(self) -> None:
        """Take packets until the server goes away; then take the children along."""
        waker, awake = socket.socketpair()
        for end in (waker, awake):
            end.setblocking(False)
        signal.set_wakeup_fd(awake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self.link, selectors.EVENT_READ)
            selector.register(waker, selectors.EVENT_READ)
            while True:
                wait = _TICK if self.children.by_pid else None
                ready = {key.fileobj for key, _ in selector.select(wait)}
                if waker in ready:
                    with contextlib.suppress(BlockingIOError):
                        waker.recv(PACKET)
                for name, status in self.children.reap():
                    self.tell({"job": name, "status": status})
                for name in self.children.arrange(time.monotonic()):
                    self.tell({"slow": name})
                if self.link in ready and not self.take():
                    break
        for pid in self.children.by_pid:
            os.kill(pid, signal.SIGKILL)

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
        limits = Limits(**order["limits"])
        pid = os.fork()
        if not pid:
            self.link.close()
            run(self.store, files[0], files[1], limits)
        for file in files:
            os.close(file)
        self.children.add(pid, order["job"], order["client"], limits.seconds, time.monotonic())
        return True


def run(store: pyoxigraph.Store, source: int, target: int, limits: Limits) -> NoReturn:
    """Run one query in a child and end it: exit code 0, one of those above, or a signal."""
    job = Job.unpack(_read(source))
    _confine(limits, _FILES if job.sockets else 0)
    try:
        media, body = answer(store, job)
        code = LONG if count_rows(media, body) > limits.rows else 0
        _write(target, b"" if code else media.encode() + b"\n" + body)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        _write(target, str(error).encode()[:PACKET])
        code = WRONG
    except MemoryError:
        code = GREEDY
    os._exit(code)


def answer(store: pyoxigraph.Store, job: Job) -> tuple[str, bytes]:
    """Answer a query: media type and text."""
    if job.default_graphs or job.named_graphs:
        result = store.query(
            job.sparql,
            default_graph=[pyoxigraph.NamedNode(iri) for iri in job.default_graphs],
            named_graphs=[pyoxigraph.NamedNode(iri) for iri in job.named_graphs],
        )
    else:
        result = store.query(job.sparql)
    if isinstance(result, pyoxigraph.QueryTriples):
        form = pyoxigraph.RdfFormat.from_media_type(job.graphs)
        return job.graphs, pyoxigraph.serialize(result, format=form) or b""
    table = pyoxigraph.QueryResultsFormat.from_media_type(job.results)
    return job.results, result.serialize(format=table) or b""


def count_rows(media: str, body: bytes) -> int:
    """Count the rows of an answer by what stands between them, 0 for a graph.

    A quote inside a JSON string is escaped, so the mark between two rows is never part of one.

    >>> count_rows("text/tab-separated-values", b"?x\\n1\\n2\\n")
    2
    """
    marks = {
        RESULTS[0]: b'}},{"',
        RESULTS[1]: b"<result>",
        RESULTS[2]: b"\r\n",
        RESULTS[3]: b"\n",
    }
    found = body.count(marks[media]) if media in marks else 0
    return found - 1 if media in RESULTS[2:] else found + (media == RESULTS[0])


def _confine(limits: Limits, files: int) -> None:
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    # A nursery that is killed takes its children along, also those that are parked.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # When the machine runs out of memory, the query is what has to go, not the graph.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for kind, most in (
        (resource.RLIMIT_AS, _held() + limits.memory),
        (resource.RLIMIT_CPU, int(limits.seconds) + 1),
        (resource.RLIMIT_FSIZE, limits.size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, files),
    ):
        resource.setrlimit(kind, (most, most))
    # What Oxigraph prints as it runs out of memory is said to the user in better words.
    os.close(sys.stderr.fileno())


def _held() -> int:
    """Return the address space that the graph takes already, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _read(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    parts = []
    while part := os.read(file, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def count_triples(store: pyoxigraph.Store) -> int:
    """Count the triples of a store; one that stands in several graphs counts once."""
    found = store.query("SELECT (COUNT(*) AS ?number) { ?subject ?property ?object }")
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
        link.send(json.dumps({"error": str(error)[: PACKET // 4], "advice": error.advice}).encode())
        return
    if not isinstance(home, EmbeddedStore):
        return
    news = {"triples": count_triples(home.store), "state": fingerprint(home.store)}
    link.send(json.dumps(news).encode())
    Nursery(home.store, link).serve()
