"""`amip validate`: exit codes, languages, forms, and standard input."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyoxigraph
import pytest
from junitparser import JUnitXml
from pyoxigraph import RdfFormat

import amip
from samples import MINIMAL, copy_minimal, edit_cell
from terminal import AMIP, run


def test_validate_our_own() -> None:
    done = run("validate")
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout


@pytest.mark.parametrize("name", ["minimal", "bad-cell", "wrong-sum"])
def test_validate_exit_code(name: str, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    if name == "bad-cell":
        edit_cell(folder, "figures.csv", 2, "value", "1,02")
    elif name == "wrong-sum":
        edit_cell(folder, "figures.csv", 5, "value", "670")
        edit_cell(folder, "figures.csv", 5, "printed", "670")
    german, english = (run("--lang", tag, "validate", str(folder)) for tag in ("de", "en"))
    assert german.returncode == english.returncode == int(name != "minimal"), german.stdout.decode()
    assert german.stdout != english.stdout
    if name == "bad-cell":
        assert b"figures.csv" in english.stdout
        assert "1,02" in english.stdout.decode()
        assert b"AMIP-R04" in english.stdout


READERS: dict[str, Callable[[bytes], object]] = {
    "text": bytes.decode,
    "json": json.loads,
    "html": bytes.decode,
    "sarif": json.loads,
    "junit": JUnitXml.fromstring,
    "github": bytes.decode,
    "turtle": lambda content: list(pyoxigraph.parse(content, format=RdfFormat.TURTLE)),
}


@pytest.mark.parametrize("form", READERS)
def test_validate_forms(form: str, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 2, "value", "1,02")
    done = run("validate", str(folder), "-f", form, folder=tmp_path)
    assert done.returncode == 1
    assert READERS[form](done.stdout)
    assert b"AMIP-R04" in done.stdout
    assert b"1,02" in done.stdout
    written = run("validate", str(folder), "-f", form, "-o", "report", folder=tmp_path)
    assert written.returncode == 1
    assert not written.stdout
    assert (tmp_path / "report").read_bytes() == done.stdout


def test_validate_marks_a_workbook(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 5, "value", "670")
    edit_cell(folder, "figures.csv", 5, "printed", "670")
    assert run("export", str(folder), "-o", "neu.xlsx", folder=tmp_path).returncode == 0
    for path in ("neu.xlsx", str(folder)):
        done = run(
            "--lang", "de", "validate", path, "-f", "xlsx", "-o", "marked.xlsx", folder=tmp_path
        )
        assert done.returncode == 1, done.stderr.decode()
        book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
        comments = [
            cell.comment.text for sheet in book for row in sheet for cell in row if cell.comment
        ]
        assert any("670" in text for text in comments)
        (tmp_path / "marked.xlsx").unlink()


def test_validate_places_findings_in_the_cells_of_a_workbook(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 5, "value", "670")
    edit_cell(folder, "figures.csv", 5, "printed", "670")
    assert run("export", str(folder), "-o", "neu.xlsx", folder=tmp_path).returncode == 0
    report = json.loads(run("validate", "neu.xlsx", "-f", "json", folder=tmp_path).stdout)
    errors = [each for each in report["findings"] if each["severity"] == "violation"]
    assert errors
    for each in errors:
        assert each["place"]["file"] == "neu.xlsx"
        assert each["place"]["sheet"]
        assert re.fullmatch("[A-Z]+[0-9]+", each["place"]["cell"])


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ([], "exactly one"),
        (["-"], "exactly one"),
        ([str(MINIMAL), str(MINIMAL)], "exactly one"),
        (["file.ttl"], "not a workbook"),
    ],
)
def test_validate_marks_one_workbook_only(paths: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "file.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    done = run("validate", *paths, "-f", "xlsx", "-o", "marked.xlsx", folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert not (tmp_path / "marked.xlsx").exists()


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_build_servers_get_paths_from_here(form: str, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path / "records")
    edit_cell(folder, "figures.csv", 2, "value", "1,02")
    done = run("validate", f"records/{folder.name}", "-f", form, folder=tmp_path)
    assert f"records/{folder.name}/figures.csv" in done.stdout.decode()


@pytest.mark.parametrize("profile", ["draft", "publish", "research"])
def test_validate_profiles(profile: str, tmp_path: Path) -> None:
    others = ["--against", str(MINIMAL.parent)] if profile == "research" else []
    done = run("validate", "--profile", profile, "-f", "json", *others)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["profile"] == profile
    severities = {finding["severity"] for finding in report["findings"]}
    assert bool(severities) is (profile != "draft")


def test_validate_with_several_processes_says_the_same(tmp_path: Path) -> None:
    one, two = (run("validate", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.stdout == two.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--profile", "strict"], "strict"),
        (["--jobs", "0"], "0"),
        (["--against", str(MINIMAL)], "--profile research"),
        (["-f", "pdf"], "pdf"),
    ],
)
def test_validate_refuses_what_it_does_not_know(arguments: list[str], words: str) -> None:
    done = run("validate", str(MINIMAL), *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()


def test_validate_against_what_is_not_there() -> None:
    done = run("validate", str(MINIMAL), "--profile", "research", "--against", "nowhere")
    assert done.returncode == 3
    assert b"nowhere" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["minimal", "wrong"])
def test_terminal_gets_colours_and_a_pipe_none(name: str, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    if name == "wrong":
        edit_cell(folder, "figures.csv", 2, "value", "1,02")
    shown, piped = show("validate", str(folder)), run("validate", str(folder)).stdout
    assert b"\x1b[" in shown
    assert b"\x1b" not in piped
    plain = re.sub(rb"\x1b\[[0-9;]*m", b"", shown).replace(b"\r\n", b"\n")
    assert plain == piped


def show(*arguments: str) -> bytes:
    """Run `amip` in a terminal of 100 columns, and return what it shows there."""
    terminal, end = pty.openpty()
    environment = {"LANG": "C.UTF-8", "COLUMNS": "100", "TERM": "xterm"}
    with subprocess.Popen(
        [AMIP, *arguments], stdout=end, stderr=subprocess.DEVNULL, env=environment
    ):
        os.close(end)
        shown = b""
        # Linux says with an error that the other end of a terminal was closed.
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 4096):
                shown += part
    os.close(terminal)
    return shown


def test_help_shows_examples() -> None:
    text = run("validate", "--help").stdout.decode()
    assert "amip validate neu.xlsx -f xlsx -o geprueft.xlsx" in text


@pytest.mark.parametrize("form", ["trig", "turtle"])
def test_validate_standard_input(form: str) -> None:
    content = run("lift", str(MINIMAL), "-f", form).stdout
    good = run("validate", "-", given=content)
    assert good.returncode == 0, good.stdout.decode()
    bad = run("validate", "-", given=content.replace(b"660", b"670"))
    assert bad.returncode == 1
    assert b"musterstadt" in bad.stdout


@pytest.mark.parametrize("content", [b"", b"<a> <b>", b"\xff\xfe\x00", b"{}"])
def test_validate_standard_input_that_is_no_rdf(content: bytes) -> None:
    done = run("validate", "-", given=content)
    assert done.returncode == 3
    assert b"stdin" in done.stderr
    assert b"Traceback" not in done.stderr


def test_validate_files_of_the_dataset(dataset: amip.Dataset) -> None:
    done = run("validate", str(dataset.folder / "amip.trig"))
    assert done.returncode == 0, done.stdout.decode()
