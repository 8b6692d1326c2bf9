"""Addresses: what a link of the site leads to, and which file of the edition that is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from amip.findings import LANGUAGES
from amip.question import load_questions

RDF = (".ttl", ".jsonld", ".nt")
"""Endings of files that are the same in every language."""
DATA = (".csv", ".xlsx", ".json", ".parquet", ".rq", ".svg")
"""Endings of files that are made for one language."""
CHOSEN_DATA = (".csv", ".xlsx")
"""Those that are made also for each choice that a question offers."""
SERVER = re.compile(r"/(?:api|reconcile|check|search\.json|sparql)(?:/.*)?|/sparql/.*")
"""What needs a server; `/sparql` and `/check` themselves have a page of the edition."""
CHOICE = "/choice"
"""The first page of an edition, where one chooses the language."""
_OWN = ("/sparql", "/check", "/search", "/server")
_REST = re.compile(r"/(?:trace|id)/stat/.*|/id/(?:obs|statement|mention)/.*\.ttl|.*\.(?:jsonld|nt)")
_FIGURE = re.compile(r"/id/obs/([^/]+/[^/.]+)")
_BAD = re.compile(r'[<>:"\\|?*\x00-\x1f]')
_LONGEST = 100


class Kind(Enum):
    """What a link leads to: `MADE` are the files that an edition makes of the whole graph."""

    OUTSIDE = "outside"
    PAGE = "page"
    ASSET = "asset"
    MADE = "made"
    SERVER = "server"
    LEFT = "left"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A page or file of the site: its path, its language and what it is asked."""

    path: str
    language: str
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The address as the site takes it.

        >>> Address("/id/jobcenter/köln", "de").url
        '/id/jobcenter/k%C3%B6ln?lang=de'
        """
        return f"{quote(self.path)}?{urlencode([*self.asked, ('lang', self.language)])}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a link leads to: the address, the place on that page, and a query for its script.

    `is_other` tells that the link asks for another view of that page, such as another order.
    """

    kind: Kind
    address: Address
    fragment: str = ""
    query: str = ""
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What belongs to the edition: pages of `languages`, and how much.

    Without `whole`, pages of statistical cells are left out, figures have only their trace, and
    RDF is Turtle alone. `without` are beginnings of paths to leave out, such as `/code/`.
    """

    languages: tuple[str, ...] = LANGUAGES
    whole: bool = False
    without: tuple[str, ...] = ()

    def find_target(self, href: str, here: Address) -> Target:
        """Say what a link on the page `here` leads to.

        >>> Scope().find_target("/ns?lang=en#value", Address("/", "de")).address
        Address(path='/ns', language='en', asked=())
        """
        if href.startswith("#"):
            return Target(Kind.PAGE, here, href[1:])
        parts = urlsplit(urljoin(f"http://here{quote(here.path)}", href))
        if parts.netloc != "here" or parts.scheme != "http":
            return Target(Kind.OUTSIDE, here)
        path = unquote(parts.path).removesuffix(".html") or "/"
        path = path.rstrip("/").removeprefix(CHOICE) or "/"
        if not self.whole:
            path = _FIGURE.sub(r"/trace/\1", path)
        asked = parse_qsl(parts.query, keep_blank_values=True)
        language = next((value for name, value in asked if name == "lang"), here.language)
        language = "" if path.endswith(RDF) else language
        address = Address(path, language, _keep(path, asked))
        if path.startswith(("/static/", "/made/")):
            kind = Kind.ASSET if path.startswith("/static/") else Kind.MADE
            return Target(kind, Address(path, ""))
        if path in _OWN:
            query = urlencode([pair for pair in asked if pair[0] != "lang"])
            return Target(self._place(address), address, unquote(parts.fragment), query)
        fragment = unquote(parts.fragment)
        if path == "/questions" and (theme := dict(asked).get("theme")):
            return Target(self._place(address), address, theme)
        other = any(name != "lang" and (name, value) not in address.asked for name, value in asked)
        return Target(self._place(address), address, fragment, is_other=other)

    def _place(self, address: Address) -> Kind:
        if address.path not in _OWN and SERVER.fullmatch(address.path):
            return Kind.SERVER
        if address.language not in (*self.languages, ""):
            return Kind.LEFT
        if any(f"{address.path}/".startswith(prefix) for prefix in self.without):
            return Kind.LEFT
        if address.asked and address.path.endswith(DATA):
            return Kind.PAGE if address.path.endswith(CHOSEN_DATA) else Kind.LEFT
        if not self.whole and _REST.fullmatch(address.path):
            return Kind.LEFT
        return Kind.PAGE


def _keep(path: str, asked: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Keep what makes another page; how a table is sorted does not."""
    if path == "/compare":
        return tuple(sorted({pair for pair in asked if pair[0] == "programme" and pair[1]}))
    if path.startswith("/questions/"):
        names = _list_parameters().get(path.removeprefix("/questions/").partition(".")[0], ())
        kept = [pair for pair in asked if pair[0] in names and pair[1]]
        return (*kept, *(pair for pair in asked if pair[0] == "page" and pair[1] != "1"))
    return ()


@cache
def _list_parameters() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {
            name: tuple(each.name for each in question.parameters)
            for name, question in load_questions().items()
        }
    )


def name_file(address: Address) -> str:
    """Name the file of an address within the edition, by names that every system takes.

    >>> name_file(Address("/questions", "de")), name_file(Address("/id/programme/a.ttl", "en"))
    ('de/questions.html', 'id/programme/a.ttl')
    """
    path = "/".join(_clean(part) for part in address.path.strip("/").split("/"))
    if address.path == CHOICE:
        return "index.html"
    if path.endswith(RDF) or not address.language:
        return path
    stem, ending = path or "index", ".html"
    for known in DATA:
        if path.endswith(known):
            stem, ending = path.removesuffix(known), known
    if address.asked:
        values = "-".join(value.rpartition("/")[2] for _, value in address.asked)
        stem = f"{stem}/{_clean(values)}-{_mark(repr(address.asked))}"
    return f"{address.language}/{stem}{ending}"


def _clean(part: str) -> str:
    cleaned = _BAD.sub("_", part).rstrip(". ")
    if len(cleaned) <= _LONGEST:
        return cleaned
    return f"{cleaned[: _LONGEST - 7]}-{_mark(cleaned)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def tell_apart(name: str) -> str:
    """Change the name of a file that another file has on systems that ignore case.

    The change is the same in every language.

    >>> tell_apart("de/code/k2.html") == tell_apart("de/code/K2.html")
    False
    """
    stem, dot, ending = name.rpartition(".")
    return f"{stem}-{_mark(name.partition('/')[2])}{dot}{ending}"
