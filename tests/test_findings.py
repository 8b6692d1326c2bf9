"""Findings, their cards, and the small base modules."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip.assets import FOLDERS, find_folder, find_turtle, list_programmes
from amip.cards import load_cards, make_finding
from amip.errors import AmipError
from amip.findings import LANGUAGES, Finding, Place, Report, Severity
from amip.nearest import find_nearest
from amip.terms import BASE, CODE, PREFIXES, load_list, load_lists
from amip.validate.shapes import load_rules
from samples import PROGRAMMES, ROOT

SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "amip").rglob("*.py"))
)
SLOTS = {
    "hint",
    "where",
    "found",
    "expected",
    "column",
    "list",
    "reads",
    "mapping",
    "start",
    "line",
    "name",
    "origin",
    "until",
    "count",
    "known",
    "shape",
    "successors",
}
UNUSED: set[str] = set()
"""Cards that no module makes a finding of yet."""

severities = st.sampled_from(list(Severity))
findings = st.builds(
    Finding,
    code=st.sampled_from(["AMIP-A01", "AMIP-R01"]),
    severity=severities,
    place=st.builds(Place, file=st.sampled_from(["a.csv", "b.csv"]), row=st.integers(0, 3)),
    message=st.just({"en": "x"}),
    programme=st.sampled_from(["", "a-2021", "b-2022"]),
)


@pytest.mark.parametrize("code", sorted(load_cards()))
def test_card_is_complete(code: str) -> None:
    card = dict(load_cards()[code])
    assert card.pop("severity", "warning") in {"info", "warning"}
    assert set(card) == {"label_de", "label_en", "de", "en", "advice_de", "advice_en"}
    assert re.fullmatch(r"AMIP-[A-Z]\d\d", code)
    for name, text in card.items():
        used = {slot for _, slot, _, _ in string.Formatter().parse(text) if slot}
        assert used <= SLOTS
        assert text.removesuffix("{hint}").endswith(".") is name.startswith("advice")
    assert ("»" in card["de"]) is ("“" in card["en"])


def test_every_code_is_of_a_card_or_a_rule_and_every_card_makes_findings() -> None:
    named = set(re.findall(r'"(AMIP-[A-Z]\d\d[\w-]*)"', SOURCES))
    known = set(load_cards()) | {rule.code for rule in load_rules()}
    assert {name for name in named if not any(code.startswith(name) for code in known)} == set()
    assert set(load_cards()) - named == UNUSED


def test_a_finding_knows_its_programme_and_speaks_both_languages() -> None:
    place = Place("musterstadt-2023/figures.csv", 12, "value", "elb-2022")
    finding = make_finding("AMIP-R04", place, found="1,5")
    assert finding.programme == "musterstadt-2023"
    assert finding.severity is Severity.VIOLATION
    assert finding.text("de") == "»1,5« ist keine Zahl"
    assert finding.text("en") == finding.text("fr") == "“1,5” is not a number"
    assert finding.help("de") != finding.help("en") == finding.help("fr")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("figures.csv"), "figures.csv"),
        (Place("figures.csv", 12), "figures.csv, row 12"),
        (Place("figures.csv", 12, "value"), "figures.csv, row 12, column value"),
        (Place("figures.csv", 12, "value", "elb"), "figures.csv, row 12, column value [elb]"),
        (Place(record="elb"), "elb"),
        (Place("programme.yaml", 0, "title"), "programme.yaml, column title"),
    ],
)
def test_place_as_people_read_it(place: Place, text: str) -> None:
    assert str(place) == text


@given(st.lists(findings), st.randoms())
def test_reports_do_not_depend_on_the_order(found: list[Finding], random: st.DrawFn) -> None:
    shuffled = sorted(found, key=lambda finding: hash((finding.code, finding.place.row)))
    one, other = Report.of(found), Report.of(shuffled)
    assert [finding.key for finding in one.findings] == [finding.key for finding in other.findings]
    assert [finding.key for finding in one.findings] == sorted(f.key for f in found)


@given(st.lists(findings), st.lists(findings))
def test_reports_add_up(left: list[Finding], right: list[Finding]) -> None:
    both = Report.of(left, {"a": 1, "b": 0}) + Report.of(right, {"a": 2, "c": 0})
    assert sorted(map(id, both.findings)) == sorted(map(id, [*left, *right]))
    assert dict(both.focus_nodes) == {"a": 3, "b": 0, "c": 0}
    assert both.unchecked == ("b", "c")
    assert both.conforms is not any(f.severity is Severity.VIOLATION for f in [*left, *right])
    assert sum(both.count(severity) for severity in Severity) == len(left) + len(right)


def test_the_worst_come_first() -> None:
    report = Report.of(
        Finding("AMIP-A01", severity, Place(), {"en": "x"}) for severity in reversed(Severity)
    )
    assert [finding.severity for finding in report.findings] == list(Severity)


def test_an_error_keeps_its_subject_and_advice() -> None:
    error = AmipError("message", subject=3, advice="do this")
    assert (str(error), error.subject, error.advice) == ("message", 3, "do this")
    assert (AmipError("message").subject, AmipError("message").advice) == (None, "")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("instument-mix", "instrument-mix"),
        ("Instrument_Mix", "instrument-mix"),
        ("staff-by-sponsr", "staff-by-sponsor"),
        ("instrument-mix", "instrument-mix"),
    ],
)
def test_nearest_name(name: str, nearest: str) -> None:
    assert find_nearest(name, ["instrument-mix", "staff-by-sponsor", "k2"]) == [nearest]


def test_no_name_is_near() -> None:
    assert find_nearest("xyz", ["instrument-mix", "staff-by-sponsor"]) == []
    assert find_nearest("xyz", []) == []


@given(st.text(), st.lists(st.text(min_size=1), unique=True, max_size=5))
def test_nearest_names_are_known_ones(name: str, known: list[str]) -> None:
    found = find_nearest(name, known, limit=3)
    assert set(found) <= set(known)
    assert found == find_nearest(name, reversed(known), limit=3)


def test_assets_are_found() -> None:
    assert all(find_folder(name).is_dir() for name in FOLDERS)
    assert [path.name for path in list_programmes()] == [path.name for path in PROGRAMMES]
    assert not [path for path in find_turtle("ontology") if "imports" in path.parts]
    with pytest.raises(KeyError):
        find_folder("elsewhere")


def test_notations_are_unique_and_make_the_iris() -> None:
    """One flat namespace: a notation stands in one list only, and its IRI follows from it."""
    seen: dict[str, str] = {}
    for name, concepts in load_lists().items():
        for notation, concept in concepts.items():
            assert seen.setdefault(notation, name) == name
            assert concept.iri in {
                CODE + notation,
                PREFIXES["unit"] + notation,
                f"{PREFIXES['sdmx-code']}sex-{notation}",
            }
            assert set(concept.labels) == set(LANGUAGES)


def test_every_list_that_a_column_names_exists() -> None:
    from amip.records.schema import FIXED_CODES, TABLES

    for columns in TABLES.values():
        for column in columns:
            if column.kind == "code" and column.codes != "*":
                assert FIXED_CODES.get(column.codes) or load_list(column.codes)


def test_prefixes_end_where_names_begin() -> None:
    assert all(iri.endswith(("#", "/")) for iri in PREFIXES.values())
    assert PREFIXES["amip"].startswith(BASE)
