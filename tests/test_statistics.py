"""Official statistics: the forms of the files, what is read from them, and the figures shipped.

`statistics/cases/` holds one file per way in which a download can be right or wrong, and
`statistics/expected.csv` what is said about each: the number of cells read and the findings, or
`refused` with the message (in `found`) and the advice (in `expected`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from amip.errors import InputError, UsageError
from amip.findings import Severity
from amip.lift import serialise_quads
from amip.statistics import (
    Table,
    choose_entries,
    lift_statistics,
    list_shipped,
    load_descriptions,
    parse_table,
    read_table,
    write_tidy,
)
from amip.statistics.cell import SIGNS, parse_cell
from amip.terms import ID, NS, load_list
from samples import ROOT, TESTS, read_rows
from terminal import run

FOLDER = TESTS / "statistics"
CASES = sorted((FOLDER / "cases").iterdir())
EXPECTED: dict[str, list[dict[str, str]]] = defaultdict(list)
for _row in read_rows(FOLDER / "expected.csv"):
    EXPECTED[_row["case"]].append(_row)
AREAS = ("DE", "03353", "07312", "12062", "13076", "16070")
SHARED = ROOT.parent / "shared" / "data" / "statistics"
PLAIN = FOLDER / "cases" / "plain.csv"


def find_shared(pattern: str) -> list[Path]:
    files = sorted(SHARED.glob(pattern))
    if not files:
        pytest.skip(f"the tables of the statistical offices are not at {SHARED}")
    return files


def describe(path: Path) -> list[dict[str, str]]:
    """Read a case and return what is said about it, in the form of `expected.csv`."""
    nothing = dict.fromkeys(("code", "row", "column", "record", "found", "expected"), "")
    case = {"case": path.name, **nothing}
    try:
        tables, findings = choose_entries([parse_table(path.read_bytes(), path.name)])
    except InputError as error:
        return [case | {"cells": "refused", "found": str(error), "expected": error.advice}]
    case["cells"] = str(sum(len(table.entries) for table in tables))
    return [
        case
        | {
            "code": finding.code,
            "row": str(finding.place.row or ""),
            "column": finding.place.column,
            "record": finding.place.record,
            "found": finding.found,
            "expected": finding.expected,
        }
        for finding in findings
    ] or [case]


def read_values(tables: Iterable[Table]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return value and printed form by area, period and measure with sector."""
    return {
        (entry.area, entry.period, entry.name): (entry.value, entry.printed)
        for table in tables
        for entry in table.entries
    }


def shipped() -> list[Table]:
    return [read_table(path) for path in list_shipped()]


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_what_is_said_about_a_file(path: Path) -> None:
    assert describe(path) == EXPECTED[path.name]


def test_every_expectation_has_a_file() -> None:
    assert set(EXPECTED) == {path.name for path in CASES}


def test_every_card_is_met_by_a_case() -> None:
    cards = (ROOT / "src" / "amip" / "cards.toml").read_text(encoding="utf-8")
    met = {row["code"] for rows in EXPECTED.values() for row in rows if row["code"]}
    assert met == set(re.findall(r"^\[(AMIP-G\d+)\]", cards, re.MULTILINE))


@pytest.mark.parametrize(
    "name", ["columns-in-another-order", "utf-8", "utf-8-with-bom", "windows-line-ends"]
)
def test_other_form_same_values(name: str) -> None:
    other = read_table(FOLDER / "cases" / f"{name}.csv")
    assert read_values([other]) == read_values([read_table(PLAIN)])


@given(st.integers(0, len(PLAIN.read_bytes())))
def test_a_cut_is_noticed_wherever_it_is(length: int) -> None:
    try:
        table = parse_table(PLAIN.read_bytes()[:length], PLAIN.name)
    except InputError:
        return
    assert read_values([table]) == read_values([read_table(PLAIN)])


@given(st.data())
def test_any_damage_is_a_finding_or_a_refusal(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(CASES)).read_bytes()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    damaged = content[:start] + data.draw(st.binary(max_size=8)) + content[end:]
    try:
        entries = parse_table(damaged, "damaged.csv").entries
        refusal = ("damaged.csv: none", "none")
    except InputError as error:
        entries, refusal = (), (str(error), error.advice)
    assert refusal[0].startswith("damaged.csv: ")
    assert refusal[1]
    assert all(bool(entry.value) != bool(entry.sign) for entry in entries)


def test_a_field_without_end_is_refused() -> None:
    head = (FOLDER / "cases" / "tidy.csv").read_bytes().partition(b"\n")[0]
    with pytest.raises(InputError, match="no CSV"):
        parse_table(head + b'\n"' + b"x" * 200_000, "endless.csv")


