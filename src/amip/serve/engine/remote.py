"""A SPARQL endpoint elsewhere, asked as if it were the engine of this site."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from amip.errors import InputError, Phrase
from amip.query import RemoteStore, copy_endpoint, find_faults, write_dataset
from amip.serve.engine.engine import Engine, Turns
from amip.serve.engine.job import Ending, Job, Limits, Outcome
from amip.serve.engine.protocol import name_media

_SLOTS = 16
_PART = 1 << 16
_PROLOGUE = re.compile(r"<[^<>\s]*>|#[^\n]*|\bPREFIX\s+[^\s:]*:", re.IGNORECASE)
_FORM = re.compile(r"\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)


class RemoteEngine:
    """An `Engine` whose graph is at a SPARQL 1.1 endpoint.

    The endpoint stops its queries by rules of its own; here they only have a limit of time and
    of size. Its data may change at any time, so there is no `state` and nothing is kept. Not for
    an endpoint that gets SPARQL wrong: see `replace_faulty`.
    """

    state = ""
    triples = 0
    loop: asyncio.AbstractEventLoop

    def __init__(self, endpoint: str, limits: Limits | None = None) -> None:
        """Ask the endpoint at a URL."""
        self.endpoint = endpoint
        self.limits = limits or Limits()
        self._turns = Turns(_SLOTS)
        self._threads = ThreadPoolExecutor(_SLOTS)
        self._graphs: tuple[str, ...] = ()

    async def start(self) -> None:
        """See which graphs the endpoint holds; raises `RemoteError` when it does not answer."""
        self.loop = asyncio.get_running_loop()
        store = RemoteStore(self.endpoint, int(self.limits.seconds) + 1)
        self._graphs = tuple(await asyncio.to_thread(lambda: store.graphs))

    async def stop(self) -> None:
        """Let go of the threads; what still runs in them ends by its limit of time."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, job: Job, client: str) -> Outcome:
        """Pass a query on for a client, after those of others who came before."""
        await self._turns.take(client)
        try:
            return await self.loop.run_in_executor(self._threads, self._pass_on, job)
        finally:
            self._turns.give(client)

    def _pass_on(self, job: Job) -> Outcome:
        request = Request(  # noqa: S310
            self.endpoint,
            urlencode(list(self._fields(job))).encode(),
            {"Accept": job.graphs if makes_graph(job.sparql) else job.results},
        )
        try:
            with urlopen(request, timeout=self.limits.seconds) as response:  # noqa: S310
                body = self._read(response)
                media = response.headers.get_content_type()
        except TimeoutError:
            return Outcome(Ending.LATE)
        except HTTPError as error:
            with error:
                text = error.read(1000).decode(errors="replace")
            return Outcome(Ending.WRONG if error.code == 400 else Ending.FAILED, text=text)
        except (OSError, HTTPException) as error:
            return Outcome(Ending.FAILED, text=str(getattr(error, "reason", error)))
        if len(body) > self.limits.size:
            return Outcome(Ending.LARGE)
        # A page, whatever it says, is no answer; passed on, it would be a page of this site.
        if not name_media(media):
            return Outcome(Ending.FAILED, text=media)
        return Outcome(Ending.DONE, body, name_media(media))

    def _read(self, response: HTTPResponse) -> bytes:
        """Read an answer up to the limit of size; raises `TimeoutError` when it trickles in."""
        end = time.monotonic() + self.limits.seconds
        body = bytearray()
        while len(body) <= self.limits.size and (part := response.read1(_PART)):
            body += part
            if time.monotonic() > end:
                raise TimeoutError
        return bytes(body)

    def _fields(self, job: Job) -> Iterable[tuple[str, str]]:
        yield "query", job.sparql
        asked = job.default_graphs or job.named_graphs
        for graph in job.default_graphs if asked else self._graphs:
            yield "default-graph-uri", graph
        for graph in job.named_graphs if asked else self._graphs:
            yield "named-graph-uri", graph


def makes_graph(sparql: str) -> bool:
    """Tell whether a query is a CONSTRUCT or DESCRIBE, so that the right media type is asked for.

    >>> makes_graph("PREFIX describe: <x:> # construct\\n SELECT * { }")
    False
    """
    bare = _PROLOGUE.sub(" ", sparql)
    form = _FORM.search(bare)
    return form is not None and form[0].upper() in {"CONSTRUCT", "DESCRIBE"}


AnyEngine: TypeAlias = Engine | RemoteEngine
"""What answers the queries of a site."""


def replace_faulty(engine: RemoteEngine, stack: ExitStack) -> tuple[AnyEngine, tuple[Phrase, ...]]:
    """Return an engine that answers as SPARQL 1.1 says, and what the endpoint gets wrong.

    Where that is nothing, it is the engine itself; else one for a copy of the data as it is now,
    in a folder that goes with `stack`. Raises `RemoteError` when the endpoint fails or holds too
    much, and `InputError` when the copy cannot be written.
    """
    store = RemoteStore(engine.endpoint)
    faults = find_faults(store)
    if not faults:
        return engine, ()
    copy = copy_endpoint(store)
    try:
        folder = stack.enter_context(TemporaryDirectory(prefix="amip-"))
        write_dataset(copy, Path(folder))
    except OSError as error:
        raise InputError(
            "the copy of {subject} cannot be written ({problem})",
            subject=engine.endpoint,
            problem=error.strerror,
        ) from error
    return Engine([folder], engine.limits), faults
