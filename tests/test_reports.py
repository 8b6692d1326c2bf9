"""Reports: the same findings in words, JSON and Turtle."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from amip.findings import LANGUAGES, Finding, Place, Report, Severity
from amip.lift import Lifted
from amip.terms import ID, PREFIXES
from amip.validate import render_json, render_text, render_turtle, validate_store
from amip.validate.wording import fill_message, normalise_number, write_number

SH = rdflib.SH
SCHEMA: dict[str, Any] = json.loads(
    files("amip.validate").joinpath("report.schema.json").read_text(encoding="utf-8")
)
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
ABOUT_A_CELL = Finding(
    code="AMIP-R03",
    severity=Severity.VIOLATION,
    place=Place("musterstadt-2025/figures.csv", 12, "unit", "k2-2022"),
    message={"de": "»%« steht nicht in der Liste »units«", "en": "“%” is not in the list “units”"},
    advice={"de": "Meintest du »PERCENT«?", "en": "Did you mean “PERCENT”?"},
    programme="musterstadt-2025",
    found="%",
    expected="PERCENT",
)


@pytest.fixture(scope="module")
def report(lifted: Lifted) -> Report:
    """The report about our own programmes."""
    return validate_store(lifted.make_store(), locate=lifted.locate)


@pytest.fixture(params=["ours", "a cell", "empty"])
def any_report(request: pytest.FixtureRequest, report: Report) -> Report:
    """Reports of all sorts."""
    empty = Report.of((), {"AMIP-A01": 0, "AMIP-A02": 3})
    return {"ours": report, "a cell": Report.of([ABOUT_A_CELL]), "empty": empty}[request.param]


def agrees(value: object, schema: dict[str, Any]) -> None:
    """Check a value against the part of JSON Schema that the schema of reports uses."""
    if reference := schema.get("$ref"):
        return agrees(value, SCHEMA["$defs"][reference.rpartition("/")[2]])
    assert value in schema.get("enum", [value])
    kinds = schema.get("type", [])
    allowed = [kinds] if isinstance(kinds, str) else kinds
    assert not allowed or any(
        value is None if kind == "null" else isinstance(value, TYPES[kind]) for kind in allowed
    ), (value, allowed)
    if isinstance(value, list):
        for item in value:
            agrees(item, schema["items"])
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        assert set(schema.get("required", [])) <= set(value)
        for name, item in value.items():
            part = properties.get(name) or schema.get("additionalProperties")
            assert isinstance(part, dict), name
            agrees(item, part)
    return None


def test_json_follows_its_schema(any_report: Report) -> None:
    content = json.loads(render_json(any_report))
    agrees(content, SCHEMA)
    assert content["conforms"] is any_report.conforms
    assert len(content["findings"]) == sum(content["counts"].values())
    assert content["unchecked"] == list(any_report.unchecked)


def test_codes_follow_the_schema(report: Report) -> None:
    pattern = re.compile(SCHEMA["$defs"]["finding"]["properties"]["code"]["pattern"])
    assert report.focus_nodes
    assert not [code for code in (*report.focus_nodes, "AMIP-R03") if not pattern.match(code)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_says_the_verdict_first(language: str, any_report: Report) -> None:
    verdict, *lines = render_text(any_report, language).splitlines()
    accepted = {"de": "können übernommen werden", "en": "can be accepted"}[language]
    assert (accepted in verdict) is any_report.conforms
    text = "\n".join(lines)
    for finding in any_report.findings:
        assert finding.text(language) in text
        assert finding.programme in text
        assert finding.place.record in text
        assert finding.reviewed in text
    assert "\x1b" not in text
    for code in any_report.unchecked:
        assert code in text


def test_text_names_file_and_row() -> None:
    text = render_text(Report.of([ABOUT_A_CELL]), "de")
    assert "musterstadt-2025/figures.csv, Zeile 12, Spalte unit, [k2-2022]" in text
    assert text.startswith("1 Fehler, 0 Warnungen, 0 Hinweise.")


def test_texts_differ_by_language(report: Report) -> None:
    german, english = (render_text(report, language) for language in LANGUAGES)
    assert "14.871.363,25" in german
    assert "14,871,363.25" in english


def test_turtle_is_a_shacl_report(any_report: Report) -> None:
    graph = rdflib.Graph().parse(data=render_turtle(any_report), format="turtle")
    whole = rdflib.URIRef(f"{ID}report")
    assert graph.value(whole, SH.conforms) == rdflib.Literal(not any_report.findings)
    results = list(graph.objects(whole, SH.result))
    assert len(results) == len(any_report.findings)
    assert not any(isinstance(node, rdflib.BNode) for node in graph.all_nodes())
    for result in results:
        for once in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, once))) == 1
        texts = list(graph.objects(result, SH.resultMessage))
        assert {getattr(text, "language", None) for text in texts} == set(LANGUAGES)


def test_turtle_names_component_and_path() -> None:
    finding = Finding(
        code="AMIP-S04-value",
        severity=Severity.VIOLATION,
        place=Place(record="obs/x"),
        message={"de": "fehlt", "en": "missing"},
        focus=f"{ID}obs/x",
        expected="sh:minCount 1",
    )
    graph = rdflib.Graph().parse(data=render_turtle(Report.of([finding])), format="turtle")
    (result,) = graph.objects(rdflib.URIRef(f"{ID}report"), SH.result)
    assert graph.value(result, SH.sourceConstraintComponent) == SH.MinCountConstraintComponent
    assert str(graph.value(result, SH.resultPath)) == f"{PREFIXES['amip']}value"
    assert str(graph.value(result, SH.sourceShape)) == f"{PREFIXES['ash']}S04-value"


@pytest.mark.parametrize("render", [render_json, render_turtle, lambda r: render_text(r, "de")])
def test_the_same_report_gives_the_same_text(render: Any, report: Report) -> None:
    again = Report.of(reversed(report.findings), report.focus_nodes)
    assert render(report) == render(again)


@given(st.decimals(-(10**15), 10**15, places=4))
def test_numbers_survive_both_manners(number: Any) -> None:
    plain = normalise_number(f"{number:f}")
    assert float(plain) == float(number)
    german, english = write_number(plain, "de"), write_number(plain, "en")
    assert german.replace(".", "").replace(",", ".") == plain
    assert english.replace(",", "") == plain


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=6), st.randoms())
def test_sums_do_not_depend_on_the_order(numbers: list[int], random: Any) -> None:
    def write(terms: list[int]) -> str:
        return " ".join(f"{'-' if term < 0 else '+'} {abs(term)}.0" for term in terms)

    shuffled = random.sample(numbers, len(numbers))
    total = f" = {sum(numbers)}.00"
    assert normalise_number(write(numbers) + total) == normalise_number(write(shuffled) + total)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2022", "2022"),
        ("-0.00", "0"),
        ("22.486166007905138", "22.4862"),
        ("+ 761.0 + -41 - 830 = -110", "761 - 41 - 830 = -110"),
        ("2021-05", "2021-05"),
        ("20,5 %", "20,5 %"),
    ],
)
def test_normalised(text: str, plain: str) -> None:
    assert normalise_number(text) == plain


def test_names_and_dates_stay_as_they_are() -> None:
    values = {"when": "2022", "value": "2022"}
    assert fill_message("{$when}: {?value}", values, "de") == "2022: 2.022"
    assert fill_message("{?missing}", values, "de") == "{?missing}"
