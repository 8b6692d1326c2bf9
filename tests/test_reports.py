"""Reports: the same findings in words and in every form, in German and in English."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from junitparser import Failure, JUnitXml, Skipped

from amip.findings import LANGUAGES, Finding, Place, Report, Severity, State
from amip.lift import Lifted
from amip.terms import ID, PREFIXES
from amip.validate import (
    render_github,
    render_html,
    render_json,
    render_junit,
    render_sarif,
    render_text,
    render_turtle,
    validate_store,
)
from amip.validate.render.guide import load_guide
from amip.validate.render.outline import make_chapters, say_verdict
from amip.validate.render.text import WIDTH
from amip.validate.render.words import load_words
from amip.validate.wording import fill_message, normalise_number, write_number
from forms import FORMS, IN_A_WORKBOOK, NOTE, REPORTS, REVIEWED, SMALL, WRONG_CODES, render_all
from samples import TESTS

SH = rdflib.SH
SCHEMA: dict[str, Any] = json.loads(
    files("amip.validate.render").joinpath("report.schema.json").read_text(encoding="utf-8")
)
SARIF: dict[str, Any] = json.loads(
    (TESTS / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8")
)
HOSTILE = """<script>alert("1")</script><img src=x onerror=y> & 'quotes' {{ 7 * 7 }} 100 %
::error file=other.csv,line=1::taken over\r]]> \x1b[31mred \x00 end"""
"""Text that would be a mark, a command or a colour in one of the forms."""


def make_hostile(row: int, reviewed: str = "") -> Finding:
    both = dict.fromkeys(LANGUAGES, HOSTILE)
    place = Place(HOSTILE, row, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    return Finding(
        code="AMIP-R03",
        severity=Severity.VIOLATION,
        place=place,
        message=both,
        advice=both,
        programme=HOSTILE,
        found=HOSTILE,
        expected=HOSTILE,
        values={"sum": f"{HOSTILE} = {HOSTILE}"},
        why=both,
        cause=both,
        cells=(place,),
        also=("AMIP-R04",),
        reviewed=reviewed,
    )


HARMFUL = Report.of([make_hostile(12), make_hostile(13, HOSTILE)])


@pytest.fixture(scope="module")
def report(lifted: Lifted) -> Report:
    """The report about our own programmes."""
    return validate_store(lifted.make_store(), locate=lifted.locate)


@pytest.fixture(params=["ours", "small", "a cell", "harmful", "empty"])
def any_report(request: pytest.FixtureRequest, report: Report) -> Report:
    """Reports of all sorts."""
    known = {
        "ours": report,
        "small": SMALL,
        "a cell": Report.of([WRONG_CODES[0]]),
        "harmful": HARMFUL,
        "empty": Report.of((), {"AMIP-A01": 0, "AMIP-A02": 3}),
    }
    return known[request.param]


# ---- every form


def test_reports_are_as_reviewed() -> None:
    """What the small report looks like is kept in `reports/`; `python tests/forms.py` renews it."""
    rendered = render_all()
    assert {path.name for path in REPORTS.iterdir()} == set(rendered)
    for name, text in rendered.items():
        assert (REPORTS / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_gives_the_same_text(form: str, report: Report) -> None:
    again = Report.of(reversed(report.findings), report.focus_nodes)
    assert FORMS[form](report, "de") == FORMS[form](again, "de")


@pytest.mark.parametrize("form", ["txt", "html", "sarif", "xml", "github"])
def test_forms_speak_both_languages(form: str) -> None:
    german, english = (FORMS[form](SMALL, language) for language in LANGUAGES)
    assert "660,5" in german
    assert "660.5" in english
    assert IN_A_WORKBOOK.message["de"] in german
    assert IN_A_WORKBOOK.message["de"] not in english


@pytest.mark.parametrize("form", FORMS)
def test_forms_end_with_a_line(form: str, any_report: Report) -> None:
    text = FORMS[form](any_report, "de")
    assert text.endswith("\n")
    assert "\x1b" not in text
    assert "\x00" not in text


def test_words_are_there_in_both_languages() -> None:
    german, english = (load_words(language) for language in LANGUAGES)
    assert set(german.texts) == set(english.texts)
    assert set(german.forms) == set(english.forms)
    for state in State:
        assert f"state_{state.value.replace('-', '_')}" in german.texts


# ---- the verdict in words


@pytest.mark.parametrize(
    ("findings", "german", "english"),
    [
        (
            [],
            "Keine Fehler. Das Programm kann übernommen werden.",
            "No errors. The programme can be accepted.",
        ),
        (
            [NOTE],
            "Keine Fehler, 1 Hinweis. Das Programm kann übernommen werden.",
            "No errors, 1 note. The programme can be accepted.",
        ),
        (
            [*WRONG_CODES[:2], NOTE],
            "2 Fehler, 1 Hinweis. Das Programm kann noch nicht übernommen werden.",
            "2 errors, 1 note. The programme cannot be accepted yet.",
        ),
        (
            [IN_A_WORKBOOK, REVIEWED],
            "1 Fehler, 1 Warnung. Die Programme können noch nicht übernommen werden.",
            "1 error, 1 warning. The programmes cannot be accepted yet.",
        ),
    ],
)
def test_verdict(findings: list[Finding], german: str, english: str) -> None:
    report = Report.of(findings)
    assert say_verdict(report, load_words("de")) == german
    assert say_verdict(report, load_words("en")) == english
    assert render_text(report, "de").startswith(f"{german}\n")


# ---- text


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_tells_everything(language: str, any_report: Report) -> None:
    text = words_of(render_text(any_report, language))
    for finding in any_report.findings:
        for part in (finding.text(language), finding.programme, finding.reviewed, *finding.also):
            assert words_of(part) in text
        if not finding.reviewed:
            assert words_of(finding.help(language)) in text
    for code in any_report.unchecked:
        assert code in text


def words_of(text: str) -> str:
    """Return a text on one line, without what a terminal would obey."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def test_text_fits_a_terminal(report: Report) -> None:
    for width in (60, WIDTH):
        longest = max(render_text(report, "de", width).splitlines(), key=len)
        assert len(longest) <= width or " " not in longest.strip()


def test_many_equal_findings_are_one_entry() -> None:
    many = [replace(WRONG_CODES[0], place=Place("a/figures.csv", row, "unit")) for row in range(99)]
    text = render_text(Report.of(many), "de")
    assert text.count("»%« steht nicht in der Liste") == 1
    assert "a/figures.csv, Spalte unit, Zeilen 1–98" in words_of(text)
    assert len(text.splitlines()) < 15


def test_many_unequal_findings_get_a_line_each() -> None:
    many = [
        replace(WRONG_CODES[0], message={"de": f"»{row}« steht nicht in der Liste"}, found=str(row))
        for row in range(40)
    ]
    text = render_text(Report.of(many), "de")
    assert all(f"»{row}« steht" in text for row in range(40))
    assert len(text.splitlines()) < 75


def test_what_is_fine_counts_only_what_was_checked() -> None:
    text = words_of(render_text(SMALL, "de"))
    assert "In Ordnung: 1 von 5 geprüften Regeln ohne Befund" in text
    assert "12 Summen und Differenzen nachgerechnet" in text
    assert (
        "Nicht geprüft: 5 Zeilen mit unlesbaren oder leeren Zellen, und was auf sie verweist; "
        "1 Regel fand nichts zu prüfen: AMIP-A07" in text
    )
    assert "In Ordnung" not in render_text(Report.of([NOTE]), "de")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("a/figures.csv", 2, "unit"), "1 Zeile mit unlesbaren oder leeren Zellen"),
        (Place("a.xlsx", 9, "Einheit", sheet="Zahlen", cell="C9"), "1 Zeile mit unlesbaren"),
        (Place("a/figures.csv", 1, "unit"), "1 Tabelle ohne die nötigen Spalten"),
        (Place("a/programme.yaml", 0, "title"), "1 Programm, dessen Kopf sich nicht lesen lässt"),
    ],
)
def test_what_cannot_be_read_is_not_checked(place: Place, words: str) -> None:
    text = words_of(render_text(Report.of([replace(WRONG_CODES[0], place=place)]), "de"))
    assert f"Nicht geprüft: {words}" in text


