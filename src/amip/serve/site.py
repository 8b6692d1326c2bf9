"""The site: what every page has at hand, and how a page becomes a response."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from amip.errors import UsageError
from amip.findings import LANGUAGES
from amip.query import Graph, Rows
from amip.query.ask import fill
from amip.serve.engine.remote import AnyEngine
from amip.serve.engine.shelf import Shelf
from amip.serve.engine.store import EngineStore
from amip.serve.once import Once
from amip.serve.page import render_page

FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_ROOM = 16 << 20


@dataclass
class Site:
    """A graph to show, in an engine; `texts` is the folder of source texts, if there is one.

    Views are plain functions that run in threads, so they may wait for `graph` and `select`.
    """

    engine: AnyEngine
    texts: Path | None = None
    labels: Shelf[tuple[str, str]] = field(default_factory=lambda: Shelf(_ROOM))
    """What things are called, and in which language, as `thing.label` has read it lately."""
    is_edition: bool = False
    """Whether the pages become files, which no server answers for."""

    @property
    def graph(self) -> Graph:
        """The graph to ask canned questions of, which knows the programmes of this state."""
        return self._graphs.get(self.engine.state)

    @cached_property
    def _graphs(self) -> Once[Graph]:
        return Once(lambda _: Graph(self.store))

    @cached_property
    def store(self) -> EngineStore:
        """The engine as a store, for the threads that make pages."""
        return EngineStore(self.engine)

    def select(
        self, name: str, window: tuple[int, int] | None = None, **iris: str | Iterable[str]
    ) -> Rows:
        """Run a query of the pages (`queries/NAME.rq`) with IRIs in its `VALUES ?x { }` blocks.

        `window` is how many rows to skip and how many to take at most.
        """
        query = _read_query(name, iris)
        if window is not None:
            query += f"OFFSET {window[0]:d}\nLIMIT {window[1]:d}\n"
        return self.store.select(query)

    def construct(self, name: str, media: str, **iris: str | Iterable[str]) -> bytes:
        """Run a CONSTRUCT query of the pages; the answer is RDF of that media type."""
        return self.store.construct(_read_query(name, iris), media)

    def show(
        self, request: Request, template: str, context: Mapping[str, object], status: int = 200
    ) -> Response:
        """Make a page from a template in the reader's language."""
        language = choose_language(request)
        text = render_page(template, language, request.url, {"site": self, **context})
        headers = {"Content-Language": language, "Vary": "Accept, Accept-Language"}
        return HTMLResponse(text, status, headers)


def _read_query(name: str, iris: Mapping[str, str | Iterable[str]]) -> str:
    query = _load_query(name)
    for variable, given in iris.items():
        several = [given] if isinstance(given, str) else list(given)
        for iri in several:
            if FORBIDDEN.search(iri):
                raise UsageError("“{subject}” is no IRI", subject=iri)
        query = fill(query, variable, " ".join(f"<{iri}>" for iri in several))
    return query


@cache
def _load_query(name: str) -> str:
    return files("amip.serve").joinpath(f"queries/{name}.rq").read_text(encoding="utf-8")


def choose_language(request: Request, default: str = "de") -> str:
    """Choose the language: `?lang=`, else what the browser prefers, else the default."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    wanted = request.headers.get("accept-language", "")
    tags = [part.partition(";")[0].strip()[:2].lower() for part in wanted.split(",")]
    return next((tag for tag in tags if tag in LANGUAGES), default)
