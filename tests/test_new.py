"""A new programme: its skeleton, and the folder that `amip new` starts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import amip
from amip.errors import UsageError
from amip.findings import Report, Severity
from amip.records import Record, read_record, write_record
from amip.records.districts import find_district, load_districts
from amip.records.law import Span, describe_names, load_grants, read_expected
from amip.records.schema import TABLES, column_names, is_pending
from amip.records.skeleton import make_skeleton
from amip.terms import load_list
from samples import PROGRAMMES, TESTS, edit_cell, read_rows
from terminal import run

FORMS = {"gE": "Elbe-Elster", "zkT": "Peine"}
YEARS = (2005, 2012, 2018, 2019, 2022, 2023, 2024, 2025, 2026, 2035)
GRANTABLE = read_rows(TESTS / "new" / "grantable.csv")
REFUSED = read_rows(TESTS / "new" / "refused.csv")


def skeleton(form: str, first: int, last: int | None = None) -> Record:
    return make_skeleton(find_district(FORMS[form]), first, last)


def ids(record: Record, table: str) -> set[str]:
    return {row["id"] for row in record.rows(table)}


def start(record: Record, folder: Path) -> Path:
    return write_record(record, folder / record.slug)


def fill(folder: Path, table: str, name: str, **cells: str) -> None:
    line = [row["id"] for row in read_rows(folder / f"{table}.csv")].index(name) + 2
    for column, value in cells.items():
        edit_cell(folder, f"{table}.csv", line, column, value)


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("year", YEARS)
def test_a_skeleton_has_only_rows_to_fill_in(form: str, year: int, tmp_path: Path) -> None:
    record = skeleton(form, year)
    folder = start(record, tmp_path)
    read, findings = read_record(folder)
    assert (read.head, read.tables) == (record.head, record.tables)
    rows = sum(map(len, record.tables.values()))
    assert [finding.code for finding in findings] == ["AMIP-R19"] * rows
    assert {finding.severity for finding in findings} == {Severity.INFO}
    assert all(is_pending(table, row) for table in TABLES for row in record.rows(table))


@pytest.mark.parametrize("form", FORMS)
def test_a_skeleton_has_no_violation(form: str, tmp_path: Path) -> None:
    report = amip.validate(start(skeleton(form, 2025, 2026), tmp_path))
    assert report.conforms, [finding.text("en") for finding in report.findings]


def test_every_district_has_a_skeleton_of_its_own() -> None:
    records = [make_skeleton(district, 2026) for district in load_districts().values()]
    assert len({record.slug for record in records}) == len(records) == 400
    for record, district in zip(records, load_districts().values(), strict=True):
        form = record.section("jobcenter")["organisation_form"]
        kinds = [sponsor["kind"] for sponsor in record.items("sponsors")]
        assert form == district.organisation_form
        assert sorted(kinds) == ["employment-agency"] * (form == "gE") + ["municipal-body"]
        assert [area["ags"] for area in record.items("area")] == [district.ags]


def test_a_known_jobcenter_keeps_its_names() -> None:
    for folder in PROGRAMMES:
        known, _ = read_record(folder)
        (area,) = known.items("area")
        record = make_skeleton(find_district(area["ags"]), 2026)
        assert record.section("jobcenter") == known.section("jobcenter")
        assert record.items("sponsors") == known.items("sponsors")


@pytest.mark.parametrize("case", GRANTABLE, ids=lambda case: case["year"])
def test_instruments_are_those_of_the_year(case: dict[str, str]) -> None:
    record = skeleton("zkT", int(case["year"]))
    asked: dict[str, set[str]] = {}
    for row in record.rows("figures"):
        if row["instrument"]:
            asked.setdefault(row["instrument"], set()).add(row["indicator"])
    assert all(indicators == {"new-business", "entries"} for indicators in asked.values())
    assert set(case["asked"].split()) <= set(asked)
    assert not set(case["closed"].split()) & set(asked)
    concepts = {row["concept"] for row in record.rows("statements") if row["concept"]}
    assert concepts == set(case["agreement"].split())


def test_targets_are_asked_for_every_year_and_by_sex_since_they_are_planned_so() -> None:
    record = skeleton("gE", 2021, 2023)
    assert ids(record, "targets") == {
        f"target-{name}"
        for name in (
            *(
                f"{goal}-{year}"
                for goal in ("k1", "k2", "lzb-stock")
                for year in (2021, 2022, 2023)
            ),
            *("k2-2022-f", "k2-2022-m", "k2-2023-f", "k2-2023-m"),
            *("lzb-stock-2023-f", "lzb-stock-2023-m"),
        )
    }
    figures = ids(record, "figures")
    named = {row["target_figure"] for row in record.rows("targets")} - {""}
    assert named <= figures
    assert {row["period"] for row in record.rows("figures") if row["budget_line"]} == {"2021"}


@pytest.mark.parametrize("form", FORMS)
def test_money_staff_and_stocks_are_asked_for(form: str) -> None:
    record = skeleton(form, 2025)
    lines = {row["budget_line"] for row in record.rows("figures")}
    assert {"egl", "vk", "vk-federal", "kfa", "shift", "total-budget"} <= lines
    indicators = {row["indicator"]: row["period"] for row in record.rows("figures")}
    assert {"staff-headcount", "staff-fte", "customers-per-adviser"} <= set(indicators)
    assert {indicators["elb"], indicators["bg"]} == {"2024"}
    assert ("staff-share" in indicators) is (form == "gE")


def test_columns_of_what_is_expected_exist() -> None:
    extra = {"years", "from", "until", "form"}
    for table in ("figures", "targets", "statements"):
        for row in read_expected(table):
            assert set(row) - extra <= set(column_names(table))
    instruments = {row["instrument"] for row in read_expected("instruments")}
    assert instruments <= set(load_list("instruments"))
    assert instruments <= set(load_grants())


@pytest.mark.parametrize(
    ("topic", "year", "language", "expected"),
    [
        ("benefit", 2004, "de", ""),
        ("benefit", 2022, "de", "Arbeitslosengeld II"),
        ("benefit", 2023, "en", "Bürgergeld"),
        (
            *("benefit", 2026, "de"),
            "Bürgergeld, ab 01.07.2026 Grundsicherungsgeld (Name nicht an der Quelle geprüft)",
        ),
        ("agreement", 2022, "de", "Eingliederungsvereinbarung"),
        ("agreement", 2023, "de", "Eingliederungsvereinbarung, ab 01.07.2023 Kooperationsplan"),
        ("agreement", 2024, "en", "Kooperationsplan"),
    ],
)
def test_names_follow_the_law(topic: str, year: int, language: str, expected: str) -> None:
    assert describe_names(topic, year, language) == expected


def test_remarks_are_german_or_absent() -> None:
    district = find_district("Peine")
    notes = [
        {row["note"] for row in make_skeleton(district, 2026, language=language).rows("figures")}
        for language in ("de", "en")
    ]
    assert notes == [{"", "Leistung: Bürgergeld"}, {""}]


@pytest.mark.parametrize(
    ("first", "last"), [(2004, None), (2036, None), (2030, 2036), (2026, 2025)]
)
def test_years_out_of_range(first: int, last: int | None) -> None:
    with pytest.raises(UsageError) as caught:
        skeleton("gE", first, last)
    assert "2005 to 2035" in caught.value.advice


def test_a_span_meets_a_year_on_one_day() -> None:
    assert Span("2024-12-31").meets(2024)
    assert Span("", "2024-01-01").meets(2024)
    assert not Span("2025-01-01").meets(2024)
    assert not Span("", "2023-12-31").meets(2024)
    assert Span().meets(1)


def test_one_filled_row_is_checked_while_the_rest_waits(tmp_path: Path) -> None:
    folder = start(skeleton("gE", 2025), tmp_path)
    before = amip.validate(folder)
    fill(folder, "figures", "egl-2025", value="5694095", printed="5.694.095 €", section="3 Mittel")
    after = amip.validate(folder)
    assert codes(after) - codes(before) == {"AMIP-P06"}
    assert after.conforms
    (gaps,) = (finding for finding in after.findings if finding.code == "AMIP-P06")
    assert gaps.text("en").startswith("1 of 1 places")
    assert gaps.severity is Severity.INFO
    fill(folder, "figures", "egl-2025", section="")
    placeless = amip.validate(folder)
    assert codes(placeless) - codes(after) == {"AMIP-P01-section"}
    (lost,) = (finding for finding in placeless.findings if finding.code == "AMIP-P01-section")
    assert lost.place.record == "egl-2025"
    fill(folder, "figures", "egl-2025", page="7")
    assert codes(amip.validate(folder)) == codes(after)


def test_a_prepared_target_needs_only_its_status_and_its_figure(tmp_path: Path) -> None:
    folder = start(skeleton("gE", 2025), tmp_path)
    fill(folder, "targets", "target-k2-2025", status="not-stated")
    fill(folder, "targets", "target-lzb-stock-2025", status="quantified")
    broken = {f.place.record for f in amip.validate(folder).findings if f.severity == "violation"}
    assert broken == {"target-lzb-stock-2025"}
    cells = {"value": "3031", "printed": "3.031", "section": "2 Ziele"}
    fill(folder, "figures", "lzb-stock-2025-target", **cells)
    report = amip.validate(folder)
    assert report.conforms, [finding.text("en") for finding in report.findings]
    assert not {"AMIP-C01-K2", "AMIP-C01-lzb-stock"} & codes(report)


def test_the_shipped_programmes_have_all_offsets() -> None:
    for folder in PROGRAMMES:
        assert read_record(folder)[0].count_unplaced() == 0


def written(done_in: Iterable[Path]) -> list[str]:
    return sorted(path.name for path in done_in)


def test_new_writes_a_folder(tmp_path: Path) -> None:
    done = run("new", "elbe-elster-2025", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"amip validate elbe-elster-2025" in done.stderr
    record, _ = read_record(tmp_path / "elbe-elster-2025")
    expected = make_skeleton(find_district("12062"), 2025, language="en")
    assert (record.head, record.tables) == (expected.head, expected.tables)
    assert run("validate", "elbe-elster-2025", folder=tmp_path).returncode == 0


def test_new_speaks_german(tmp_path: Path) -> None:
    done = run("--lang", "de", "new", "harburg-2026-2029", "-o", str(tmp_path))
    assert "Zeilen zum Ausfüllen" in done.stderr.decode()
    record, _ = read_record(tmp_path / "harburg-2026-2029")
    assert (record.text("first_year"), record.text("last_year")) == ("2026", "2029")
    assert record.section("jobcenter")["id"] == "landkreis-harburg"


def test_new_takes_options_for_what_the_name_does_not_say(tmp_path: Path) -> None:
    options = ("--jobcenter", "Stadt Kaiserslautern", "--year", "2026", "--to", "2027")
    done = run("new", "unser-programm", *options, folder=tmp_path)
    assert done.returncode == 0
    record, _ = read_record(tmp_path / "unser-programm")
    assert (record.text("first_year"), record.text("last_year")) == ("2026", "2027")
    assert record.items("area")[0]["ags"] == "07312"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["arguments"])
def test_new_refuses(case: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "elbe-elster-2024").mkdir()
    done = run("new", *case["arguments"].split(), folder=tmp_path)
    assert done.returncode == int(case["exit"])
    message = " ".join(done.stderr.decode().split())
    assert case["message"] in message
    assert "→" in message
    assert written(tmp_path.iterdir()) == ["elbe-elster-2024"]
