"""A worker: a process forked from the nursery that runs one query after the other.

A fork shares the graph's memory but costs a hundred times what a short query does, so a worker
whose query has ended quickly takes the next one. It has no sockets and no new files: all the
descriptors that `RLIMIT_NOFILE` leaves it are taken, the last two by the files of the query
itself; so `SERVICE` leads nowhere, unless its job was admitted to other endpoints (`federation`).
Time, memory and the size of the answer end it by signal, and it is not used again after a query
that took much memory.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import time
from pathlib import Path
from typing import NoReturn

import pyoxigraph

from amip.serve.engine.job import Job, Limits
from amip.serve.engine.protocol import RESULTS
from amip.serve.parent import end_with_parent

PACKET = 4096
WRONG, GREEDY, LONG = 3, 4, 5
"""Exit codes: no SPARQL, or it fails as it is run; too much memory; too many rows."""
_LINK = 3
_FILES = _LINK + 1 + 2
_SOCKETS = 32
"""Descriptors of a query that may ask other endpoints."""
_GROWTH = 64 << 20


def work(store: pyoxigraph.Store, link: socket.socket) -> NoReturn:
    """Run the queries that come over a socket, each a packet of limits and two files.

    The code of each goes back, while the worker is fit for another one; else it ends with it.
    """
    _confine()
    os.dup2(link.detach(), _LINK)
    os.closerange(_LINK + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _SOCKETS))
    link = socket.socket(fileno=_LINK)
    held = _count_held()
    while True:
        packet, files, _, _ = socket.recv_fds(link, PACKET, 2)
        if not packet:
            os._exit(0)
        limits = Limits(**json.loads(packet))
        _limit(limits, held)
        job = Job.unpack(_read(files[0]))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_SOCKETS if job.sockets else _FILES, _SOCKETS))
        code = _run(store, job, files[1], limits.rows)
        for file in files:
            os.close(file)
        if job.sockets or _count_held() > held + _GROWTH:
            os._exit(code)
        link.send(bytes([code]))


def _run(store: pyoxigraph.Store, job: Job, target: int, rows: int) -> int:
    try:
        media, body = answer(store, job)
        code = LONG if count_rows(media, body) > rows else 0
        _write(target, b"" if code else media.encode() + b"\n" + body)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        _write(target, str(error).encode()[:PACKET])
        code = WRONG
    except MemoryError:
        code = GREEDY
    return code


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


def _confine() -> None:
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    # A nursery that is killed takes its children along, also those that are parked.
    end_with_parent()
    # When the machine runs out of memory, the query is what has to go, not the graph.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    # What Oxigraph prints as it runs out of memory is said to the user in better words.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(_LINK):
        os.dup2(null, descriptor)


def _limit(limits: Limits, held: int) -> None:
    used = int(time.process_time() + limits.seconds) + 1
    for kind, most in (
        (resource.RLIMIT_AS, held + limits.memory),
        (resource.RLIMIT_CPU, used),
        (resource.RLIMIT_FSIZE, limits.size),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(
            kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


def _count_held() -> int:
    """Return the address space that is taken, in bytes."""
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
