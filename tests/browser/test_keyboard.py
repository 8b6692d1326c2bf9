"""With the keyboard alone: everything is reached, and one sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browser.visitor import Visitor

_WHERE = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return [at.className || at.name || at.tagName, at.getAttribute('href') ?? '',
          style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""


def press_tab(page: Page) -> tuple[str, str]:
    """Go on by one step; where that is must be seen."""
    page.keyboard.press("Tab")
    name, target, outlined = page.evaluate(_WHERE)
    assert outlined, f"{name} {target} shows no focus"
    return name, target


def test_the_first_step_leads_past_the_navigation(visitor: Visitor) -> None:
    page = visitor.open("/questions")
    assert press_tab(page) == ("skip", "#content")
    assert page.locator(".skip").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    press_tab(page)
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_steps_go_through_the_navigation_to_the_search(scheme: str, visitor: Visitor) -> None:
    page = visitor.open("/", color_scheme=scheme)
    steps = [press_tab(page) for _ in range(8)]
    assert [target.partition("?")[0] for _, target in steps[1:7]] == [
        *("/", "/questions", "/compare", "/lists", "/check", "/sparql")
    ]
    assert steps[7][0] == "q"
    page.keyboard.type("Arbeitsgelegenheiten")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert "Arbeitsgelegenheiten" in page.locator("h1").inner_text()


def test_the_language_is_changed_in_place(visitor: Visitor) -> None:
    page = visitor.open("/search?q=AGH")
    page.locator("a.language").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=en**")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "AGH" in page.locator("h1").inner_text()
    page.locator("header nav a").first.click()
    page.wait_for_url("**/questions?**")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("header nav a").first.get_attribute("aria-current") == "page"
