"""The pages of things, lists, traces and findings: all of them, in both languages, and as RDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from itertools import chain, zip_longest
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph
import pytest
from starlette.testclient import TestClient

import amip
from amip.assets import find_folder
from amip.findings import LANGUAGES, Finding
from amip.query import Term
from amip.serve import Engine, make_app
from amip.serve.site import Site
from amip.serve.thing.place import find_passage, read_places
from amip.serve.thing.verdict import check_programme
from amip.terms import BASE, ID, NS, PREFIXES
from amip.validate import validate
from amip.validate.render.guide import load_guide
from inside import open_site
from samples import TESTS

CASES = TESTS / "serve_entities"
SAMPLE = 120
SYNTAXES = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
}
TYPE = f"{PREFIXES['rdf']}type"
LABELS = tuple(
    f"{PREFIXES[space]}{name}" for space, name in (("skos", "prefLabel"), ("rdfs", "label"))
)


class Page(HTMLParser):
    """What a page says: its heading, marks, links with their texts, and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.heading = ""
        self.marks: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.handlers: set[str] = set()
        self._open = ""
        self._in_main = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_main |= tag == "main"
        self.tags.add(tag)
        self.handlers |= {name for name in given if name.startswith("on")}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and self._in_main:
            self.links.append((given.get("href", ""), ""))
        if tag == "mark":
            self.marks.append("")
        if tag in {"a", "h1", "mark"}:
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._in_main &= tag != "main"
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "h1":
            self.heading += data
        elif self._open == "mark":
            self.marks[-1] += data
        elif self._open == "a" and self._in_main:
            href, text = self.links[-1]
            self.links[-1] = (href, text + data)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with open_site(engine) as client:
        yield client


@pytest.fixture(scope="module")
def triples(graph: amip.Graph) -> list[tuple[Term, Term, Term]]:
    query = (CASES / "all.rq").read_text(encoding="utf-8")
    rows = graph.store.select(query).rows
    return [(s, p, o) for s, p, o in rows if s and p and o]


@pytest.fixture(scope="module")
def labels(triples: list[tuple[Term, Term, Term]]) -> Mapping[str, Mapping[str, set[str]]]:
    """The labels in the graph: IRI → language → texts."""
    found: dict[str, dict[str, set[str]]] = {}
    for subject, key, value in triples:
        if key.text in LABELS:
            found.setdefault(subject.text, {}).setdefault(value.language, set()).add(value.text)
    return found


