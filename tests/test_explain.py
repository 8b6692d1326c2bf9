"""`amip explain` and the help pages: every code has one, made of its shape or card."""

from __future__ import annotations

import re

import pytest

from amip.cards import load_cards
from amip.findings import LANGUAGES, Severity
from amip.validate.profile import Profile
from amip.validate.render.guide import find_entry, load_guide
from amip.validate.render.page import read_page
from amip.validate.shapes import load_rules
from pages import INDEX, PAGES, make_pages
from samples import ROOT
from terminal import run

LINK = re.compile(r"\]\((?P<target>[^)]+)\)")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The pages as they would be written today."""
    return make_pages()


def test_every_code_has_a_page() -> None:
    codes = {rule.code for rule in load_rules()} | set(load_cards())
    assert set(load_guide()) == codes
    assert {path.name for path in PAGES.iterdir()} == {INDEX, *(f"{code}.md" for code in codes)}


def test_pages_are_up_to_date(pages: dict[str, str]) -> None:
    """When this fails: `python tests/pages.py`, and look at the difference."""
    stale = [
        name
        for name, page in pages.items()
        if not (PAGES / name).is_file() or (PAGES / name).read_text(encoding="utf-8") != page
    ]
    assert stale == []


def test_every_rule_of_the_shapes_has_an_example(pages: dict[str, str]) -> None:
    assert [
        rule.code for rule in load_rules() if "### Beispiel" not in pages[f"{rule.code}.md"]
    ] == []


def test_links_of_the_pages_lead_somewhere() -> None:
    for path in PAGES.iterdir():
        for link in LINK.finditer(path.read_text(encoding="utf-8")):
            assert (path.parent / link["target"]).exists(), (path.name, link["target"])


def test_pages_leave_no_slot_open(pages: dict[str, str]) -> None:
    open_slots = re.compile(r"\{[?$]?\w*\}|\{\{|\{%|None")
    assert [name for name, page in pages.items() if open_slots.search(page)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_complete(language: str) -> None:
    for entry in load_guide().values():
        for texts in (entry.label, entry.message, entry.advice, entry.why):
            assert texts[language].strip(), entry.code
        assert bool(entry.shape) is (ROOT / entry.file).is_file()


def test_profiles_follow_the_severity() -> None:
    for entry in load_guide().values():
        assert Profile.RESEARCH in entry.profiles
        assert (Profile.DRAFT in entry.profiles) <= (entry.severity is Severity.VIOLATION)


@pytest.mark.parametrize("written", ["AMIP-A01", "amip-a01", "A01", "a01", " a01 "])
def test_codes_are_found_however_they_are_written(written: str) -> None:
    assert find_entry(written).code == "AMIP-A01"


@pytest.mark.parametrize("code", sorted(load_guide()))
def test_each_page_reads_in_both_languages(code: str) -> None:
    german, english = (read_page(code, language) for language in LANGUAGES)
    assert german.startswith(f"{code}: {load_guide()[code].label['de']}\n")
    assert english.startswith(f"{code}: {load_guide()[code].label['en']}\n")
    assert "Was tun:" in german
    assert "What to do:" in english
    assert not re.search(r"\]\(|^#|^>|\*\*", german + english, re.MULTILINE)


def test_explain_speaks_the_language_of_the_user() -> None:
    german, english = (run("--lang", language, "explain", "a01") for language in LANGUAGES)
    assert german.returncode == english.returncode == 0
    assert "Summe und Teile" in german.stdout.decode()
    assert "total and parts" in english.stdout.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_explain_lists_all_codes(language: str) -> None:
    lines = run("--lang", language, "explain", "--list").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == sorted(load_guide())
    assert all(len(line.split()) > 1 for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["AMIP-A1"], "AMIP-A01"),
        (["A010"], "AMIP-A01"),
        (["xyz"], "no code “xyz”"),
        ([""], "no code"),
        ([], "--list"),
        (["a01", "--list"], "--list"),
    ],
)
def test_explain_of_what_is_no_code(arguments: list[str], words: str) -> None:
    done = run("explain", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not done.stdout
