"""One mistake, one finding: at the cell at fault, with its cause when only one explains it.

`diagnosis/base` is a programme whose tables add up by row and by column. A folder beside it holds
one mistake: `edits.csv` says which cells differ (column `+` adds a row, `-` takes one out), other
files replace those of the base, and `expected.csv` is what must be found.
"""

from __future__ import annotations

import csv
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from amip.findings import Finding, Place, Report, Severity
from amip.lift import lift_programmes, lift_records
from amip.records import read_record
from amip.validate.columns import find_cell, find_column
from amip.validate.diagnosis import diagnose
from amip.validate.engine import validate_store
from amip.validate.reference import validate_reference
from samples import PROGRAMMES, TESTS, format_rows, read_rows, write_rows

DIAGNOSIS = TESTS / "diagnosis"
BASE = DIAGNOSIS / "base" / "beispielstadt-2021"
CASES = sorted(path.name for path in DIAGNOSIS.iterdir() if path.name != "base")
NOT_INPUT = {"edits.csv", "expected.csv"}
COLUMNS = ("severity", "code", "file", "record", "column", "found", "expected", "also", "cause")


def copy_base(case: Path, target: Path) -> Path:
    folder = Path(shutil.copytree(BASE, target / BASE.name))
    for file in case.iterdir():
        if file.name not in NOT_INPUT:
            (folder / file.name).write_bytes(file.read_bytes())
    for edit in read_rows(case / "edits.csv"):
        change(folder / edit["file"], edit["id"], edit["column"], edit["value"])
    return folder


def change(path: Path, name: str, column: str, value: str) -> None:
    """Change a row; a row of a breakdown is named `id/figure`."""
    rows = read_rows(path)
    header = list(rows[0])
    (at,) = (
        index
        for index, row in enumerate(rows)
        if name in {row.get("id"), f"{row.get('id')}/{row.get('figure')}", row.get("figure")}
    )
    if column == "-":
        del rows[at]
    elif column == "+":
        rows.insert(at + 1, dict(zip(header, next(csv.reader([value])), strict=True)))
    else:
        rows[at][column] = value
    write_rows(path, header, rows)


def check(*folders: Path) -> tuple[Report, Report]:
    """Return violations and warnings before and after the diagnosis."""
    lifted = lift_programmes(folders)
    store = lifted.make_store()
    report = Report.of(lifted.findings) + validate_store(store, locate=lifted.locate)
    return grave(report), grave(diagnose(report, store, lifted.records))


def grave(report: Report) -> Report:
    """Leave the information out: what the sample does not state is not the matter here."""
    return Report.of(f for f in report.findings if f.severity is not Severity.INFO)


def flatten(report: Report) -> str:
    rows = sorted(
        (
            finding.severity.value,
            finding.code,
            finding.place.file.partition("/")[2],
            finding.place.record,
            finding.place.column,
            finding.found,
            finding.expected,
            " ".join(finding.also),
            finding.cause.get("de", ""),
        )
        for finding in report.findings
    )
    return format_rows(COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in rows))


def case_of(name: str, target: Path) -> tuple[Report, Report]:
    return check(copy_base(DIAGNOSIS / name, target))


def only(report: Report) -> Finding:
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, tmp_path: Path) -> None:
    _, report = case_of(name, tmp_path)
    expected = (DIAGNOSIS / name / "expected.csv").read_text(encoding="utf-8")
    assert flatten(report) == expected
    assert all(bool(f.cause.get("de")) is bool(f.cause.get("en")) for f in report.findings)


def test_nothing_is_said_about_the_base() -> None:
    before, after = check(BASE)
    assert before.findings == after.findings == ()


def test_every_cause_is_named_and_left_unnamed() -> None:
    """A cause that another one rivals is not named: its case ends in `-or-…`."""
    rivals = {name.partition("-or-")[0] for name in CASES if "-or-" in name}
    for name in ("digits-swapped", "marks-mixed", "thousand-euros", "factor-10", "factor-100"):
        assert name in CASES
        assert name in rivals
    for name in ("factor-1000", "sign-lost", "part-missing", "part-twice", "year-off"):
        assert name in CASES
        assert name in rivals


