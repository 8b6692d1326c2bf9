"""The pages of questions: one loop over all of them, in both languages, and their downloads."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from urllib.parse import quote

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.datastructures import URL
from starlette.testclient import TestClient

from amip.errors import InputError, RemoteError
from amip.findings import LANGUAGES
from amip.query import Answer, Graph, Rows, Term, load_questions
from amip.question import NUMBERS, Parameter, read_question
from amip.serve import Engine
from amip.serve.answer.inputs import list_values, make_fields
from amip.serve.answer.reply import RESERVED
from amip.serve.answer.table import list_shown
from amip.serve.chart.chart import MOST, make_graphic
from amip.serve.chart.drawing import SVG, clean_drawing
from amip.serve.chart.studio import Studio
from amip.serve.page import render_page
from amip.serve.site import Site
from amip.serve.views.questions import THEMES
from inside import open_site

QUESTIONS = load_questions()
NAMES = sorted(QUESTIONS)
CHARTS = sorted(name for name, question in QUESTIONS.items() if question.chart)
NUMBER_OF_CHARTS = 23
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '" } } DROP ALL #',
    "code:FbW } VALUES ?x {",
    "https://w3id.org/amip/code/FbW> } SERVICE <http://example.org/",
    "../../../etc/passwd",
    "{{ 7 * 7 }}",
    "a\x00b",
    "９９９９",
    "=HYPERLINK(1)",
    "x" * 5000,
)
SPEC = json.dumps(
    {
        "data": {"values": [{"x": 1}, {"x": 2}]},
        "mark": "point",
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
)
COPIES = re.compile(r'\s(?:style|on[a-z]+)="|<script|javascript:|<style', re.IGNORECASE)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with open_site(engine) as client:
        yield client


class Page(HTMLParser):
    """What stands in a page: the tags that are open at the end, links, headings, table cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, dict[str, str | None]] = {}
        self.chosen: list[str] = []
        self.orders: list[str] = []
        self.rows: list[list[str]] = []
        self.depth: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in {"input", "meta", "link", "img", "br"}:
            self.depth.append(tag)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag in {"input", "select"}:
            self.fields[values.get("name") or ""] = values
        if tag == "option" and "selected" in values:
            self.chosen.append(values.get("value") or "")
        if tag == "th":
            self.orders.append(values.get("aria-sort") or "")
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.depth.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.rows and self.depth and "td" in self.depth:
            self.rows[-1][-1] += data

    @property
    def body(self) -> list[list[str]]:
        return [[" ".join(cell.split()) for cell in row] for row in self.rows if row]


