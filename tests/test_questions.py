"""Canned questions: one loop over `queries/*.rq`, and their answers against stored tables.

`answers/<name>.csv` is the answer with default parameters, `answers/<name>.<value>.csv` the one
with `value` for the first parameter; both in German, as the CSV writer writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

import pytest
import rdflib
from pyoxigraph import RdfFormat, Store, parse, serialize

import amip
from amip.assets import find_turtle
from amip.errors import UsageError
from amip.findings import LANGUAGES
from amip.lift import Lifted
from amip.publish.context import lift_context
from amip.query import (
    EmbeddedStore,
    GraphStore,
    Question,
    Rows,
    Term,
    find_question,
    load_questions,
)
from amip.query.answer import write_csv
from amip.terms import ID, PREFIXES, load_lists
from samples import TESTS

NUMBER = 46
THEMES = {
    "targets",
    "budget",
    "instruments",
    "staff",
    "structure",
    "fields",
    "quality",
    "statistics",
}
NAMES = sorted(load_questions())
ANSWERS = sorted(path.stem for path in (TESTS / "answers").glob("*.csv"))
XSD = PREFIXES["xsd"]
DATATYPES = {
    "decimal": {f"{XSD}decimal", f"{XSD}integer"},
    "integer": {f"{XSD}decimal", f"{XSD}integer"},
    "year": {f"{XSD}gYear"},
    "boolean": {f"{XSD}boolean"},
    "text": {f"{XSD}string", f"{PREFIXES['rdf']}langString"},
}
VALUES = """
PREFIX amip: <https://w3id.org/amip/ns#>
SELECT ?thing ?value WHERE { ?thing amip:value|amip:relativeChange ?value }
"""

AREA = re.compile(f"<{ID}(?:area/|stat/[^/]+/[^/]+/)(?P<key>\\w+)[/>]")
OTHERS = re.compile(r"<[^>]+/employees-")

Cell = str | Decimal | None


@cache
def ask(graph: amip.Graph, name: str, lang: str = "de") -> Rows:
    return graph.answer(name, lang=lang).rows


@pytest.fixture(scope="module")
def values(graph: amip.Graph) -> Mapping[str, Decimal]:
    """The value of every figure, and the change that a target names."""
    rows = graph.select(VALUES).rows.rows
    return {str(thing): Decimal(str(value)) for thing, value in rows}


@pytest.fixture(scope="module")
def engines(lifted: Lifted) -> tuple[amip.Graph, amip.Graph]:
    """The same triples in Oxigraph and in rdflib, which is slow.

    So they are those that the programmes meet: of other districts, and of employees by sex and
    nationality, there are none.
    """
    keys = {area["ags"] for record in lifted.records for area in record.items("area")}
    keys |= {key[:2] for key in keys} | {"DE"}
    lines = (
        line
        for line in lift_context().splitlines(keepends=True)
        if not ((area := AREA.match(line)) and area["key"] not in keys) and not OTHERS.match(line)
    )
    quads = parse("".join([*lifted.quads, *lines]).encode(), format=RdfFormat.N_QUADS)
    triples = serialize({quad.triple for quad in quads}, format=RdfFormat.N_TRIPLES) or b""
    store, graph = Store(), rdflib.Graph()
    store.bulk_load(input=triples, format=RdfFormat.N_TRIPLES)
    graph.parse(data=triples, format="nt")
    for path in find_turtle("ontology"):
        store.bulk_load(path=str(path))
        graph.parse(path, format="turtle")
    return amip.Graph(EmbeddedStore(store)), amip.Graph(GraphStore(graph))


def typed(rows: Rows, question: Question) -> list[tuple[Cell, ...]]:
    """Return the cells so that 12.5 and 12.50 are the same number."""
    types = [column.type for column in question.columns]
    return [tuple(map(read_cell, row, types)) for row in rows.rows]


def read_cell(cell: Term | None, kind: str) -> Cell:
    if cell is None:
        return None
    return Decimal(cell.text) if kind in {"decimal", "integer"} else cell.text


def columns_of(question: Question, *kinds: str) -> list[str]:
    return [column.name for column in question.columns if column.type in kinds]


def test_number_of_questions_is_pinned() -> None:
    assert len(NAMES) == NUMBER


@pytest.mark.parametrize("name", NAMES)
def test_head_is_complete(name: str) -> None:
    question = find_question(name)
    for language in LANGUAGES:
        assert question.titles[language]
        assert question.texts[language].endswith("?")
        assert question.caveats[language]
        assert all(caveat.endswith(".") for caveat in question.caveats[language])
        assert all(column.labels[language] for column in question.columns)
    assert len(question.caveats["de"]) == len(question.caveats["en"])
    assert question.theme in THEMES
    assert question.keywords
    assert question.states, "every question says which columns make a row a statement"
    names = [column.name for column in question.columns]
    assert len(names) == len(set(names))
    assert {"programme", *question.states} <= set(names)


@pytest.mark.parametrize("name", NAMES)
def test_defaults_stand_in_the_file(name: str) -> None:
    question = find_question(name)
    defaults = dict(re.findall(r"VALUES\s+\?(\w+)\s*\{\s*(\S+)\s*\}", question.sparql))
    assert defaults["lang"] == '"de"'
    for parameter in question.parameters:
        assert parameter.name in defaults
        if parameter.kind == "code":
            assert defaults[parameter.name].removeprefix("code:") in load_lists()[parameter.codes]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_slow_or_open_to_the_network(name: str) -> None:
    """`NOT EXISTS` took minutes on large graphs, `SERVICE` opens sockets."""
    query = re.sub(r"(?m)^#.*", "", find_question(name).sparql)
    assert not re.search(r"\b(SERVICE\b|NOT\s+EXISTS|SELECT\s+\*)", query, re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_as_declared(name: str, graph: amip.Graph) -> None:
    question, rows = find_question(name), ask(graph, name)
    assert rows.columns == tuple(column.name for column in question.columns)
    for row in rows.rows:
        for cell, column in zip(row, question.columns, strict=True):
            if cell is None:
                continue
            assert cell.is_iri == (column.type == "iri"), (column.name, cell)
            if not cell.is_iri:
                assert cell.datatype in DATATYPES[column.type], (column.name, cell)
            if column.type == "integer":
                assert Decimal(cell.text) % 1 == 0, (column.name, cell)


@pytest.mark.parametrize("name", NAMES)
def test_every_programme_has_a_row(name: str, graph: amip.Graph) -> None:
    rows = ask(graph, name)
    place = rows.columns.index("programme")
    assert {str(row[place]) for row in rows.rows} == set(graph.programmes)


@pytest.mark.parametrize("name", NAMES)
def test_silence_is_said(name: str, graph: amip.Graph) -> None:
    """A row that states nothing says so in words."""
    question, rows = find_question(name), ask(graph, name)
    states = [rows.columns.index(column) for column in question.states]
    said = [
        index
        for index, column in enumerate(question.columns)
        if column.type == "text" and column.name != "programme"
    ]
    for row in rows.rows:
        if all(row[state] is None for state in states):
            assert any(str(row[index] or "") for index in said), row


@pytest.mark.parametrize("name", NAMES)
def test_no_row_comes_twice(name: str, graph: amip.Graph) -> None:
    rows = ask(graph, name).rows
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("name", NAMES)
def test_numbers_carry_their_figures(
    name: str, graph: amip.Graph, values: Mapping[str, Decimal]
) -> None:
    question = find_question(name)
    links = columns_of(question, "iri")
    figures = [column for column in links if column.endswith("figure")]
    counts = columns_of(question, "integer")
    for number in columns_of(question, "decimal", "integer"):
        # A position or a count leads to the statements it counts, any other number to a figure.
        own = f"{number}_figure"
        for row in typed(ask(graph, name), question):
            cells = dict(zip((column.name for column in question.columns), row, strict=True))
            if not cells[number]:
                continue
            assert any(cells[link] for link in (links if number in counts else figures)), cells
            if cells.get(own):
                assert values[str(cells[own])] == cells[number], (number, cells)


@pytest.mark.parametrize("name", NAMES)
def test_languages_give_the_same_numbers(name: str, graph: amip.Graph) -> None:
    question = find_question(name)
    kept = [index for index, column in enumerate(question.columns) if column.type != "text"]
    german, english = (
        [[row[index] for index in kept] for row in typed(ask(graph, name, lang), question)]
        for lang in LANGUAGES
    )
    assert german == english


@pytest.mark.parametrize("name", NAMES)
def test_engines_agree(name: str, engines: tuple[amip.Graph, amip.Graph]) -> None:
    first, second = (typed(ask(engine, name), find_question(name)) for engine in engines)
    assert first
    assert first == second


@pytest.mark.parametrize("answer", ANSWERS)
def test_answer_is_as_stored(answer: str, graph: amip.Graph) -> None:
    name, _, value = answer.partition(".")
    question = find_question(name)
    parameters = {question.parameters[0].name: value} if value else {}
    stored = (TESTS / "answers" / f"{answer}.csv").read_text(encoding="utf-8")
    found = write_csv(graph.answer(name, lang="de", **parameters)).decode()
    assert found.split("\n") == stored.split("\n")


def test_every_question_has_an_answer() -> None:
    assert {answer.partition(".")[0] for answer in ANSWERS} == set(NAMES)
    for name in NAMES:
        cases = [answer for answer in ANSWERS if answer.partition(".")[0] == name]
        assert len(cases) > len(find_question(name).parameters), cases


@pytest.mark.parametrize("value", ["AGH", "agh", "Arbeitsgelegenheiten", "work opportunities"])
def test_parameters_take_notations_and_labels(value: str, graph: amip.Graph) -> None:
    by_iri = graph.answer("programmes-using-instrument", instrument=f"{PREFIXES['code']}AGH")
    assert graph.answer("programmes-using-instrument", instrument=value).rows == by_iri.rows


@pytest.mark.parametrize(
    "value", ["LK Harburg", "Jobcenter Harburg", f"{PREFIXES['id']}area/03353"]
)
def test_areas_go_by_key_name_or_iri(value: str, graph: amip.Graph) -> None:
    name = "districts-comparable-to-a-district"
    by_key = graph.answer(name, district="03353")
    assert graph.answer(name, district=value).rows == by_key.rows


def test_a_district_without_a_programme_is_not_counted(graph: amip.Graph) -> None:
    answer = graph.answer("districts-comparable-to-a-district", district="Oder-Spree")
    assert answer.rows.rows
    assert answer.stated_by == 0


@pytest.mark.parametrize(
    ("name", "parameters", "subject", "advice"),
    [
        ("districts-comparable-to-a-district", {"district": "Harbug"}, "Harbug", "Harburg"),
        ("instument-mix", {}, "instument-mix", "“instrument-mix”"),
        ("programmes-using-instrument", {"instrment": "AGH"}, "instrment", "“instrument”"),
        ("programmes-using-instrument", {"instrument": "FbWW"}, "FbWW", "“FbW”"),
        ("programmes-using-instrument", {"instrument": "Einstigsgeld"}, "Einstigsgeld", "“Ein"),
        ("instrument-mix", {"year": "2021"}, "year", "none"),
        ("instrument-mix", {"lang": "fr"}, "fr", "de or en"),
    ],
)
def test_mistakes_are_answered_with_the_nearest_name(
    name: str, parameters: dict[str, str], subject: str, advice: str, graph: amip.Graph
) -> None:
    with pytest.raises(UsageError) as caught:
        graph.answer(name, **parameters)
    assert caught.value.subject == subject
    assert advice in caught.value.advice


def test_answer_counts_who_states_something(graph: amip.Graph) -> None:
    answer = graph.answer("budget-moved-to-administration")
    assert (answer.stated_by, answer.of_programmes) == (3, len(graph.programmes))


def test_a_triple_of_two_graphs_counts_once(graph: amip.Graph) -> None:
    """The key of a district stands in the graph of its programme and in that of the areas."""
    query = (TESTS / "queries" / "keys-of-areas.rq").read_text(encoding="utf-8")
    ((keys, areas),) = graph.select(query).rows.rows
    assert str(keys) == str(areas)