def test_what_takes_part_is_listed(tmp_path: Path) -> None:
    """Row, column, subtotal and rate: all their members, and where they are claimed."""
    _, report = case_of("digits-swapped", tmp_path)
    finding = only(report)
    names = {(place.file.partition("/")[2], place.record) for place in finding.cells}
    assert {
        ("figures.csv", "egz-expenditure-2021"),
        ("figures.csv", "egz-prior-2021"),
        ("figures.csv", "egz-share-2021"),
        ("figures.csv", "fbw-new-2021"),
        ("figures.csv", "new-2021"),
        ("breakdowns.csv", "sum-row-egz-2021"),
        ("ratios.csv", "egz-share"),
    } <= names
    assert finding.place not in finding.cells
    assert {place.column for place in finding.cells if "figures" in place.file} == {"value"}


def test_a_cause_reads_in_both_languages(tmp_path: Path) -> None:
    _, report = case_of("digits-swapped", tmp_path)
    assert only(report).cause == {
        "de": "wahrscheinlich: in EGZ 2021 sind Ziffern vertauscht: 547.800 statt 574.800",
        "en": "likely: digits are swapped in EGZ 2021: 547,800 instead of 574,800",
    }


def test_a_rule_says_why(tmp_path: Path) -> None:
    _, report = case_of("digits-swapped", tmp_path)
    assert only(report).why["en"].startswith("An exhaustive breakdown adds up")


def test_the_gravest_severity_stays(tmp_path: Path) -> None:
    before, after = case_of("factor-100", tmp_path)
    assert {finding.severity for finding in before.findings} == {
        Severity.VIOLATION,
        Severity.WARNING,
    }
    assert only(after).severity is Severity.VIOLATION
    assert "AMIP-V01-entry" in only(after).also


def test_reviewed_findings_stay_as_they_are(tmp_path: Path) -> None:
    before, after = case_of("reviewed", tmp_path)
    kept = [finding for finding in after.findings if finding.reviewed]
    assert kept == [finding for finding in before.findings if finding.reviewed]
    assert len(kept) == 1


def test_withheld_rows_are_counted_and_the_rest_is_checked(tmp_path: Path) -> None:
    folder = copy_base(DIAGNOSIS / "withheld", tmp_path)
    lifted = lift_programmes([folder])
    gone = {(place.file.partition("/")[2], place.record) for place in lifted.withheld}
    assert gone == {
        ("figures.csv", "egz-new-2021"),
        ("breakdowns.csv", "sum-column-new-2021"),
        ("breakdowns.csv", "sum-integration-oriented-2021"),
        ("breakdowns.csv", "sum-row-egz-2021"),
        ("ratios.csv", "egz-share"),
    }
    assert not lifted.readable.records
    assert lifted.quads[0]


def rename_column(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    header, _, rest = path.read_text(encoding="utf-8").partition("\n")
    names = [new if name == old else name for name in header.split(",")]
    path.write_text(f"{','.join(names)}\n{rest}", encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "withheld"),
    [("note", set()), ("unit", {"figures", "places", "breakdowns", "ratios", "targets"})],
)
def test_a_column_that_is_missing(column: str, withheld: set[str], tmp_path: Path) -> None:
    """Without a column that may be empty, all rows are read; without another, none is."""
    folder = Path(shutil.copytree(BASE, tmp_path / BASE.name))
    rename_column(folder, "figures.csv", column, "vermerk")
    lifted = lift_programmes([folder])
    assert {finding.code for finding in lifted.findings} >= {"AMIP-R01", "AMIP-R02"}
    assert {Path(place.file).stem for place in lifted.withheld} == withheld
    assert "/statement/" in lifted.quads[0]
    assert ("/obs/" in lifted.quads[0]) is not bool(withheld)


def test_the_second_row_of_an_id_is_withheld(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BASE, tmp_path / BASE.name))
    change(folder / "figures.csv", "fbw-entries-2020", "id", "egz-entries-2020")
    lifted = lift_programmes([folder])
    gone = sorted((place.file.partition("/")[2], place.record) for place in lifted.withheld)
    assert ("figures.csv", "egz-entries-2020") in gone
    assert lifted.quads[0].count("egz-entries-2020> <http://purl.org/dc/terms/identifier>") == 1


