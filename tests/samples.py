"""The samples that the tests work on: the tiny programme in `cases/minimal` and its copies."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CASES = TESTS / "cases"
SLUG = "musterstadt-2023"
MINIMAL = CASES / "minimal" / SLUG
SOURCE = CASES / "minimal" / f"{SLUG}.txt"
PROGRAMMES = tuple(sorted(path.parent for path in ROOT.glob("programmes/*/programme.yaml")))


def copy_minimal(target: Path) -> Path:
    """Copy the tiny programme into the folder `target`, and return where it is."""
    return Path(shutil.copytree(MINIMAL, target / SLUG))


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as it is, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a CSV file in the manner of the records."""
    path.write_text(format_rows(header, rows), encoding="utf-8", newline="")


def format_rows(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return the text of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def edit_cell(folder: Path, file: str, row: int, column: str, value: str) -> None:
    """Put a value into a cell; `row` counts lines as an editor does, so the first row is 2."""
    rows = read_rows(folder / file)
    rows[row - 2][column] = value
    write_rows(folder / file, list(rows[0]), rows)
