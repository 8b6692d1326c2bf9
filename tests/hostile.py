"""Hostile data and requests, and what a page must not make of them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlsplit

import pyoxigraph
from starlette.types import ASGIApp, Message

TAG = "x-hostile"
LABEL = f"\"'></title></script><{TAG} onclick=hostile()>{{{{7*7}}}}<script>hostile()</script>"
SCRIPT = "javascript:hostile()"
VOID = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href"}
_SAFE = re.compile(
    r"(?:https?:|mailto:|urn:|doi:|#|\?|\.|/(?!/)|[\w%-]+(?:[/?#]|$))", re.IGNORECASE
)


def poison(triples: bytes) -> bytes:
    """Put a hostile text into every text of N-Quads, and a hostile IRI beside every thing."""
    store = pyoxigraph.Store()
    store.bulk_load(input=triples, format=pyoxigraph.RdfFormat.N_QUADS)
    text = "http://www.w3.org/2001/XMLSchema#string"
    for quad in list(store):
        given = quad.object
        if isinstance(given, pyoxigraph.Literal) and (
            given.language or given.datatype.value == text
        ):
            changed = pyoxigraph.Literal(given.value + LABEL, language=given.language)
            store.remove(quad)
            store.add(pyoxigraph.Quad(quad.subject, quad.predicate, changed, quad.graph_name))
        elif isinstance(given, pyoxigraph.NamedNode) and "/ns#" not in quad.predicate.value:
            link = pyoxigraph.NamedNode(SCRIPT)
            store.add(pyoxigraph.Quad(quad.subject, quad.predicate, link, quad.graph_name))
    return store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b""


@dataclass
class Inspection(HTMLParser):
    """What a page does that it must not do, and where it leads."""

    wrong: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    _script: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {TAG, "style", "base", "iframe", "object", "embed"}:
            self.wrong.append(f"<{tag}>")
        kind = given.get("type", "")
        self._script = tag == "script"
        if self._script and "src" not in given and kind not in {"application/json"}:
            self.wrong.append("<script> without src")
        self.wrong += [
            f"{tag} {name}" for name in given if name.startswith("on") or name == "style"
        ]
        if given.get("http-equiv", "").lower() == "refresh":
            self.wrong.append("meta refresh")
        for name in VOID & set(given):
            self.links.append(given[name])
            if not _SAFE.match(given[name]):
                self.wrong.append(f"{tag} {name}={given[name][:80]}")
            elif name != "href" and urlsplit(given[name]).netloc:
                self.wrong.append(f"foreign {tag} {name}={given[name][:80]}")
        foreign = tag == "link" and urlsplit(given.get("href", "")).netloc
        if foreign and given.get("rel") not in {"license", "canonical"}:
            self.wrong.append(f"foreign link {given['href'][:80]}")
        if tag in {"input", "select", "textarea"} and "name" in given:
            self.fields.add(given["name"])

    def handle_endtag(self, tag: str) -> None:
        self._script = self._script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._script and "<" in data:
            self.wrong.append(f"markup in a script: {data[:80]}")


def inspect(page: str) -> Inspection:
    """Look at a page as a browser does."""
    found = Inspection()
    found.feed(page)
    found.close()
    for link in found.links:
        if not urlsplit(link).netloc:
            found.fields |= {name for name, _ in parse_qsl(urlsplit(link).query)}
    return found


@dataclass(frozen=True)
class Answer:
    """A response as it goes over the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def ask_raw(app: ASGIApp, raw_path: str, query: str = "", host: str = "localhost") -> Answer:
    """Ask an application for a path exactly as it is written."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "root_path": "",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", host.encode()), (b"accept", b"text/html")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    async def visit() -> None:
        await app(scope, receive, send)

    asyncio.run(visit())
    start, *bodies = messages
    return Answer(
        start["status"],
        [
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in start["headers"]
        ],
        b"".join(message.get("body", b"") for message in bodies),
    )
