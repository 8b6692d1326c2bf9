"""The start page and the search: what is in the graph, and how a reader finds it."""

from __future__ import annotations

import re
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from amip.errors import RemoteError
from amip.findings import LANGUAGES
from amip.serve import Engine
from amip.serve.once import Once
from amip.serve.programme import Programme, draw_timeline, find_previous
from amip.serve.search import fold
from amip.serve.views.start import QUESTIONS
from inside import open_site
from samples import PROGRAMMES, ROOT, TESTS, read_rows

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (TESTS / "search" / "cases.toml").read_text(encoding="utf-8")
)
FIRST_PAGE = 100_000
"""Bytes that the first page may have, with its style and its drawings."""
ADDRESSES = {
    "https://w3id.org/amip/code/K2": "/code/K2",
    "https://w3id.org/amip/ns#value": "/ns",
    "https://w3id.org/amip/id/programme/ilm-kreis-2024": "/id/programme/ilm-kreis-2024",
    "elbe-elster-2022/k2-2022-plan": "/trace/elbe-elster-2022/k2-2022-plan",
}
HOSTILE = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "} DROP ALL #",
    "../../etc/passwd",
    "https://w3id.org/amip//evil.example/x",
    "https://w3id.org/amip/\\evil.example",
    "https://w3id.org/amip/id/\r\nSet-Cookie: a=b",
    "https://evil.example/",
    "elbe-elster-2022/../../x",
    "{{ 7 * 7 }}",
    "\x00\ud7ff%",
    "ä" * 5000,
    "( [ * + ? \\",
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine(), follow_redirects=False) as client:
        yield client


def search(client: TestClient, text: str, language: str = "de") -> list[dict[str, str]]:
    found: list[dict[str, str]] = client.get(
        "/search.json", params={"q": text, "lang": language}
    ).json()
    return found


def make(slug: str, jobcenter: str, first: int, last: int, replaces: str = "") -> Programme:
    return Programme(slug, slug, slug, jobcenter, jobcenter, first, last, replaces)


@pytest.mark.parametrize("language", LANGUAGES)
def test_start_tells_what_there_is(language: str, client: TestClient) -> None:
    page = client.get("/", params={"lang": language}).text
    for folder in (path.name for path in PROGRAMMES):
        assert f'href="/id/programme/{folder}?lang={language}"' in page
    figures = sum(len(read_rows(path / "figures.csv")) for path in PROGRAMMES)
    targets = sum(len(read_rows(path / "targets.csv")) for path in PROGRAMMES)
    shown = re.findall(r"<dd>([\d.,]+)</dd>", page)
    assert shown[:3] == [str(len(PROGRAMMES)), str(figures), str(targets)]
    for name in QUESTIONS:
        assert f'href="/questions/{name}?lang={language}"' in page
    assert page.count("<svg") == len(QUESTIONS)
    assert page.count('class="share"') == len(QUESTIONS)
    for path in ("/questions", "/compare", "/check", "/lists", "/sparql"):
        assert f'href="{path}?lang={language}"' in page


def test_years_are_the_columns_of_the_timeline(client: TestClient) -> None:
    page = client.get("/?lang=de").text
    table = page[page.index('<table class="timeline"') : page.index("</table>")]
    assert re.findall(r'scope="col">(\d{4})', table) == ["2021", "2022", "2023", "2024", "2025"]
    assert re.findall(r'colspan="(\d)"><a [^>]*>([^<]*)', table) == [
        ("4", "2022–2025"),
        ("2", "2021–2022"),
    ]
    for row in table.split("<tr>")[2:]:
        spans = re.findall(r'<td(?: class="programme")?(?: colspan="(\d)")?', row)
        assert sum(int(span or 1) for span in spans) == 5


def test_timeline_stacks_programmes_of_the_same_years() -> None:
    known = [
        make("a-1", "a", 2020, 2021),
        make("a-2", "a", 2021, 2022),
        make("a-3", "a", 2022, 2022),
        make("b-1", "b", 2019, 2019),
    ]
    timeline = draw_timeline(known)
    assert timeline.years == (2019, 2020, 2021, 2022)
    shape = [
        (
            lane.label,
            [(each.width, each.programme and each.programme.slug) for each in lane.stretches],
        )
        for lane in timeline.lanes
    ]
    assert shape == [
        ("a", [(1, None), (2, "a-1"), (1, "a-3")]),
        ("a", [(1, None), (1, None), (2, "a-2")]),
        ("b", [(1, "b-1"), (1, None), (1, None), (1, None)]),
    ]
    assert draw_timeline([]).lanes == ()


def test_previous_programme_is_the_named_one_else_the_latest_before() -> None:
    known = [
        make("a-1", "a", 2019, 2019),
        make("a-2", "a", 2020, 2020),
        make("a-3", "a", 2021, 2021, replaces="a-1"),
        make("b-1", "b", 2018, 2018),
    ]
    found = {each.slug: find_previous(each, known) for each in known}
    assert {slug: each and each.slug for slug, each in found.items()} == {
        "a-1": None,
        "a-2": "a-1",
        "a-3": "a-1",
        "b-1": None,
    }


