"""Reconciliation: what the names in somebody else's table mean, measured and by example."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip.errors import AmipError, InputError
from amip.link.areas import load_former_districts
from amip.reconcile import (
    COLUMNS,
    Match,
    Status,
    default_kinds,
    list_kinds,
    parse_kinds,
    parse_sheet,
    reconcile,
)
from amip.records.districts import load_districts, load_further_names
from samples import ROOT, TESTS, read_rows
from terminal import run

FOLDER = TESTS / "reconcile"
HALVES = ("variants", "held-out")
BAD = read_rows(FOLDER / "bad.csv")
REASONS = read_rows(FOLDER / "reasons.csv")
TABLES = sorted(path.parent for path in FOLDER.glob("tables/*/arguments.txt"))
PRECISION, RECALL = 0.99, 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """A variant, what was expected of it and what came out."""

    name: str
    expected: str
    match: Match

    @property
    def found(self) -> str:
        """What came out, in the words of the file of variants."""
        if self.match.thing:
            return self.match.thing.local
        return "ambiguous" if self.match.status is Status.AMBIGUOUS else "none"


def measure(half: str) -> list[Outcome]:
    return [
        Outcome(
            row["name"], row["expected"], reconcile([row["name"]], row["kinds"].split() or None)[0]
        )
        for row in read_rows(FOLDER / f"{half}.csv")
    ]


@pytest.mark.parametrize("half", HALVES)
def test_names_people_write_are_matched_right(half: str) -> None:
    outcomes = measure(half)
    given_ = [outcome for outcome in outcomes if outcome.match.thing]
    wanted = [outcome for outcome in outcomes if ":" in outcome.expected]
    right = sum(outcome.found == outcome.expected for outcome in given_)
    misses = [
        f"{outcome.name}: {outcome.found}, not {outcome.expected}"
        for outcome in outcomes
        if outcome.found != outcome.expected
    ]
    precision, recall = right / len(given_), right / len(wanted)
    said = "\n".join([f"precision {precision:.4f}, recall {recall:.4f}", *misses, ""])
    sys.stdout.write(said)
    assert len(outcomes) >= 300
    assert precision >= PRECISION, said
    assert recall >= RECALL, said


@pytest.mark.parametrize("half", HALVES)
def test_what_is_ambiguous_or_unknown_stays_so(half: str) -> None:
    outcomes = [outcome for outcome in measure(half) if ":" not in outcome.expected]
    assert len(outcomes) >= 80
    assert [o.name for o in outcomes if o.match.thing] == []
    assert all(len(o.match.candidates) > 1 for o in outcomes if o.found == "ambiguous")


def test_the_variants_are_about_every_district() -> None:
    rows = [row for half in HALVES for row in read_rows(FOLDER / f"{half}.csv")]
    named = {row["expected"] for row in rows}
    assert {f"id:area/{key}" for key in load_districts()} <= named
    assert len({(row["name"], row["kinds"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "write",
    [
        lambda d: d.ags,
        lambda d: f"{d.ags}000",
        lambda d: d.ars,
        lambda d: d.nuts3,
        lambda d: d.wikidata,
        lambda d: d.district_key,
        lambda d: f"https://w3id.org/amip/id/area/{d.ags}",
        lambda d: d.ags.lstrip("0"),
        lambda d: d.title,
        lambda d: d.title.upper(),
        lambda d: f"  {d.name},  {d.kind} ",
        lambda d: f"{d.ags} {d.title}",
        lambda d: f"{d.title} ({d.ags})",
        lambda d: f"{'LK' if d.is_rural else 'SK'} {d.name}",
        lambda d: f"{d.title}, {d.state_name}",
        lambda d: d.title.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"),
        lambda d: d.title.replace("ß", "ss").replace("-", " "),
    ],
    ids=[
        *("ags", "municipality", "ars", "nuts", "wikidata", "districtKey", "iri", "no-zero"),
        *("title", "capitals", "kind-behind", "key-before", "key-behind", "short-kind", "land"),
        *("ae-oe-ue", "ss-no-hyphen"),
    ],
)
def test_every_district_in_every_form(write: object) -> None:
    assert callable(write)
    districts = load_districts().values()
    matches = reconcile([write(district) for district in districts], ["district"])
    for district, match in zip(districts, matches, strict=True):
        assert match.iri.endswith(f"/{district.ags}"), (match.name, match.reason.text("en"))


def test_a_bare_name_is_its_only_bearer_or_ambiguous() -> None:
    for district in load_districts().values():
        (match,) = reconcile([district.name], ["district"])
        assert match.iri.endswith(district.ags) or match.status is Status.AMBIGUOUS, match


def test_towns_are_no_districts() -> None:
    towns = (FOLDER / "towns.txt").read_text(encoding="utf-8").splitlines()
    assert len(towns) > 1000
    assert [match.name for match in reconcile(towns, ["district"]) if match.thing] == []


def genesis_labels(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield key and label of every row of a district in the files as they were downloaded."""
    for path in sorted(folder.glob("*_latin1.csv")):
        lines = path.read_text(encoding="latin-1").splitlines()
        for row in csv.reader(lines, delimiter=";"):
            keys = [at for at, cell in enumerate(row[:3]) if len(cell) == 5 and cell.isdigit()]
            if keys:
                yield row[keys[0]], row[keys[0] + 1]


