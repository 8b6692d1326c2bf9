"""What the five programmes are expected to state, and the profiles that choose rules."""

from __future__ import annotations

import csv
from functools import cache

import pytest
from pyoxigraph import RdfFormat, Store

from amip.findings import LANGUAGES, Expectation, Severity, State
from amip.lift import lift_programmes
from amip.validate.engine import validate_store
from amip.validate.expectations import count_stated, list_expectations
from amip.validate.profile import Profile, keep_findings, select_rules
from amip.validate.shapes import load_rules
from samples import PROGRAMMES, TESTS

GOLDEN = TESTS / "expectations" / "five-programmes.csv"
RULES = load_rules()


@cache
def load_five() -> Store:
    return lift_programmes(PROGRAMMES).make_store()


@cache
def list_five() -> tuple[Expectation, ...]:
    return list_expectations(load_five())


def test_five_programmes() -> None:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        golden = list(csv.reader(file))
    programmes = sorted({each.programme for each in list_five()})
    states = {(each.code, each.programme): each.state.value for each in list_five()}
    codes = [rule.code for rule in RULES if rule.expectation]
    table = [[code, *(states.get((code, slug), "") for slug in programmes)] for code in codes]
    score = ["stated", *("{} of {}".format(*count_stated(list_five(), s)) for s in programmes)]
    assert [["code", *programmes], *table, score] == golden


def test_expectations_speak_both_languages() -> None:
    assert all(set(each.label) == set(LANGUAGES) for each in list_five())


def test_a_gap_is_what_its_rule_finds() -> None:
    """The rule and the query of its state agree; of C01, silence that is recorded is no gap."""
    asking = [rule for rule in RULES if rule.expectation and "C01" not in rule.code]
    found = validate_store(load_five(), rules=asking).findings
    gaps = {
        (each.code, each.programme)
        for each in list_five()
        if each.state is not State.STATED and "C01" not in each.code
    }
    assert {(finding.code, finding.programme) for finding in found} == gaps
    assert gaps


GRAPHIC = """
@prefix amip: <https://w3id.org/amip/ns#> .
@prefix code: <https://w3id.org/amip/code/> .
@prefix dct: <http://purl.org/dc/terms/> .

<urn:p> a amip:Programme ; dct:identifier "p" .
<urn:s> a amip:Statement ; amip:statedIn <urn:p> ;
  amip:statementKind code:graphic ; amip:about code:entries .
"""


def test_what_only_a_graphic_shows_is_unreadable() -> None:
    store = Store()
    store.load(input=GRAPHIC.encode(), format=RdfFormat.TURTLE)
    states = {each.code: each.state for each in list_expectations(store)}
    assert states["AMIP-C10"] is State.UNREADABLE
    assert states["AMIP-C09"] is State.NOT_STATED


def test_nothing_is_expected_of_an_empty_store() -> None:
    assert list_expectations(Store()) == ()


@pytest.mark.parametrize("profile", Profile)
def test_profiles_choose_rules(profile: Profile) -> None:
    chosen = select_rules(RULES, profile)
    assert (len(chosen) == len(RULES)) is (profile is Profile.RESEARCH)
    assert all(rule.severity is Severity.VIOLATION for rule in chosen) is (profile == "draft")
    assert any(rule.across or rule.research for rule in chosen) is (profile == "research")


def test_comparisons_are_information_for_research() -> None:
    across = [rule for rule in RULES if rule.across]
    assert {rule.code[:6] for rule in across} == {"AMIP-X"}
    assert all(rule.research and rule.severity is Severity.INFO for rule in across)


def test_a_draft_keeps_what_blocks() -> None:
    report = validate_store(load_five())
    kept = keep_findings(report, Profile.DRAFT)
    assert report.findings
    assert kept.findings == ()
    assert kept.profile == "draft"
    assert keep_findings(report, Profile.PUBLISH).findings == report.findings
