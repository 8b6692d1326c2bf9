"""Remote endpoints: the same answers from a real server, and plain words when one fails."""

from __future__ import annotations

import gzip
import http.server
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import amip
from amip.errors import RemoteError, UsageError
from amip.query import Graph, RemoteStore
from samples import ROOT, TESTS

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
NAMES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
VALUES = (TESTS / "queries" / "values.rq").read_text(encoding="utf-8")
START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 20):
        assert server.poll() is None, "the server has stopped"
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{url} did not answer")


@pytest.fixture(scope="module", params=["named graphs", "union of graphs"])
def endpoint(request: pytest.FixtureRequest, dataset: amip.Dataset) -> Iterator[str]:
    """An Oxigraph server with the dataset: the default graph empty, or the union of all."""
    address = f"127.0.0.1:{free_port()}"
    options = ["--union-default-graph"] if request.param == "union of graphs" else []
    server = subprocess.Popen(
        [OXIGRAPH, "serve", "--bind", address, *options], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://{address}", server)
        load = urllib.request.Request(
            f"http://{address}/store",
            gzip.decompress((dataset.folder / "amip.nq.gz").read_bytes()),
            {"Content-Type": "application/n-quads"},
            method="POST",
        )
        urllib.request.urlopen(load, timeout=60).close()
        yield f"http://{address}/query"
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.mark.parametrize("name", NAMES)
def test_questions_are_answered_alike(name: str, endpoint: str, graph: amip.Graph) -> None:
    here, there = (each.answer(name) for each in (graph, amip.open(endpoint)))
    assert here == there
    pd.testing.assert_frame_equal(here.to_frame(), there.to_frame())


def test_programmes_and_parameters(endpoint: str, graph: amip.Graph) -> None:
    remote = amip.open(endpoint)
    assert remote.programmes == graph.programmes
    here, there = (
        each.ask("programmes-using-instrument", instrument="FbW") for each in (graph, remote)
    )
    pd.testing.assert_frame_equal(here, there)


def test_own_queries(endpoint: str, graph: amip.Graph) -> None:
    here, there = (each.select(VALUES).to_frame() for each in (graph, amip.open(endpoint)))
    pd.testing.assert_frame_equal(here, there)


@pytest.mark.parametrize("word", ["delete", "load", "move", "describe", "ask", "insert data"])
def test_words_in_comments_do_not_matter(word: str, endpoint: str, graph: amip.Graph) -> None:
    query = f"# one\n# {word} <x>\n# three\n{VALUES} LIMIT 3"
    assert amip.open(endpoint).select(query).rows == graph.select(query).rows


def test_nothing_can_be_changed_at_an_endpoint(endpoint: str) -> None:
    update = (TESTS / "queries" / "update.rq").read_text(encoding="utf-8")
    before = amip.open(endpoint).programmes
    with pytest.raises(UsageError):
        amip.open(endpoint).select(update)
    assert amip.open(endpoint).programmes == before


@pytest.mark.parametrize(("name", "words"), [("broken", "syntax"), ("ask", "not a SELECT")])
def test_wrong_queries_are_the_users_mistake(name: str, words: str, endpoint: str) -> None:
    query = (TESTS / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        amip.open(endpoint).select(query)


def test_an_endpoint_that_is_down() -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    with pytest.raises(RemoteError) as caught:
        amip.open(url).programmes  # noqa: B018
    assert url in str(caught.value)
    assert caught.value.subject == url
    assert caught.value.advice


class Misbehaving(http.server.BaseHTTPRequestHandler):
    """A server that is no SPARQL endpoint: the path says what it does instead."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        match self.path:
            case "/status-500" | "/status-403" | "/status-404":
                self.send_error(int(self.path[-3:]))
            case "/page":
                self.answer("text/html", b"<html>Welcome</html>")
            case "/not-json":
                self.answer("application/sparql-results+json", b"<html>Welcome</html>")
            case "/other-json":
                self.answer("application/json", b'{"hello": "world"}')
            case "/cut":
                self.answer("application/sparql-results+json", b'{"head": {"va', missing=1000)
            case "/slow":
                time.sleep(3)
            case "/garbage":
                self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    def answer(self, kind: str, content: bytes, missing: int = 0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) + missing))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[Callable[[str], str]]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield lambda path: f"http://127.0.0.1:{server.server_port}/{path}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "path",
    [
        "status-500",
        "status-403",
        "status-404",
        "page",
        "not-json",
        "other-json",
        "cut",
        "slow",
        "garbage",
    ],
)
def test_a_server_that_is_no_endpoint(path: str, misbehaving: Callable[[str], str]) -> None:
    url = misbehaving(path)
    with pytest.raises(RemoteError) as caught:
        Graph(RemoteStore(url, timeout=1)).select(VALUES)
    assert url in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.advice
