"""The nursery: a process that holds the graph and forks one child for every query.

pyoxigraph cannot stop a query, so whatever runs one has to be a process that can be killed. A
fork shares the graph's memory, takes some milliseconds and leaves nothing behind. The child has
no sockets and no new files (`RLIMIT_NOFILE`), so `SERVICE` leads nowhere; time, memory and the
size of the answer end it by signal. The server talks to the nursery over a socket of packets:
a packet with two files (the job, and where the answer goes) starts a child, `kill` stops one,
and a packet comes back when one has ended.
"""

from __future__ import annotations

import contextlib
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pyoxigraph

from amip.errors import AmipError
from amip.serve.job import Job, Limits
from amip.serve.protocol import RESULTS

PACKET = 4096
WRONG, GREEDY, LONG = 3, 4, 5
"""Exit codes: no SPARQL, or it fails as it is run; too much memory; too many rows."""
_PATIENCE = 0.5
_TICK = 0.25


@dataclass(slots=True)
class Nursery:
    """The graph, the socket to the server and the children that are at work."""

    store: pyoxigraph.Store
    link: socket.socket
    children: dict[int, tuple[str, float]] = field(default_factory=dict)

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
                ready = {key.fileobj for key, _ in selector.select(_TICK)}
                if waker in ready:
                    with contextlib.suppress(BlockingIOError):
                        waker.recv(PACKET)
                self.reap()
                self.calm()
                if self.link in ready and not self.take():
                    break
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)

    def take(self) -> bool:
        """Take one packet; false when the server has gone."""
        packet, files, _, _ = socket.recv_fds(self.link, PACKET, 2)
        if not packet:
            return False
        order = json.loads(packet)
        if "kill" in order:
            for pid, (name, _) in self.children.items():
                if name == order["kill"]:
                    os.kill(pid, signal.SIGKILL)
            return True
        pid = os.fork()
        if not pid:
            self.link.close()
            run(self.store, files[0], files[1], Limits(**order["limits"]))
        for file in files:
            os.close(file)
        self.children[pid] = (order["job"], time.monotonic())
        return True

    def reap(self) -> None:
        """Tell the server of every child that has ended."""
        for pid in list(self.children):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                name, _ = self.children.pop(pid)
                self.link.send(json.dumps({"job": name, "status": status}).encode())

    def calm(self) -> None:
        """Let those that take long yield to those that do not."""
        now = time.monotonic()
        for pid, (_, started) in self.children.items():
            if now - started > _PATIENCE:
                with contextlib.suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, pid, 19)


def run(store: pyoxigraph.Store, source: int, target: int, limits: Limits) -> NoReturn:
    """Run one query in a child and end it: exit code 0, one of those above, or a signal."""
    _confine(limits)
    try:
        job = Job.unpack(_read(source))
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


def _confine(limits: Limits) -> None:
    for number in (signal.SIGALRM, signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    for kind, most in (
        (resource.RLIMIT_AS, _held() + limits.memory),
        (resource.RLIMIT_CPU, int(limits.seconds) + 1),
        (resource.RLIMIT_FSIZE, limits.size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
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
    news = {"triples": len(home.store), "state": fingerprint(home.store)}
    link.send(json.dumps(news).encode())
    Nursery(home.store, link).serve()
