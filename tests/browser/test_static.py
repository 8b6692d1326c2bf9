"""The static edition in a browser, from the disk: no server is at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.visitor import Visitor, find_barriers
from samples import MINIMAL
from terminal import run

LONG = 60_000
"""Milliseconds that loading the graph may take on a busy machine."""
SORT = Path("src/amip/serve/static/edition/sort.js")
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@dataclass(frozen=True)
class Places:
    """Where the folder and the single file begin."""

    folder: str
    single: str


@pytest.fixture(scope="module")
def places(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Places:
    place: Path = tmp_path_factory.mktemp("static")
    leave = [word for path in ("/code/", "/finding/", "/id/area/") for word in ("--without", path)]
    done = run(
        *("site", "-o", str(place / "site"), "--single", str(place / "amip.html")),
        *("--data", str(MINIMAL), *leave),
    )
    assert done.returncode == 0, done.stderr.decode()
    return Places((place / "site").as_uri(), (place / "amip.html").as_uri())


@pytest.fixture
def visitor(new_context: Callable[..., BrowserContext]) -> Iterator[Visitor]:
    """Somebody with a browser and no network at all."""
    visitor = Visitor("file://", new_context)
    yield visitor
    assert not visitor.faults


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_the_first_page_to_a_trace(visitor: Visitor, places: Places, language: str) -> None:
    page = visitor.open(f"{places.folder}/index.html", language)
    page.wait_for_url(f"**/{language}/index.html")
    page.locator("header nav a").first.click()
    page.locator("a[href$='integration-rate-targets.html']").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("td.number a").first.click()
    assert f"/{language}/trace/musterstadt-2023/" in page.url
    assert find_barriers(page) == []
    page.locator("a.language").click()
    assert f"/{'en' if language == 'de' else 'de'}/trace/musterstadt-2023/" in page.url


def test_search(visitor: Visitor, places: Places) -> None:
    page = visitor.open(f"{places.folder}/de/questions.html")
    search(page, "musterstdat")
    expect(page.locator("[data-part=state]")).to_contain_text("musterstdat")
    search(page, "Musterstadt")
    assert "/de/search.html?" in page.url
    page.locator("[data-part=results] a").first.click()
    expect(page.locator("h1")).to_contain_text("Musterstadt")


def search(page: Page, text: str) -> None:
    page.locator("header input[type=search]").fill(text)
    page.locator("header input[type=search]").press("Enter")
    page.wait_for_url(re.compile(f"q={text}"))


@pytest.mark.parametrize("place", ["{0.folder}/de/sparql.html", "{0.single}#/de/sparql"])
def test_sparql(visitor: Visitor, places: Places, place: str) -> None:
    page = visitor.open(place.format(places))
    ask(page, "SELECT * WHERE { ?programme a amip:Programme ; amip:programmeOf ?jobcenter }")
    expect(page.locator("[data-part=state]")).to_contain_text("Eine Zeile", timeout=LONG)
    page.locator("[data-part=results] a", has_text="musterstadt-2023").click()
    expect(page.locator("h1")).to_contain_text("Musterstadt")
    page.go_back()
    ask(page, ENDLESS)
    page.locator("[data-part=stop]").click()
    expect(page.locator("[data-part=state]")).to_contain_text("Angehalten")
    ask(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s a amip:Programme ; ?p ?o }")
    expect(page.locator("[data-part=results] pre")).to_contain_text("musterstadt", timeout=LONG)
    ask(page, "SELECT (COUNT(*) AS ?n WHERE")
    expect(page.locator("[data-part=state].error")).to_contain_text("expected", timeout=LONG)
    assert find_barriers(page) == []


def ask(page: Page, query: str) -> None:
    prologue = "PREFIX amip: <https://w3id.org/amip/ns#>\n"
    page.locator("[data-part=query]").fill(prologue + query)
    page.locator("[data-part=run]").click()


def test_an_example_is_answered_and_saved(visitor: Visitor, places: Places) -> None:
    page = visitor.open(f"{places.folder}/en/sparql.html", "en")
    page.locator("[data-part=examples]").select_option("integration-rate-targets")
    page.locator("[data-part=run]").click()
    expect(page.locator("[data-part=results] tbody tr").first).to_be_visible(timeout=LONG)
    with page.expect_download() as saving:
        page.locator("[data-part=save]").click()
    lines = saving.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("programme,year,")
    assert len(lines) == 1 + page.locator("[data-part=results] tbody tr").count()


@pytest.mark.parametrize(
    "place",
    [
        "{0.folder}/de/questions/figures-of-programme.html",
        "{0.single}#/de/questions/figures-of-programme",
        "{0.single}#/en/questions/figures-of-programme",
    ],
)
def test_a_table_is_sorted(visitor: Visitor, places: Places, place: str) -> None:
    page = visitor.open(place.format(places))
    head = page.locator("thead th.number").first
    number = head.locator("button")
    cells = page.locator("tbody td.number:nth-child(5)")
    before = cells.all_inner_texts()
    number.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    rising = cells.all_inner_texts()
    assert sorted(rising) == sorted(before)
    number.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(number).to_be_focused()
    falling = cells.all_inner_texts()
    assert weigh(rising) == sorted(weigh(before))
    assert weigh(falling) == sorted(weigh(before), reverse=True)
    page.locator("thead th button").first.click()
    expect(page.locator("thead th[aria-sort]")).to_have_count(1)
    assert find_barriers(page) == []


def weigh(texts: list[str]) -> list[float]:
    """Read numbers of the smallest programme, which have at most one decimal."""
    digits = [re.sub(r"[.,](?=\d{3})", "", text).replace(",", ".") for text in texts]
    return [float(each.replace("−", "-")) for each in digits]


COLUMNS = {
    "de-numbers": ("de", "number", "1.234,5 −3 99,9 – 2.000.000", "−3 99,9 1.234,5 2.000.000 –"),
    "en-numbers": ("en", "number", "1,234.5 −3 99.9 – 2,000,000", "−3 99.9 1,234.5 2,000,000 –"),
    "numbers-before-words": ("de", "number", "viele 7 – 0", "0 7 viele –"),
    "dates": ("de", "", "2021-12-31 2021-03 – 2020 2021", "2020 2021 2021-03 2021-12-31 –"),
    "words": ("de", "", "Zoll Ärzte Arbeit – aber Ober öde", "aber Arbeit Ärzte Ober öde Zoll –"),
    "codes": ("en", "", "K10 K2 – K1", "K1 K2 K10 –"),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_what_a_column_holds_is_sorted(visitor: Visitor, case: str) -> None:
    language, kind, given, expected = COLUMNS[case]
    page = visitor.open("about:blank", language)
    cells = [
        f'<tr><td class="{kind}">{"<span class=gap>–</span>" if text == "–" else text}</td></tr>'
        for text in given.split()
    ]
    head = '<thead><tr><th><span data-sort="Sort">Head</span></th></tr></thead>'
    page.set_content(
        f'<html lang="{language}"><table>{head}<tbody>{"".join(cells)}</tbody></table></html>'
    )
    page.add_script_tag(content=f"(() => {{ {SORT.read_text(encoding='utf-8')} }})()")
    page.locator("th button").click()
    assert page.locator("td").all_inner_texts() == expected.split()
    page.locator("th button").click()
    *known, last = expected.split()
    assert page.locator("td").all_inner_texts() == [*reversed(known), last]


def test_a_table_without_scripts(visitor: Visitor, places: Places) -> None:
    place = f"{places.folder}/de/questions/figures-of-programme.html"
    page = visitor.open(place, java_script_enabled=False)
    expect(page.locator("thead th").first).to_have_text("Programm")
    expect(page.locator("thead button")).to_have_count(0)


def test_results_of_a_query_are_sorted(visitor: Visitor, places: Places) -> None:
    page = visitor.open(f"{places.folder}/de/sparql.html")
    ask(page, 'SELECT * WHERE { VALUES (?n ?s) { (10 "b") (9 "a") (UNDEF "c") } }')
    page.locator("[data-part=results] th button").first.click(timeout=LONG)
    assert page.locator("[data-part=results] td:nth-child(1)").all_inner_texts() == ["9", "10", ""]


@pytest.mark.parametrize(
    "place",
    [
        "{0.folder}/de/questions/instrument-mix.html",
        "{0.single}#/de/questions/instrument-mix",
    ],
)
def test_the_query_of_a_question_opens(visitor: Visitor, places: Places, place: str) -> None:
    page = visitor.open(place.format(places))
    page.locator("main details summary").last.click()
    query = page.locator("main details pre code").last.text_content() or ""
    page.locator("main details ul.actions a").first.click()
    expect(page.locator("[data-part=query]")).to_have_value(query)


def test_a_choice_is_made_and_taken_back(visitor: Visitor, places: Places) -> None:
    page = visitor.open(f"{places.single}#/de/questions/programmes-using-instrument")
    page.locator("main details", has_text="zur Auswahl").locator("summary").click()
    page.locator("main details a", has_text="AGH").first.click()
    expect(page.locator("main nav a[aria-current=page]")).to_contain_text("AGH")
    expect(page.locator("main details summary").first).to_contain_text("(AGH)")
    assert find_barriers(page) == []


def test_the_single_file(visitor: Visitor, places: Places) -> None:
    page = visitor.open(places.single)
    expect(page.locator("h1")).to_have_count(1)
    page.locator("header nav a").first.click()
    page.locator("a[href$='/questions/integration-rate-targets']").first.click()
    page.locator("td.number a").first.click()
    expect(page).to_have_url(re.compile("#/de/trace/musterstadt-2023/"))
    assert find_barriers(page) == []
    page.locator("a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    search(page, "Musterstadt")
    page.locator("[data-part=results] a").first.click()
    expect(page.locator("h1")).to_contain_text("Musterstadt")
    page.go_back()
    expect(page.locator("[data-part=results] a").first).to_be_visible()


def test_the_single_file_without_scripts(visitor: Visitor, places: Places) -> None:
    page = visitor.open(places.single, java_script_enabled=False)
    assert page.locator("section[data-page]").count() > 80
    link = page.locator("section[data-page='/de/questions'] a").first
    link.click()
    assert "#/de/" in page.url
