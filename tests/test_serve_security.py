"""What a stranger can put into data and requests comes out as text, or not at all."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient
from starlette.types import Message

from amip.lift import lift_programmes
from amip.question import load_questions
from amip.serve import Engine, Limits, make_app
from amip.serve import app as application
from amip.serve.app import HEADERS
from amip.serve.authority import name_site
from amip.serve.site import Site
from hostile import LABEL, SCRIPT, TAG, Answer, Inspection, ask_raw, inspect, poison
from inside import open_site
from samples import CASES, MINIMAL, SLUG

Client = TestClient
LIMITS = Limits(seconds=10.0)
QUESTIONS = sorted(load_questions())
FILLED: dict[str, list[str]] = {
    "/questions/{name}": QUESTIONS,
    "/api/questions/{name}": QUESTIONS[:4],
    "/id/{rest:path}": [
        f"programme/{SLUG}",
        "jobcenter/musterstadt",
        "area/13076",
        f"graph/{SLUG}",
    ],
    "/code/{rest:path}": ["K2", "list/indicators", "unemployed"],
    "/finding/{code}": ["AMIP-A01"],
    "/ns/{version}": ["1.0.0"],
    "/trace/{figure:path}": [f"{SLUG}/x", "stat/x"],
}
"""What stands in the addresses of routes with a variable part; others get `x`."""
PAYLOADS = [
    LABEL,
    SCRIPT,
    "\"> ?s ?p ?o } UNION { BIND(CONCAT('inj', 'ected') AS ?label) } #",
    '\\" . ?s ?p ?o } #',
    "x> <y",
    "a\r\nX-Hostile: 1\r\n\r\n<x-hostile>",
    "%0d%0aX-Hostile:%201",
    "{{7*7}}${7*7}#{7*7}",
    "\x00\x01\ufffe\U0001f4a9",
    "' OR 1=1 --",
    "../../../../etc/passwd",
    "9" * 400,
    "x" * 1500,
    "-1e400",
    "\u202e\u0000",
    "{subject.__class__}{0}{",
]
COMMON = {
    "q",
    "lang",
    "format",
    "query",
    "programme",
    "parameter",
    "sort",
    "page",
    "limit",
    "prefix",
}


def serving(
    engine: Engine, texts: Path | None = None, names: Collection[str] = ()
) -> AbstractContextManager[Client]:
    return open_site(
        engine,
        texts,
        names,
        base_url="http://localhost",
        raise_server_exceptions=False,
        follow_redirects=False,
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The tiny programme with hostile texts everywhere."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.nq"
    path.write_bytes(poison("".join(lift_programmes([MINIMAL]).quads).encode()))
    return Engine([str(path)], LIMITS)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[Client]:
    with serving(engine, texts=CASES / "minimal") as client:
        yield client


@dataclass(frozen=True)
class Place:
    """An address of the site, with its variable parts, and whether it takes uploads."""

    path: str
    takes: bool


def list_routes(client: Client) -> list[Place]:
    assert isinstance(client.app, Starlette)
    return list(find_places(client.app.routes, ""))


def find_places(routes: Sequence[BaseRoute], above: str) -> Iterator[Place]:
    for route in routes:
        if isinstance(route, Mount) and route.routes:
            yield from find_places(route.routes, above + route.path)
        elif isinstance(route, Route):
            yield Place(above + route.path, "POST" in (route.methods or ()))
        else:
            assert getattr(route, "path", "") == "/static", f"{route}: a new kind of route"


def list_paths(client: Client, most: int = 100) -> list[str]:
    """Return an address or more of every route, with the variable parts filled in."""
    paths: list[str] = []
    for route in list_routes(client):
        filled = FILLED.get(route.path, ["x"])[:most]
        paths += [re.sub(r"\{[^}]*\}", text, route.path) for text in filled]
    return paths


def look(client: Client, path: str) -> Inspection:
    """Get a page and see that it does nothing that it must not do."""
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code < 500, f"{path}: {response.text[:300]}"
    assert "x-hostile" not in response.headers
    check_headers(dict(response.headers), path)
    if not response.headers.get("content-type", "").startswith("text/html"):
        return Inspection()
    found = inspect(response.text)
    assert found.wrong == [], path
    return found


def check_headers(headers: dict[str, str], path: str) -> None:
    for name, value in HEADERS.items():
        assert headers.get(name.lower()) == value, f"{path}: {name}"


def test_every_route_with_a_variable_part_has_a_sample(client: Client) -> None:
    """A new kind of page must say here what its addresses look like."""
    for route in list_routes(client):
        if "{" in route.path and not re.search(r"\{name\}\.", route.path):
            assert route.path in FILLED, route.path


BODIES = {
    "nothing": ("application/x-www-form-urlencoded", b""),
    "garbage": ("application/octet-stream", bytes(range(256)) * 40),
    "form": (
        "application/x-www-form-urlencoded",
        urlencode({"q": LABEL, "queries": LABEL}).encode(),
    ),
    "JSON": ("application/json", json.dumps({"q0": {"query": LABEL}, "ids": [LABEL]}).encode()),
    "deep JSON": ("application/json", b"[" * 100_000),
    "deep form": ("application/x-www-form-urlencoded", b"queries=" + b"[" * 100_000),
    "half a file": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "hostile name": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../<x-hostile>.ttl"\r\n\r\n'
        + LABEL.encode()
        + b"\r\n--x--\r\n",
    ),
    "too much": ("application/octet-stream", b"x" * (30 << 20)),
}


@pytest.mark.parametrize("kind", BODIES)
def test_hostile_uploads_are_refused_or_text(kind: str, client: Client) -> None:
    media, body = BODIES[kind]
    for place in list_routes(client):
        if not place.takes:
            continue
        headers = {"Content-Type": media, "Accept": "text/html"}
        response = client.post(place.path, content=body, headers=headers)
        assert response.status_code < 500, f"{place.path}: {response.text[:300]}"
        check_headers(dict(response.headers), place.path)
        if response.headers.get("content-type", "").startswith("text/html"):
            assert inspect(response.text).wrong == [], place.path
        if kind == "too much":
            assert response.status_code in {400, 413, 415}, place.path


def test_hostile_texts_are_shown_as_text(client: Client) -> None:
    """All pages there are, by following every link of the site."""
    waiting = list_paths(client)
    seen: set[str] = set()
    shown = 0
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        found = look(client, path)
        shown += bool(found.links)
        for link in found.links:
            local = link.partition("#")[0]
            if local.startswith("/") and not local.startswith("/static") and local not in seen:
                waiting.append(local)
    assert shown > 50


def test_hostile_texts_are_there(client: Client) -> None:
    """The test above would find nothing in pages that do not show the texts."""
    texts = [client.get(path, headers={"Accept": "text/html"}).text for path in list_paths(client)]
    assert sum("&lt;x-hostile" in text for text in texts) >= 5


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_parameters_are_text(payload: str, client: Client) -> None:
    """Every parameter that any page knows, given to every page."""
    paths = list_paths(client, most=1)
    names = COMMON.union(*(look(client, path).fields for path in paths))
    for path in paths:
        query = urlencode([(name, payload) for name in sorted(names) if name != "lang"])
        for language in ("&lang=en", f"&lang={quote(payload[:100])}"):
            response = client.get(f"{path}?{query}{language}", headers={"Accept": "text/html"})
            assert response.status_code < 500, f"{path}: {response.text[:300]}"
            assert "x-hostile" not in response.headers
            assert "injected" not in response.text
            if response.headers.get("content-type", "").startswith("text/html"):
                assert inspect(response.text).wrong == [], path
            if "location" in response.headers:
                assert re.match(r"/(?!/)", response.headers["location"]), path


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_addresses_are_text(payload: str, client: Client) -> None:
    for route in list_routes(client):
        if "{" in route.path:
            path = re.sub(r"\{[^}]*\}", lambda _: quote(payload[:500], safe=""), route.path)
            found = look(client, path)
            assert TAG not in found.fields


UP = [
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%252e%252e%252f%252e%252e%252f%252e%252e%252fetc%252fpasswd",
    "..%5c..%5c..%5c..%5cetc%5cpasswd",
    "..%c0%af..%c0%afetc/passwd",
    "....//....//....//etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "file:///etc/passwd",
    "x%00/../../../etc/passwd",
    "../../app.py",
    "..%2fapp.py",
    "../words/base.toml",
    "%2e%2e/templates/layout.html",
    ".%2e/queries/labels.rq",
    "x/../../../../../pyproject.toml",
    "~root/.bashrc",
]


@pytest.mark.parametrize("up", UP)
def test_no_way_out_of_a_folder(up: str, client: Client) -> None:
    """Files are served from the folder of static files, and texts by programme, and no others."""
    heads = ["/static/", "/static/vendor/", "/", "/lists/", "/check/"]
    heads += [each.path.partition("{")[0] for each in list_routes(client) if "{" in each.path]
    ends = ["", ".csv", ".html"]
    for head in sorted(set(heads)):
        for end in ends:
            answer = ask_raw_in(client, f"{head}{up}{end}")
            assert answer.status < 500, (head, up, end, answer.body[:300])
            for secret in (
                b"root:x:0",
                b"[build-system]",
                b"def make_app",
                b"{% block",
                b"SELECT ",
            ):
                assert secret not in answer.body, (head, up, end)


def ask_raw_in(client: Client, path: str, query: str = "", host: str = "localhost") -> Answer:
    return ask_raw(client.app, path, query, host)


def test_every_answer_has_the_headers(client: Client) -> None:
    kinds = {
        "page": client.get("/"),
        "missing": client.get("/nowhere"),
        "method": client.delete("/"),
        "file": client.get("/static/site.css"),
        "no file": client.get("/static/nowhere"),
        "refused": client.get("/sparql", params={"query": "SELEC"}),
        "answer": client.get("/sparql", params={"query": "ASK {}"}),
        "head": client.head("/"),
        "asked before": client.options(
            "/sparql", headers={"Origin": "https://x.org", "Access-Control-Request-Method": "GET"}
        ),
    }
    assert {name: each.status_code for name, each in kinds.items()} == {
        "page": 200,
        "missing": 404,
        "method": 405,
        "file": 200,
        "no file": 404,
        "refused": 400,
        "answer": 200,
        "head": 200,
        "asked before": 200,
    }
    for name, response in kinds.items():
        check_headers(dict(response.headers), name)
        assert "server" not in response.headers


def test_policy_allows_nothing_inline_or_foreign() -> None:
    policy = HEADERS["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy.replace("'wasm-unsafe-eval'", "")
    assert not re.search(r"https?:|\*", policy)
    assert {"base-uri", "form-action", "frame-ancestors"} <= set(rules)


def test_failure_has_the_headers_and_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Request) -> Response:
        raise ValueError("secret")

    def make_routes(_: Site) -> list[BaseRoute]:
        return [Route("/fail", fail)]

    monkeypatch.setattr(application, "VIEWS", (make_routes,))
    with serving(Engine([str(MINIMAL)], LIMITS)) as client:
        response = client.get("/fail")
        assert response.status_code == 500
        assert "secret" not in response.text
        check_headers(dict(response.headers), "/fail")


@pytest.mark.parametrize("path", ["/sparql", "/sparql/lint", "/reconcile", "/check"])
def test_who_breaks_off_is_no_failure(path: str) -> None:
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"content-type", b"multipart/form-data; boundary=x")],
    }
    asyncio.run(make_app(Engine())(scope, receive, send))
    assert [each["status"] for each in messages if "status" in each] == [499]


OURS = ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080"]
FOREIGN = [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "localhost:80@evil.example",
    "evil.example#localhost",
    "127.0.0.1.evil.example",
    "0.0.0.0",
    "2130706433",
    "[::ffff:127.0.0.1]",
    "localhost, evil.example",
    "",
]


@pytest.fixture(scope="module")
def local() -> Iterator[Client]:
    with serving(Engine([str(MINIMAL)], LIMITS), names=name_site("127.0.0.1")) as client:
        yield client


@pytest.mark.parametrize("host", OURS)
def test_site_answers_to_its_names(host: str, local: Client) -> None:
    assert local.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%7B%7D", "/static/site.css", "/nowhere"])
def test_site_does_not_answer_to_foreign_names(path: str, host: str, local: Client) -> None:
    """A foreign name that leads to this machine would let its pages read ours."""
    response = local.get(path, headers={"Host": host})
    assert response.status_code == 421
    check_headers(dict(response.headers), path)


def test_address_of_one_reader_is_not_shown_to_another(engine: Engine, client: Client) -> None:
    """Pages are kept for all, so none may hold a name that one reader has made up."""
    keeping = make_app(engine)
    for path in list_paths(client):
        for host in ("evil.example", "localhost"):
            answer = ask_raw(keeping, path, host=host)
            seen = answer.body + repr(answer.headers).encode()
            assert b"evil.example" not in seen or host == "evil.example", path


@pytest.mark.parametrize(
    "iri", ["x> } DROP ALL #", "x\ny", "x y", 'x"y', "x{y", "x|y", "x^y", "x`y"]
)
def test_no_query_is_made_of_what_is_no_iri(iri: str, client: Client) -> None:
    assert client.get(f"/id/{quote(iri, safe='')}").status_code in {400, 404}


def test_files_are_what_they_say(client: Client) -> None:
    """A static file is never taken for a page, and a folder is not listed."""
    folder = Path(application.__file__).parent / "static"
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        response = client.get(f"/static/{file.relative_to(folder)}")
        assert response.status_code == 200
        assert response.headers["x-content-type-options"] == "nosniff"
    for path in ("/static", "/static/", "/static/vendor", "/static/vendor/"):
        assert client.get(path).status_code in {307, 404}


ODD = ["", "abc", "NaN", "1e999999999", "9" * 60, "99999-13-45", "0." + "0" * 60 + "1"]


def make_odd(triples: bytes) -> bytes:
    """Put odd texts in place of numbers and days, and a statement about every statement."""
    store = pyoxigraph.Store()
    store.bulk_load(input=triples, format=pyoxigraph.RdfFormat.N_QUADS)
    texts = cycle(ODD)
    for quad in sorted(store, key=str):
        subject, given = quad.subject, quad.object
        assert not isinstance(subject, pyoxigraph.Triple)
        if isinstance(given, pyoxigraph.Literal) and not given.language:
            store.remove(quad)
            odd = pyoxigraph.Literal(next(texts), datatype=given.datatype)
            store.add(pyoxigraph.Quad(subject, quad.predicate, odd, quad.graph_name))
        about = pyoxigraph.Triple(subject, quad.predicate, given)
        says = pyoxigraph.NamedNode("http://x.example/1")
        store.add(pyoxigraph.Quad(subject, says, about, quad.graph_name))
    return store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b""


def test_odd_data_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "odd.nq"
    path.write_bytes(make_odd("".join(lift_programmes([MINIMAL]).quads).encode()))
    asked = ["instrument-legal-basis", "integration-goal-gap-and-unemployment-gap"]
    asked += ["integration-rate-targets"]
    with serving(Engine([str(path)], LIMITS), texts=CASES / "minimal") as client:
        paths = ["/", "/compare", "/lists", "/search?q=muster", f"/id/programme/{SLUG}"]
        paths += [f"/id/programme/{SLUG}.ttl", f"/id/programme/{SLUG}.rdf", f"/id/graph/{SLUG}"]
        for ending in ("", ".csv", ".json", ".xlsx", ".parquet", ".vl.json"):
            paths += [f"/questions/{name}{ending}" for name in asked]
        for each in paths:
            response = client.get(each, headers={"Accept": "text/html"})
            assert response.status_code in {200, 404}, f"{each}: {response.text[-2000:]}"


SHARED = ["/sparql", "/reconcile", "/api/questions", f"/id/programme/{SLUG}", "/ns"]
SHARED += [f"/questions/{QUESTIONS[0]}.csv"]
OWN = ["/", "/check", f"/trace/{SLUG}/x", "/search?q=x", "/compare", "/static/site.css", "/nowhere"]


@pytest.mark.parametrize("path", [*SHARED, *OWN])
def test_pages_of_others_may_read_answers_for_programs_only(path: str, client: Client) -> None:
    """A page may show passages of source texts, and what a check has found."""
    headers = {"Origin": "https://x.org", "Accept": "*/*"}
    response = client.get(path, headers=headers)
    expected = "*" if path in SHARED else None
    assert response.headers.get("access-control-allow-origin") == expected
    asked = {**headers, "Access-Control-Request-Method": "POST"}
    assert client.options(path, headers=asked).is_success is (path in SHARED)


LONG = {
    "long strings that never end": '\\"""\n' * 20_000,
    "strings that never end": '\\"' * 50_000,
    "other strings that never end": "\\'" * 50_000,
    "names with hyphens": "a-" * 50_000,
    "prefixes": " ".join(f"p{number}x:a" for number in range(9000)),
    "terms": "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    + " ".join(f"skos:p{number}" for number in range(6000)),
}


@pytest.mark.parametrize("kind", LONG)
def test_help_with_a_hostile_query_takes_no_time(kind: str, client: Client) -> None:
    began = time.monotonic()
    remarks = client.post("/sparql/lint?lang=en", content=LONG[kind]).json()
    assert len(remarks) < 50
    assert time.monotonic() - began < 10


def test_number_that_nobody_would_write_out_is_text(client: Client) -> None:
    decimal = "http://www.w3.org/2001/XMLSchema#decimal"
    query = f'SELECT ("1e9999999"^^<{decimal}> AS ?a) ("1e-9999999"^^<{decimal}> AS ?b) {{}}'
    page = client.get("/sparql", params={"query": query, "format": "html"}).text
    assert ">1e9999999<" in page
    assert len(page) < 100_000


def test_form_of_very_many_fields_is_refused(client: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/sparql", "/reconcile"):
        response = client.post(path, content=b"a&" * 1_000_000, headers=headers)
        assert response.status_code == 400, path
