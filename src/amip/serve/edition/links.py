"""The links of a page: found, and turned to the files of an edition.

The pages come from templates that escape quotes and angle brackets in data, so an attribute ends
at the next quote and a tag at the next bracket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlencode

_ANCHOR = re.compile(r"<a\b(?P<rest>[^>]*)>(?P<text>.*?)</a>", re.DOTALL)
_ENTRY = re.compile(r"<li>\s*<a\b(?P<rest>[^>]*)>[^<]*</a>\s*</li>\s*")
_FORM = re.compile(r"<form\b(?P<rest>[^>]*)>(?P<text>.*?)</form>", re.DOTALL)
_EMPTY_LIST = re.compile(r"(?:<nav\b[^>]*>\s*)?<ul\b[^>]*>\s*</ul>\s*(?:</nav>\s*)?")
_EMPTY = re.compile(r"<link\b(?P<rest>[^>]*)>\s*")
_SOURCE = re.compile(r"<(?P<tag>script|img|use|image)\b(?P<rest>[^>]*)>")
_SCRIPT = re.compile(r"<script\b(?P<rest>[^>]*)>(?P<text>.*?)</script>\s*", re.DOTALL)
_TARGET = re.compile(r'(?P<name>\s(?:xlink:)?(?:href|src|action))="(?P<value>[^"]*)"')
_SELECT = re.compile(
    r'(?:<span>(?P<heading>[^<]*)</span>\s*)?<select\b[^>]*\sname="(?P<name>[^"]*)"[^>]*>'
    r"(?P<text>.*?)</select>",
    re.DOTALL,
)
_OPTION = re.compile(r'<option value="(?P<value>[^"]*)"[^>]*>(?P<label>[^<]*)</option>')
_MODULE, _LATER = ' type="module"', " defer"
_URL = re.compile(r"url\((?P<quote>[\"']?)(?P<value>/[^)\"']*)(?P=quote)\)")

MOST_CHOICES = 100
"""How many values a list may offer for each to have a page of its own."""
Turn = Callable[[str], str | None]
"""What a link becomes: another link, or `None` when there is nothing to link to."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How links are turned, also those that are the entry of a list, and forms replaced."""

    turn: Turn
    choice: Turn
    form: Callable[[str, str], str]


def find_links(page: str) -> Iterator[str]:
    """Yield the targets of all links, scripts and images of a page.

    >>> list(find_links('<a class="x" href="/ns?a=1&amp;b=2#c">n</a>'))
    ['/ns?a=1&b=2#c']
    """
    for pattern in (_ANCHOR, _EMPTY, _SOURCE):
        for found in pattern.finditer(page):
            if target := _TARGET.search(found["rest"]):
                yield unescape(target["value"])
    for found in _FORM.finditer(page):
        for choice in find_choices(found[0]):
            yield choice.href


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a form offers: what one chooses, the value's label, and the page of it.

    The page of no value is that of the answer for all.
    """

    heading: str
    label: str
    href: str


def find_choices(form: str) -> Iterator[Choice]:
    """Yield the values of those lists of a form that are short, each as a link.

    >>> form = '<form action="/x"><select name="a"><option value="1">One</option></select></form>'
    >>> list(find_choices(form))
    [Choice(heading='', label='One', href='/x?a=1')]
    """
    action = _TARGET.search(form.partition(">")[0])
    if action is None:
        return
    for found in _SELECT.finditer(form):
        options = list(_OPTION.finditer(found["text"]))
        if len(options) > MOST_CHOICES:
            continue
        for option in options:
            query = urlencode({unescape(found["name"]): unescape(option["value"])})
            href = f"{unescape(action['value'])}?{query}"
            yield Choice(unescape(found["heading"] or ""), unescape(option["label"]), href)


def count_inputs(form: str) -> int:
    """Count what a form asks for, apart from words to search.

    >>> count_inputs('<label><select></select></label><label><input type="search"></label>')
    1
    """
    return form.count("<label") - form.count('type="search"')


def find_assets(sheet: str) -> Iterator[str]:
    """Yield what a style sheet loads from the site."""
    for found in _URL.finditer(sheet):
        yield found["value"]


def turn_links(page: str, manner: Manner) -> str:
    """Turn all links of a page; what leads nowhere becomes text, or goes when it was a choice."""

    def replace_form(found: re.Match[str]) -> str:
        target = _TARGET.search(found["rest"])
        return manner.form(unescape(target["value"]) if target else "", found[0])

    def replace_entry(found: re.Match[str]) -> str:
        if "aria-current" in found["rest"]:
            return found[0]
        return found[0] if _turn(found["rest"], manner.choice) is not None else ""

    def replace_anchor(found: re.Match[str]) -> str:
        rest = _turn(found["rest"], manner.turn)
        return found["text"] if rest is None else f"<a{rest}>{found['text']}</a>"

    def replace_empty(found: re.Match[str]) -> str:
        rest = _turn(found["rest"], manner.turn)
        return "" if rest is None else found[0].replace(found["rest"], rest)

    def replace_script(found: re.Match[str]) -> str:
        rest = _turn(found["rest"], manner.turn)
        # Browsers load no modules from a disk.
        return (
            "" if rest is None else found[0].replace(found["rest"], rest.replace(_MODULE, _LATER))
        )

    def replace_source(found: re.Match[str]) -> str:
        rest = _turn(found["rest"], manner.turn)
        return "" if rest is None else f"<{found['tag']}{rest}>"

    page = _SCRIPT.sub(replace_script, page)
    page = _SOURCE.sub(lambda found: _unless_script(found, replace_source), page)
    page = _EMPTY_LIST.sub("", _ENTRY.sub(replace_entry, page))
    page = _ANCHOR.sub(replace_anchor, page)
    page = _EMPTY.sub(replace_empty, page)
    # What takes the place of a form has links that are turned already.
    return _FORM.sub(replace_form, page)


def _unless_script(found: re.Match[str], replace: Callable[[re.Match[str]], str]) -> str:
    return found[0] if found["tag"] == "script" else replace(found)


def _turn(rest: str, turn: Turn) -> str | None:
    """Turn the target among the attributes of an element; one without a target stays."""
    target = _TARGET.search(rest)
    if target is None:
        return rest
    turned = turn(unescape(target["value"]))
    if turned is None:
        return None
    return f'{rest[: target.start()]}{target["name"]}="{escape(turned)}"{rest[target.end() :]}'


def turn_action(form: str, action: str) -> str:
    """Give a form another target."""
    return _TARGET.sub(lambda found: f'{found["name"]}="{escape(action)}"', form, count=1)


def turn_sheet(sheet: str, turn: Turn) -> str:
    """Turn what a style sheet loads.

    >>> turn_sheet("a{background:url('/static/a.svg')}", lambda _: "a.svg")
    'a{background:url("a.svg")}'
    """
    return _URL.sub(lambda found: f'url("{turn(found["value"]) or ""}")', sheet)
