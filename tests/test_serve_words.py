"""The words of the pages: both languages complete, each word used, none beside them."""

from __future__ import annotations

import ast
import html
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from string import Formatter
from typing import Any

import pytest
from jinja2 import Environment, nodes
from starlette.testclient import TestClient

from amip.findings import LANGUAGES
from amip.serve import Engine
from amip.serve.page import load_words
from inside import open_site
from samples import ROOT, TESTS

SERVE = ROOT / "src" / "amip" / "serve"
TEMPLATES = sorted(SERVE.glob("templates/**/*.html"))
WORDS = load_words()
PAGES: dict[str, dict[str, Any]] = tomllib.loads(
    (TESTS / "browser" / "pages.toml").read_text(encoding="utf-8")
)
NAMES = {
    *("API", "Apache Arrow", "CC BY 4.0", "CSV", "dl-de/by-2-0", "Excel", "HTML", "IRI", "JSON"),
    *("JSON-LD", "N-Triples", "OpenAPI", "OpenRefine", "Parquet", "RDF", "SHACL", "SPARQL", "SVG"),
    *("Turtle", "Vega-Lite", "XLSX", "SHA-256", "pandas"),
}
"""Proper names that are the same in both languages."""
SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "placeholder", "title"}
"""Attributes that a reader sees or hears."""
LOOKED_UP = {r"[\w-]+:.+", "true", "false", "editor-.+"}
"""Words that are found by a term of the graph; those of the editor have a test of their own."""
LETTERS = re.compile(r"[^\W\d_]{2}")
SILENT = {"code", "pre", "script", "style", "textarea"}


def slots_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def is_text(text: str) -> bool:
    """Tell whether a piece of a template says something in some language."""
    named = text.strip(" \n·:,;()–/")
    return bool(LETTERS.search(text)) and named not in NAMES and not re.fullmatch(r"\.\w+", named)


class Reader(HTMLParser):
    """What one reads or hears on a page; what is marked as another language is left out."""

    def __init__(self, language: str = "") -> None:
        super().__init__()
        self.texts: list[str] = []
        self._language = language
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        foreign = bool(self._language) and given.get("lang", self._language) != self._language
        hidden = tag in SILENT or foreign or self._is_hidden()
        if tag not in {"br", "hr", "img", "input", "link", "meta", "wbr", "col", "source"}:
            self._open.append((tag, hidden))
        if not hidden:
            spoken = SPOKEN | ({"content"} if given.get("name") == "description" else set())
            self.texts += [given[name] or "" for name in spoken & set(given)]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_hidden():
            self.texts.append(data)

    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def read_texts(page: str, language: str = "") -> list[str]:
    reader = Reader(language)
    reader.feed(page)
    return reader.texts


def parse_template(source: str) -> nodes.Template:
    return Environment(autoescape=True).parse(source)


def find_texts(node: nodes.Node) -> Iterator[str]:
    """Find the strings that an expression itself can put on the page."""
    match node:
        case nodes.Const() if isinstance(node.value, str):
            yield node.value
        case nodes.CondExpr():
            yield from find_texts(node.expr1)
            if node.expr2 is not None:
                yield from find_texts(node.expr2)
        case nodes.Concat() | nodes.And() | nodes.Or() | nodes.Add():
            for child in node.iter_child_nodes():
                yield from find_texts(child)


def fill_template(source: str) -> str:
    """Leave of a template what it says itself, with its expressions' own strings in place."""
    page, expression = [], ""
    for _, kind, text in Environment(autoescape=True).lex(source):
        match kind:
            case "data":
                page.append(text)
            case "variable_end":
                output = parse_template(f"{{{{ {expression} }}}}").find(nodes.Output)
                page += [
                    told for node in (output.nodes if output else ()) for told in find_texts(node)
                ]
                expression = ""
            case "variable_begin":
                expression = " "
            case _ if expression:
                expression += text
    return "".join(page)


