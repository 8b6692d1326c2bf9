"""Lay out an edition: the pages as fetched become pages whose links are files of the edition."""

from __future__ import annotations

import pickle
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import URL

from amip.serve.edition.address import Address, Kind, Scope, Target
from amip.serve.edition.crawl import Crawl
from amip.serve.edition.links import (
    Manner,
    count_inputs,
    find_choices,
    turn_action,
    turn_links,
    turn_sheet,
)
from amip.serve.page import render_page
from amip.serve.programme import Programme

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self' file:; base-uri 'none'"
)
"""The Content Security Policy of a page: nothing from elsewhere.

To Firefox, the search on a disk is not the page's own site.
"""
WORKING_POLICY = POLICY.replace(
    "script-src 'self'", "script-src 'self' blob: 'wasm-unsafe-eval'; worker-src blob:"
)
"""That of the page that runs SPARQL."""
_MODULE = re.compile(r"^(?:import|export)\b", re.MULTILINE)


@dataclass
class Layout:
    """How the pages of a crawl link to each other; `broken` takes the links that lead nowhere."""

    crawl: Crawl
    scope: Scope
    pairs: Sequence[tuple[Programme, Programme]] = ()
    modules: frozenset[str] = frozenset()
    broken: set[tuple[str, str]] = field(default_factory=set)

    def lay_page(self, text: str, here: Address) -> str:
        """Return a page with links to the files of the edition."""
        policy = WORKING_POLICY if here.path == "/sparql" else POLICY
        head = render("edition-policy.html", here.language, policy=policy)
        return self.turn(text, here).replace("<head>", f"<head>\n{head}", 1)

    def turn(self, text: str, here: Address) -> str:
        """Turn the links, forms and scripts of a page."""
        manner = Manner(
            lambda href: self.find_link(href, here),
            lambda href: self.find_link(href, here, choice=True),
            lambda action, form: self._replace_form(action, form, here),
        )
        return turn_links(text, manner)

    def lay_sheet(self, text: str, here: Address) -> str:
        """Return a style sheet that loads files of the edition."""
        return turn_sheet(text, lambda href: self.find_link(href, here))

    def write_link(self, name: str, target: Target, here: Address) -> str | None:
        """Write a link from a page to a file of the edition."""
        fragment = f"#{quote(target.fragment)}" if target.fragment else ""
        query = f"?{target.query}" if target.query else ""
        if target.address == here and not query:
            return fragment or "#"
        start = posixpath.dirname(self.crawl.files.get(here, ""))
        return quote(posixpath.relpath(name, start or ".")) + query + fragment

    def find_link(self, href: str, here: Address, *, choice: bool = False) -> str | None:
        """Find what a link becomes; `choice` is one that is left out where it leads nowhere new."""
        target = self.scope.find_target(href, here)
        if target.address == here and (target.is_other or (choice and not target.fragment)):
            return None
        match target.kind:
            case Kind.OUTSIDE:
                return href
            case Kind.MADE:
                return self.write_link(target.address.path.lstrip("/"), target, here)
            case Kind.SERVER:
                server = Target(Kind.PAGE, Address("/server", here.language))
                return None if choice else self._find(server, here)
            case Kind.LEFT:
                return None
            case Kind.ASSET if target.address.path in self.modules:
                return None
            case Kind.PAGE | Kind.ASSET:
                return self._find(target, here)

    def _find(self, target: Target, here: Address) -> str | None:
        name = self.crawl.find_file(target.address)
        if name is None:
            self.broken.add((self.crawl.files.get(here, ""), target.address.url))
            return None
        return self.write_link(name, target, here)

    def _replace_form(self, action: str, form: str, here: Address) -> str:
        """Replace a form: the search stays, of others there are the choices with a page."""
        target = self.scope.find_target(action, here)
        if target.address.path == "/search":
            to = self._find(target, here)
            own = posixpath.basename(self.crawl.files.get(here, ""))
            return turn_action(form, own if to == "#" else to) if to else ""
        if target.address.path == "/compare":
            return self._list_pairs(here)
        groups: dict[str, list[tuple[str, str, bool]]] = {}
        for each in find_choices(form):
            chosen = self.scope.find_target(each.href, here)
            if to := self.find_link(each.href, here):
                is_here = chosen.address == here and not chosen.fragment
                groups.setdefault(each.heading, []).append((each.label, to, is_here))
        context = {
            "groups": groups,
            "is_whole": len(groups) >= count_inputs(form),
            "server": self.find_link("/server", here),
        }
        return render("edition-choices.html", here.language, **context)

    def _list_pairs(self, here: Address) -> str:
        """List the pairs to compare; on the page of one programme, those with it."""
        links = []
        for pair in self.pairs:
            asked = tuple(sorted(("programme", each.slug) for each in pair))
            target = Target(Kind.PAGE, Address("/compare", here.language, asked))
            if len(here.asked) == 1 and here.asked[0] not in asked:
                continue
            if to := self._find(target, here):
                one, other = (each.label for each in pair)
                links.append((one, other, to, target.address == here))
        server = self.find_link("/server", here)
        return render("edition-pairs.html", here.language, links=links, server=server)


def write_plan(layout: Layout, folder: Path) -> Path:
    """Write a layout to a file, for the other processes of this run."""
    path = folder / "plan"
    path.write_bytes(pickle.dumps(layout))
    return path


@lru_cache(maxsize=1)
def read_plan(path: Path) -> Layout:
    """Read a layout that another process of this run has written."""
    layout: Layout = pickle.loads(path.read_bytes())  # noqa: S301
    return layout


def render(template: str, language: str, **context: object) -> str:
    """Fill in a template for a part of a page."""
    return render_page(template, language, URL(""), context)


def is_module(script: str) -> bool:
    """Tell whether a script is made of parts that only a server can give.

    >>> is_module('import { a } from "./a.js";\\n')
    True
    """
    return bool(_MODULE.search(script))


def lay_script(script: str) -> str:
    """Keep the names of a script to itself, as they are in a module."""
    return f"(() => {{\n{script}\n}})();\n"
