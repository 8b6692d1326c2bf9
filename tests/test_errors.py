"""Errors in both languages: every template has its German form, with the same slots."""

from __future__ import annotations

import ast
import asyncio
import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip.errors import AmipError, InputError, Phrase, UsageError, list_slots, load_german
from amip.findings import LANGUAGES
from amip.nearest import did_you_mean
from amip.serve import Engine
from terminal import run
from test_layers import TREES


@dataclass(frozen=True)
class Said:
    """A call that makes an error or a phrase: its templates, and the slots that it fills."""

    module: str
    line: int
    templates: tuple[str, ...]
    slots: frozenset[str]
    opaque: tuple[ast.expr, ...]

    @property
    def place(self) -> str:
        return f"{self.module}:{self.line}"


def find_makers() -> set[str]:
    """Return the names of the classes that take templates."""
    found = {"AmipError", "Phrase"}
    classes = [
        (node.name, {ast.unparse(base) for base in node.bases})
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    while more := {name for name, bases in classes if bases & found} - found:
        found |= more
    return found


def split(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what an expression may be: both sides of a choice."""
    match node:
        case ast.IfExp(body=one, orelse=other):
            yield from (*split(one), *split(other))
        case ast.BoolOp(values=values):
            for value in values:
                yield from split(value)
        case _:
            yield node


def read_call(name: str, call: ast.Call) -> Said:
    keywords = {each.arg or "**": each.value for each in call.keywords}
    parts = [*call.args[:1], *([keywords["advice"]] if "advice" in keywords else [])]
    texts = [each for part in parts for each in split(part)]
    known = {id(each): each.value for each in texts if isinstance(each, ast.Constant)}
    slots = {*keywords, "subject"} - {"advice"}
    return Said(
        name,
        call.lineno,
        tuple(text for text in known.values() if isinstance(text, str) and text),
        frozenset(slots),
        tuple(each for each in texts if id(each) not in known),
    )


PHRASING = {"Phrase"} | {
    node.name
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Phrase"
}
MAKERS = find_makers()
SAID = [
    read_call(name, node)
    for name, tree in TREES.items()
    for node in ast.walk(tree)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
]
TEMPLATES = {template for said in SAID for template in said.templates}
GERMAN = load_german()


def has_words(template: str) -> bool:
    """Tell whether anything stands in a template that is of a language: words or quotes."""
    return any(sign.isalpha() or sign == "“" for sign in re.sub(r"\{\w+\}", "", template))


def is_phrase(module: str, node: ast.expr) -> bool:
    """Tell whether what is no template is a phrase: by its function, or by what is given to it."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in PHRASING
        case ast.Attribute(attr=name):
            return name in {"message", "remedy", "reason"}
        case ast.Name(id=name):
            inside = list(ast.walk(TREES[module]))
            given = [
                each.value
                for each in inside
                if isinstance(each, ast.Assign) and name in map(ast.unparse, each.targets)
            ]
            kinds = [
                ast.unparse(each.annotation)
                for each in inside
                if isinstance(each, ast.arg) and each.arg == name and each.annotation
            ]
            plain = any(isinstance(each, ast.Constant | ast.JoinedStr) for each in given)
            return not plain and "str" not in kinds
    return False


def test_there_is_something_to_say() -> None:
    assert len(SAID) > 250
    assert {"AmipError", "InputError", "NoSuchQuestionError", "Phrase"} < MAKERS


def test_texts_are_put_together_by_slots_only() -> None:
    wrong = [
        f"{said.place} {ast.unparse(each)}"
        for said in SAID
        for each in said.opaque
        if said.module != "amip.errors" and not is_phrase(said.module, each)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_is_filled(language: str) -> None:
    for said in SAID:
        for template in said.templates:
            form = template if language == "en" else GERMAN.get(template, template)
            assert set(list_slots(form)) <= said.slots, f"{said.place} {template}"


def test_every_slot_has_its_place() -> None:
    for said in SAID:
        used = {slot for template in said.templates for slot in list_slots(template)}
        if said.module != "amip.errors":
            assert said.slots - used <= {"subject"}, said.place


def test_every_template_has_a_german_form() -> None:
    assert {each for each in TEMPLATES if has_words(each)} - set(GERMAN) == set()


def test_every_german_form_is_used() -> None:
    assert set(GERMAN) - TEMPLATES == set()


@pytest.mark.parametrize("template", GERMAN)
def test_the_german_form_fits(template: str) -> None:
    german = GERMAN[template]
    assert has_words(template)
    assert sorted(list_slots(german)) == sorted(list_slots(template))
    assert german != template
    assert not re.search(r"[“”„‘’]|\b(?:Sie|Ihre?n?|[Dd]u|[Dd]eine?n?)\b", german)
    assert german.count("»") == german.count("«") == template.count("“") == template.count("”")
    assert german.endswith("…") or not german.endswith((".", " ", "!"))
    assert re.findall(r"`[^`]+`|--\w+", german) == re.findall(r"`[^`]+`|--\w+", template)


def test_an_error_speaks_both_languages() -> None:
    hint = did_you_mean(["a", "b"])
    error = UsageError(
        "“{question}” has no parameter “{subject}”", subject="{", advice=hint, question="q"
    )
    assert (str(error), error.advice) == ("“q” has no parameter “{”", "did you mean “a”, “b”?")
    assert error.text("de") == "»q« hat keinen Parameter »{«"
    assert error.help("de") == "war »a«, »b« gemeint?"
    assert not AmipError("message").remedy


@given(st.text(), st.lists(st.text(), max_size=3))
def test_an_error_crosses_processes(text: str, names: list[str]) -> None:
    hint = did_you_mean(names)
    error = InputError(
        "{subject}: {why}", subject=text, advice=hint, why=Phrase("the file is empty")
    )
    packed = json.dumps(error.pack(1000))
    for copy in (pickle.loads(pickle.dumps(error)), InputError.unpack(json.loads(packed), text)):
        assert isinstance(copy, InputError)
        assert copy.subject == text
        for language in LANGUAGES:
            assert copy.text(language) == error.text(language)
            assert copy.help(language) == error.help(language)


def test_a_long_slot_is_cut() -> None:
    error = InputError("{subject}: {names}", subject="x" * 100, names=["y" * 100, "z"])
    assert InputError.unpack(error.pack(3), None).text("de") == "xxx: yyy, z"


def test_the_command_line_speaks_german() -> None:
    done = run("valdate", language="de_DE.UTF-8")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "amip: einen Befehl »valdate« gibt es nicht",
        "      → war »validate« gemeint?",
    ]


def test_an_error_of_the_nursery_speaks_german() -> None:
    with pytest.raises(InputError) as caught:
        asyncio.run(Engine(["nowhere"]).start())
    assert caught.value.text("de").startswith("nowhere: weder Datensatzordner noch")
    assert caught.value.help("de") == "einen Datensatz schreibt: amip build -o dist"
