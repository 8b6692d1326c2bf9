"""A press: the site without a server, in this process, which makes one page after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import unquote

from starlette.types import Message

from amip.errors import UsageError
from amip.query import EmbeddedStore, open_graph
from amip.serve.app import make_app
from amip.serve.edition.pages import make_routes
from amip.serve.engine.engine import Engine
from amip.serve.engine.job import Ending, Job, Outcome
from amip.serve.engine.nursery import count_triples, fingerprint
from amip.serve.engine.worker import answer
from amip.serve.site import Site

R = TypeVar("R")
_HOST = b"localhost"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the site answers: status, media type, where else to look, and the content."""

    status: int
    media: str
    location: str
    body: bytes


class Indoor(Engine):
    """An engine for the pages alone: their queries are known, so none has to be stopped."""

    def __init__(self, sources: Sequence[str] = ()) -> None:
        """Prepare an engine over what `amip.open` takes."""
        super().__init__(sources)
        self.store = EmbeddedStore.load([]).store

    async def start(self) -> None:
        """Load the graph; raises `InputError` when that fails."""
        self.loop = asyncio.get_running_loop()
        home = open_graph(*self._sources).store
        if not isinstance(home, EmbeddedStore):
            raise UsageError(
                "an edition is made of files, not of an endpoint",
                subject=self._sources,
                advice="show an endpoint with: amip serve --endpoint URL",
            )
        self.store = home.store
        self.triples, self.state = count_triples(home.store), fingerprint(home.store)

    async def stop(self) -> None:
        """Nothing is to be stopped."""

    async def run(self, job: Job, client: str) -> Outcome:  # noqa: ARG002
        """Answer a query at once."""
        try:
            media, body = answer(self.store, job)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            return Outcome(Ending.WRONG, text=str(error))
        return Outcome(Ending.DONE, body, media)


class Press:
    """The site over a graph, asked without a network; a context manager."""

    def __init__(self, sources: Sequence[str] = (), texts: Path | None = None) -> None:
        """Load the graph. Raises `InputError` when it cannot be read."""
        self.engine = Indoor(sources)
        with ExitStack() as undo:
            self._runner = undo.enter_context(asyncio.Runner())
            self._runner.run(self.engine.start())
            undo.pop_all()
        self._app = make_app(self.engine, texts, is_edition=True)
        self._site = Site(self.engine, texts, is_edition=True)
        self._app.router.routes[:0] = make_routes(self._site)

    def __enter__(self) -> Press:
        """Return the press."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the press."""
        self._runner.close()

    def fetch(self, url: str) -> Sheet:
        """Return what the site answers at a path with a query."""
        return self._runner.run(self._ask(url))

    def call(self, work: Callable[[Site], R]) -> R:
        """Run `work` on the site in a thread, as a view is."""
        return self._runner.run(asyncio.to_thread(work, self._site))

    async def _ask(self, url: str) -> Sheet:
        """Call the application as a server would (ASGI 3.0)."""
        begin: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
        start: Message = {"status": 500, "headers": []}
        parts: list[bytes] = []

        async def receive() -> Message:
            if not begin:
                await asyncio.Event().wait()
            return begin.pop()

        async def send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                parts.append(message.get("body", b""))

        call = asyncio.ensure_future(self._app(_make_scope(url), receive, send))
        await asyncio.wait([call])
        if call.exception() is not None:
            start = {"status": 500, "headers": []}
        headers = {name.lower(): value.decode("latin-1") for name, value in start["headers"]}
        media = headers.get(b"content-type", "").partition(";")[0]
        return Sheet(start["status"], media, headers.get(b"location", ""), b"".join(parts))


def _make_scope(url: str) -> dict[str, Any]:
    path, _, query = url.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", _HOST), (b"accept", b"text/html,*/*;q=0.5")],
        "client": None,
        "server": None,
    }