def test_completeness_has_a_denominator() -> None:
    text = words_of(render_text(SMALL, "de"))
    assert (
        "Vollständigkeit: 1 von 5 erwarteten Angaben; offen: Ziel K2 (in Abstimmung), "
        "Ziel K3 (ausdrücklich keine), Personal (in einer Grafik, nicht lesbar), "
        "Mittel (nicht angegeben)" in text
    )


def test_what_is_not_stated_takes_one_line() -> None:
    gap = replace(NOTE, code=SMALL.expectations[1].code, programme=SMALL.expectations[1].programme)
    lines = render_text(Report.of([gap], {}, SMALL.expectations), "de").splitlines()
    sentence = f"{gap.text('de')} → {gap.help('de')}"
    assert [line for line in lines if gap.text("de") in line] == [f"  · {gap.code} {sentence}"]


def test_findings_are_grouped_by_programme_and_code() -> None:
    chapters = make_chapters(SMALL)
    topics = {chapter.programme: [topic.code for topic in chapter.topics] for chapter in chapters}
    assert topics == {
        "musterland-2024-2025": ["AMIP-R03", "AMIP-A10", "AMIP-V02"],
        "musterstadt-2025": ["AMIP-A01"],
    }
    assert [topic.size for topic in chapters[0].topics] == [5, 1, 1]


