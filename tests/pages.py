"""Write the help pages in `docs/findings/`: `python tests/pages.py`.

A page is made of the shape or the card of its code, and of an example: what the first case of the
tests that leads to the code makes us say.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from amip.assets import find_turtle
from amip.errors import InputError
from amip.findings import Finding
from amip.lift import lift_record
from amip.link import check_links, read_linkset
from amip.records import read_record
from amip.records.coverage import measure_coverage
from amip.sources import read_document
from amip.statistics import lift_statistics
from amip.validate import validate_store
from amip.validate.render.guide import load_guide
from amip.validate.render.page import Example, render_index, render_page
from amip.validate.shapes import load_rules
from amip.workbook import read_workbook
from amip.workbook.load import load_workbook
from samples import CASES, MINIMAL, ROOT, SLUG, SOURCE, TESTS, copy_minimal, edit_cell
from test_workbook_bad import CELLS, NAME, edit, minimal, save

PAGES = ROOT / "docs" / "findings"
INDEX = "README.md"
NOT_INPUT = {"expected.csv", "error.txt", "remove.txt"}


def make_pages() -> dict[str, str]:
    """Return every page by the name of its file."""
    guide, examples = load_guide(), find_examples()
    pages = {f"{code}.md": render_page(entry, examples.get(code)) for code, entry in guide.items()}
    return pages | {INDEX: render_index(guide.values())}


def find_examples() -> dict[str, Example]:
    """Find the first example of each code."""
    found: dict[str, Example] = {}
    for path, findings in chain(
        check_shapes(),
        check_records(),
        check_workbooks(),
        check_sources(),
        check_statistics(),
        check_linksets(),
    ):
        for finding in sorted(findings, key=lambda each: bool(each.reviewed)):
            example = Example(finding, path.relative_to(ROOT).as_posix())
            found.setdefault(finding.code, example)
    return found


def check_statistics() -> Iterator[tuple[Path, Iterable[Finding]]]:
    """Read the small official tables, each with one mistake."""
    for path in sorted((TESTS / "statistics" / "cases").iterdir()):
        with suppress(InputError):
            _, findings = lift_statistics([path])
            yield path, findings


def check_linksets() -> Iterator[tuple[Path, Iterable[Finding]]]:
    """Check the small linksets, each with one mistake."""
    for path in sorted((TESTS / "links" / "findings").glob("*.sssom.tsv")):
        yield path, check_links([read_linkset(path.read_bytes(), path.name)]).findings


def check_shapes() -> Iterator[tuple[Path, Iterable[Finding]]]:
    """Check the small graphs, each against the shape file that its folder is named after."""
    shapes = {path.stem: path for path in find_turtle("shapes")}
    for case in sorted((TESTS / "shapes").glob("*/invalid.*.ttl"), key=_open_first):
        store = Store()
        store.bulk_load(path=str(case), format=RdfFormat.TURTLE)
        rules = load_rules((shapes["prefixes"], shapes[case.parent.name]))
        yield case, validate_store(store, rules=rules).findings


def _open_first(case: Path) -> tuple[bool, Path]:
    """Put what a person has reviewed after the rest, for it is told more mildly."""
    return "reviewed" in case.name, case


def check_records() -> Iterator[tuple[Path, Iterable[Finding]]]:
    """Read the small records with a mistake."""
    for case in sorted((CASES / "bad").glob("*/expected.csv")):
        with tempfile.TemporaryDirectory() as folder:
            record = shutil.copytree(MINIMAL, Path(folder) / SLUG)
            change(case.parent, record)
            try:
                read, findings = read_record(record)
                yield case.parent, findings or lift_record(read)[1]
            except InputError:
                yield case.parent, ()


def change(case: Path, record: Path) -> None:
    """Put the files of a case in place of those of a record."""
    for file in case.iterdir():
        if file.name == "remove.txt":
            for name in file.read_text(encoding="utf-8").split():
                (record / name).unlink()
        elif file.name not in NOT_INPUT:
            shutil.copy(file, record / file.name)


def check_workbooks() -> Iterator[tuple[Path, Iterable[Finding]]]:
    """Read the workbook of the small record with the first wrong cell of each code."""
    first = {case["code"]: case for case in reversed(CELLS)}
    for code in sorted(first):
        workbook = load_workbook(minimal(), NAME)
        edit(workbook[first[code]["sheet"]], first[code])
        sheets = read_workbook(save(workbook), NAME)
        found = [replace(each, place=sheets.place(each.place)) for each in sheets.findings]
        yield TESTS / "workbooks" / "cells.csv", found


def check_sources() -> Iterator[tuple[Path, Iterable[Finding]]]:
    """Hold the small record against its text, after a few changes."""
    with tempfile.TemporaryDirectory() as folder:
        record = copy_minimal(Path(folder))
        edit_cell(record, "figures.csv", 2, "section", "9")
        text = Path(folder) / SOURCE.name
        changed = SOURCE.read_text(encoding="utf-8").replace("660", "670") + "\n1.250\n"
        text.write_text(changed, encoding="utf-8")
        coverage = measure_coverage(read_record(record)[0], read_document(text))
    yield SOURCE, coverage.findings


def main() -> None:
    PAGES.mkdir(exist_ok=True)
    pages = make_pages()
    for old in PAGES.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, page in pages.items():
        (PAGES / name).write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