@pytest.fixture(scope="module")
def things(triples: list[tuple[Term, Term, Term]]) -> list[str]:
    """A sample of the things of ours: some of every class and folder of addresses, in turns."""
    kinds: dict[str, set[str]] = {}
    for subject, key, value in triples:
        for term in (subject, value):
            if term.is_iri and term.text.startswith(BASE):
                kinds.setdefault(term.text, set())
        if key.text == TYPE and subject.text in kinds:
            kinds[subject.text].add(value.text)
    groups: dict[tuple[str, ...], list[str]] = {}
    for thing in sorted(kinds):
        folder = thing.removeprefix(BASE).split("#")[0].split("/")[:2][0:-1] or ["ns"]
        groups.setdefault((*folder, *sorted(kinds[thing])), []).append(thing)
    spread = (group[:: max(1, len(group) // 40)] for group in groups.values())
    ordered = [thing for turn in zip_longest(*spread) for thing in turn if thing]
    assert len(groups) > 40
    return ordered[: max(SAMPLE, len(groups))]


def path_of(thing: str) -> str:
    """Return the path of the page of a thing."""
    path = thing.removeprefix(BASE).partition("#")[0]
    return f"/{quote(path)}"


def test_all_things_have_a_page_in_words(
    client: TestClient, things: list[str], labels: Mapping[str, Mapping[str, set[str]]]
) -> None:
    faults = []
    for thing in things:
        for language in LANGUAGES:
            response = client.get(path_of(thing), params={"lang": language})
            page = Page(response.text)
            if response.status_code != 200 or response.headers["content-language"] != language:
                faults.append(f"{thing}: {response.status_code}")
            if not page.heading.strip() or "://" in page.heading:
                faults.append(f"{thing}: is called “{page.heading}” ({language})")
            if "#" in thing and thing.partition("#")[2] not in page.ids:
                faults.append(f"{thing}: the page has no such part")
            if len(page.ids) != len(set(page.ids)):
                faults.append(f"{thing}: ids are there twice")
            faults += [
                f"{thing}: {href} is called “{text}” ({language})"
                for href, text in page.links
                if not is_called_well(href, text.strip(), language, labels)
            ]
    assert faults == []


def is_called_well(
    href: str, text: str, language: str, labels: Mapping[str, Mapping[str, set[str]]]
) -> bool:
    """Tell whether a link is called by the label of what it leads to, where that has one."""
    parts = urlsplit(href)
    if not text or "://" in text:
        return False
    if not parts.path.startswith(("/code/", "/id/", "/ns")) or "by=" in parts.query:
        return True
    iri = BASE + unquote(parts.path[1:]) + (f"#{parts.fragment}" if parts.fragment else "")
    known = labels.get(iri, {})
    return text in known.get(language, known.get("de", {text})) or iri.endswith((".ttl", ".nt"))


def test_rdf_of_things_says_what_the_graph_says(
    client: TestClient, things: list[str], triples: list[tuple[Term, Term, Term]]
) -> None:
    subjects: dict[str, int] = {}
    for subject, _, _ in triples:
        subjects[subject.text] = subjects.get(subject.text, 0) + 1
    for number, thing in enumerate(thing for thing in things if "/ns" not in thing):
        form = tuple(SYNTAXES)[number % len(SYNTAXES)]
        response = client.get(f"{path_of(thing)}.{form}")
        assert response.status_code == 200, thing
        found = list(pyoxigraph.parse(response.content, format=SYNTAXES[form]))
        said = sum(quad.subject == pyoxigraph.NamedNode(thing) for quad in found)
        assert said == subjects.get(thing, 0), thing


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml;q=0.9,text/html;q=0.5", "application/rdf+xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
    ],
)
@pytest.mark.parametrize("path", ["/code/K2", "/ns"])
def test_accept_chooses_the_form(client: TestClient, path: str, accept: str, media: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media
    assert response.headers["content-location"].startswith(f"{path}.")
    assert "Accept" in response.headers["vary"]
    others = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', response.headers["link"])
    assert len(others) == 4
    for other, kind in others:
        assert kind != media
        assert client.get(other).headers["content-type"].partition(";")[0] == kind


@pytest.mark.parametrize("media", ["image/png", "text/plain"])
@pytest.mark.parametrize("path", ["/code/K2", "/ns"])
def test_what_is_not_offered_is_refused(path: str, media: str, client: TestClient) -> None:
    assert client.get(path, headers={"Accept": media}).status_code == 406


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/programme/elbe-elster", "/id/programme/elbe-elster-2022"),
        ("/code/integrationrate", "/code/integrations"),
        ("/id/obs/elbe-elster-2022/bg-2021-txt", "/id/obs/elbe-elster-2022/bg-2021-text"),
        ("/id/programm/elbe-elster-2022", "/id/programme/elbe-elster-2022"),
        ("/trace/elbe-elster-2022/bg-2021-tex", "/id/obs/elbe-elster-2022/bg-2021-text"),
        ("/trace/stat/vg250-ew/2022-12-31/12062/2022-12-31/populaton", "/population"),
        ("/finding/AMIP-A99", "/finding/AMIP-A"),
    ],
)
def test_what_is_not_there_has_neighbours(client: TestClient, path: str, near: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert any(near in href for href, _ in Page(response.text).links)
    if not path.startswith(("/trace/", "/finding/")):
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 404


def test_graph_is_its_content(client: TestClient, graph: amip.Graph) -> None:
    response = client.get("/id/graph/review.nt")
    found = list(pyoxigraph.parse(response.content, format=SYNTAXES["nt"]))
    text = client.get("/id/graph/review", params={"lang": "en"}).text
    assert f"holds {len(found)} statements" in text
    assert client.get("/id/graph/nothing").status_code == 404
    assert client.get("/id/graph/nothing.ttl").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/id/",
        "/code/",
        "/id/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/id/a%20b%22%7D%20UNION%20%7B",
        "/code/%00",
        "/id/../../etc/passwd",
        "/trace/",
        "/trace/a",
        "/trace/stat/%3E%20?s",
        "/trace/../../secret.txt",
        "/finding/%3Cscript%3E",
        "/ns/9.9.9",
        "/id/" + "x" * 5000,
    ],
)
def test_odd_addresses_lead_nowhere(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "<script" not in response.text.partition("<main")[2]


def test_facts_name_their_graphs(client: TestClient) -> None:
    links = [href.partition("?")[0] for href, _ in Page(client.get("/id/area/12062").text).links]
    for name in ("areas", "links", "elbe-elster-2022"):
        assert f"/id/graph/{name}" in links
    assert "http://www.wikidata.org/entity/Q6152" in links


def test_mentions_are_paged(client: TestClient) -> None:
    seen: list[str] = []
    query = f"by={quote(f'{NS}publishedIn', safe='')}"
    assert query not in client.get("/code/gE").text
    by = f"{NS}organisationForm"
    assert len(mentioned(client, "/code/gE", by, 0)) == 5
    for first in range(0, 200, 50):
        found = mentioned(client, "/code/plan", f"{NS}valueKind", first)
        assert len(found) == 50 or first >= 50
        seen += found
    assert len(seen) == len(set(seen)) > 50
    assert mentioned(client, "/code/plan", f"{NS}valueKind", 10**7) == []


def mentioned(client: TestClient, path: str, by: str, first: int) -> list[str]:
    """Return the things that a page of one property lists."""
    text = client.get(path, params={"by": by, "from": first}).text
    page = Page("<main>" + text.partition('id="mentions"')[2].partition("</section>")[0])
    links = [href for href, _ in page.links if "by=" not in href and "/graph/" not in href]
    return [href for href in links if href.partition("?")[0] != path]


def test_programme_shows_what_it_states(client: TestClient, graph: amip.Graph) -> None:
    text = client.get("/id/programme/elbe-elster-2022", params={"lang": "de"}).text
    hrefs = [href for href, _ in Page(text).links]
    assert "/compare?programme=elbe-elster-2022&lang=de" in hrefs
    assert "/questions/figures-of-programme?programme=elbe-elster-2022&lang=de" in hrefs
    for part in (
        "jobcenter/elbe-elster",
        "org/aa-cottbus",
        "area/12062",
        "document/elbe-elster-2022",
    ):
        assert f"/id/{part}?lang=de" in hrefs
    query = (CASES / "figures.rq").read_text(encoding="utf-8")
    counts = {str(slug): str(number) for slug, number in graph.store.select(query).rows}
    assert f"<dd>{counts['elbe-elster-2022']}</dd>" in text


def test_district_shows_the_latest_statistics(client: TestClient) -> None:
    text = client.get("/id/area/12062", params={"lang": "de"}).text
    hrefs = {href.partition("?")[0]: label for href, label in Page(text).links}
    assert hrefs["/trace/stat/vg250-ew/2022-12-31/12062/2022-12-31/population"] == "100.902"
    assert "/id/jobcenter/elbe-elster" in hrefs
    assert "/id/programme/elbe-elster-2022" in hrefs


def test_instrument_shows_law_list_and_validity(client: TestClient) -> None:
    text = client.get("/code/FbW", params={"lang": "de"}).text
    hrefs = [href for href, _ in Page(text).links]
    assert "https://www.gesetze-im-internet.de/sgb_3/__81.html" in hrefs
    assert "/code/list/instruments?lang=de" in hrefs
    assert "31. Dezember 2024" in text
    assert "von 5 Programmen" in text


def test_lists_hold_every_concept_once_per_place(
    client: TestClient, triples: list[tuple[Term, Term, Term]]
) -> None:
    text = client.get("/lists", params={"lang": "en"}).text
    hrefs = {unquote(href.partition("?")[0]) for href, _ in Page(text).links}
    concepts = [s.text for s, key, _ in triples if key.text == f"{PREFIXES['skos']}inScheme"]
    assert len(concepts) > 500
    for concept in concepts:
        ours = concept.startswith(BASE)
        assert (f"/{concept.removeprefix(BASE)}" if ours else concept) in hrefs
    assert "until 31 December 2024" in text


def test_ontology_has_an_anchor_for_every_term(
    client: TestClient, triples: list[tuple[Term, Term, Term]]
) -> None:
    page = Page(client.get("/ns").text)
    terms = {s.text.removeprefix(NS) for s, _, _ in triples if s.text.startswith(NS)}
    assert len(terms) > 100
    assert terms <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert client.get("/ns/0.1.0").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_finding_has_a_page(client: TestClient, language: str) -> None:
    index = [href for href, _ in Page(client.get("/finding", params={"lang": language}).text).links]
    for code, entry in load_guide().items():
        assert f"/finding/{code}?lang={language}" in index
        response = client.get(f"/finding/{code}", params={"lang": language})
        assert response.status_code == 200
        assert Page(response.text).heading == f"{code}: {entry.label[language]}"
        assert ("<blockquote>" in response.text) == (code != "AMIP-R18")


FIGURES = {
    "in a breakdown": ("elbe-elster-2022/egl-2022-estimate", ["4 Ressourcen", "5,7 Mio. EUR"]),
    "in a sum that does not hold": (
        "kaiserslautern-2021/vk-2021",
        ["AMIP-A01", "14.871.363,25", "Geprüft und so belassen", "Regeln haben das geprüft"],
    ),
    "in a ratio": ("elbe-elster-2022/egl-2022-change-percent", ["Verhältnis", "Nenner"]),
    "with a note": ("elbe-elster-2022/elb-2021-text", ["Prüfvermerk", "erwerbsfähigen"]),
    "printed in two places": ("ludwigslust-parchim-2021-2022/shift-2021", ["Stelle 2 von 2"]),
    "printed with a word": (
        "elbe-elster-2022/bg-2021-text",
        ["<q>3.800</q>", "Genauigkeit", "Knapp"],
    ),
}
"""Kinds of figures: one of each, and what its trace says in German."""


def test_trace_of_a_statistic(client: TestClient) -> None:
    name = "stat/vg250-ew/2022-12-31/12062/2022-12-31/population"
    text = client.get(f"/trace/{name}", params={"lang": "de"}).text
    for said in ("100902", "districts.csv", "333", "Landkreis Elbe-Elster", "GeoBasis-DE"):
        assert said in text


def test_figures_of_all_tables_lead_to_their_trace(
    client: TestClient, triples: list[tuple[Term, Term, Term]]
) -> None:
    classes = {
        f"{NS}Observation": 60,
        f"{NS}StatisticalObservation": 700,
        f"{NS}StatisticalGap": 90,
    }
    for thing in chain.from_iterable(
        sorted({s.text for s, key, value in triples if (key.text, value.text) == (TYPE, name)})[
            ::step
        ]
        for name, step in classes.items()
    ):
        path = thing.removeprefix(ID).removeprefix("obs/")
        links = [href.partition("?")[0] for href, _ in Page(client.get(path_of(thing)).text).links]
        assert f"/trace/{quote(path)}" in links
        for language in LANGUAGES:
            assert client.get(f"/trace/{path}", params={"lang": language}).status_code == 200


def test_trace_lists_the_answers_that_show_a_figure(client: TestClient) -> None:
    hrefs = [
        href for href, _ in Page(client.get("/trace/elbe-elster-2022/k2-2022-plan").text).links
    ]
    assert "/questions/integration-rate-targets?lang=de" in hrefs


@pytest.mark.parametrize("slug", ["kaiserslautern-2021", "ilm-kreis-2024"])
def test_traces_say_what_validation_says(client: TestClient, engine: Engine, slug: str) -> None:
    found = check_programme(Site(engine), f"{ID}programme/{slug}")
    report = validate(find_folder("programmes") / slug)
    kinds = ("obs/", "breakdown/", "ratio/")
    checked = [each for each in report.findings if each.focus.removeprefix(ID).startswith(kinds)]
    assert checked
    told = {describe(each) for each in chain.from_iterable(found.values())}
    assert {each for each in told if each[1].removeprefix(ID).startswith(kinds)} == {
        describe(each) for each in checked
    }


def describe(finding: Finding) -> tuple[str, ...]:
    """Return what a finding says."""
    return (finding.code, finding.focus, *finding.message.values(), finding.reviewed)


def test_passages_are_exactly_what_is_printed(
    client: TestClient, engine: Engine, sources: Path, triples: list[tuple[Term, Term, Term]]
) -> None:
    """Every place of every figure, in the texts themselves."""
    site = Site(engine, sources)
    figures = {s.text for s, key, _ in triples if key.text == f"{NS}printedAt"}
    figures = {figure for figure in figures if figure.startswith(f"{ID}obs/")}
    places = [place for figure in sorted(figures)[::6] for place in read_places(site, figure)]
    assert len(places) > 90
    for place in places:
        passage = find_passage(sources, place)
        assert passage is not None
        assert (passage.printed, passage.same, passage.found) == (place.printed, True, True)
        text = (sources / place.file).read_bytes().decode("utf-8")
        around = passage.before + passage.printed + passage.after
        assert text[max(0, place.start - 300) : place.end + 300] == around


def test_trace_marks_the_figure_in_the_text(
    client: TestClient, engine: Engine, sources: Path
) -> None:
    with TestClient(make_app(engine, sources)) as other:
        text = other.get("/trace/elbe-elster-2022/egl-2022-estimate", params={"lang": "de"}).text
    assert Page(text).marks == ["5.694.095", "5,7 Mio. EUR"]
    assert "Prüfsummen" not in text
    plain = client.get("/trace/elbe-elster-2022/egl-2022-estimate", params={"lang": "de"}).text
    assert Page(plain).marks == []
    assert "--sources DIR" in plain


def test_trace_says_when_the_text_is_another(
    client: TestClient, engine: Engine, sources: Path, tmp_path: Path
) -> None:
    text = (sources / "elbe-elster-2022.txt").read_bytes()
    (tmp_path / "elbe-elster-2022.txt").write_bytes(text + b" ")
    (tmp_path / "ilm-kreis-2024.txt").write_bytes(b"nothing")
    with TestClient(make_app(engine, tmp_path)) as other:
        longer = other.get("/trace/elbe-elster-2022/egl-2022-estimate?lang=de").text
        empty = other.get("/trace/ilm-kreis-2024/egl-2024?lang=de").text
        absent = other.get("/trace/kaiserslautern-2021/vk-2021?lang=de").text
    assert "Prüfsummen sind verschieden" in longer
    assert Page(longer).marks == ["5.694.095", "5,7 Mio. EUR"]
    assert "Prüfsummen sind verschieden" in empty
    assert Page(empty).marks == []
    assert "ist nicht im Ordner der Quelltexte" in absent


@pytest.mark.parametrize("kind", FIGURES)
def test_trace_says_what_is_known(client: TestClient, kind: str) -> None:
    name, said = FIGURES[kind]
    response = client.get(f"/trace/{name}", params={"lang": "de"})
    assert response.status_code == 200
    assert [text for text in said if text not in response.text] == []


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A site over a file whose texts and addresses are meant to do harm."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "sources").mkdir()
    with open_site(Engine([str(CASES / "hostile.ttl")]), folder / "sources") as client:
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/id/programme/bait-2022",
        "/id/jobcenter/bait",
        "/id/document/bait-2022",
        "/id/obs/bait-2022/one",
        "/id/mention/bait-2022/0-6",
        "/code/bait",
        "/code/bait-below",
        "/code/list/bait",
        "/lists",
        "/ns",
        "/trace/bait-2022/one",
        "/id/programme/bait",
    ],
)
def test_hostile_texts_do_nothing(bait: TestClient, path: str, language: str) -> None:
    response = bait.get(path, params={"lang": language})
    assert response.status_code == (404 if path == "/id/programme/bait" else 200)
    page = Page(response.text)
    assert not page.tags & {"script", "img", "iframe", "object"}
    assert page.handlers == set()
    schemes = {urlsplit(href).scheme for href, _ in page.links}
    assert schemes <= {"", "http", "https"}
    assert "49" not in page.heading
    assert "secret" not in response.text.replace("../secret.txt", "")


def test_hostile_texts_stay_as_they_are_in_rdf(bait: TestClient) -> None:
    for form, syntax in SYNTAXES.items():
        response = bait.get(f"/id/programme/bait-2022.{form}")
        values = {quad.object for quad in pyoxigraph.parse(response.content, format=syntax)}
        assert pyoxigraph.Literal("<script>alert('programme')</script>", language="de") in values
