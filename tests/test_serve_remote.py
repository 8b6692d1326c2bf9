"""A site over an endpoint elsewhere: the same pages, and plain words where there is no answer."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.server
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import httpx2
import pytest
from pyoxigraph import Quad, RdfFormat, Store
from starlette.testclient import TestClient

import amip
from amip.errors import RemoteError
from amip.query import EmbeddedStore, RemoteStore, copy_endpoint, find_faults, find_question
from amip.query.answer import write_csv
from amip.serve import AnyEngine, Engine, Limits, RemoteEngine, make_app, replace_faulty
from inside import open_site
from samples import TESTS
from terminal import AMIP, run
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
ANSWERS = sorted(path.stem for path in (TESTS / "answers").glob("*.csv"))
OWN = TESTS / "queries" / "values.rq"
FAULTS = [
    "a missing value counts as an empty text",
    "a condition on a missing value counts as false",
    "a number that cannot be computed counts as stated",
]
VIRTUOSO = shutil.which("virtuoso-t")


def open_client(engine: AnyEngine) -> AbstractContextManager[TestClient]:
    return open_site(engine, headers={"Accept-Language": "de"})


@pytest.fixture(scope="module")
def here() -> Iterator[TestClient]:
    with open_client(Engine()) as client:
        yield client


def show(client: httpx2.Client, path: str) -> str:
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


def test_what_may_change_at_any_time_is_not_kept(endpoint: str) -> None:  # noqa: F811
    with open_client(RemoteEngine(endpoint)) as there:
        for path in ("/code/AGH", "/sparql?query=ASK%7B%7D"):
            answer = there.get(path, headers={"Accept": "*/*"})
            assert answer.status_code == 200
            assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


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


@pytest.fixture(scope="module")
def copied(virtuoso: str) -> amip.Graph:
    return amip.open(virtuoso)


def test_trial_finds_nothing_at_oxigraph(endpoint: str) -> None:  # noqa: F811
    assert find_faults(RemoteStore(endpoint)) == ()
    engine = RemoteEngine(endpoint)
    with ExitStack() as stack:
        assert replace_faulty(engine, stack) == (engine, ())


def test_trial_names_what_virtuoso_gets_wrong(copied: amip.Graph) -> None:
    assert [str(fault) for fault in copied.faults] == FAULTS
    assert all(fault.text("de") != str(fault) for fault in copied.faults)


@pytest.fixture(scope="module")
def quads(dataset: amip.Dataset) -> set[Quad]:
    store = Store()
    packed = (dataset.folder / "amip.nq.gz").read_bytes()
    store.bulk_load(input=gzip.decompress(packed), format=RdfFormat.N_QUADS)
    return set(store)


def test_copy_holds_what_the_endpoint_holds(endpoint: str, quads: set[Quad]) -> None:  # noqa: F811
    assert set(copy_endpoint(RemoteStore(endpoint))) == quads


def test_copy_of_virtuoso_holds_every_literal_as_it_was(
    copied: amip.Graph, quads: set[Quad]
) -> None:
    """Virtuoso cuts answers at 10,000 rows, and has graphs about itself."""
    assert isinstance(copied.home, EmbeddedStore)
    graphs = {quad.graph_name for quad in quads}
    assert {quad for quad in copied.home.store if quad.graph_name in graphs} == quads


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_over_virtuoso_are_as_stored(answer: str, copied: amip.Graph) -> None:
    """Asked directly, most are errors or other rows."""
    name, _, value = answer.partition(".")
    parameters = {find_question(name).parameters[0].name: value} if value else {}
    stored = (TESTS / "answers" / f"{answer}.csv").read_text(encoding="utf-8")
    found = write_csv(copied.answer(name, lang="de", **parameters)).decode()
    assert found.split("\n") == stored.split("\n")


def test_questions_in_the_terminal_say_that_a_copy_is_asked(virtuoso: str) -> None:
    done = run("--lang", "en", "query", "instrument-mix", "-f", "csv", "--endpoint", virtuoso)
    assert done.returncode == 0
    assert (
        f"{virtuoso} answers otherwise than SPARQL 1.1 says ({FAULTS[0]}, " in done.stderr.decode()
    )
    own = run("query", "-q", "-", "--endpoint", virtuoso, given=OWN.read_bytes())
    assert own.returncode == 0, own.stderr
    assert not own.stderr


def test_pages_over_virtuoso_are_those_over_our_own_graph(
    virtuoso: str, here: TestClient, tmp_path: Path
) -> None:
    """The site shows a copy, says so, and leaves nothing behind."""
    server = subprocess.Popen(
        [AMIP, "--lang", "de", "serve", "--endpoint", virtuoso, "--port", "0", "--no-browser"],
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert server.stderr is not None
    with server:
        assert "gefragt wird eine Kopie" in server.stderr.readline().decode()
        address = server.stderr.readline().decode().split()[0]
        with httpx2.Client(
            base_url=address, headers={"Accept-Language": "de"}, timeout=30
        ) as there:
            for path in PAGES:
                assert show(there, path) == show(here, path), path
        server.terminate()
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def counting() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Counting(http.server.BaseHTTPRequestHandler):
    """An endpoint that says how many triples it holds, as the path does, and gives one."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        number = {"type": "literal", "value": self.path[1:]}
        content = {
            "head": {"vars": ["graph", "triples"]},
            "results": {"bindings": [{"triples": number}]},
        }
        kind = self.headers["Accept"]
        one = b"<urn:x-s> <urn:x-p> _:o ." if self.path != "/3" else b"<html>"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode() if "json" in kind else one)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("2", "only 1 of 2 triples came"),
        ("3", "no answer"),
        ("many", "no answer"),
        ("1000001", "too many to copy"),
    ],
)
def test_copy_that_would_not_be_whole_is_refused(number: str, words: str, counting: str) -> None:
    with pytest.raises(RemoteError, match=words) as caught:
        copy_endpoint(RemoteStore(counting + number))
    assert caught.value.subject == counting + number
    assert caught.value.advice


