"""`--allow-federation`: which queries may ask whom, and that all others ask nobody."""

from __future__ import annotations

import contextlib
import http.server
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import httpx2
import pyoxigraph
import pytest

from amip.errors import UsageError
from amip.serve.engine.federation import admit, read_host
from amip.serve.engine.job import Job
from amip.serve.engine.protocol import Refusal
from samples import MINIMAL, ROOT
from served import Served, serve
from terminal import run
from test_federation import serve as serve_triples

ALLOWED = (read_host("localhost:7879"), read_host("query.wikidata.org"), read_host("[::1]:80"))
GOOD = "http://localhost:7879/query"
TRIPLES = b'<http://there/a> <http://there/p> "from there" .\n'

MAY_ASK = [
    f"SELECT * {{ SERVICE <{GOOD}> {{ ?s ?p ?o }} }}",
    f"select * {{ service silent <{GOOD}> {{ ?s ?p ?o }} }}",
    f"SELECT*{{SERVICE<{GOOD}>{{?s ?p ?o}}}}",
    f"# SERVICE in a comment\n  # service <http://evil/>\nASK {{ SERVICE <{GOOD}> {{}} }}",
    "ASK { SERVICE <https://query.wikidata.org/sparql> {} }",
    "ASK { SERVICE <HTTPS://Query.Wikidata.ORG:443/sparql?a=b&c=%20> {} }",
    "ASK { SERVICE <http://[::1]/> {} }",
    f"ASK {{ SERVICE <{GOOD}> {{}} SERVICE <http://query.wikidata.org/> {{}} }}",
    f"ASK {{ SERVICE <{GOOD}> {{ <http://x/service> ?p ?o }} }}",
]
MUST_NOT_ASK = [
    "ASK { SERVICE <http://evil.example/> {} }",
    "ASK { SERVICE <http://localhost/query> {} }",
    "ASK { SERVICE <http://localhost:78790/query> {} }",
    "ASK { SERVICE <http://query.wikidata.org:7879/> {} }",
    "ASK { SERVICE <https://query.wikidata.org.evil.example/> {} }",
    "ASK { SERVICE <https://query.wikidata.org@evil.example/> {} }",
    "ASK { SERVICE <https://query.wikidata.org:x@evil.example/> {} }",
    "ASK { SERVICE <https://evil.example\\@query.wikidata.org/> {} }",
    "ASK { SERVICE <https:query.wikidata.org> {} }",
    "ASK { SERVICE <https:///query.wikidata.org/> {} }",
    "ASK { SERVICE <file:///etc/passwd> {} }",
    "BASE <http://evil.example/> ASK { SERVICE <sparql> {} }",
    "ASK { SERVICE ?where {} }",
    "ASK { SERVICE SILENT $where {} }",
    f"ASK {{ BIND(<{GOOD}> AS ?where) SERVICE ?where {{}} }}",
    f"PREFIX a: <{GOOD}> ASK {{ SERVICE a: {{}} }}",
    "PREFIX a: <http://evil.example/> ASK { SERVICE a:x {} }",
    f"ASK {{ SERVICE <{GOOD}> {{ SERVICE <http://evil.example/> {{}} }} }}",
    f"ASK {{ SERVICE <{GOOD}> {{}} SERVICE ?where {{}} }}",
    f"PREFIX a: <http://evil.example/> ASK {{ SERVICE <{GOOD}> {{}} SERVICE a:x {{}} }}",
    f"ASK {{ SERVICE <{GOOD}> {{}} \\u0053ERVICE <http://evil.example/> {{}} }}",
    f"ASK {{ SERVICE <{GOOD}> {{}} ?s ?p <http://\\u0061/> }}",
    # The `<` of a comparison, read as the beginning of an IRI, would hide what follows.
    f"ASK {{ SERVICE <{GOOD}> {{ FILTER(?a<5)SERVICE#>\n<http://evil.example/>{{}} }} }}",
    f"ASK {{ SERVICE <{GOOD}> {{}} FILTER('<http://a'='')SERVICE#>\n<http://evil.example/> {{}} }}",
    # A long string ends in a line that looks like a comment.
    f'ASK {{ SERVICE <{GOOD}> {{}} ?s ?p """\n# """ . SERVICE <http://evil.example/> {{}} }}',
    f"ASK {{ SERVICE <{GOOD}> {{}} SERVICE # comment\n<http://evil.example/> {{}} }}",
    f"ASK {{ SERVICE <{GOOD}> {{}} SERVICE # comment\r<http://evil.example/> {{}} }}",
]
ASKS_NOBODY = [
    "ASK { ?service ?p ?o }",
    "SELECT * { ?s ?p 'service' } # SERVICE",
    "# SERVICE <http://evil.example/>\nASK { <http://x/service> ?p ?o }",
    "ASK {}",
]