def test_what_turns_out_not_to_be_liftable_is_withheld() -> None:
    record, _ = read_record(BASE)
    rows = [{**row, "value": row["value"].replace(".", ",")} for row in record.rows("figures")]
    wrong = replace(record, tables={**record.tables, "figures": tuple(rows)})
    lifted = lift_records([(wrong, [])])
    names = {finding.place.record for finding in lifted.findings}
    assert {finding.code for finding in lifted.findings} == {"AMIP-R18"}
    assert names == {"egz-share-2021", "k2-2020", "k2-2021", "lzb-stock-2021-relative"}
    assert names < {place.record for place in lifted.withheld}
    assert "/obs/beispielstadt-2021/egz-new-2021>" in lifted.quads[0]
    assert "/obs/beispielstadt-2021/egz-share-2021>" not in lifted.quads[0]


def test_what_may_stand_in_a_withheld_row_is_not_missing(tmp_path: Path) -> None:
    before, after = case_of("withheld-target", tmp_path)
    assert "AMIP-C01-K1" in {finding.code for finding in before.findings}
    assert {finding.code for finding in after.findings} == {"AMIP-R05"}


def test_an_unreadable_head_stops_the_lift(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BASE, tmp_path / BASE.name))
    head = (folder / "programme.yaml").read_text(encoding="utf-8")
    text = head.replace("first_year: 2021", "first_year: im Jahr 2021")
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    assert lift_programmes([folder]).quads == ("",)


def test_a_graph_without_records_is_diagnosed_too(tmp_path: Path) -> None:
    folder = copy_base(DIAGNOSIS / "digits-swapped", tmp_path)
    store = lift_programmes([folder]).make_store()
    finding = only(grave(diagnose(validate_store(store), store, ())))
    assert finding.place == Place(record="obs/beispielstadt-2021/egz-new-2021")
    assert (finding.found, finding.expected) == ("547800", "574800")


def test_both_engines_lead_to_the_same_diagnosis(tmp_path: Path) -> None:
    folder = copy_base(DIAGNOSIS / "digits-swapped", tmp_path)
    lifted = lift_programmes([folder])
    store = lifted.make_store()
    reports = [
        diagnose(run(store, locate=lifted.locate), store, lifted.records)
        for run in (validate_store, validate_reference)
    ]
    assert reports[0] == reports[1]


KNOWN = {
    "elbe-elster-2022": [("AMIP-A10", "-155"), ("AMIP-A10", "-41")],
    "harburg-2022-2025": [("AMIP-A12", "")] * 4,
    "ilm-kreis-2024": [("AMIP-A12", "")],
    "kaiserslautern-2021": [("AMIP-A01", ""), ("AMIP-A12", "")],
    "ludwigslust-parchim-2021-2022": [],
}


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_the_known_errors_of_the_programmes_stay_found(folder: Path, tmp_path: Path) -> None:
    """Without the reviews, what is printed wrongly is still there, and no cause is made up."""
    bare = Path(shutil.copytree(folder, tmp_path / folder.name))
    path = bare / "discrepancies.csv"
    write_rows(path, list(read_rows(path)[0]), [])
    before, after = check(bare)
    found = [finding for finding in after.findings if finding.code.startswith("AMIP-A")]
    known = KNOWN[folder.name]
    assert sorted(finding.code for finding in found) == [code for code, _ in known]
    assert {text for _, text in known if text} <= {finding.found for finding in found}
    assert len(after.findings) == len(before.findings)
    assert not any(finding.cause for finding in after.findings)
    assert all(finding.cells and finding.place.column == "value" for finding in found)


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_reviewed_programmes_are_left_alone(folder: Path) -> None:
    before, after = check(folder)
    assert before.findings == after.findings


def test_time_grows_with_the_mistakes_and_no_more() -> None:
    before, _ = check(*PROGRAMMES)
    lifted = lift_programmes(PROGRAMMES)
    store = lifted.make_store()
    start = time.perf_counter()
    diagnose(before, store, lifted.records)
    assert time.perf_counter() - start < 0.5


def test_columns_come_from_the_mappings() -> None:
    figures, head = Place("x/figures.csv", 2), Place("x/programme.yaml")
    amip, sdmx = "https://w3id.org/amip/ns#", "http://purl.org/linked-data/sdmx/2009/"
    assert find_column(figures, f"{amip}refPeriod") == "period"
    assert find_column(figures, f"{amip}basePeriodStart") == "base_period"
    assert find_column(figures, f"{sdmx}dimension#sex") == "sex"
    assert find_column(figures, f"{amip}dimensionKey") == ""
    assert find_column(head, f"{amip}refPeriod") == find_column(None, "") == ""
    assert find_cell("breakdowns", "deduction") == "figure"
