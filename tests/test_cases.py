"""Whole-way cases: a programme folder goes in, findings or one error come out.

`cases/minimal` is a valid programme with the quads it must become. A folder in `cases/bad` or
`cases/good` holds only the files that differ from it, `remove.txt` names those that are gone, and
what must come out stands beside them: `expected.csv` (findings) or `error.txt` (the message).
"""

from __future__ import annotations

from pathlib import Path

import pytest

import amip
from amip.errors import InputError
from amip.findings import LANGUAGES, Finding
from amip.lift import lift_record, serialise_quads
from amip.records import read_record
from amip.records.coverage import measure_coverage
from amip.sources import read_document
from samples import CASES, MINIMAL, SOURCE, copy_minimal, format_rows

COLUMNS = ("code", "file", "row", "column", "found")
NOT_INPUT = {"expected.csv", "error.txt", "remove.txt"}
BAD = sorted(path.name for path in (CASES / "bad").iterdir())
GOOD = sorted(path.name for path in (CASES / "good").iterdir())


def assemble(case: Path, target: Path) -> Path:
    folder = copy_minimal(target)
    for file in case.iterdir():
        if file.name == "remove.txt":
            for name in file.read_text(encoding="utf-8").split():
                (folder / name).unlink()
        elif file.name not in NOT_INPUT:
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


def run(folder: Path) -> tuple[str, list[Finding]]:
    record, findings = read_record(folder)
    return ("", findings) if findings else lift_record(record)


def flatten(findings: list[Finding]) -> str:
    rows = sorted(
        (
            finding.code,
            finding.place.file,
            str(finding.place.row),
            finding.place.column,
            finding.found,
        )
        for finding in findings
    )
    return format_rows(COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in rows))


def test_minimal_becomes_the_expected_quads() -> None:
    quads, findings = run(MINIMAL)
    assert not findings
    expected = (CASES / "minimal" / "expected.nq").read_bytes()
    assert serialise_quads(quads, "nquads") == expected
    assert expected.splitlines() == sorted(set(expected.splitlines()))


def test_minimal_agrees_with_its_source() -> None:
    record, _ = read_record(MINIMAL)
    assert measure_coverage(record, read_document(SOURCE)).complete


def test_minimal_conforms() -> None:
    report = amip.validate(MINIMAL)
    assert report.conforms, [finding.text("en") for finding in report.findings]


@pytest.mark.parametrize("name", BAD)
def test_bad(name: str, tmp_path: Path) -> None:
    case = CASES / "bad" / name
    folder = assemble(case, tmp_path)
    if (case / "error.txt").exists():
        with pytest.raises(InputError) as caught:
            run(folder)
        message = str(caught.value).replace(str(tmp_path), "…")
        assert message + "\n" == (case / "error.txt").read_text(encoding="utf-8")
        assert caught.value.advice
        assert caught.value.subject
    else:
        _, findings = run(folder)
        assert findings
        assert flatten(findings) == (case / "expected.csv").read_text(encoding="utf-8")
        assert_written_out(findings)


def assert_written_out(findings: list[Finding]) -> None:
    """Every finding has whole sentences in both languages, without a gap that was not filled."""
    for finding in findings:
        for language in LANGUAGES:
            assert finding.message[language]
            assert finding.advice[language]
            assert "{" not in finding.message[language] + finding.advice[language]


@pytest.mark.parametrize("name", GOOD)
def test_good(name: str, tmp_path: Path) -> None:
    """What looks odd but is right: no finding, and a part of the quads as expected."""
    case = CASES / "good" / name
    quads, findings = run(assemble(case, tmp_path))
    assert not findings, flatten(findings)
    expected = (CASES / "minimal" / "expected.nq").read_text(encoding="utf-8").split("\n")
    found = serialise_quads(quads, "nquads").decode().split("\n")
    changes = [f"- {line}" for line in sorted({*expected} - {*found})]
    changes += [f"+ {line}" for line in sorted({*found} - {*expected})]
    stored = case / "changes.txt"
    text = stored.read_text(encoding="utf-8") if stored.exists() else ""
    assert changes == text.split("\n")[:-1]


def test_nearest_name_is_in_the_advice(tmp_path: Path) -> None:
    _, findings = run(assemble(CASES / "bad" / "unknown-indicator", tmp_path))
    assert [finding.expected for finding in findings] == ["elb"]
    assert "“elb”" in findings[0].help("en")
    assert "»elb«" in findings[0].help("de")


def test_a_folder_needs_a_name_that_can_be_part_of_an_address(tmp_path: Path) -> None:
    _, findings = read_record(copy_minimal(tmp_path).rename(tmp_path / "Muster Stadt"))
    assert [(finding.code, finding.found) for finding in findings] == [("AMIP-R10", "Muster Stadt")]


@pytest.mark.parametrize("kind", ["bad", "good"])
def test_every_case_differs_from_minimal(kind: str) -> None:
    for case in (CASES / kind).iterdir():
        for file in case.iterdir():
            if file.name not in NOT_INPUT | {"changes.txt"}:
                original = MINIMAL / file.name
                assert not original.exists() or file.read_bytes() != original.read_bytes(), file
