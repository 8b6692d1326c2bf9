"""A site over an endpoint elsewhere: the same pages, and plain words where there is no answer."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

import amip
from amip.serve import AnyEngine, Engine, RemoteEngine, make_app
from samples import TESTS
from test_remote import endpoint, free_port, wait_for  # noqa: F401

PAGES = (
    "/code/AGH",
    "/code/K2.ttl",
    "/id/jobcenter/elbe-elster",
    "/id/programme/harburg-2022-2025",
    "/id/obs/elbe-elster-2022/k2-2022-plan-f",
    "/compare?programme=elbe-elster-2022&programme=ilm-kreis-2024",
    "/questions/integration-rate-targets.csv",
    "/questions/instrument-mix.json",
    "/search?q=Arbeitsgelegenheit",
    "/lists",
)
SIMPLE = PAGES[:5]
"""What asks simple enough queries for any store."""
VIRTUOSO = shutil.which("virtuoso-t")


@contextmanager
def open_client(engine: AnyEngine) -> Iterator[TestClient]:
    with TestClient(make_app(engine), headers={"Accept-Language": "de"}) as client:
        assert client.portal is not None
        client.portal.call(engine.start)
        try:
            yield client
        finally:
            client.portal.call(engine.stop)


@pytest.fixture(scope="module")
def here() -> Iterator[TestClient]:
    with open_client(Engine()) as client:
        yield client


def show(client: TestClient, path: str) -> str:
    """Show what a page says, without the footer, which tells the state of the graph."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.text)
    if path.endswith(".ttl"):
        return "\n".join(sorted(response.text.split()))
    return response.text.partition("<main")[2].partition("</main>")[0] or response.text


def test_pages_over_oxigraph_are_those_over_our_own_graph(
    endpoint: str,  # noqa: F811
    here: TestClient,
) -> None:
    with open_client(RemoteEngine(endpoint)) as there:
        for path in PAGES:
            assert show(there, path) == show(here, path), path


@pytest.fixture(scope="module")
def virtuoso(dataset: amip.Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Virtuoso server with the dataset."""
    if VIRTUOSO is None:
        pytest.skip("no virtuoso-t here (Debian: virtuoso-opensource-7)")
    folder = tmp_path_factory.mktemp("virtuoso")
    packed = (dataset.folder / "amip.nq.gz").read_bytes()
    (folder / "amip.nq").write_bytes(gzip.decompress(packed))
    sql, http = free_port(), free_port()
    settings = (TESTS / "virtuoso" / "virtuoso.ini").read_text(encoding="utf-8")
    (folder / "virtuoso.ini").write_text(
        settings.format(folder=folder, sql=sql, http=http), encoding="utf-8"
    )
    command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{http}/sparql", server)
        load = (TESTS / "virtuoso" / "load.sql").read_text(encoding="utf-8")
        subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba"],
            input=load.format(folder=folder).encode(),
            capture_output=True,
            check=True,
            timeout=120,
        )
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        server.kill()
        server.wait()


def test_pages_over_virtuoso(virtuoso: str, here: TestClient) -> None:
    with open_client(RemoteEngine(virtuoso)) as there:
        for path in SIMPLE:
            assert show(there, path) == show(here, path), path


def test_what_virtuoso_cannot_run_is_said(virtuoso: str) -> None:
    """Virtuoso's compiler gives up on some questions: that is an error, never an empty answer."""
    with open_client(RemoteEngine(virtuoso)) as there:
        response = there.get("/questions/discrepancies-in-print")
        assert response.status_code in {502, 503, 400}
        assert "<table" not in response.text


@pytest.mark.parametrize("path", ["/", "/questions/instrument-mix", "/sparql?query=ASK%7B%7D"])
def test_endpoint_that_has_gone_is_said(path: str) -> None:
    """The server behind the site ends while the site is up."""
    engine = RemoteEngine("http://127.0.0.1:9/")
    with TestClient(make_app(engine)) as client:
        assert client.portal is not None
        client.portal.call(remember_loop, engine)
        response = client.get(path)
    assert response.status_code in {502, 503}
    assert "127.0.0.1" in response.text or "refused" in response.text


async def remember_loop(engine: RemoteEngine) -> None:
    engine.loop = asyncio.get_running_loop()
