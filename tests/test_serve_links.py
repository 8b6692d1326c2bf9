"""The links of the pages: those within the site lead somewhere, and so does every anchor."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from amip.serve import Engine
from inside import open_site
from samples import TESTS

PAGES: dict[str, dict[str, Any]] = tomllib.loads(
    (TESTS / "browser" / "pages.toml").read_text(encoding="utf-8")
)
PER_KIND = 3
"""How many links to pages of one kind are followed."""


class Reader(HTMLParser):
    """The links of a page, and its anchors."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [given[name] or "" for name in ("href", "src", "action") if name in given]
        self.anchors += [given["id"] or ""] if "id" in given else []


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine(), headers={"Accept": "text/html"}) as client:
        yield client


def kind_of(path: str) -> str:
    """Return what kind of page a path leads to: without the names in it, with its ending."""
    parts = path.partition("?")[0].strip("/").split("/")
    depth = 2 if parts[0] in {"id", "trace"} else 1
    return "/".join([*parts[:depth], str(len(parts)), parts[-1].partition(".")[2]])


@pytest.fixture(scope="module")
def readers(client: TestClient) -> dict[str, Reader]:
    return {name: Reader(client.get(page["path"]).text) for name, page in PAGES.items()}


@pytest.mark.parametrize("name", PAGES)
def test_anchors_are_there_and_are_unique(name: str, readers: dict[str, Reader]) -> None:
    anchors = readers[name].anchors
    assert len(anchors) == len(set(anchors))
    assert {link[1:] for link in readers[name].links if link.startswith("#")} <= set(anchors)


@pytest.mark.parametrize("name", PAGES)
def test_links_are_paths_or_whole_addresses(name: str, readers: dict[str, Reader]) -> None:
    odd = [
        link
        for link in readers[name].links
        if not link.startswith(("/", "#", "https://", "http://")) or link.startswith("/http")
    ]
    assert odd == []


def test_links_within_the_site_lead_somewhere(
    client: TestClient, readers: dict[str, Reader]
) -> None:
    kinds: dict[str, set[str]] = {}
    for reader in readers.values():
        for link in reader.links:
            target = link.partition("#")[0]
            followed = kinds.setdefault(kind_of(target), set())
            if target.startswith("/") and len(followed) < PER_KIND:
                followed.add(target)
    answers = {link: client.get(link).status_code for links in kinds.values() for link in links}
    assert len(answers) > len(PAGES)
    del answers[next(link for link in answers if link.startswith("/nowhere"))]
    assert {link: status for link, status in answers.items() if status != 200} == {}