def test_labels_of_official_tables_are_never_matched_wrong() -> None:
    folder = ROOT.parent / "shared" / "data" / "statistics"
    if not folder.is_dir():
        pytest.skip(f"the official tables are not at {folder}")
    labels = sorted(set(genesis_labels(folder)))
    keys = {key for key, _ in labels}
    # The tables print Hamburg and Berlin as Länder, with two digits.
    assert set(load_districts()) - keys == {"02000", "11000"}
    for key, label in labels:
        (match,) = reconcile([label], ["district"])
        if key in load_districts():
            things = match.candidates or (match.thing,)
            assert f"id:area/{key}" in {thing.local for thing in things if thing}, label
        elif match.thing:
            # A former district whose name another of today has taken over.
            former = load_former_districts()[key]
            assert match.iri.rpartition("/")[2] in {*former.successors, key}, label


@pytest.mark.parametrize("case", REASONS, ids=lambda case: case["name"])
def test_reasons_say_why(case: dict[str, str]) -> None:
    (match,) = reconcile([case["name"]], case["kinds"].split() or None)
    assert match.reason.text("de") == case["de"]
    assert match.reason.text("en") == case["en"]


def test_more_kinds_never_change_what_is_found_into_something_else() -> None:
    for row in read_rows(FOLDER / "variants.csv"):
        narrow = reconcile([row["name"]], row["kinds"].split() or None)[0]
        if narrow.thing and narrow.score == 100:
            wide = reconcile([row["name"]])[0]
            assert narrow.thing in {wide.thing, *wide.candidates}, row


def test_former_districts_are_found_when_asked_for() -> None:
    names = ["Osterode am Harz", "Eisenach, kreisfreie Stadt", "16056", "Landkreis Demmin"]
    matches = reconcile(names, ["former-district"])
    keys = ["03156", "16056", "16056", "13052"]
    assert [match.iri.rpartition("/")[2] for match in matches] == keys
    assert {match.status for match in reconcile(names, ["district"])} == {Status.UNMATCHED}


def test_kinds_are_read_in_the_singular_and_the_plural() -> None:
    for kind in list_kinds():
        assert parse_kinds([kind.upper()]) == {kind}
    assert parse_kinds(["districts", "legal provisions"]) == {"district", "legal-provision"}
    assert parse_kinds(None) == parse_kinds([]) == default_kinds()


def test_further_names_are_of_known_districts_and_have_a_source() -> None:
    names = load_further_names()
    kinds = {"plate", "abbreviation", "short", "spelling", "earlier", "land", "elsewhere"}
    assert {name.kind for name in names} == kinds
    lands = {district.state for district in load_districts().values()}
    for name in names:
        keys = {"land": lands, "elsewhere": {""}}.get(name.kind, load_districts())
        assert name.ags in keys, name
        assert name.name, name
        assert name.source, name
    assert len({(name.ags, name.name) for name in names}) == len(names)