def find_patterns(node: nodes.Node) -> Iterator[str]:
    """Find which words an argument of `say` can name, as regular expressions."""
    match node:
        case nodes.Const():
            yield re.escape(str(node.value))
        case nodes.CondExpr(expr1=yes, expr2=no) if no is not None:
            for branch in (yes, no):
                yield from list(find_patterns(branch)) or [".+"]
        case nodes.Concat(nodes=parts):
            pieces = [list(find_patterns(part)) or [".+"] for part in parts]
            yield from map("".join, product(*pieces))


def find_calls() -> Iterator[tuple[str, nodes.Call]]:
    for path in TEMPLATES:
        for call in parse_template(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                yield path.name, call


def find_counted() -> Iterator[str]:
    """Find the words that a macro says of one thing and of many."""
    for path in TEMPLATES:
        for name in re.findall(r'\bcount\("([\w-]+)"', path.read_text(encoding="utf-8")):
            yield from (name, f"{name}-one")


def find_words_in_code() -> Iterator[str]:
    """Find what in the Python of the pages names a word, or the beginning of one."""
    for path in SERVE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="say"), args=[ast.Constant(value=str(name)), *_]):
                    yield re.escape(name)
                case ast.Constant(value=str(name)) if re.fullmatch(r"[a-z]+(?:-[a-z]+)+", name):
                    yield re.escape(name)
                case ast.JoinedStr(values=[ast.Constant(value=str(start)), ast.FormattedValue()]):
                    if re.fullmatch(r"(?:[a-z]+-)+", start):
                        yield f"{re.escape(start)}.+"


def test_every_word_has_both_languages() -> None:
    for name, texts in WORDS.items():
        assert set(texts) == set(LANGUAGES), name
        assert all(text.strip() for text in texts.values()), name


def test_both_languages_have_the_same_slots() -> None:
    different = [
        name
        for name, texts in WORDS.items()
        if len({frozenset(slots_of(text)) for text in texts.values()}) > 1
    ]
    assert different == []


def test_every_word_that_is_said_is_there_with_its_slots() -> None:
    faults = []
    for template, call in find_calls():
        for pattern in find_patterns(call.args[0]):
            named = [name for name in WORDS if re.fullmatch(pattern, name)]
            given = {keyword.key for keyword in call.kwargs}
            slots = [slots_of(WORDS[name]["de"]) for name in named]
            needed = set.intersection(*slots) if slots else set()
            if not named or (needed - given and call.dyn_kwargs is None):
                faults.append(f"{template}, line {call.lineno}: {pattern} {needed - given}")
    assert faults == []


def test_every_word_is_used() -> None:
    said = {pattern for _, call in find_calls() for pattern in find_patterns(call.args[0])}
    named = {pattern for pattern in said if not pattern.startswith(".+")}
    used = re.compile("|".join({*named, *find_words_in_code(), *find_counted(), *LOOKED_UP}))
    assert [name for name in WORDS if not used.fullmatch(name)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_themselves(path: Any) -> None:
    page = fill_template(path.read_text(encoding="utf-8"))
    assert [text for text in read_texts(page) if is_text(text)] == []


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine()) as client:
        yield client


def long_phrases(language: str) -> set[str]:
    """Return the pieces of the words that are long enough to be of one language only."""
    pieces = {
        piece.strip(" .,:;–")
        for texts in WORDS.values()
        for piece in re.split(r"\{\w*\}", texts[language])
    }
    return {piece for piece in pieces if len(piece) >= 12 and " " in piece}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_to_its_language(name: str, language: str, client: TestClient) -> None:
    other = next(each for each in LANGUAGES if each != language)
    response = client.get(
        PAGES[name]["path"], headers={"Accept": "text/html", "Accept-Language": language}
    )
    assert response.status_code == PAGES[name].get("status", 200)
    assert response.headers["Content-Language"] == language
    assert f'lang="{language}"' in response.text
    said = " ".join(html.unescape(" ".join(read_texts(response.text, language))).split())
    own = " ".join(texts[language] for texts in WORDS.values())
    assert [each for each in sorted(long_phrases(other)) if each in said and each not in own] == []
