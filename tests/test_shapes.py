"""Every rule of `shapes/` against small graphs, by both engines.

A file in `shapes/<file>/` is checked against that shape file alone. `valid.<case>.ttl` must pass,
`invalid.<reason>.ttl` must not; the first line says which codes are expected, sorted.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from amip.assets import find_turtle
from amip.findings import Report
from amip.validate import validate_store
from amip.validate.reference import validate_reference
from amip.validate.rule import Rule
from amip.validate.shapes import load_rules
from samples import TESTS

CASES = sorted((TESTS / "shapes").glob("*/*.ttl"))
FILES = {path.stem: path for path in find_turtle("shapes")}
PREFIXES = FILES.pop("prefixes")
EXPECT = "# expect:"


def shape_files(name: str) -> tuple[Path, ...]:
    return PREFIXES, FILES[name]


def rules_of(name: str) -> tuple[Rule, ...]:
    return load_rules(shape_files(name))


def load(case: Path) -> Store:
    store = Store()
    store.bulk_load(path=str(case), format=RdfFormat.TURTLE)
    return store


def check(case: Path) -> Report:
    return validate_store(load(case), rules=rules_of(case.parent.name))


def expected(case: Path) -> list[str]:
    first, _, _ = case.read_text(encoding="utf-8").partition("\n")
    assert first.startswith(EXPECT), case
    return first.removeprefix(EXPECT).split()


def codes(report: Report) -> list[str]:
    return sorted(finding.code for finding in report.findings)


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: Path) -> None:
    report = check(case)
    assert codes(report) == expected(case), [finding.text("en") for finding in report.findings]
    assert bool(report.findings) is case.name.startswith("invalid."), "valid or invalid by name"
    assert validate_reference(load(case), files=shape_files(case.parent.name)) == report