@given(st.text(max_size=60))
def test_any_text_has_an_answer_and_always_the_same(text: str) -> None:
    (one,) = reconcile([text])
    assert [one] == reconcile([text])
    assert one.name == text
    assert 0 <= one.score <= 100
    assert one.reason.text("de")
    assert one.reason.text("en")


@given(st.sampled_from([row["name"] for row in read_rows(FOLDER / "variants.csv")]), st.data())
def test_a_damaged_name_has_an_answer(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    (match,) = reconcile([name[:at] + data.draw(st.text(max_size=3)) + name[at + 1 :]])
    assert match.status in Status


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sheet_or_refused(content: bytes) -> None:
    with contextlib.suppress(InputError):
        sheet = parse_sheet(content, "x.csv")
        assert {len(row) for row in sheet.rows} == {len(sheet.header)}


def test_a_long_column_takes_seconds() -> None:
    names = [f"{row['name']}x{n}" for n in range(4) for row in read_rows(FOLDER / "variants.csv")]
    reconcile(names[:1])
    start = time.perf_counter()
    reconcile(names)
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case['file']} {case['options']}")
def test_bad_input_is_refused(case: dict[str, str], tmp_path: Path) -> None:
    options = shlex.split(case["options"])
    done = run("reconcile", str(FOLDER / "bad" / case["file"]), *options, folder=tmp_path)
    talk = " ".join(done.stderr.decode().split())
    assert done.returncode == int(case["exit"]), talk
    assert case["message"] in talk
    assert "Traceback" not in talk
    assert done.stdout == b""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", TABLES, ids=lambda folder: folder.name)
def test_tables(folder: Path) -> None:
    options = (folder / "arguments.txt").read_text(encoding="utf-8").split()
    at = options.index("-c")
    done = run(*options[:at], "reconcile", str(folder / "input.csv"), *options[at:])
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == (folder / "expected.txt").read_text(encoding="utf-8")
    assert done.stderr.decode() == (folder / "summary.txt").read_text(encoding="utf-8")


def test_rows_and_cells_are_kept(tmp_path: Path) -> None:
    rows = [["a;b", ' "x" ', "Harburg"], ["", "1\n2", "Lkr. Peine"], ["007", "1.234,50", ""]]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([["one", "two", "name"], *rows])
    (tmp_path / "in.csv").write_bytes(text.getvalue().encode("latin-1"))
    done = run("reconcile", "in.csv", "-c", "3", "-o", "out.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    written = (tmp_path / "out.csv").read_bytes().decode("utf-8")
    header, *kept = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert header == ["one", "two", "name", *COLUMNS]
    assert [row[:3] for row in kept] == rows


def test_a_table_may_come_from_standard_input() -> None:
    done = run("reconcile", "-", "-c", "x", "-f", "json", given=b"x\nEGZ\n")
    assert done.returncode == 0, done.stderr.decode()
    (row,) = json.loads(done.stdout)
    assert (row["x"], row["amip_iri"], row["amip_score"]) == (
        "EGZ",
        "https://w3id.org/amip/code/EGZ",
        100,
    )


def test_a_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Schlüssel", "Wert"], [7312, 1.5], ["03353", None], [None, None], [7335.0, True]):
        sheet.append(row)
    book.save(tmp_path / "in.xlsx")
    done = run("reconcile", "in.xlsx", "-c", "schlüssel", folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    assert [row["Schlüssel"] for row in rows] == ["7312", "03353", "", "7335"]
    assert [row["amip_iri"][-5:] for row in rows] == ["07312", "03353", "", "07335"]


def test_every_refusal_of_the_library_has_advice() -> None:
    for call in (lambda: reconcile(["x"], ["nonsense"]), lambda: parse_sheet(b"", "x")):
        with pytest.raises(AmipError) as caught:
            call()
        assert caught.value.advice