def test_default_graph_is_copied_where_there_is_no_other(counting: str) -> None:
    assert len(copy_endpoint(RemoteStore(f"{counting}1"))) == 1


def test_what_an_endpoint_refuses_is_said(virtuoso: str) -> None:
    """Virtuoso's compiler gives up on this question: that is an error, never an empty answer."""
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


class Talking(http.server.BaseHTTPRequestHandler):
    """An endpoint that answers with a page, or with no result although it says so."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        is_page = self.path == "/page"
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if is_page else self.headers["Accept"])
        self.end_headers()
        self.wfile.write(b"<x-hostile>" if is_page else b'{"head": [], "results": "x-hostile"}')

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.mark.parametrize("answer", ["page", "broken"])
def test_answer_of_an_endpoint_that_is_none_is_said(answer: str) -> None:
    """Least of all is it passed on as a page of this site."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Talking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        engine = RemoteEngine(f"http://127.0.0.1:{server.server_port}/{answer}")
        with TestClient(make_app(engine)) as client:
            assert client.portal is not None
            client.portal.call(remember_loop, engine)
            for path in ("/", "/questions/instrument-mix", "/code/AGH"):
                response = client.get(path, headers={"Accept": "text/html"})
                assert response.status_code == 503, path
                assert "x-hostile" not in response.text
            given = client.get("/sparql?query=ASK%7B%7D")
            assert given.status_code == (502 if answer == "page" else 200)
            assert not given.headers["content-type"].startswith("text/html")
        server.shutdown()


class Trickling(http.server.BaseHTTPRequestHandler):
    """An endpoint that answers one byte at a time, and never comes to an end."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", self.headers["Accept"])
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b" ")
                time.sleep(0.05)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


def test_answer_that_trickles_in_is_given_up() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trickling) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        engine = RemoteEngine(f"http://127.0.0.1:{server.server_port}/", Limits(seconds=0.5))
        with TestClient(make_app(engine)) as client:
            assert client.portal is not None
            client.portal.call(remember_loop, engine)
            response = client.get("/sparql?query=ASK%7B%7D")
        server.shutdown()
    assert response.status_code == 503
    assert "0.5 seconds" in response.text
