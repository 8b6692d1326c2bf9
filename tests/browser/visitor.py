"""Somebody with a browser, the pages that they visit, and what a page must keep to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route

HERE = Path(__file__).parent
PAGES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "pages.toml").read_text(encoding="utf-8"))
AXE = (HERE / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_POLICE = (
    "document.addEventListener('securitypolicyviolation', "
    "event => console.error('policy', event.violatedDirective, event.blockedURI))"
)


@dataclass
class Visitor:
    """Somebody with a browser: what they open, and all that went wrong meanwhile."""

    address: str
    new_context: Callable[..., BrowserContext]
    faults: list[str] = field(default_factory=list)

    def make_context(self, language: str = "de", **options: Any) -> BrowserContext:
        """Make a browser that refuses every request to another server, and notes it."""
        context = self.new_context(locale=language, **options)
        foreign = re.compile(f"^(?!{re.escape(self.address)}/|file:|data:|blob:|about:)")
        context.route(foreign, self._refuse)
        context.on("console", self._note)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.add_init_script(_POLICE)
        return context

    def open(self, path: str, language: str = "de", **options: Any) -> Page:
        """Open a page of the site in a browser of that language."""
        page = self.make_context(language, **options).new_page()
        page.goto(path)
        return page

    def _refuse(self, route: Route) -> None:
        self.faults.append(f"request to {route.request.url}")
        route.abort()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{message.text} ({message.location.get('url', '')})")


def find_barriers(page: Page) -> list[str]:
    """Let axe-core look for barriers, and return those that are serious or critical."""
    page.evaluate(AXE)
    violations = page.evaluate("() => axe.run({preload: false}).then(found => found.violations)")
    return [
        f"{each['id']}: {node['html'][:200]} – {node['failureSummary']}"
        for each in violations
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
