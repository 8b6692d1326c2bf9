"""The SPARQL endpoint: the protocol case by case, and its limits."""

from __future__ import annotations

import signal
import subprocess
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pyoxigraph
import pytest
from starlette.testclient import TestClient

from amip.serve import Engine, Limits
from amip.serve.engine.worker import count_rows
from amip.terms import PREFIXES
from inside import open_site
from samples import MINIMAL, SLUG, TESTS
from terminal import AMIP, run

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (TESTS / "protocol" / "cases.toml").read_text(encoding="utf-8")
)
LIMITS = Limits(seconds=2.0, memory=200 << 20, size=1 << 20, rows=2000)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine(limits=LIMITS)) as client:
        yield client


def expand(fields: list[list[str]]) -> list[tuple[str, str]]:
    """Write prefixed graphs in full and give queries the project's prefixes."""
    return [
        (name, PROLOGUE + value if name == "query" else value.replace("id:", PREFIXES["id"]))
        for name, value in fields
    ]


@pytest.mark.parametrize("name", CASES)
def test_protocol(name: str, client: TestClient) -> None:
    case = CASES[name]
    headers = {"Accept": case["accept"]} if "accept" in case else {}
    content = b""
    if "form" in case:
        content = urlencode(expand(case["form"])).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif "body" in case or "hex" in case:
        content = bytes.fromhex(case["hex"]) if "hex" in case else case["body"].encode()
        headers["Content-Type"] = case["type"]
    method = case.get("method", "POST" if content else "GET")
    url = f"/sparql?{urlencode(expand(case.get('fields', [])))}"
    response = client.request(method, url, content=content, headers=headers)
    assert response.status_code == case["status"], response.text
    if "media" in case:
        assert response.headers["content-type"].partition(";")[0] == case["media"]
    if "boolean" in case:
        assert response.json()["boolean"] is case["boolean"]
    if "columns" in case:
        assert response.json()["head"]["vars"] == case["columns"]
    if case["status"] >= 400:
        assert response.text.count("\n") >= 1 or case["status"] == 405
        assert "Traceback" not in response.text


@pytest.mark.parametrize(
    ("media", "form"),
    [
        ("text/turtle", pyoxigraph.RdfFormat.TURTLE),
        ("application/n-triples", pyoxigraph.RdfFormat.N_TRIPLES),
        ("application/ld+json", pyoxigraph.RdfFormat.JSON_LD),
        ("application/rdf+xml", pyoxigraph.RdfFormat.RDF_XML),
    ],
)
def test_service_description_parses(
    media: str, form: pyoxigraph.RdfFormat, client: TestClient
) -> None:
    response = client.get("/sparql", headers={"Accept": media})
    triples = list(pyoxigraph.parse(response.content, format=form))
    assert len(triples) > 10


def test_answer_has_a_tag_by_which_it_is_not_sent_twice(client: TestClient) -> None:
    parameters = {"query": "ASK {}"}
    first = client.get("/sparql", params=parameters)
    again = client.get(
        "/sparql", params=parameters, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert not again.content
    other = client.get("/sparql", params=parameters, headers={"Accept": "text/csv"})
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("call", ["now()", "RAND ()", "UUID()", "StrUUID()"])
def test_what_is_another_answer_each_time_is_not_kept(call: str, client: TestClient) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    first, second = (client.get("/sparql", params={"query": query}) for _ in range(2))
    assert first.text != second.text
    assert "etag" not in first.headers


def test_other_origins_may_ask(client: TestClient) -> None:
    response = client.get(
        "/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://x.org"}
    )
    assert response.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://x.org", "Access-Control-Request-Method": "POST"}
    assert client.options("/sparql", headers=asked).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "language", "said"),
    [
        ("", "en", "updates are refused"),
        ("de-DE,en;q=0.5", "de", "Änderungen sind nicht möglich"),
    ],
)
def test_a_refusal_speaks_the_language_that_is_asked_for(
    wanted: str, language: str, said: str, client: TestClient
) -> None:
    fields, headers = {"update": "CLEAR ALL"}, {"Accept-Language": wanted}
    response = client.post("/sparql", data=fields, headers=headers)
    assert said in response.text
    assert response.headers["content-language"] == language


def test_a_long_request_is_refused(client: TestClient) -> None:
    content = b"#" * (3 << 20)
    headers = {"Content-Type": "application/sparql-query"}
    assert client.post("/sparql", content=content, headers=headers).status_code == 413


@pytest.mark.parametrize("media", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("rows", [0, 1, 2, 7])
def test_rows_are_counted_whatever_they_hold(media: str, rows: int, client: TestClient) -> None:
    """Texts that look like the marks between rows must not count as rows."""
    text = '}},{"<result>\\t'
    query = f"SELECT * {{ VALUES (?a ?b) {{ {f'({text!r} 1)' * rows} }} }}"
    response = client.get("/sparql", params={"query": query, "format": media})
    assert response.status_code == 200, response.text
    assert count_rows(response.headers["content-type"].partition(";")[0], response.content) == max(
        rows, int(media == "json")
    )


def test_served_over_the_network_and_stopped() -> None:
    """`amip serve` in a process of its own, asked by `amip query` in another."""
    command = [str(AMIP), "--lang", "en", "serve", "--no-browser", "--port", "0"]
    command += ["--data", str(MINIMAL)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        address = server.stderr.readline().split()[0]
        endpoint = f"{address}sparql"
        done = run("query", "programmes-and-sponsors", "--endpoint", endpoint, "-f", "csv")
        assert done.returncode == 0, done.stderr
        assert SLUG in done.stdout.decode()
        taken = run("serve", "--no-browser", "--port", address.rpartition(":")[2].rstrip("/"))
        assert taken.returncode == 2
        assert b"cannot listen there" in taken.stderr
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) in {0, 130}
        if server.stderr:
            server.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--data", "nowhere"], 3, "nowhere"),
        (["--data", "ü" * 900], 3, "cannot be read"),
        (["--data", "http://127.0.0.1:1/sparql"], 2, "--endpoint http://127.0.0.1:1/sparql"),
        (["--endpoint", "127.0.0.1:1"], 2, "is no address of an endpoint"),
        (["--endpoint", "http://127.0.0.1:1/", "--data", "x.ttl"], 2, "exclude each other"),
        (["--endpoint", "http://127.0.0.1:1/sparql"], 4, "no answer from the SPARQL endpoint"),
        (["--timeout", "0"], 2, "0 seconds are no time for a query"),
        (["--timeout", "nan"], 2, "nan seconds are no time for a query"),
        (["--port", "99999"], 2, "cannot listen there"),
        (["--host", "192.0.2.1"], 2, "cannot listen there"),
    ],
)
def test_serve_fails_in_one_sentence(arguments: list[str], code: int, said: str) -> None:
    done = run("serve", "--no-browser", "--port", "0", *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