def test_first_page_is_small(client: TestClient) -> None:
    style = (ROOT / "src/amip/serve/static/site.css").stat().st_size
    for language in LANGUAGES:
        page = client.get("/", params={"lang": language})
        assert len(page.content) + style < FIRST_PAGE


@pytest.mark.parametrize("name", CASES)
def test_search_finds(name: str, client: TestClient) -> None:
    case = CASES[name]
    found = search(client, case["query"], case.get("language", "de"))
    assert [hit["url"].partition("?")[0] for hit in found[: len(case["first"])]] == case["first"]
    if "matched" in case:
        assert found[0]["matched"] == case["matched"]
    page = client.get("/search", params={"q": case["query"], "lang": "de"})
    assert page.status_code == 200
    for path in case["first"]:
        assert f'href="{path}?lang=de"' in page.text


def test_search_groups_by_kind_and_shows_the_name_that_fits(client: TestClient) -> None:
    page = client.get("/search?q=LZB&lang=de").text
    headings = re.findall(r'<h2 id="([\w-]+)">([^<]+)</h2>', page)
    assert headings == [
        ("indicators", "Kennzahlen"),
        ("target-groups", "Zielgruppen"),
        ("question", "Fragen"),
        ("finding", "Meldungen der Prüfung"),
    ]
    assert "Bestand an Langzeitleistungsbeziehenden</a> – <mark>LZB</mark>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_helps_without_a_word_and_without_a_result(
    language: str, client: TestClient
) -> None:
    empty = client.get("/search", params={"q": " ", "lang": language})
    nothing = client.get("/search", params={"q": "xyzzyqq", "lang": language})
    for page in (empty, nothing):
        assert page.status_code == 200
        assert f"/search?q=Arbeitsgelegenheiten&amp;lang={language}" in page.text
    assert "xyzzyqq" in nothing.text
    assert search(client, "xyzzyqq") == []


def test_slip_of_the_pen_is_called_a_guess(client: TestClient) -> None:
    page = unescape(client.get("/search?q=Integrationsqoute&lang=de").text)
    assert "Nichts heißt »Integrationsqoute«. Meintest du:" in page
    assert "did you mean" in client.get("/search?q=Integrationsqoute&lang=en").text.lower()


@pytest.mark.parametrize("text", ADDRESSES)
def test_search_for_an_address_goes_there(text: str, client: TestClient) -> None:
    response = client.get("/search", params={"q": text, "lang": "en"})
    assert response.status_code == 303
    assert response.headers["Location"].partition("?")[0] == ADDRESSES[text]


def test_figure_that_is_not_there_is_searched_for(client: TestClient) -> None:
    assert client.get("/search", params={"q": "elbe-elster-2022/nothing"}).status_code == 200


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_search_survives(text: str, client: TestClient) -> None:
    for path in ("/search", "/search.json"):
        response = client.get(path, params={"q": text, "lang": "de"})
        assert response.status_code in {200, 303}
        assert "Set-Cookie" not in response.headers
        assert response.headers.get("Location", "/id").startswith(("/id", "/evil.example", "/%5C"))
        if response.headers.get("content-type", "").startswith("text/html"):
            assert "<script>alert" not in response.text
            assert "onerror=alert(1)>" not in response.text
            assert "49" not in re.findall(r"<h1>[^<]*</h1>", response.text)[0]


def test_search_is_fast(client: TestClient) -> None:
    search(client, "AGH")
    words = [f"{word}{number}" for number in range(5) for word in ("lzb", "integrationsqoute")]
    took = []
    for word in words:
        start = time.perf_counter()
        search(client, word)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.02


def test_names_are_folded() -> None:
    assert fold("Maßnahmen für Ältere") == fold("MASSNAHMEN FUER AELTERE")
    assert fold("Elbe-Elster") == fold(" elbe  elster ")
    assert fold("Café §§") == "cafe"


def test_once_makes_again_when_the_state_changes() -> None:
    made: list[str] = []

    def make(variant: str) -> int:
        made.append(variant)
        return len(made)

    once = Once(make)
    assert [once.get("1", "de"), once.get("1", "de"), once.get("1", "en")] == [1, 1, 2]
    assert [once.get("2", "de"), once.get("2", "de")] == [3, 3]
    assert [once.get("", "de"), once.get("", "de")] == [4, 4]
    hasty = Once(make, unsure=0.0)
    assert [hasty.get("", "de"), hasty.get("", "de")] == [5, 6]


def test_once_fails_once_for_all_who_wait() -> None:
    """Those who come later try again."""
    tried: list[str] = []
    waiting = threading.Barrier(3)

    def make(variant: str) -> int:
        tried.append(variant)
        if len(tried) > 1:
            return len(tried)
        waiting.wait()
        time.sleep(0.2)
        raise RemoteError("gone")

    once = Once(make)

    def ask(*, first: bool) -> int:
        if not first:
            waiting.wait()
        return once.get("1")

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, first=each == 0) for each in range(3)]
    assert [type(each.exception()) for each in asked] == [RemoteError] * 3
    assert len(tried) == 1
    assert once.get("1") == 2
