"""The engine as a store to ask questions of, from the threads that make pages."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

from amip.errors import RemoteError, UsageError
from amip.query import Rows, read_results
from amip.serve.engine.job import Ending, Job
from amip.serve.engine.protocol import refuse
from amip.serve.engine.remote import AnyEngine

CLIENT: ContextVar[str] = ContextVar("CLIENT", default="")
"""The client for whom a page is made: clients take turns at the engine."""


def name_client(host: str, port: int) -> str:
    """Name who asks: a machine, and on this machine a connection.

    >>> name_client("192.0.2.7", 50000), name_client("127.0.0.1", 50000)
    ('192.0.2.7', '127.0.0.1:50000')
    """
    return f"{host}:{port}" if host in {"127.0.0.1", "::1"} else host


class EngineStore:
    """A `Store` whose queries run in the engine; to be asked from any thread but its own."""

    def __init__(self, engine: AnyEngine) -> None:
        """Ask `engine`, which runs in a loop of another thread."""
        self._engine = engine

    def select(self, query: str) -> Rows:
        """Run a SELECT query.

        Raises `UsageError` for a query that cannot be run, and `RemoteError` when it is stopped.
        """
        job = Job(query)
        try:
            return read_results(self._run(job))
        except ValueError as error:
            reason = refuse(Ending.FAILED, str(error), self._engine.limits).reason
            raise RemoteError(reason, subject=query) from error

    def construct(self, query: str, media: str) -> bytes:
        """Run a CONSTRUCT or DESCRIBE query: RDF of that media type. Raises as `select` does."""
        return self._run(Job(query, graphs=media))

    def _run(self, job: Job) -> bytes:
        work = self._engine.run(job, CLIENT.get())
        outcome = asyncio.run_coroutine_threadsafe(work, self._engine.loop).result()
        if outcome.ending is Ending.DONE:
            return outcome.body
        reason = refuse(outcome.ending, outcome.text, self._engine.limits).reason
        if outcome.ending is Ending.WRONG:
            raise UsageError(reason, subject=job.sparql)
        raise RemoteError(reason, subject=job.sparql)
