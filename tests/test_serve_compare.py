"""The comparison: what stands in its cells, what is missing, and differences in words."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import RdfFormat
from starlette.testclient import TestClient

from amip.findings import Severity
from amip.lift import lift_programmes
from amip.serve import Engine
from amip.serve.compare.difference import find_obstacle
from amip.serve.compare.figure import Coded, Figure
from inside import open_site
from samples import MINIMAL, PROGRAMMES, TESTS, copy_minimal, edit_cell, read_rows

CELLS: dict[str, dict[str, str]] = tomllib.loads(
    (TESTS / "compare" / "cells.toml").read_text(encoding="utf-8")
)
DIFFERENCES: dict[str, dict[str, Any]] = tomllib.loads(
    (TESTS / "compare" / "differences.toml").read_text(encoding="utf-8")
)
SLUGS = [path.name for path in PROGRAMMES]
FIGURE = re.compile(
    r'<a href="/trace/([^/]+)/([^?"]+)\?lang=de">([^<]*)&nbsp;([^<]*)</a></span> \(([^)]*)\)'
)
K2 = Figure(
    iri="https://w3id.org/amip/id/obs/a/k2",
    programme="a",
    indicator=Coded("K2", "Integrationsquote"),
    value=Decimal("22.4"),
    unit=Coded("PERCENT", "Prozent"),
    kind=Coded("target", "Zielwert"),
    period="2023",
    form=Coded("12m", "Gleitender Zwölfmonatswert"),
)
MONEY = replace(
    K2,
    indicator=Coded("budget-amount", "Haushaltsbetrag"),
    unit=Coded("CCY_EUR", "Euro"),
    kind=Coded("plan", "Planwert"),
    form=Coded(),
    line=Coded("egl", "Eingliederungsleistungen"),
)
CHANGE = replace(K2, kind=Coded("change", "Veränderung"), base="2022")
OBSTACLES = {
    "other-indicator": (K2, replace(K2, indicator=Coded("K3E1")), "indicator"),
    "other-unit": (K2, replace(K2, unit=Coded("NUM")), "indicator"),
    "other-budget-line": (MONEY, replace(MONEY, line=Coded("egl-excl-bez")), "line"),
    "plan-and-actual": (K2, replace(K2, kind=Coded("actual")), "kind"),
    "estimate-and-allocation": (
        replace(MONEY, kind=Coded("estimate")),
        replace(MONEY, kind=Coded("allocation")),
        "kind",
    ),
    "year-and-month": (K2, replace(K2, period="2023-05"), "period"),
    "year-and-years": (K2, replace(K2, period="2023", start="2020"), "period"),
    "changes-over-one-and-two-years": (CHANGE, replace(CHANGE, base="2021"), "base"),
    "change-without-base": (CHANGE, replace(CHANGE, base=""), "base"),
    "rates-on-other-bases": (K2, replace(K2, form=Coded("JFW")), "form"),
    "form-on-one-side": (K2, replace(K2, form=Coded()), "form"),
    "form-on-no-side": (replace(K2, form=Coded()), replace(K2, form=Coded()), "form-unknown"),
    "before-and-after-the-shift": (MONEY, replace(MONEY, spent=True), "spent"),
}
ALIKE = {
    "same-year": (K2, replace(K2, programme="b", value=Decimal("20.0"))),
    "other-year": (K2, replace(K2, period="2025")),
    "plan-and-target": (K2, replace(K2, kind=Coded("plan"))),
    "money": (MONEY, replace(MONEY, period="2020")),
    "changes-over-one-year": (CHANGE, replace(CHANGE, period="2021", base="2020")),
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "../../etc/passwd",
    "elbe-elster-2022' OR '1'='1",
    "https://w3id.org/amip/id/programme/elbe-elster-2022",
    "\x00",
    "x" * 5000,
)


def open_client(*sources: str) -> AbstractContextManager[TestClient]:
    return open_site(Engine(list(sources)))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_client() as client:
        yield client


def turn_into(folder: Path, year: int, rate: str, amount: str) -> Path:
    """Make the tiny programme one for another year, with other targets and another budget."""
    for file in ("figures.csv", "targets.csv"):
        for row, record in enumerate(read_rows(folder / file), start=2):
            for column in ("period", "base_period"):
                shifted = re.sub(
                    r"\d{4}", lambda match: str(int(match[0]) + year - 2023), record[column]
                )
                edit_cell(folder, file, row, column, shifted)
    ids = [record["id"] for record in read_rows(folder / "figures.csv")]
    for name, value, printed in (
        ("k2-2023-target", rate, f"{rate.replace('.', ',')} %"),
        ("egl-2023", amount, f"{Decimal(amount):,f} €".replace(",", ".")),
    ):
        row = ids.index(name) + 2
        edit_cell(folder, "figures.csv", row, "value", value)
        edit_cell(folder, "figures.csv", row, "printed", printed)
        edit_cell(folder, "figures.csv", row, "approximation", "")
    edit_cell(folder, "figures.csv", ids.index("k2-2023-target") + 2, "aggregation", "12m")
    edit_cell(folder, "targets.csv", 3, "printed", f"{rate.replace('.', ',')} %")
    head = (folder / "programme.yaml").read_text(encoding="utf-8")
    for key in ("first_year", "last_year"):
        head = head.replace(f"{key}: 2023", f"{key}: {year}")
    (folder / "programme.yaml").write_text(head, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve two programmes of one Jobcenter, and one of a municipality alone."""
    folder = tmp_path_factory.mktemp("series")
    one = turn_into(copy_minimal(folder), 2023, "22.4", "1020000")
    other = Path(shutil.copytree(MINIMAL, folder / "musterstadt-2024"))
    turn_into(other, 2024, "27.6", "969000")
    alone = Path(shutil.copytree(MINIMAL, folder / "inselstadt-2024"))
    turn_into(alone, 2024, "20.0", "500000")
    head = (
        (alone / "programme.yaml").read_text(encoding="utf-8").replace("musterstadt", "inselstadt")
    )
    head = head.replace("Musterstadt", "Inselstadt").replace("form: gE", "form: zkT")
    head = head.replace(next(line for line in head.splitlines() if "employment-agency" in line), "")
    (alone / "programme.yaml").write_text(head, encoding="utf-8")
    lifted = lift_programmes([one, other, alone])
    assert [each for each in lifted.findings if each.severity is Severity.VIOLATION] == []
    lifted.make_store().dump(folder / "series.nq", format=RdfFormat.N_QUADS)
    with open_client(str(folder / "series.nq")) as client:
        yield client