# ---- JSON


def test_json_follows_its_schema(any_report: Report) -> None:
    content = json.loads(render_json(any_report))
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(content)
    assert content["conforms"] is any_report.conforms
    assert len(content["findings"]) == sum(content["counts"].values())
    assert content["unchecked"] == list(any_report.unchecked)


def test_codes_follow_the_schema(report: Report) -> None:
    pattern = re.compile(SCHEMA["$defs"]["code"]["pattern"])
    assert report.focus_nodes
    assert not [code for code in (*report.focus_nodes, *load_guide()) if not pattern.match(code)]


# ---- SARIF


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_follows_its_schema(language: str, any_report: Report) -> None:
    log = json.loads(render_sarif(any_report, language))
    Draft202012Validator(SARIF, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(log)
    (run,) = log["runs"]
    assert len(run["results"]) == len(any_report.findings)
    rules = run["tool"]["driver"]["rules"]
    for result, finding in zip(run["results"], any_report.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert ("suppressions" in result) == bool(finding.reviewed)


def test_sarif_of_nothing_has_results() -> None:
    (run,) = json.loads(render_sarif(Report(()), "de"))["runs"]
    assert run["results"] == []


def test_sarif_places_and_levels() -> None:
    (run,) = json.loads(render_sarif(SMALL, "en"))["runs"]
    levels = [result["level"] for result in run["results"]]
    assert levels == ["error"] * 5 + ["warning", "note", "error"]
    in_a_file, in_a_book = run["results"][0], run["results"][-1]
    (place,) = in_a_file["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 2}
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/figures.csv")
    assert place["logicalLocations"][0]["name"] == "k2-2024"
    (cell,) = in_a_book["locations"]
    assert "region" not in cell["physicalLocation"]
    assert "Zahlen!H12" in cell["logicalLocations"][0]["fullyQualifiedName"]
    assert [each["id"] for each in in_a_book["relatedLocations"]] == [1, 2]
    reviewed = run["results"][5]
    assert reviewed["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "So gedruckt, Seite 4."}
    ]


def test_sarif_tells_the_rules_in_both_languages() -> None:
    (run,) = json.loads(render_sarif(SMALL, "de"))["runs"]
    (other,) = run["translations"]
    assert (run["tool"]["driver"]["language"], other["language"]) == ("de", "en")
    for german, english in zip(run["tool"]["driver"]["rules"], other["rules"], strict=True):
        assert german["id"] == english["id"]
        assert german["helpUri"] == f"https://w3id.org/amip/finding/{german['id']}"
        assert german["help"]["text"] != english["help"]["text"]


def test_sarif_fingerprints_survive_moved_rows() -> None:
    moved = Report.of(
        replace(each, place=replace(each.place, row=each.place.row + 7)) for each in SMALL.findings
    )
    assert marks(SMALL) == marks(moved)
    assert len(set(marks(SMALL))) == len(SMALL.findings)
    twice = Report((NOTE, NOTE))
    assert len(set(marks(twice))) == 2


def marks(report: Report) -> list[str]:
    (run,) = json.loads(render_sarif(report, "de"))["runs"]
    return [result["partialFingerprints"]["amipFinding/v1"] for result in run["results"]]


# ---- JUnit


@pytest.mark.parametrize("language", LANGUAGES)
def test_junit_has_a_case_for_each_rule_and_programme(language: str, any_report: Report) -> None:
    suites = JUnitXml.fromstring(render_junit(any_report, language).encode())
    cases = [case for suite in suites for case in suite]
    assert suites.tests == len(cases)
    failed = {(each.programme, each.code) for each in any_report.findings if is_error(each)}
    assert sum(isinstance(each, Failure) for case in cases for each in case.result) == len(failed)
    assert suites.failures == len(failed)
    skipped = sum(isinstance(each, Skipped) for case in cases for each in case.result)
    programmes = max(len(make_chapters(any_report)), 1)
    silent = set(any_report.unchecked) - {each.code for each in any_report.findings}
    assert skipped == suites.skipped == programmes * len(silent)


def is_error(finding: Finding) -> bool:
    return finding.severity is Severity.VIOLATION


def test_junit_keeps_warnings_as_output() -> None:
    root = ET.fromstring(render_junit(SMALL, "de"))
    output = "".join(node.text or "" for node in root.iter("system-out"))
    assert "So gedruckt, Seite 4." in output
    assert NOTE.message["de"] in output


# ---- GitHub


def test_github_writes_one_command_a_line(any_report: Report) -> None:
    lines = render_github(any_report, "de").splitlines()
    assert len(lines) == len(any_report.findings) + 1
    command = re.compile(r"::(error|warning|notice) (\w+=[^:,]*)(,\w+=[^:,]*)*::.+")
    assert all(command.fullmatch(line) for line in lines[:-1])


def test_github_escapes_as_documented() -> None:
    place = Place("a,b:c/%.csv", 3, "unit")
    line = render_github(Report.of([replace(NOTE, place=place, message={"de": "5 %\r\n::"})]), "de")
    assert line.startswith("::notice file=a%2Cb%3Ac/%25.csv,line=3,title=AMIP-V02 ")
    assert "::5 %25%0D%0A::%0A" in line


# ---- HTML


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "input", "link", "img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [str(value) for attribute, value in self.attributes if attribute == name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_needs_nothing_else(language: str, any_report: Report) -> None:
    text = render_html(any_report, language)
    page = Page(text)
    assert not page.open
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert "url(" not in text
    assert "@import" not in text
    away = [value for value in page.values("href") if not value.startswith("#")]
    assert all(value.startswith("https://w3id.org/amip/finding/AMIP-") for value in away)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_accessible(language: str, any_report: Report) -> None:
    page = Page(render_html(any_report, language))
    assert page.values("lang") == [language]
    for landmark in ("header", "main", "footer", "h1"):
        assert page.tags.count(landmark) == 1
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = {value[1:] for value in page.values("href") if value.startswith("#")}
    assert targets | set(page.values("aria-labelledby")) <= set(ids)
    words = load_words(language)
    said = " ".join(page.words)
    for finding in any_report.findings:
        assert words.severity(finding.severity) in said


def test_page_tells_everything(any_report: Report) -> None:
    said = words_of(" ".join(Page(render_html(any_report, "de")).words))
    for finding in any_report.findings:
        for part in (finding.text("de"), finding.reviewed, finding.cause.get("de", "")):
            assert words_of(part) in said
    for code in any_report.unchecked:
        assert code in said


def test_page_shows_hostile_text_as_text() -> None:
    text = render_html(HARMFUL, "de")
    assert "<script" not in text
    assert "49" not in text.partition("{{ 7 * 7 }}")[2][:40]
    assert html.escape("<script>") in text


# ---- Turtle


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


# ---- numbers


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