def test_golden_quads() -> None:
    quads, findings = lift_statistics([FOLDER / "cases" / "tidy.csv"])
    assert findings == []
    assert serialise_quads(quads, "nquads") == (FOLDER / "tidy.nq").read_bytes()


def test_a_number_is_an_observation_and_a_sign_a_gap() -> None:
    text, _ = lift_statistics([FOLDER / "cases" / "every-kind-of-row.csv"])
    kinds: dict[str, set[str]] = defaultdict(set)
    valued: set[str] = set()
    for quad in parse(text.encode(), format=RdfFormat.N_QUADS):
        subject = str(quad.subject).strip("<>")
        if quad.predicate.value.endswith("#type") and subject.startswith(f"{ID}stat/"):
            kinds[subject].add(str(quad.object).strip("<>"))
        if quad.predicate.value == f"{NS}value":
            valued.add(subject)
    gaps = {subject for subject, types in kinds.items() if f"{NS}StatisticalGap" in types}
    assert gaps
    assert all(len(kinds[gap]) == 1 for gap in gaps)
    assert valued == set(kinds) - gaps


@pytest.mark.parametrize(
    ("area", "period", "day"),
    [
        ("08111", "2010", "1979-01-01"),
        ("08111", "2011", "2011-01-01"),
        ("08", "2020", "2011-01-01"),
        ("16070", "2018", "2018-12-31"),
        ("DE", "2025", "2025-12-31"),
    ],
)
def test_territory_of_unemployment(area: str, period: str, day: str) -> None:
    assert load_descriptions()["13211-02-05-4"].find_territory(area, period) == day


@pytest.mark.parametrize(
    ("area", "period", "day"),
    [
        ("14511", "2014-06-30", "2015-01-01"),
        ("14511", "2015-06-30", "2016-01-01"),
        ("14511", "2016-06-30", "2016-06-30"),
        ("12062", "2020-06-30", "2020-06-30"),
    ],
)
def test_territory_of_employment(area: str, period: str, day: str) -> None:
    assert load_descriptions()["13111-07-05-4"].find_territory(area, period) == day


def test_the_territory_of_the_third_table_is_not_known() -> None:
    assert load_descriptions()["22811-01-01-4"].find_territory("DE", "2024-12-31") == ""


def test_descriptions_use_codes_of_the_lists() -> None:
    for description in load_descriptions().values():
        assert description.aggregation in load_list("aggregations")
        assert {code for code in description.sectors.values() if code} <= set(load_list("sectors"))
        for measure in description.measures.values():
            assert measure.indicator in load_list("indicators")
            assert measure.unit in load_list("units")
            assert measure.age_group in {"", *load_list("age-groups")}
            assert measure.nationality in {"", *load_list("nationalities")}
            assert measure.target_group in {"", *load_list("target-groups")}


def test_descriptions_tell_columns_and_figures_apart() -> None:
    for description in load_descriptions().values():
        heads = [head for measure in description.measures.values() for head in measure.heads]
        assert len(heads) == len(set(heads))
        depth = description.layout.header_lines if description.layout else 0
        assert {len(head) for head in heads} <= {depth}
        meanings = Counter(
            (each.indicator, each.sex, each.age_group, each.nationality, each.target_group)
            for each in description.measures.values()
        )
        assert set(meanings.values()) == {1}


def test_every_sign_is_in_the_list() -> None:
    assert set(SIGNS.values()) == set(load_list("value-signs"))


@given(st.integers(0, 10**12), st.integers(0, 4), st.booleans())
def test_any_printed_number_is_read_exactly(digits: int, decimals: int, negative: bool) -> None:
    number = Decimal(-digits if negative else digits).scaleb(-decimals)
    cell = parse_cell(f"{number:f}".replace(".", ","))
    assert Decimal(cell.value) == number
    assert cell.decimals == decimals
    assert (cell.sign, cell.problem) == ("", "")


@given(st.text(alphabet="0123456789,.-x/ –()", max_size=8) | st.text(max_size=8))
def test_any_text_is_a_number_or_a_sign_or_a_problem(printed: str) -> None:
    cell = parse_cell(printed)
    assert [bool(cell.value), bool(cell.sign), bool(cell.problem)].count(True) == 1
    assert bool(cell.sign) == (printed in SIGNS)
    if cell.value:
        assert Decimal(cell.value) == Decimal(printed.replace(",", "."))


@given(st.integers(1, 999), st.lists(st.integers(0, 999), min_size=1, max_size=3))
def test_grouped_thousands_are_never_a_number(first: int, groups: list[int]) -> None:
    printed = ".".join([str(first), *(f"{group:03}" for group in groups)])
    assert parse_cell(printed).problem == "AMIP-G10"


def test_shipped_figures_lift_without_a_finding() -> None:
    quads, findings = lift_statistics()
    assert findings == []
    assert quads