class Tables(HTMLParser):
    """Reads the tables of a page: heading of the row → its cells as (text, kind of gap)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: dict[str, list[tuple[str, str]]] = {}
        self.shares: dict[str, str] = {}
        self._texts: list[str] = []
        self._gap = ""
        self._heading = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag in {"td", "th"} or classes == "share":
            self._heading = self._heading if classes != "share" else self._take()
            self._texts, self._gap = [], ""
        if classes.startswith("gap "):
            self._gap = classes.removeprefix("gap gap-")

    def handle_endtag(self, tag: str) -> None:
        if tag == "th" and self._heading:
            self.shares[self._heading] = self._take()
        elif tag == "th":
            self._heading = self._take()
        elif tag == "td" and self._heading:
            self.rows.setdefault(self._heading, []).append((self._take(), self._gap))
        elif tag == "tr":
            self._heading = ""

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    def _take(self) -> str:
        return " ".join(" ".join(self._texts).replace("\xa0", " ").split()).replace(" )", ")")


def compare(client: TestClient, *slugs: str, language: str = "de") -> str:
    query = urlencode([*(("programme", slug) for slug in slugs), ("lang", language)])
    response = client.get(f"/compare?{query}")
    assert response.status_code == 200
    return response.text


def read_differences(page: str) -> list[str]:
    """Read what the lists of differences say."""
    part = page[page.index('<ul class="differences">') : page.index('<h2 id="profile">')]
    items = re.findall(r"<(?:li|dd)>(.*?)</(?:li|dd)>", part, re.DOTALL)
    texts = (re.sub(r"<[^>]+>", "", item).replace("&nbsp;", " ") for item in items)
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("name", CELLS)
def test_cell(name: str, client: TestClient) -> None:
    case = CELLS[name]
    tables = Tables(compare(client, *SLUGS))
    text, gap = tables.rows[case["row"]][SLUGS.index(case["programme"])]
    assert (text, gap) == (case["cell"], case.get("gap", ""))
    if "share" in case:
        assert tables.shares[case["row"]] == case["share"]


def test_every_number_is_that_of_the_record_and_leads_to_its_trace(client: TestClient) -> None:
    records = {
        (path.name, record["id"]): record
        for path in PROGRAMMES
        for record in read_rows(path / "figures.csv")
    }
    page = compare(client, *SLUGS)
    found = [match for match in FIGURE.findall(page) if "berechnet" not in match[0]]
    computed = re.findall(r"berechnet:</span>.*?</span>", page, re.DOTALL)
    shown = {(slug, figure) for slug, figure, *_ in found}
    assert len(shown) > 100
    for slug, figure, number, unit, year in found:
        record = records[slug, figure]
        value = Decimal(number.replace(".", "").replace(",", ".").replace("−", "-").lstrip("+"))
        if value != Decimal(record["value"]):
            assert any(f"{slug}/{figure}" in each for each in computed)
        assert record["period"].rstrip("~").replace("/", "–") == year
        assert unit


def test_rows_without_a_word_are_left_out(client: TestClient) -> None:
    page = compare(client, "kaiserslautern-2021", "harburg-2022-2025")
    rows = Tables(page).rows
    assert "Gesamtbudget" in rows
    assert "Kommunales Ziel" not in rows
    assert "Arbeitsgelegenheiten" not in rows
    assert all(any(gap != "not-stated" for _, gap in cells) for cells in rows.values())
    silent = re.findall(r"Dazu sagt keines etwas: (.*?)\.\s*</p>", page)
    assert silent[0].endswith("Kommunales Ziel")


def test_one_programme_stands_alone_beside_a_chooser(client: TestClient) -> None:
    page = compare(client, "ilm-kreis-2024")
    assert re.findall(r'value="([\w-]+)" checked', page) == ["ilm-kreis-2024"]
    assert page.count('type="checkbox"') == len(SLUGS)
    assert {len(cells) for cells in Tables(page).rows.values()} == {1}
    assert '<ul class="differences">' not in page


def test_nothing_chosen_is_the_chooser_alone(client: TestClient) -> None:
    page = compare(client)
    assert page.count('type="checkbox"') == len(SLUGS)
    assert "<table" not in page


def test_a_programme_counts_once(client: TestClient) -> None:
    assert compare(client, "ilm-kreis-2024", "ilm-kreis-2024").count('scope="col"') == compare(
        client, "ilm-kreis-2024"
    ).count('scope="col"')


def test_three_programmes_link_every_two(client: TestClient) -> None:
    page = compare(client, *SLUGS[:3])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert f"/compare?programme={SLUGS[one]}&amp;programme={SLUGS[other]}&amp;" in page


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences_in_words(name: str, client: TestClient, series: TestClient) -> None:
    case = DIFFERENCES[name]
    asked = client if set(case["programmes"]) <= set(SLUGS) else series
    page = compare(asked, *case["programmes"], language=case["language"])
    said = read_differences(page)
    assert [text for text in case["says"] if text not in said] == []
    assert [text for text in said if any(word in text for word in case.get("never", ()))] == []
    if "heading" in case:
        headings = [" ".join(text.split()) for text in re.findall(r"<h2>([^<]*)</h2>", page)]
        assert headings == [case["heading"]]


def test_first_programme_has_no_previous_one(series: TestClient) -> None:
    assert '<ul class="differences">' not in compare(series, "musterstadt-2023")


def test_municipality_alone_has_no_agency(series: TestClient) -> None:
    page = compare(series, "inselstadt-2024", "musterstadt-2024")
    assert Tables(page).rows["Agentur für Arbeit"] == [
        ("entfällt: zugelassener kommunaler Träger", "not-applicable"),
        ("Agentur für Arbeit Musterstadt", ""),
    ]


@pytest.mark.parametrize("name", OBSTACLES)
def test_obstacle(name: str) -> None:
    one, other, reason = OBSTACLES[name]
    for pair in ((one, other), (other, one)):
        obstacle = find_obstacle(*pair)
        assert obstacle is not None
        assert obstacle.name == reason


@pytest.mark.parametrize("name", ALIKE)
def test_alike(name: str) -> None:
    assert find_obstacle(*ALIKE[name]) is None


def test_unknown_programme_is_not_found_but_the_nearest_are(client: TestClient) -> None:
    response = client.get("/compare?programme=elbe-elster-2023&programme=ilm-kreis-2024&lang=de")
    assert response.status_code == 404
    assert "Ein Programm »elbe-elster-2023« ist nicht im Graphen." in response.text
    assert '<a href="/compare?programme=elbe-elster-2022&amp;lang=de">' in response.text
    assert "<table" not in response.text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_programme(text: str, client: TestClient) -> None:
    response = client.get(f"/compare?{urlencode({'programme': text, 'lang': 'de'})}")
    assert response.status_code == 404
    assert "<script>alert" not in response.text
    assert "<svg onload" not in response.text
    assert len(response.text) < 20_000


def test_many_programmes_are_too_many(client: TestClient) -> None:
    query = urlencode([("programme", f"p-{number}") for number in range(500)])
    response = client.get(f"/compare?{query}")
    assert response.status_code == 404
    assert response.text.count('class="error"') == 12


def test_label_of_a_graph_is_text(tmp_path: Path) -> None:
    folder: Any = copy_minimal(tmp_path)
    head = (folder / "programme.yaml").read_text(encoding="utf-8")
    attack = "Jobcenter <script>alert(1)</script>"
    head = head.replace("Jobcenter Musterstadt", attack)
    (folder / "programme.yaml").write_text(head, encoding="utf-8")
    with open_client(str(folder)) as client:
        for path in ("/", "/compare?programme=musterstadt-2023", "/search?q=alert"):
            page = client.get(path).text
            assert "&lt;script&gt;alert(1)" in page
            assert "<script>alert" not in page
