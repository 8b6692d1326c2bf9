"""Kept pages: made once, told apart by what was asked, gone with the state of the graph."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from amip.serve import keep
from amip.serve.engine.shelf import Shelf
from amip.serve.keep import Keep


def make_client(state: str) -> TestClient:
    made = iter(range(100))

    def show(request: Request) -> Response:
        status = 404 if request.url.path == "/missing" else 200
        return PlainTextResponse(f"{request.url.path} {next(made)}", status)

    routes = [Route(path, show) for path in ("/", "/page", "/missing", "/sparql")]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Keep, state=state)]))


@pytest.fixture
def client() -> Iterator[TestClient]:
    with make_client("state") as client:
        yield client


SAME: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"headers": {"User-Agent": "another"}}, True),
    ({"params": {"lang": "en"}}, False),
    ({"headers": {"Accept": "text/turtle"}}, False),
    ({"headers": {"Accept-Language": "en"}}, False),
    ({"headers": {"Accept-Encoding": "identity"}}, False),
]


@pytest.mark.parametrize(("asked", "same"), SAME)
def test_page_is_made_once_for_what_is_asked(
    asked: dict[str, Any], same: bool, client: TestClient
) -> None:
    first = client.get("/page")
    again = client.get("/page", **asked)
    assert (again.text == first.text) is same
    assert (again.headers["etag"] == first.headers["etag"]) is same


def test_nothing_new_is_told_in_304(client: TestClient) -> None:
    tag = client.get("/page").headers["etag"]
    again = client.get("/page", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_head_has_the_headers_of_get(client: TestClient) -> None:
    shown, head = client.get("/page"), client.head("/page")
    assert head.headers == shown.headers


@pytest.mark.parametrize("path", ["/missing", "/sparql"])
def test_what_is_no_page_is_not_kept(path: str, client: TestClient) -> None:
    assert client.get(path).text != client.get(path).text


@pytest.mark.parametrize("path", ["/slow", "/slow-and-missing"])
def test_page_is_made_once_for_all_who_wait(path: str) -> None:
    made = []

    async def show(request: Request) -> Response:
        made.append(request.url.path)
        await asyncio.sleep(0.2)
        return PlainTextResponse("slow", 404 if "missing" in request.url.path else 200)

    async def ask() -> list[int]:
        app = Starlette(routes=[Route("/{path}", show)], middleware=[Middleware(Keep, state="x")])
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            responses = await asyncio.gather(*(client.get(path) for _ in range(9)))
        return [response.status_code for response in responses]

    assert len(set(asyncio.run(ask()))) == 1
    assert made == [path]


def test_page_over_another_scheme_is_another(client: TestClient) -> None:
    """A page may name its own address, which a proxy has the last word on."""
    assert client.get("https://testserver/page").text != client.get("http://testserver/page").text


def test_what_others_add_to_a_page_is_not_kept() -> None:
    """Else headers grow with every request, and one reader gets what was added for another."""
    given = {"allow_origins": ["*"]}
    app = CORSMiddleware(make_client("state").app, **given)  # type: ignore[arg-type]
    client = TestClient(app)
    first = client.get("/page", headers={"Origin": "https://x.org"})
    assert "access-control-allow-origin" in first.headers
    for _ in range(3):
        again = client.get("/page")
        assert again.headers["vary"] == first.headers["vary"]
        assert "access-control-allow-origin" not in again.headers


def test_pages_without_text_take_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "ROOM", 64 << 10)
    with make_client("state") as client:
        first = client.get("/page?0").text
        for number in range(50):
            client.get(f"/page?{number}")
        assert client.get("/page?0").text != first


def test_without_a_state_nothing_is_kept() -> None:
    with make_client("") as client:
        assert client.get("/page").text != client.get("/page").text


def test_another_state_has_another_tag(client: TestClient) -> None:
    with make_client("other") as other:
        assert other.get("/page").headers["etag"] != client.get("/page").headers["etag"]


def test_shelf_never_holds_more_than_its_room() -> None:
    shelf = Shelf[int](room=10)
    for number in range(50):
        shelf.put(str(number), number, number % 7)
    kept = [number for number in range(50) if shelf.get(str(number)) is not None]
    assert sum(number % 7 for number in kept) <= 10
    assert 49 in kept
    shelf.put("large", 1, 6)
    assert shelf.get("large") is None
