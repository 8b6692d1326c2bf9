"""`amip validate`: exit codes, languages, forms, and standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

import amip
from samples import MINIMAL, copy_minimal, edit_cell
from terminal import run


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


@pytest.mark.parametrize("form", ["json", "turtle"])
def test_validate_forms(form: str, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 2, "value", "1,02")
    done = run("validate", str(folder), "-f", form)
    assert done.returncode == 1
    if form == "json":
        assert json.loads(done.stdout)
        assert b"AMIP-R04" in done.stdout
    else:
        assert list(pyoxigraph.parse(done.stdout, format=RdfFormat.TURTLE))
    written = run("validate", str(folder), "-f", form, "-o", "report", folder=tmp_path)
    assert written.returncode == 1
    assert (tmp_path / "report").read_bytes() == done.stdout


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
