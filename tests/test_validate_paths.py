"""Validate folders, workbooks and RDF, in one process or several: always the same report."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from amip.errors import InputError, UsageError
from amip.findings import Report
from amip.lift import lift_programmes, serialise_quads
from amip.records import read_record
from amip.validate import validate
from amip.validate.across import check_across
from amip.validate.batch import make_batches
from amip.validate.paths import check_submissions
from amip.validate.pool import run_batches
from amip.validate.profile import Profile
from amip.validate.shapes import load_rules
from amip.validate.submission import Submission, read_folder
from amip.workbook import write_workbook
from samples import MINIMAL, PROGRAMMES, SLUG, copy_minimal, edit_cell

NUMBER = 6


def copy_many(target: Path, *, apart: bool = True) -> list[Path]:
    """Make copies of the tiny programme, one of them with a wrong cell and one a wrong sum.

    Copies that are not `apart` are about the same Jobcenter.
    """
    folders = []
    for number in range(NUMBER):
        folder = Path(shutil.copytree(MINIMAL, target / f"muster-{number}"))
        if apart:
            replace_in_head(folder, "musterstadt,", f"musterstadt-{number},")
            replace_in_head(folder, "07312", f"0731{number}")
        folders.append(folder)
    edit_cell(folders[1], "figures.csv", 2, "value", "1,02")
    edit_cell(folders[3], "figures.csv", 5, "value", "670")
    edit_cell(folders[3], "figures.csv", 5, "printed", "670")
    return folders


def replace_in_head(folder: Path, old: str, new: str) -> None:
    head = folder / "programme.yaml"
    text = head.read_text(encoding="utf-8")
    assert old in text
    head.write_text(text.replace(old, new), encoding="utf-8")


def codes(report: Report, programme: str) -> list[str]:
    return [finding.code for finding in report.findings if finding.programme == programme]


def work_badly(number: int) -> int:
    if number == NUMBER:
        raise InputError("broken", subject=Path("there"), advice="mend it")
    return number


def test_nothing_given_is_the_package() -> None:
    assert validate() == validate(*PROGRAMMES) == validate(PROGRAMMES[0].parent)


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "one jobcenter"])
def test_report_is_the_same_in_any_batches(apart: bool, tmp_path: Path) -> None:
    folders = copy_many(tmp_path, apart=apart)
    submissions = [read_folder(path) for path in (*folders, *PROGRAMMES)]
    reports = [
        check_submissions(submissions, Profile.PUBLISH, size=size)
        for size in (1, 2, len(submissions))
    ]
    assert reports[0] == reports[1] == reports[2]
    assert not reports[0].conforms
    assert codes(reports[0], "muster-1")[0] == "AMIP-R04"
    assert codes(reports[0], "muster-3")[0].startswith("AMIP-A")


@pytest.mark.parametrize("profile", list(Profile))
def test_report_is_the_same_with_more_processes(profile: Profile, tmp_path: Path) -> None:
    submissions = [read_folder(path) for path in copy_many(tmp_path)]
    reports = [check_submissions(submissions, profile, jobs, size=2) for jobs in (1, 2)]
    assert reports[0] == reports[1]
    assert reports[0].profile == profile
    assert not reports[0].conforms


def test_no_programme_hides_what_another_leaves_out(tmp_path: Path) -> None:
    folders = copy_many(tmp_path, apart=False)
    replace_in_head(folders[0], "Jobcenter Musterstadt", "")
    replace_in_head(folders[2], "organisation_form: gE", "organisation_form: zkT")
    report = validate(*folders)
    alone = [validate(folder) for folder in folders]
    assert report.findings == sum(alone[1:], alone[0]).findings
    assert set(codes(alone[0], "muster-0")) != set(codes(alone[4], "muster-4"))


def sizes(batches: Sequence[Sequence[Submission]]) -> list[int]:
    return [len(batch) for batch in batches]


def test_no_two_of_a_batch_share_a_jobcenter(tmp_path: Path) -> None:
    apart = [read_folder(path) for path in copy_many(tmp_path / "apart")]
    same = [read_folder(path) for path in copy_many(tmp_path / "same", apart=False)]
    assert sizes(make_batches(apart, 1)) == [1] * NUMBER
    assert sizes(make_batches(apart, 4)) == [4, 2]
    assert sizes(make_batches(same, 4)) == [1] * NUMBER
    assert sizes(make_batches([*apart, *same], 4)) == [4, 3, 1, 1, 1, 1, 1]
    assert sizes(make_batches([], 1)) == []


def test_folders_workbooks_and_rdf_together(tmp_path: Path) -> None:
    folders = copy_many(tmp_path / "folders")
    record, _ = read_record(folders[3])
    workbook = tmp_path / "neu.xlsx"
    workbook.write_bytes(write_workbook(record, "de"))
    triples = tmp_path / "graph.ttl"
    lifted = lift_programmes([copy_minimal(tmp_path)])
    triples.write_bytes(serialise_quads("".join(lifted.quads), "turtle"))
    report = validate(folders[0], workbook, triples)
    assert codes(report, "muster-3") == codes(validate(folders[3]), "muster-3")
    wrong = next(finding for finding in report.findings if finding.programme == "muster-3")
    assert wrong.place.file == "neu.xlsx"
    assert wrong.place.cell
    assert all(place.file == "neu.xlsx" for place in wrong.cells)
    parts = [validate(path) for path in (folders[0], workbook, triples)]
    assert report == parts[0] + parts[1] + parts[2]


def test_a_programme_given_twice_is_refused(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    record, _ = read_record(folder)
    workbook = tmp_path / "same.xlsx"
    workbook.write_bytes(write_workbook(record, "de"))
    for second in (folder, tmp_path / "." / SLUG, workbook):
        with pytest.raises(InputError, match=SLUG):
            validate(folder, second)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_broken_folder_stops_the_check(jobs: int, tmp_path: Path) -> None:
    folders = copy_many(tmp_path)
    (folders[4] / "figures.csv").write_bytes(b"id,\xff")
    (folders[5] / "figures.csv").unlink()
    submissions = [read_folder(path) for path in folders]
    with pytest.raises(InputError, match="muster-4") as caught:
        check_submissions(submissions, Profile.PUBLISH, jobs, size=1)
    assert caught.value.advice
    assert "muster-4" in str(caught.value.subject)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.xlsx", "empty", "empty.xlsx", "empty.ttl"])
def test_a_path_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "empty":
        path.mkdir()
    elif name.startswith("empty"):
        path.touch()
    with pytest.raises(InputError, match=name):
        validate(path)


def test_wrong_use_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="0 processes"):
        validate(MINIMAL, jobs=0)
    path = tmp_path / "graph.ttl"
    path.touch()
    with pytest.raises(UsageError, match=r"graph\.ttl"):
        validate(MINIMAL, profile=Profile.RESEARCH, against=[path])


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_of_a_worker_is_the_same_here(jobs: int) -> None:
    done: list[int] = []
    with pytest.raises(InputError, match="broken") as caught:
        done.extend(run_batches(work_badly, range(NUMBER + 2), jobs))
    assert (caught.value.subject, caught.value.advice) == (Path("there"), "mend it")


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told(jobs: int, tmp_path: Path) -> None:
    submissions = [read_folder(path) for path in copy_many(tmp_path)]
    told: list[tuple[int, int]] = []
    check_submissions(
        submissions,
        Profile.PUBLISH,
        jobs,
        size=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(2, NUMBER), (4, NUMBER), (6, NUMBER)]


def test_reports_travel_between_processes() -> None:
    report = validate()
    assert report.findings
    assert pickle.loads(pickle.dumps(report)) == report


def test_a_comparison_reports_only_what_was_given(tmp_path: Path) -> None:
    folders = copy_many(tmp_path)
    target = next(rule for rule in load_rules() if rule.code == "AMIP-C02")
    given = [read_folder(path) for path in folders[:2]]
    others = [read_folder(path) for path in (*folders[1:], *PROGRAMMES)]
    report = check_across(given, others, [target])
    assert {finding.programme for finding in report.findings} == {"muster-0", "muster-1"}
    assert {finding.place.file for finding in report.findings} == {
        "muster-0/targets.csv",
        "muster-1/targets.csv",
    }
    assert report.focus_nodes["AMIP-C02"] > sum(
        validate(path, profile=Profile.RESEARCH, against=[]).focus_nodes["AMIP-C02"]
        for path in folders
    )


def test_research_compares_and_reports_only_what_was_given(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    alone = validate(folder, profile=Profile.PUBLISH)
    compared = validate(folder, profile=Profile.RESEARCH)
    by_hand = validate(folder, profile=Profile.RESEARCH, against=PROGRAMMES)
    assert compared == by_hand
    assert {finding.programme for finding in compared.findings} <= {SLUG}
    assert set(alone.focus_nodes) <= set(compared.focus_nodes)
    itself = validate(folder, profile=Profile.RESEARCH, against=[folder])
    assert itself == validate(folder, profile=Profile.RESEARCH, against=[])
