"""A reader of static editions: parses pages by its own means and follows every link."""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LOADING = {"script": "src", "link": "href", "img": "src", "image": "href", "use": "href"}
"""Elements that load what they name, and the attribute that names it."""


@dataclass
class Content(HTMLParser):
    """What a page names: links, what it loads, where its forms go, its places, its language."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    language: str = ""
    policy: str = ""
    headings: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element names."""
        named = {name.removeprefix("xlink:"): value or "" for name, value in attrs}
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag in LOADING and LOADING[tag] in named and named.get("rel") != "alternate":
            self.loaded.append(named[LOADING[tag]])
        if tag == "link" and named.get("rel") == "alternate":
            self.links.append(named["href"])
        if tag == "form":
            self.forms.append(named.get("action", ""))
        if tag == "html":
            self.language = named["lang"]
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]
        self.headings += tag == "h1"
        self.places += [named["id"]] if "id" in named else []
        self.handlers += [name for name in named if name.startswith("on")]


def parse(text: str) -> Content:
    content = Content()
    content.feed(text)
    content.close()
    return content


@dataclass
class Shelf:
    """The pages of an edition in a folder, each parsed once."""

    folder: Path
    pages: dict[str, Content] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.folder.rglob("*.html")):
            name = path.relative_to(self.folder).as_posix()
            self.pages[name] = parse(path.read_text(encoding="utf-8"))

    def find_faults(self, page: str, target: str) -> list[str]:
        """Return what is wrong with a link of a page to elsewhere in the edition."""
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or target.startswith("/"):
            return [f"{page}: {target} is no relative link"]
        name = page
        if parts.path:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        if not (self.folder / name).is_file():
            return [f"{page}: {target} leads to no file"]
        places = self.pages[name].places if name in self.pages else []
        if parts.fragment and unquote(parts.fragment) not in places:
            return [f"{page}: {target} leads to no place of {name}"]
        return []


def is_foreign(target: str) -> bool:
    """Tell whether a link leads to another site, which only a reader may follow."""
    return urlsplit(target).scheme in {"http", "https", "mailto"}


def read_data(script: str, name: str) -> dict[str, Any]:
    """Read what a script of data assigns to a global name."""
    head = f"globalThis.{name} = {{ ...globalThis.{name}, ..."
    assert script.startswith(head)
    data: dict[str, Any] = json.loads(script[len(head) :].rstrip().removesuffix("};").rstrip())
    return data


def unpack(text: str) -> bytes:
    return gzip.decompress(base64.b64decode(text))


@cache
def list_scripts(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"<script>(.*?)</script>", text, re.DOTALL))