@pytest.mark.parametrize(
    "row",
    read_rows(FOLDER / "hand-checked.csv"),
    ids=lambda row: "-".join(row[name] for name in ("table", "area", "period", "measure")),
)
def test_value_read_off_by_hand(row: dict[str, str]) -> None:
    table = read_table(ROOT / "statistics" / f"{row['table']}.csv")
    (entry,) = (
        entry
        for entry in table.entries
        if (entry.area, entry.period, entry.measure.id, entry.sector)
        == (row["area"], row["period"], row["measure"], row["sector"])
    )
    assert entry.printed == row["printed"]
    assert (str(entry.line), str(entry.column)) == (row["line"], row["column"])


def test_shipped_parts_make_their_totals() -> None:
    """Men and women are all; recipients by law are all; none of it was mistyped."""
    values = {key: value for key, (value, _) in read_values(shipped()).items() if value}
    pairs = [
        ("employees-men", "employees-women", "employees"),
        ("employees-foreign-men", "employees-foreign-women", "employees-foreign"),
        ("recipients-sgb2-elb", "recipients-sgb2-nef", "recipients-sgb2"),
    ]
    checked = 0
    for one, other, total in pairs:
        for area, period, name in values:
            measure, _, sector = name.partition(".")
            keys = [(area, period, f"{part}.{sector}".rstrip(".")) for part in (one, other, total)]
            if measure == total and all(key in values for key in keys):
                assert int(values[keys[0]]) + int(values[keys[1]]) == int(values[keys[2]]), keys
                checked += 1
    laws = ("sgb2", "sgb12-subsistence", "sgb12-old-age", "asylum")
    for area in AREAS:
        parts = [int(values[area, "2024-12-31", f"recipients-{law}"]) for law in laws]
        total_key = (area, "2024-12-31", "recipients")
        assert abs(sum(parts) - int(values[total_key])) <= Decimal("7.5")
    assert checked > len(AREAS)


def test_shipped_figures_are_those_of_the_offices() -> None:
    """The files of the offices, cut to the areas, give the very quads that are shipped."""
    files = [*find_shared("13211*latin1.csv"), *find_shared("13111*latin1.csv")]
    quads, findings = lift_statistics(files, AREAS)
    assert {finding.severity for finding in findings} == {Severity.INFO}
    ours, _ = lift_statistics()
    dated = {line for line in ours.splitlines() if "/transcribed> ." not in line}
    assert set(quads.splitlines()) == dated


def test_no_full_table_has_a_violation() -> None:
    for path in [*find_shared("13211*latin1.csv"), *find_shared("13111*latin1.csv")]:
        table = read_table(path)
        assert {finding.severity for finding in table.findings} == {Severity.INFO}, path.name


def test_the_tidy_form_comes_back_as_it_was() -> None:
    for path in list_shipped():
        assert write_tidy([read_table(path)]) == path.read_text(encoding="utf-8")


def test_an_area_that_no_table_has() -> None:
    with pytest.raises(UsageError, match="13076"):
        lift_statistics([PLAIN], ["13076"])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "nowhere.csv")


def test_the_same_file_twice_is_one_finding_a_row() -> None:
    _, findings = lift_statistics([PLAIN, PLAIN])
    assert [finding.code for finding in findings] == ["AMIP-G12", "AMIP-G12"]


def test_import_reads_standard_input() -> None:
    done = run("statistics", "import", "-", given=PLAIN.read_bytes())
    assert done.returncode == 0
    quads = parse(done.stdout, format=RdfFormat.N_QUADS)
    said = {quad.subject for quad in quads if f"{ID}stat/" in str(quad.subject)}
    assert len(said) == len(read_table(PLAIN).entries)


def test_import_writes_the_tidy_form(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    command = ("statistics", "import", str(PLAIN), "--area", "07312", "-f", "csv", "-o")
    assert run(*command, str(target)).returncode == 0
    assert {entry.area for entry in read_table(target).entries} == {"07312"}


@pytest.mark.parametrize(
    ("case", "code", "said"),
    [("merged-district", 1, "16063"), ("web-page", 3, "web page"), ("plain", 2, "13076")],
)
def test_import_fails_in_one_sentence(tmp_path: Path, case: str, code: int, said: str) -> None:
    target = tmp_path / "out.nq"
    path = FOLDER / "cases" / f"{case}.csv"
    areas = ("--area", "13076") if case == "plain" else ()
    done = run("--lang", "en", "statistics", "import", str(path), *areas, "-o", str(target))
    assert done.returncode == code
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not target.exists()


def test_list_names_every_table() -> None:
    for language in ("de", "en"):
        listed = run("--lang", language, "statistics", "list").stdout.decode()
        for code, description in load_descriptions().items():
            assert f"{code}  {description.titles[language]}" in listed
