"""The static edition in a browser, from the disk: no server is at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.visitor import Visitor, find_barriers
from samples import MINIMAL
from terminal import run

LONG = 60_000
"""Milliseconds that loading the graph may take on a busy machine."""
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@dataclass(frozen=True)
class Places:
    """Where the folder and the single file begin."""

    folder: str
    single: str


@pytest.fixture(scope="module")
def places(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Places:
    place: Path = tmp_path_factory.mktemp("static")
    leave = [word for path in ("/code/", "/finding/", "/id/area/") for word in ("--without", path)]
    done = run(
        *("site", "-o", str(place / "site"), "--single", str(place / "amip.html")),
        *("--data", str(MINIMAL), *leave),
    )
    assert done.returncode == 0, done.stderr.decode()
    return Places((place / "site").as_uri(), (place / "amip.html").as_uri())


@pytest.fixture
def visitor(new_context: Callable[..., BrowserContext]) -> Iterator[Visitor]:
    """Somebody with a browser and no network at all."""
    visitor = Visitor("file://", new_context)
    yield visitor
    assert not visitor.faults


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_the_first_page_to_a_trace(visitor: Visitor, places: Places, language: str) -> None:
    page = visitor.open(f"{places.folder}/index.html", language)
    page.wait_for_url(f"**/{language}/index.html")
    page.locator("header nav a").first.click()
    page.locator("a[href$='integration-rate-targets.html']").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("td.number a").first.click()
    assert f"/{language}/trace/musterstadt-2023/" in page.url
    assert find_barriers(page) == []
    page.locator("a.language").click()
    assert f"/{'en' if language == 'de' else 'de'}/trace/musterstadt-2023/" in page.url


def test_search(visitor: Visitor, places: Places) -> None:
    page = visitor.open(f"{places.folder}/de/questions.html")
    search(page, "musterstdat")
    expect(page.locator("[data-part=state]")).to_contain_text("musterstdat")
    search(page, "Musterstadt")
    assert "/de/search.html?" in page.url
    page.locator("[data-part=results] a").first.click()
    expect(page.locator("h1")).to_contain_text("Musterstadt")


def search(page: Page, text: str) -> None:
    page.locator("header input[type=search]").fill(text)
    page.locator("header input[type=search]").press("Enter")
    page.wait_for_url(re.compile(f"q={text}"))


@pytest.mark.parametrize("place", ["{0.folder}/de/sparql.html", "{0.single}#/de/sparql"])
def test_sparql(visitor: Visitor, places: Places, place: str) -> None:
    page = visitor.open(place.format(places))
    ask(page, "SELECT * WHERE { ?programme a amip:Programme ; amip:programmeOf ?jobcenter }")
    expect(page.locator("[data-part=state]")).to_contain_text("Eine Zeile", timeout=LONG)
    page.locator("[data-part=results] a", has_text="musterstadt-2023").click()
    expect(page.locator("h1")).to_contain_text("Musterstadt")
    page.go_back()
    ask(page, ENDLESS)
    page.locator("[data-part=stop]").click()
    expect(page.locator("[data-part=state]")).to_contain_text("Angehalten")
    ask(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s a amip:Programme ; ?p ?o }")
    expect(page.locator("[data-part=results] pre")).to_contain_text("musterstadt", timeout=LONG)
    ask(page, "SELECT (COUNT(*) AS ?n WHERE")
    expect(page.locator("[data-part=state].error")).to_contain_text("expected", timeout=LONG)
    assert find_barriers(page) == []


def ask(page: Page, query: str) -> None:
    prologue = "PREFIX amip: <https://w3id.org/amip/ns#>\n"
    page.locator("[data-part=query]").fill(prologue + query)
    page.locator("[data-part=run]").click()


def test_an_example_is_answered_and_saved(visitor: Visitor, places: Places) -> None:
    page = visitor.open(f"{places.folder}/en/sparql.html", "en")
    page.locator("[data-part=examples]").select_option("integration-rate-targets")
    page.locator("[data-part=run]").click()
    expect(page.locator("[data-part=results] tbody tr").first).to_be_visible(timeout=LONG)
    with page.expect_download() as saving:
        page.locator("[data-part=save]").click()
    lines = saving.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("programme,year,")
    assert len(lines) == 1 + page.locator("[data-part=results] tbody tr").count()


def test_the_single_file(visitor: Visitor, places: Places) -> None:
    page = visitor.open(places.single)
    expect(page.locator("h1")).to_have_count(1)
    page.locator("header nav a").first.click()
    page.locator("a[href$='/questions/integration-rate-targets']").first.click()
    page.locator("td.number a").first.click()
    expect(page).to_have_url(re.compile("#/de/trace/musterstadt-2023/"))
    assert find_barriers(page) == []
    page.locator("a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    search(page, "Musterstadt")
    page.locator("[data-part=results] a").first.click()
    expect(page.locator("h1")).to_contain_text("Musterstadt")
    page.go_back()
    expect(page.locator("[data-part=results] a").first).to_be_visible()


def test_the_single_file_without_scripts(visitor: Visitor, places: Places) -> None:
    page = visitor.open(places.single, java_script_enabled=False)
    assert page.locator("section[data-page]").count() > 80
    link = page.locator("section[data-page='/de/questions'] a").first
    link.click()
    assert "#/de/" in page.url
