"""Every kind of page: in both languages, light and dark, narrow, on paper, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Response

from browser.visitor import PAGES, Visitor, find_barriers

PHONE = {"width": 360, "height": 740}
LANGUAGES: dict[str, dict[str, Any]] = {
    "de": {"color_scheme": "light"},
    "en": {"color_scheme": "dark", "viewport": PHONE},
}
"""The languages, and how a page is looked at in each."""

VARIANTS = [
    (name, scripts)
    for name, page in PAGES.items()
    for scripts in (False, True)
    if page.get("script") or not scripts
]
FIRST_PAGE = 100_000
"""How many bytes the first page may fetch, with all that belongs to it."""


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def forgive(visitor: Visitor, name: str) -> None:
    """Drop what the browser says about the status of a page that is meant to be missing."""
    if "status" in PAGES[name]:
        visitor.faults[:] = [each for each in visitor.faults if "Failed to load" not in each]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_barriers(name: str, language: str, visitor: Visitor) -> None:
    page = visitor.open(PAGES[name]["path"], language, **LANGUAGES[language])
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.title().removesuffix(page.locator("a.home").inner_text()).strip(" –")
    assert find_barriers(page) == []
    forgive(visitor, name)


@pytest.mark.parametrize(("name", "scripts"), VARIANTS)
def test_page_is_read_on_a_phone(name: str, scripts: bool, visitor: Visitor) -> None:
    page = visitor.make_context(viewport=PHONE, java_script_enabled=scripts).new_page()
    response = page.goto(PAGES[name]["path"])
    assert response is not None
    assert response.status == PAGES[name].get("status", 200)
    assert scripts or page.locator(PAGES[name]["holds"]).first.is_visible()
    assert width_of(page) <= PHONE["width"]
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert width_of(page) <= PHONE["width"]
    forgive(visitor, name)


@pytest.mark.parametrize("name", ["start", "question", "compare", "trace"])
def test_page_is_printed(name: str, visitor: Visitor) -> None:
    page = visitor.open(PAGES[name]["path"])
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.locator("header nav").is_hidden()
    assert page.locator("h1").is_visible()
    if page.locator("div.table").count():
        style = "each => getComputedStyle(each).overflowX"
        assert page.locator("div.table").first.evaluate(style) == "visible"


def test_every_section_of_the_site_is_looked_at(visitor: Visitor) -> None:
    page = visitor.open("/")
    links = page.locator("header nav a, footer li a").all()
    paths = {str(link.get_attribute("href")).partition("?")[0] for link in links}
    assert paths - {"/api/openapi.json"} <= {each["path"] for each in PAGES.values()}
    for path in paths:
        assert visitor.open("/").request.get(path).ok


def test_the_first_page_is_small(visitor: Visitor) -> None:
    page = visitor.make_context().new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    assert len(answers) >= 2
    assert sum(len(answer.body()) for answer in answers) < FIRST_PAGE


def test_nothing_moves_for_who_does_not_want_it(visitor: Visitor) -> None:
    page = visitor.open("/", reduced_motion="reduce")
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(behaviour) == "auto"


def test_a_foreign_request_is_noticed(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.evaluate("fetch('https://example.org/').catch(() => null)")
    assert visitor.faults
    visitor.faults.clear()
