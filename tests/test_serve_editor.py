"""The SPARQL page: who gets it, what stands on it, its terms and lint, and what is bundled."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from amip.findings import LANGUAGES
from amip.question import load_questions
from amip.serve import Engine, Limits
from amip.serve.page import load_words
from amip.serve.sparql.lint import MAX_QUERY
from amip.terms import BASE, PREFIXES, load_lists
from amip.vocabulary import read_vocabulary
from inside import open_site
from samples import ROOT, TESTS

WEB = ROOT / "web"
VENDOR = ROOT / "src/amip/serve/static/vendor/yasgui"
SCRIPTS = {name: (VENDOR / name).read_text(encoding="utf-8") for name in ("editor.js", "chart.js")}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LIMITS = Limits(seconds=2.0)


def load_cases(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((TESTS / "editor" / f"{name}.toml").read_text(encoding="utf-8"))


NEGOTIATION, LINT = load_cases("negotiation"), load_cases("lint")
ADDRESSES = load_cases("addresses")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine(limits=LIMITS)) as client:
        yield client


@pytest.mark.parametrize("name", NEGOTIATION)
def test_negotiation(name: str, client: TestClient) -> None:
    case = NEGOTIATION[name]
    response = client.request(
        case.get("method", "GET"),
        "/sparql",
        params=case.get("fields", {}),
        data=case.get("form"),
        headers={"Accept": case["accept"]},
    )
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == case["media"]
    assert "accept" in response.headers["vary"].lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_works_without_scripts(language: str, client: TestClient) -> None:
    page = client.get("/sparql", params={"lang": language}, headers=BROWSER).text
    words = load_words()
    assert f'<html lang="{language}"' in page
    assert words["sparql-lead"][language].split(".")[0] in unescape(page)
    assert re.search(r'<form[^>]* action="/sparql" method="get">', page)
    assert re.search(r'<textarea [^>]*name="query"[^>]*>\n# .*\n\nPREFIX', page)
    for name, question in load_questions().items():
        assert f"/sparql?example={name}&amp;lang={language}" in page
        assert question.titles[language] in unescape(page)
    assert not re.search(r"<script>|\son\w+=|\sstyle=", page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", load_questions())
def test_examples_run_and_pass_the_lint(name: str, language: str, client: TestClient) -> None:
    fields = {"example": name, "lang": language}
    page = client.get("/sparql", params=fields, headers=BROWSER).text
    query = read_query(page)
    title = load_questions()[name].titles[language]
    assert query.startswith(f"# {title}\n\nPREFIX")
    assert client.post(f"/sparql/lint?lang={language}", content=query).json() == []


def test_unknown_example(client: TestClient) -> None:
    response = client.get("/sparql?example=instument-mix", headers=BROWSER)
    assert response.status_code == 400
    assert "eine Frage »instument-mix« gibt es nicht" in response.text
    response = client.get("/sparql?example=instument-mix&lang=en", headers=BROWSER)
    assert "there is no question “instument-mix”" in response.text
    assert "instrument-mix" in response.text


def test_query_of_the_address_is_in_the_editor_but_not_run(client: TestClient) -> None:
    query = "SELECT * { ?s ?p <https://w3id.org/amip/code/AHG> }"
    page = client.get("/sparql", params={"query": query}, headers=BROWSER).text
    assert read_query(page) == query
    assert 'id="answer"' not in page
    remarks = page[page.index('id="remark-list"') :]
    assert "Meintest du code:AGH?" in remarks[: remarks.index("</section>")]


def test_query_is_text_and_never_markup(client: TestClient) -> None:
    hostile = "</textarea><script>alert(1)</script><textarea>"
    for fields in ({"query": hostile}, {"query": hostile, "format": "html"}):
        page = client.get("/sparql", params=fields, headers=BROWSER).text
        assert "<script>" not in page
        assert read_query(page) == hostile


def test_answer_on_the_page(client: TestClient) -> None:
    query = (
        "PREFIX id: <https://w3id.org/amip/id/>"
        "SELECT * { VALUES (?jobcenter ?traced_figure ?traced ?amount ?text ?none)"
        " { (id:jobcenter\\/ilm-kreis id:obs\\/x\\/y 2.5 1234567.5 '<b>' UNDEF) } }"
    )
    fields = {"query": query, "format": "html", "lang": "de"}
    page = client.get("/sparql", params=fields, headers=BROWSER).text
    answer = page[page.index('id="answer"') :]
    assert '<a href="/id/jobcenter/ilm-kreis?lang=de">id:jobcenter/ilm-kreis</a>' in answer
    assert '<a href="/trace/x/y?lang=de">id:obs/x/y</a>' in answer
    assert '<td class="number"><a href="/trace/x/y?lang=de">2,5</a></td>' in answer
    assert '<td class="number">1.234.567,5</td>' in answer
    assert "<td>&lt;b&gt;</td>" in answer
    assert "<td></td>" in answer


def test_answer_says_what_went_wrong(client: TestClient) -> None:
    fields = {"query": "SELECT", "format": "html"}
    page = client.get("/sparql", params=fields, headers=BROWSER).text
    assert '<p class="error">' in page
    assert "Zeile 1, Spalte 7" in page


@pytest.mark.parametrize("query", ["ASK {}", "CONSTRUCT { <urn:a> <urn:b> true } {}"])
def test_answers_without_rows_are_shown_as_text(query: str, client: TestClient) -> None:
    fields = {"query": query, "format": "html"}
    page = client.get("/sparql", params=fields, headers=BROWSER).text
    assert "true" in page[page.index('id="answer"') :]


def test_runaway_queries_hold_up_no_page(client: TestClient) -> None:
    values = " ".join(f"VALUES ?v{number} {{ {'1 ' * 60} }}" for number in range(6))
    query = f"SELECT (COUNT(*) AS ?n) {{ {values} }}"
    response = client.post("/sparql/lint", content=query)
    assert (response.status_code, response.json()) == (200, [])
    page = client.get("/sparql", params={"query": query, "format": "html"}, headers=BROWSER).text
    assert "nach 2 Sekunden abgebrochen" in page


def test_long_answers_are_cut_and_say_so(client: TestClient) -> None:
    fields = {"query": "SELECT ?s { ?s ?p ?o } LIMIT 1500", "format": "html", "lang": "en"}
    page = client.get("/sparql", params=fields, headers=BROWSER).text
    assert "The first 1000 of 1500 rows are shown" in page


def test_terms_are_complete(client: TestClient) -> None:
    data = client.get("/sparql/terms.json").json()
    assert data["prefixes"] == dict(PREFIXES)
    terms = {term["iri"]: term for term in data["terms"]}
    assert len(terms) == len(data["terms"])
    vocabulary = read_vocabulary(ROOT.glob("ontology/**/*.ttl"))
    assert vocabulary <= terms.keys()
    for iri, term in terms.items():
        assert term["kind"] in {"class", "property", "concept", "thing"}
        if iri.startswith(BASE) and iri in vocabulary:
            assert all(term.get(language) for language in LANGUAGES), iri
    concept = load_lists()["instruments"]["AGH"]
    term = terms[concept.iri]
    assert (term["curie"], term["kind"]) == ("code:AGH", "concept")
    assert term["de"] == concept.labels["de"]
    assert terms[f"{PREFIXES['amip']}Programme"]["kind"] == "class"
    assert terms[f"{PREFIXES['skos']}prefLabel"]["kind"] == "property"
    things = {term["curie"]: term for term in terms.values() if term["kind"] == "thing"}
    assert "id:programme\\/harburg-2022-2025" in things
    assert things["id:area\\/03353"]["de"] == "Landkreis Harburg"


def test_short_forms_of_terms_are_sparql(client: TestClient) -> None:
    data = client.get("/sparql/terms.json").json()
    prologue = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    written = " ".join(term["curie"] for term in data["terms"])
    query = f"{prologue} SELECT * {{ VALUES ?term {{ {written} }} }}"
    answer = client.post("/sparql", data={"query": query}).json()
    found = [row["term"]["value"] for row in answer["results"]["bindings"]]
    assert found == [term["iri"] for term in data["terms"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LINT)
def test_lint(name: str, language: str, client: TestClient) -> None:
    case = LINT[name]
    declared = "".join(f"PREFIX {each}: <{PREFIXES[each]}> " for each in case.get("declared", []))
    response = client.post(f"/sparql/lint?lang={language}", content=declared + case["query"])
    assert response.status_code == 200
    remarks = response.json()
    places = ("line", "column", "length", "severity", "suggestion")
    assert [[remark[place] for place in places] for remark in remarks] == case["remarks"]
    hint = {"de": "Meintest du ", "en": "Did you mean "}[language]
    for remark in remarks:
        is_hint = remark["suggestion"] and remark["length"] and "://" not in remark["suggestion"]
        assert (hint in remark["message"]) == bool(is_hint) or "<" in remark["suggestion"]


def test_lint_refuses_what_is_too_long_or_no_text(client: TestClient) -> None:
    assert client.post("/sparql/lint", content="#" * MAX_QUERY).status_code == 200
    assert client.post("/sparql/lint", content="#" * (MAX_QUERY + 1)).status_code == 413
    assert client.post("/sparql/lint", content=b"\xff").status_code == 400
    assert client.get("/sparql/lint").status_code == 405


def test_lint_of_many_unknown_terms_stays_short(client: TestClient) -> None:
    terms = " ".join(f"<{BASE}code/x{number}> <{BASE}id/x/{number}>" for number in range(500))
    response = client.post("/sparql/lint", content=f"SELECT * {{ VALUES ?x {{ {terms} }} }}")
    assert 0 < len(response.json()) <= 40


def test_bundle_is_small() -> None:
    style = (VENDOR / "editor.css").read_bytes()
    editor = gzip.compress(SCRIPTS["editor.js"].encode()) + gzip.compress(style)
    assert len(editor) < 300_000
    assert len(gzip.compress(SCRIPTS["chart.js"].encode())) < 350_000
    assert "vega" not in SCRIPTS["editor.js"].lower()
    assert 'import("./chart.js")' in SCRIPTS["editor.js"]


@pytest.mark.parametrize("name", ["editor.js", "chart.js", "editor.css"])
def test_bundle_names_no_other_server(name: str) -> None:
    text = (VENDOR / name).read_text(encoding="utf-8")
    found = set(re.findall(r"(?:https?:)?//[\w-]+\.[\w./#%-]+", text))
    assert found == set(ADDRESSES[name]["names"])
    assert "sourceMappingURL" not in text
    assert not re.search(r"url\((?!\"?data:image/)(?=[\"']?[\w/])", text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_bundle_makes_no_code_from_text(name: str) -> None:
    text = SCRIPTS[name]
    for call in ADDRESSES[name]["absent"]:
        assert call not in text, call
    assert text.count("fetch(") == ADDRESSES[name]["fetches"]


def read_licences() -> dict[str, str]:
    parts = re.split(r"={80}\n\n", (VENDOR / "LICENSES.txt").read_text(encoding="utf-8"))[1:]
    return dict(part.partition("\n")[::2] for part in parts)


def test_bundle_has_the_licence_of_everything_in_it() -> None:
    licences = read_licences()
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    versions = {
        path.removeprefix("node_modules/"): package["version"]
        for path, package in packages.items()
        if path
    }
    for heading, text in licences.items():
        name, _, version = heading.rpartition(" ")
        assert versions[name] == version
        assert re.match(r"Licence: [\w.() +-]+\n\n", text), heading
        assert len(text) > 400, heading
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {f"{name} {version}" for name, version in wanted.items()} <= licences.keys()
    assert "codemirror" in {heading.rpartition(" ")[0] for heading in licences}


def test_lock_file_names_no_server() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    locked = json.loads(text)["packages"]
    assert all("integrity" in package for path, package in locked.items() if path)


def test_scripts_have_all_their_words() -> None:
    words = {name.removeprefix("editor-") for name in load_words() if name.startswith("editor-")}
    sources = [*WEB.glob("src/*.js"), WEB / "lighten.mjs"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    said = set(re.findall(r"""\b(?:say|siteSay)\(["']([\w-]+)["']""", text))
    assert said <= words
    assert {word for word in words - said if not re.search(rf"\b{word}\b", text)} == set()


def read_query(page: str) -> str:
    """Return what stands in the text area of a page."""
    found = re.search(r"<textarea [^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_folder_holds_what_the_build_writes() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {
        "LICENSES.txt",
        "chart.js",
        "editor.css",
        "editor.js",
    }
    assert Path(WEB / "build.mjs").is_file()
