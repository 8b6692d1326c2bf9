"""Pages: templates, the words of both languages, links, and numbers as the reader writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import URL

from amip.terms import BASE


@cache
def load_words() -> Mapping[str, Mapping[str, str]]:
    """Load the words of the pages from the folder `words`: name → language → text.

    A name that two files have would mean two things, which raises `ValueError`.
    """
    words: dict[str, Mapping[str, str]] = {}
    for path in sorted(files("amip.serve").joinpath("words").iterdir(), key=lambda each: each.name):
        for name, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in words:
                raise ValueError(f"{path.name}: “{name}” is in another file, too")
            words[name] = texts
    return MappingProxyType(words)


def render_page(template: str, language: str, url: URL, context: Mapping[str, Any]) -> str:
    """Fill in a template; `url` is the page's own, for the link to it in the other language."""
    words = load_words()

    def say(name: str, **slots: object) -> str:
        return words[name][language].format(**slots)

    def link(target: str, **parameters: str | Sequence[str]) -> str:
        return make_link(target, language, parameters)

    def write(value: object) -> str:
        return show_number(str(value), language)

    return (
        _environment()
        .get_template(template)
        .render({**context, "say": say, "link": link, "show": write, "lang": language, "url": url})
    )


def make_link(
    target: str, language: str, parameters: Mapping[str, str | Sequence[str]] | None = None
) -> str:
    """Make a link within the site: a path, or an IRI of ours as the path that shows it.

    >>> make_link("https://w3id.org/amip/code/K2", "de")
    '/code/K2?lang=de'
    >>> make_link("https://w3id.org/amip/ns#value", "en")
    '/ns?lang=en#value'
    """
    path, _, fragment = target.removeprefix(BASE).partition("#")
    query = urlencode({**(parameters or {}), "lang": language}, doseq=True)
    anchor = f"#{quote(fragment)}" if fragment else ""
    return f"{quote('/' + path.lstrip('/'), safe='/%')}?{query}{anchor}"


def show_number(text: str, language: str) -> str:
    """Write a number as people of that language do; other text stays as it is.

    >>> show_number("1234.50", "de")
    '1.234,50'
    """
    try:
        number = f"{Decimal(text):,f}"
    except InvalidOperation:
        return text
    return number.translate(str.maketrans(",.", ".,")) if language == "de" else number


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("amip.serve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
