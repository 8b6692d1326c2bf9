"""A real server, and a browser that reaches nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from browser.visitor import Visitor
from served import serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these tests last: until it is closed, a browser keeps the event loop of the process."""
    items.sort(key=lambda item: "visitor" in getattr(item, "fixturenames", ()))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip these tests when there is no browser, in one line; in CI they fail."""
    if find_browser() is None:
        answer = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        answer("no Chromium for the tests in the browser; install it or set AMIP_CHROMIUM")


def find_browser() -> str | None:
    """Find the browser: what AMIP_CHROMIUM names, else Debian's."""
    return os.environ.get("AMIP_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of the browser."""
    return str(find_browser())


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """Start the system's Chromium, without any service of its maker."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    flags = ["--disable-quic", "--no-first-run", *quiet, *sandbox]
    return {"executable_path": chromium, "args": flags}


@pytest.fixture(scope="session")
def address(chromium: str) -> Iterator[str]:
    """Where `amip serve` listens, without the slash at the end."""
    with serve() as served:
        yield served.address.rstrip("/")


@pytest.fixture(scope="session")
def base_url(address: str) -> str:
    """Where paths lead to."""
    return address


@pytest.fixture
def visitor(address: str, new_context: Callable[..., BrowserContext]) -> Iterator[Visitor]:
    """Somebody with a browser; the test fails when a page asked for anything foreign."""
    visitor = Visitor(address, new_context)
    yield visitor
    assert not visitor.faults