@pytest.mark.parametrize("query", MAY_ASK)
def test_what_asks_allowed_hosts_only_is_admitted(query: str) -> None:
    admitted = admit(Job(query), ALLOWED)
    assert admitted.sockets
    bare = re.sub(r"(?m)^\s*#.*$", "", query)
    assert admitted.sparql.split() == bare.split()


@pytest.mark.parametrize("query", MUST_NOT_ASK)
def test_what_might_ask_others_is_refused(query: str) -> None:
    with pytest.raises(Refusal, match="localhost:7879") as refused:
        admit(Job(query), ALLOWED)
    assert refused.value.status == 403


@pytest.mark.parametrize("query", ASKS_NOBODY)
def test_what_asks_nobody_stays_as_it_is(query: str) -> None:
    assert admit(Job(query), ALLOWED) == Job(query)


@pytest.mark.parametrize("query", [*MAY_ASK, *MUST_NOT_ASK])
def test_without_the_option_nobody_is_asked(query: str) -> None:
    assert admit(Job(query), ()) == Job(query)


@pytest.mark.parametrize("part", ["service.", "service ", "<http://service.", "service<http://x."])
def test_long_texts_are_read_in_no_time(part: str) -> None:
    began = time.monotonic()
    with contextlib.suppress(Refusal):
        admit(Job(part * 200_000), ALLOWED)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "examples").glob("*.rq")))
def test_examples_are_admitted(path: Path) -> None:
    assert admit(Job(path.read_text(encoding="utf-8")), ALLOWED).sockets


@pytest.mark.parametrize(
    "text", ["", "http://x.org", "x.org/", "a@b", "x:y", "x:123456", "*", "ſ.org"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no host"):
        read_host(text)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with serve_triples(TRIPLES) as endpoint:
        yield endpoint


class Redirect(http.server.BaseHTTPRequestHandler):
    """Sends everybody to the address in `target`."""

    target = ""
    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        type(self).asked.append(self.path)
        self.send_response(307)
        self.send_header("Location", type(self).target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def redirect(target: str) -> Iterator[str]:
    Redirect.target = target
    Redirect.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def federated(*endpoints: str) -> Iterator[Served]:
    options = []
    for each in endpoints:
        options += ["--allow-federation", httpx2.URL(each).netloc.decode()]
    with serve("--data", str(MINIMAL), *options) as served:
        yield served


def test_allowed_endpoint_answers_and_others_are_not_asked(endpoint: str) -> None:
    with federated(endpoint) as served, redirect(endpoint) as other:
        query = "SELECT ?o {{ SERVICE <{0}> {{ ?s <http://there/p> ?o }} }}"
        answer = served.ask(query.format(endpoint))
        assert (answer.status_code, answer.text) == (200, "o\r\nfrom there\r\n"), answer.text
        # What another server says may change at any time.
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        refused = served.ask(query.format(other))
        assert refused.status_code == 403
        assert "SERVICE is not allowed to ask 127.0.0.1:" in refused.text
        escaped = query.replace("SERVICE", "\\u0053ERVICE")
        assert served.ask(escaped.format(other)).status_code in {400, 403}
        assert served.ask("ASK {}").text == "true"
    assert Redirect.asked == []


def test_redirects_are_not_followed(endpoint: str) -> None:
    with redirect(endpoint) as other, federated(other) as served:
        query = f"SELECT ?o {{ SERVICE <{other}> {{ ?s <http://there/p> ?o }} }}"
        answer = served.ask(query)
        assert Redirect.asked == ["/"]
        assert "from there" not in answer.text
        assert answer.status_code == 400


def test_without_the_option_no_endpoint_is_asked() -> None:
    with redirect("http://127.0.0.1:1/") as other, federated() as served:
        for word in ("SERVICE", "SERVICE SILENT", "\\u0053ERVICE"):
            query = f"SELECT * {{ {word} <{other}> {{ ?s ?p ?o }} }}"
            answer = served.ask(query)
            assert answer.status_code == 400 or answer.text.strip() in {"o,p,s", "o,p,s\r\n,,"}
    assert Redirect.asked == []


def test_option_is_for_the_engine_of_ours_only() -> None:
    options = ["--allow-federation", "localhost", "--endpoint", "http://127.0.0.1:1/"]
    done = run("serve", "--no-browser", "--port", "0", *options)
    assert done.returncode == 2
    assert b"exclude each other" in done.stderr
    done = run("serve", "--no-browser", "--port", "0", "--allow-federation", "http://x/")
    assert done.returncode == 2
    assert b"is no host" in done.stderr


def test_oxigraph_reads_no_service_where_we_see_none() -> None:
    """The word is known to Oxigraph in these letters only; the long s is another letter."""
    store = pyoxigraph.Store()
    for word in ("ſERVICE", "SERVİCE", "SER VICE", "\\u0053ERVICE"):
        with pytest.raises(SyntaxError):
            store.query(f"SELECT * {{ {word} <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}")
