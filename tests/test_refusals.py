"""Publish all or nothing: refusals, failures, and odd but valid programmes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import amip
from amip.errors import InputError, RefusedError, UsageError
from amip.publish import dataset as writing
from samples import MINIMAL, PROGRAMMES, SLUG, copy_minimal, edit_cell, read_rows, write_rows

OLD = "an older dataset\n"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A folder that looks like an older dataset."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "SHA256SUMS").write_text(OLD, encoding="utf-8")
    (folder / "gone.txt").write_text(OLD, encoding="utf-8")
    return folder


@pytest.fixture
def violating(tmp_path: Path) -> Path:
    """A programme whose printed sum is wrong."""
    folder = copy_minimal(tmp_path / "records")
    edit_cell(folder, "figures.csv", 5, "value", "670")
    edit_cell(folder, "figures.csv", 5, "printed", "670")
    return folder


def test_an_older_dataset_is_replaced(older: Path) -> None:
    dataset = amip.build(older, [MINIMAL])
    assert dataset.folder == older
    assert not (older / "gone.txt").exists()
    assert (older / "programmes" / f"{SLUG}.ttl").is_file()
    assert [path.name for path in older.parent.iterdir()] == ["dist"]


def test_violations_are_not_published(older: Path, violating: Path) -> None:
    before = contents(older)
    with pytest.raises(RefusedError) as caught:
        amip.build(older, [violating])
    assert contents(older) == before
    assert isinstance(caught.value.subject, amip.Report)
    assert not caught.value.subject.conforms
    assert "--allow-violations" in caught.value.advice


def test_violations_are_published_when_allowed(tmp_path: Path, violating: Path) -> None:
    dataset = amip.build(tmp_path / "dist", [violating], allow_violations=True)
    assert not dataset.report.conforms
    assert "AMIP-" in (dataset.folder / "report.txt").read_text(encoding="utf-8")


def test_bad_cells_are_published_when_allowed(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path / "records")
    edit_cell(folder, "figures.csv", 2, "value", "1,02")
    edit_cell(folder, "figures.csv", 3, "indicator", "unknown")
    dataset = amip.build(tmp_path / "dist", [folder, *PROGRAMMES[:1]], allow_violations=True)
    assert {"AMIP-R03", "AMIP-R04"} <= {finding.code for finding in dataset.report.findings}
    assert dataset.counts["programmes"] == 1
    assert not (dataset.folder / "programmes" / f"{SLUG}.ttl").exists()


@pytest.mark.parametrize(
    "writer",
    ["serialise_quads", "make_wide_table", "render_json", "describe_void", "describe_crate"],
)
def test_a_failing_write_leaves_the_older_dataset(
    writer: str, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, writer, failing(OSError(28, "No space left on device")))
    before = contents(older)
    with pytest.raises(InputError, match="No space left"):
        amip.build(older, [MINIMAL])
    assert contents(older) == before
    assert [path.name for path in older.parent.iterdir()] == ["dist"]


def failing(error: Exception) -> Callable[..., object]:
    def fail(*arguments: object, **named: object) -> object:
        raise error

    return fail


def test_a_failing_rename_puts_the_older_dataset_back(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(1, "Operation not permitted")
        return rename(self, target)

    before = contents(older)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(InputError, match="not permitted"):
        amip.build(older, [MINIMAL])
    assert contents(older) == before


def test_foreign_folders_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.docx").write_text("x", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    before = contents(tmp_path)
    for name in ("folder", "file"):
        with pytest.raises(UsageError, match=name) as caught:
            amip.build(tmp_path / name, [MINIMAL])
        assert "-o" in caught.value.advice
    assert contents(tmp_path) == before


def test_an_empty_or_missing_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new/deep/dist"):
        assert (amip.build(tmp_path / name, [MINIMAL]).folder / "SHA256SUMS").is_file()


def test_progress_is_told_in_order(tmp_path: Path) -> None:
    steps: list[str] = []
    amip.build(tmp_path / "dist", [MINIMAL], progress=steps.append)
    assert steps == ["lift", "validate", "publish"]


def test_a_programme_without_figures_still_makes_a_dataset(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path / "records")
    for table in ("figures", "breakdowns", "ratios", "targets"):
        write_rows(folder / f"{table}.csv", list(read_rows(folder / f"{table}.csv")[0]), [])
    full = amip.build(tmp_path / "full", [MINIMAL]).folder
    bare = amip.build(tmp_path / "bare", [folder], allow_violations=True).folder
    for name in ("figures.csv", "figures.parquet"):
        assert columns(bare / name) == columns(full / name)
    assert read_rows(bare / "figures.csv") == []


def columns(path: Path) -> list[tuple[str, str]]:
    if path.suffix == ".csv":
        return [(path.read_text(encoding="utf-8").partition("\n")[0], "")]
    return [
        (field.name, str(field.type)) for field in pq.read_schema(path) if field.name != "value"
    ]


def test_nothing_readable_is_not_published(older: Path, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path / "records")
    edit_cell(folder, "figures.csv", 2, "value", "1,02")
    before = contents(older)
    with pytest.raises(RefusedError):
        amip.build(older, [folder], allow_violations=True)
    assert contents(older) == before
