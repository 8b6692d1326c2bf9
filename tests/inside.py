"""A site in this process, for tests that need no server of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from amip.serve import AnyEngine, make_app


@contextmanager
def open_site(
    engine: AnyEngine, texts: Path | None = None, names: Collection[str] = (), **given: Any
) -> Iterator[TestClient]:
    """Open a site over an engine, which runs for as long; `given` is for the client."""
    with TestClient(make_app(engine, texts, names), **given) as client:
        assert client.portal is not None
        client.portal.call(engine.start)
        try:
            yield client
        finally:
            client.portal.call(engine.stop)