def read(client: TestClient, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status, path
    assert not COPIES.search(response.text), path
    page = Page(response.text)
    assert not page.depth
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_page_answers(name: str, language: str, client: TestClient) -> None:
    question = QUESTIONS[name]
    response = client.get(f"/questions/{name}?lang={language}")
    page = read(client, f"/questions/{name}?lang={language}")
    assert response.headers["content-language"] == language
    assert ("<svg" in response.text) == (question.chart is not None)
    text = " ".join(response.text.split())
    for caveat in question.caveats[language]:
        assert caveat[:40].replace("&", "&amp;").replace("'", "&#39;") in text
    shown = list_shown(question)
    assert page.body
    assert {len(row) for row in page.body} <= {len(shown), len(shown) + 1}
    assert f"/sparql?query={quote('PREFIX')}" in response.text
    for ending in ("csv", "xlsx", "json", "parquet"):
        assert f"/questions/{name}.{ending}?lang={language}" in page.links


@pytest.mark.parametrize("name", NAMES)
def test_every_number_leads_to_its_trace(name: str, client: TestClient) -> None:
    """A number with a figure of its own is a link, as often as the answer has one."""
    rows = client.get(f"/api/questions/{name}?lang=de").json()["rows"][:200]
    page = read(client, f"/questions/{name}?lang=de")
    expected = 0
    for row in rows:
        for column in QUESTIONS[name].columns:
            figure = str(row.get(f"{column.name}_figure") or "")
            if column.type in NUMBERS and row[column.name] is not None and figure:
                expected += "/id/obs/" in figure or "/id/stat/" in figure
    found = sum(link.startswith("/trace/") for link in page.links)
    assert found >= expected
    assert not [link for link in page.links if "w3id.org" in link.partition("?")[0]]


@pytest.mark.parametrize("name", NAMES)
def test_csv_is_what_pandas_reads(name: str, client: TestClient, graph: Graph) -> None:
    response = client.get(f"/questions/{name}.csv?lang=de")
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    frame = pd.read_csv(io.BytesIO(response.content), dtype="string")
    expected = graph.ask(name, lang="de")
    assert list(frame.columns) == list(expected.columns)
    assert len(frame) == len(expected)


@pytest.mark.parametrize("name", NAMES)
def test_parquet_has_exact_types(name: str, client: TestClient) -> None:
    response = client.get(f"/questions/{name}.parquet?lang=de")
    table = pq.read_table(io.BytesIO(response.content))
    for column in QUESTIONS[name].columns:
        kind = table.schema.field(column.name).type
        match column.type:
            case "decimal":
                assert pa.types.is_decimal(kind)
            case "integer" | "year":
                assert pa.types.is_integer(kind)
            case "boolean":
                assert pa.types.is_boolean(kind)
            case _:
                assert pa.types.is_string(kind) or pa.types.is_large_string(kind)


@pytest.mark.parametrize("name", NAMES)
def test_workbook_has_numbers_as_numbers(name: str, client: TestClient) -> None:
    question = QUESTIONS[name]
    response = client.get(f"/questions/{name}.xlsx?lang=de")
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    answer, about = workbook.worksheets
    head, *rows = answer.iter_rows()
    assert [cell.value for cell in head] == [column.labels["de"] for column in question.columns]
    stored = client.get(f"/api/questions/{name}?lang=de").json()
    assert len(rows) == len(stored["rows"])
    for cells, expected in zip(rows, stored["rows"], strict=True):
        for cell, column in zip(cells, question.columns, strict=True):
            value = expected[column.name]
            assert cell.data_type != "f"
            if column.type in {"decimal", "integer", "year"} and value is not None:
                assert isinstance(cell.value, int | float)
                assert Decimal(str(cell.value)) == Decimal(str(value))
            elif column.type != "boolean":
                assert (cell.value or "") == (value or "").replace("\r", "")
    said = "\n".join(str(row[1].value) for row in about.iter_rows())
    assert stored["query"] in said
    assert stored["dataset"]["state"] in said
    assert all(caveat in said for caveat in question.caveats["de"])


def test_equal_answers_are_equal_files(client: TestClient) -> None:
    for name in ("instrument-mix", "programmes-and-sponsors"):
        for ending in ("xlsx", "parquet", "csv", "json", "svg", "vl.json", "rq"):
            if ending in {"svg", "vl.json"} and name not in CHARTS:
                continue
            path = f"/questions/{name}.{ending}"
            first = client.get(path, headers={"Accept": "a/b"}).content
            assert first == client.get(path, headers={"Accept": "c/d"}).content


def test_json_is_a_list_of_rows(client: TestClient) -> None:
    rows = json.loads(client.get("/questions/instrument-mix.json?lang=de").content)
    assert rows[0]["programme"] == "elbe-elster-2022"
    assert rows[0]["amount_eur"] is None


def test_query_has_the_hash_that_is_cited(client: TestClient) -> None:
    import hashlib

    path = "/questions/programmes-using-instrument"
    query = client.get(f"{path}.rq?instrument=AGH&lang=en")
    assert query.headers["content-type"].startswith("application/sparql-query")
    assert "<https://w3id.org/amip/code/AGH>" in query.text
    digits = hashlib.sha256(query.content).hexdigest()[:12]
    page = client.get(f"{path}?instrument=AGH&lang=en").text
    assert f"query {digits}" in page
    assert f"{path}?instrument=AGH&amp;lang=en" in page
    answered = client.post("/sparql", data={"query": query.text}, headers={"Accept": "text/csv"})
    assert answered.status_code == 200


@pytest.mark.parametrize("sort", ["amount_eur", "-amount_eur"])
def test_numbers_are_sorted_by_size_and_gaps_last(sort: str, client: TestClient) -> None:
    page = read(client, f"/questions/instrument-mix?lang=de&sort={sort}")
    order = "descending" if sort.startswith("-") else "ascending"
    assert page.orders.count(order) == 1
    cells = [row[3] for row in page.body]
    known = [cell for cell in cells if cell[:1].isdigit()]
    numbers = [Decimal(cell.replace(".", "").replace(",", ".")) for cell in known]
    assert numbers == sorted(numbers, reverse=order == "descending")
    assert cells[: len(known)] == known
    assert len(known) < len(cells)


@pytest.mark.parametrize("name", NAMES)
def test_every_column_can_be_sorted(name: str, client: TestClient) -> None:
    rows = len(read(client, f"/questions/{name}?lang=de").body)
    for column in QUESTIONS[name].columns[1:3]:
        if column in list_shown(QUESTIONS[name]):
            page = read(client, f"/questions/{name}?lang=de&sort=-{column.name}")
            assert page.orders.count("descending") == 1
            assert len(page.body) == rows


def test_long_tables_come_in_pages(client: TestClient) -> None:
    name = "figures-of-programme"
    total = len(client.get(f"/questions/{name}.json").json())
    pages = [read(client, f"/questions/{name}?page={number}") for number in (1, 2, 3)]
    assert sum(len(page.body) for page in pages) == total > 400
    assert any("page=2" in link for link in pages[0].links)
    for strange in ("0", "-1", "x", "9" * 30, "٣"):
        assert len(read(client, f"/questions/{name}?page={strange}").body) == 200


def test_german_numbers(client: TestClient) -> None:
    german = read(client, "/questions/administration-and-integration-budget?lang=de").body
    english = read(client, "/questions/administration-and-integration-budget?lang=en").body
    assert "14.871.326,97" in {cell for row in german for cell in row}
    assert "14,871,326.97" in {cell for row in english for cell in row}


def test_gaps_are_said_in_words(client: TestClient) -> None:
    rows = read(client, "/questions/instrument-mix?lang=de").body
    harburg = next(row for row in rows if "Harburg" in row[0])
    assert harburg[1] == "– nicht angegeben"
    assert harburg[3] == "nicht angegeben"
    local = read(client, "/questions/local-and-municipal-targets?lang=de").body
    assert any("In Abstimmung" in cell and "–" in cell for row in local for cell in row)


def test_share_of_programmes(client: TestClient) -> None:
    path = "/questions/unemployment-before-during-and-after?lang=de"
    assert "5 von 5 Programmen machen" in client.get(path).text
    assert "Programmen mach" not in client.get(f"{path}&programme=harburg-2022-2025").text
    assert "1 von 5 Programmen macht " in client.get("/questions/cost-per-planned-entry").text


def test_pages_of_others_are_linked_as_such(client: TestClient) -> None:
    text = client.get("/questions/instrument-legal-basis?lang=de").text
    assert re.search(
        r'href="https://www.gesetze-im-internet.de/[^"]+" rel="external noreferrer"', text
    )


@pytest.mark.parametrize("name", [name for name in NAMES if QUESTIONS[name].parameters])
def test_parameters_are_inputs(name: str, client: TestClient, engine: Engine) -> None:
    page = read(client, f"/questions/{name}?lang=de")
    for parameter in QUESTIONS[name].parameters:
        assert parameter.name not in RESERVED
        assert parameter.name in page.fields
        kind = "list" in page.fields[parameter.name]
        assert kind == (parameter.kind == "area")
        values = list_values(Site(engine).graph, parameter, "de") if kind else []
        for value in values[:: len(values) // 3 or 1]:
            read(client, f"/questions/{name}?lang=de&{parameter.name}={quote(value.label)}")


@pytest.mark.parametrize(
    ("kind", "value", "is_wrong", "told"),
    [
        ("year", "2022", False, 'type="number"'),
        ("year", "20x2", True, "kein Jahr"),
        ("text", 'a "b" <c>', False, "a &#34;b&#34; &lt;c&gt;"),
        ("area", "Landkreis Harburg (03353)", False, "<datalist"),
    ],
)
def test_each_kind_of_parameter_has_its_input(
    kind: str, value: str, is_wrong: bool, told: str, graph: Graph
) -> None:
    question = replace(QUESTIONS["instrument-mix"], parameters=(Parameter("since", kind),))
    (field,) = make_fields(graph, question, {"since": value}, "de")
    assert field.is_wrong == is_wrong
    context = {
        "question": question,
        "fields": [field],
        "strange": "",
        "reply": None,
        "address": lambda **_: "",
        "site": Site(Engine()),
    }
    text = render_page("question.html", "de", URL("/questions/x"), context)
    assert told in text
    assert ('aria-invalid="true"' in text) == is_wrong


@pytest.mark.parametrize("value", ["AGH", "agh", "Arbeitsgelegenheiten", "work opportunities"])
def test_the_value_that_was_given_is_chosen(value: str, client: TestClient) -> None:
    path = f"/questions/programmes-using-instrument?lang=de&instrument={quote(value)}"
    assert read(client, path).chosen == ["AGH"]


def test_the_default_is_chosen(client: TestClient) -> None:
    assert read(client, "/questions/programmes-using-instrument").chosen == ["FbW"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/questions/programmes-using-instrument?instrument=FbWW", 400, "instrument=FbW&amp;"),
        ("/questions/programmes-using-instrument?instrment=AGH", 400, "»instrment«"),
        ("/questions/instrument-mix?instrument=AGH", 400, "»instrument«"),
        ("/questions/districts-comparable-to-a-district?district=Harbug", 400, "Harburg"),
        ("/questions/figures-of-programme?programme=harburg", 400, "Landkreis Harburg"),
        ("/questions/figures-of-programme?programme=a&programme=b", 400, "»programme«"),
        ("/questions/instument-mix", 404, "/questions/instrument-mix"),
        ("/questions?theme=targts", 400, "»targts«"),
        ("/questions?q=xyzzy", 200, "keine fertige Frage"),
    ],
)
def test_mistakes_are_answered_with_what_is_near(
    path: str, status: int, said: str, client: TestClient
) -> None:
    sign = "&" if "?" in path else "?"
    read(client, f"{path}{sign}lang=de", status)
    text = client.get(f"{path}{sign}lang=de").text
    assert said in text
    assert 'role="alert"' in text or 'role="status"' in text
    assert '<form class="parameters"' in text or "instrument-mix" in path


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_refused_and_escaped(value: str, client: TestClient) -> None:
    sent = quote(value)
    for path, status in (
        (f"/questions/programmes-using-instrument?instrument={sent}", 400),
        (f"/questions/figures-of-programme?programme={sent}", 400),
        (f"/questions/districts-comparable-to-a-district?district={sent}", 400),
        (f"/questions/instrument-mix?{sent}=1", 400),
        (f"/questions/instrument-mix?sort={sent}&page={sent}", 200),
        (f"/questions?q={sent}", 200),
        (f"/questions?theme={sent}", 400),
    ):
        read(client, path, status)
    for ending in ("csv", "xlsx", "json", "parquet", "rq"):
        path = f"/questions/programmes-using-instrument.{ending}?instrument={sent}"
        response = client.get(path)
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/problem+json"


def test_gallery_has_every_question_once(client: TestClient) -> None:
    for language in LANGUAGES:
        page = read(client, f"/questions?lang={language}")
        links = [link for link in page.links if link.startswith("/questions/")]
        assert sorted(links) == [f"/questions/{name}?lang={language}" for name in NAMES]
    assert set(THEMES) == {question.theme for question in QUESTIONS.values()}


def test_gallery_is_filtered(client: TestClient) -> None:
    for theme in THEMES:
        page = read(client, f"/questions?theme={theme}")
        found = {link for link in page.links if link.startswith("/questions/")}
        assert len(found) == sum(question.theme == theme for question in QUESTIONS.values())
    links = read(client, "/questions?q=umschichtung%20anteil&lang=en").links
    assert "/questions/budget-moved-to-administration?lang=en" in links


@cache
def answer(graph: Graph, name: str, language: str) -> Answer:
    return graph.answer(name, lang=language)


def test_number_of_charts_is_pinned() -> None:
    assert len(CHARTS) == NUMBER_OF_CHARTS


@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_each_number_once(name: str, graph: Graph) -> None:
    """No mark hides another, nothing unstated is drawn as zero."""
    question, chart = QUESTIONS[name], QUESTIONS[name].chart
    assert chart is not None
    graphic = make_graphic(question, answer(graph, name, "de"), "de", graph.programmes)
    records = graphic.spec["data"]["values"]
    measured = {"line": "y"}.get(chart.mark, "x")
    if chart.mark == "grid":
        places = [(record["x"], record["y"]) for record in records]
        assert len(places) == len(set(places))
        return
    stated = [record for record in records if record[measured] is not None]
    rows = answer(graph, name, "de").rows
    numbers = [
        float(str(row[rows.columns.index(column)]))
        for column in chart.channels[measured]
        for row in rows.rows
        if row[rows.columns.index(column)] is not None
    ]
    assert len(stated) <= len(numbers)
    assert {record[measured] for record in stated} <= set(numbers)
    if chart.mark == "bar":
        bars = [(record.get("facet"), record["y"], record.get("color")) for record in stated]
        assert len(bars) == len(set(bars))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_chart_is_a_drawing_without_styles(name: str, language: str, graph: Graph) -> None:
    question = QUESTIONS[name]
    drawn = make_graphic(question, answer(graph, name, language), language, graph.programmes).draw()
    assert drawn.startswith(f'<svg xmlns="{SVG}"')
    assert 'role="img" aria-label="' in drawn
    assert "currentColor" in drawn
    assert not COPIES.search(drawn)
    assert not re.search(r"<a\b|href|\bid=|class=", drawn)
    assert len(drawn) < 40_000


def test_chart_says_who_is_silent(graph: Graph) -> None:
    name = "budget-moved-to-administration"
    graphic = make_graphic(QUESTIONS[name], answer(graph, name, "de"), "de", graph.programmes)
    assert graphic.silent == ("Elbe-Elster 2022", "Landkreis Harburg 2022–2025")
    drawn = graphic.draw()
    assert drawn.count("nicht angegeben") == len(graphic.silent)
    assert "37,65" in drawn


def test_an_empty_answer_has_no_chart() -> None:
    question = QUESTIONS["instrument-mix"]
    rows = Rows(tuple(column.name for column in question.columns), ())
    assert make_graphic(question, Answer(rows, question), "de").draw() == ""


@pytest.mark.parametrize(("rows", "drawn"), [(MOST, True), (MOST + 1, False)])
def test_a_chart_that_nobody_could_read_is_left_out(rows: int, drawn: bool, graph: Graph) -> None:
    name = "integration-budget-per-eligible-person"
    question, answer = load_questions()[name], graph.answer(name)
    first = next(row for row in answer.rows.rows if all(row[:2]))
    number = next(each.name for each in question.columns if each.type in NUMBERS)
    at = answer.rows.columns.index(number)
    many = [(*first[:at], Term(str(each)), *first[at + 1 :]) for each in range(rows)]
    crowd = replace(answer, rows=Rows(answer.rows.columns, tuple(many)))
    graphic = make_graphic(question, crowd, "en")
    assert bool(graphic.spec) is drawn
    assert graphic.is_crowded is not drawn


def test_hostile_labels_are_text_in_charts() -> None:
    question = QUESTIONS["budget-moved-to-administration"]
    columns = tuple(column.name for column in question.columns)
    hostile = "<script>alert(1)</script>"
    cells = {"programme": Term(hostile), "share_percent": Term("3.5"), "moved_eur": Term("1")}
    rows = Rows(columns, (tuple(cells.get(name) for name in columns),))
    names = {hostile: ("https://w3id.org/amip/id/programme/x", hostile)}
    drawn = make_graphic(question, Answer(rows, question), "de", names).draw()
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_the_studio_gets_up_again() -> None:
    """Its process may be killed at any time; what cannot be drawn is an error, not a picture."""
    studio = Studio()
    drawn = studio.draw(SPEC, "{}", "A", 1)
    assert drawn.count("<path") >= 2
    process = studio._process
    assert process is not None
    process.kill()
    process.wait()
    assert studio.draw(SPEC, "{}", "A", 1) == drawn
    with pytest.raises(RemoteError):
        studio.draw("{}", "{}", "A", 1)
    assert studio.draw(SPEC, "{}", "A", 1) == drawn
    studio.close()
    assert studio._process is None


def test_drawings_lose_what_can_act() -> None:
    svg = (
        f'<svg xmlns="{SVG}" onload="x"><a href="javascript:x"><text>a</text></a>'
        "<foreignObject><p>b</p></foreignObject><style>*{}</style>"
        '<g style="color:red"><path d="M1,1h2" onclick="x"/></g></svg>'
    )
    cleaned = clean_drawing(svg, "A & B")
    assert cleaned == (
        f'<svg xmlns="{SVG}" role="img" aria-label="A &amp; B"><g><path d="M1,1h2" /></g></svg>'
    )


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("pie x=amount_eur y=programme", "chart 'pie"),
        ("bar x=amount_eur", "chart 'bar"),
        ("bar x=amount_eur y=programm", "programm, which are no columns"),
        ("bar x=note y=programme", "no column of numbers"),
        ("bar x=amount_eur y=programme only=levl:a", "levl, which are no columns"),
        ("bar x=amount_eur y=programme size=year", "chart 'bar"),
    ],
)
def test_a_wrong_chart_is_refused(
    chart: str, said: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("questions") / "instrument-mix.rq"
    lines = QUESTIONS["instrument-mix"].sparql.splitlines()
    changed = [f"# chart: {chart}" if line.startswith("# chart:") else line for line in lines]
    path.write_text("\n".join(changed), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(said)):
        read_question(path)


def test_the_date_of_a_workbook_is_that_of_the_release(client: TestClient) -> None:
    content = client.get("/questions/instrument-mix.xlsx").content
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert properties.created == properties.modified == datetime(2026, 11, 20)
