"""Pages: templates, the words of both languages, links, and numbers as the reader writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import URL

from amip.terms import BASE, ID

WEB = ("https://", "http://")
"""How the addresses of pages of others begin."""
_MOST_DIGITS = 40


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


def say(name: str, language: str, **slots: object) -> str:
    """Say words of the pages in a language, with what is put into their slots.

    >>> say("day-of-month", "en", day=19, month="October", year=2021)
    '19 October 2021'
    """
    return load_words()[name][language].format(**slots)


def render_page(template: str, language: str, url: URL, context: Mapping[str, object]) -> str:
    """Fill in a template; `url` is the page's own, for the link to it in the other language."""

    def say_here(name: str, **slots: object) -> str:
        return say(name, language, **slots)

    def link(target: str, **parameters: str | Sequence[str]) -> str:
        return make_link(target, language, parameters)

    def show(value: object) -> str:
        return show_number(str(value), language)

    given = {"say": say_here, "link": link, "show": show, "lang": language, "url": url}
    return _environment().get_template(template).render({**context, **given})


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


def find_trace(iri: str) -> str:
    """Find the trace of a figure or an official value, "" for anything else.

    >>> find_trace("https://w3id.org/amip/id/obs/harburg-2022-2025/egl")
    '/trace/harburg-2022-2025/egl'
    >>> find_trace("https://w3id.org/amip/id/stat/13211/2021/03353/2020/u")
    '/trace/stat/13211/2021/03353/2020/u'
    """
    if iri.startswith(f"{ID}obs/"):
        return f"/trace/{iri.removeprefix(f'{ID}obs/')}"
    return f"/trace/{iri.removeprefix(ID)}" if iri.startswith(f"{ID}stat/") else ""


def find_page(iri: str) -> str:
    """Find where an IRI is shown: what is ours by a path, what is not if it is a page, else "".

    >>> find_page("https://w3id.org/amip/code/K2"), find_page("https://example.org/page")
    ('/code/K2', 'https://example.org/page')
    >>> find_page("javascript:x")
    ''
    """
    if iri.startswith(BASE):
        return find_trace(iri) or f"/{iri.removeprefix(BASE)}"
    return iri if iri.startswith(WEB) else ""


def read_decimal(text: str) -> Decimal | None:
    """Read a number; `None` for other text, and for a number that nobody would write out.

    >>> read_decimal("12.50"), read_decimal("1e999999999")
    (Decimal('12.50'), None)
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def show_number(text: str, language: str) -> str:
    """Write a number as people of that language do; other text stays as it is.

    >>> show_number("1234.50", "de")
    '1.234,50'
    """
    read = read_decimal(text)
    if read is None:
        return text
    number = f"{read:,f}"
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
