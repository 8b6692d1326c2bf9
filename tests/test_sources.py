"""Records against their source texts: every place, every number, both ways."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amip.errors import InputError
from amip.records import Record, read_record, write_record
from amip.records.coverage import Coverage, measure_coverage
from amip.sources import Document, find_numbers, read_document
from samples import MINIMAL, PROGRAMMES, SOURCE
from terminal import run

RECORD, _ = read_record(MINIMAL)
DOCUMENT = read_document(SOURCE)


def edit(record: Record, table: str, name: str, column: str, value: str) -> Record:
    """Return the record with another value in the row of that id (or start)."""
    key = "start" if table == "left-out" else "id"
    rows = tuple({**row, column: value} if row[key] == name else row for row in record.rows(table))
    assert rows != record.rows(table)
    return replace(record, tables={**record.tables, table: rows})


def codes(coverage: Coverage) -> list[str]:
    return [finding.code for finding in coverage.findings]


def change_text(old: str, new: str) -> Document:
    """Return another edition of the text, with its true checksum in the head."""
    assert DOCUMENT.text.count(old) == 1
    text = DOCUMENT.text.replace(old, new)
    return Document(DOCUMENT.path, text, DOCUMENT.sha256)


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_records_and_texts_agree_fully(folder: Path, sources: Path) -> None:
    record, wrong = read_record(folder)
    coverage = measure_coverage(record, read_document(sources / f"{folder.name}.txt"))
    assert not wrong
    assert [f"{finding.place}: {finding.text('en')}" for finding in coverage.findings] == []
    assert coverage.complete
    assert coverage.right == coverage.places > coverage.figures > 0
    assert coverage.covered == coverage.numbers > 0


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_sections_are_in_the_order_of_the_text(folder: Path) -> None:
    starts = [int(item["start"]) for item in read_record(folder)[0].items("sections")]
    assert starts == sorted(set(starts))


def test_the_sample_agrees() -> None:
    assert measure_coverage(RECORD, DOCUMENT).complete


@pytest.mark.parametrize("shift", [-1, 1, 100000])
def test_a_shifted_place_is_found(shift: int) -> None:
    record = edit(RECORD, "figures", "elb-2022-05-f", "start", str(135 + shift))
    coverage = measure_coverage(record, DOCUMENT)
    assert codes(coverage) == ["AMIP-Q02", "AMIP-Q04"]
    place, missed = coverage.findings
    assert (place.place.file, place.place.row, place.place.column) == (
        "musterstadt-2023/figures.csv",
        4,
        "start",
    )
    assert place.found == missed.found == "540"
    assert place.expected == DOCUMENT.text[135 + shift :][:3]
    assert not coverage.complete


def without_offsets(record: Record) -> Record:
    """Return the record as of a programme that has no text edition."""
    head = {
        **record.head,
        "source": {
            "dates": [{**item, "start": ""} for item in record.items("source", "dates")],
        },
        "sections": [{"label": item["label"]} for item in record.items("sections")],
        "bodies": [{**item, "start": ""} for item in record.items("bodies")],
    }
    tables = {
        table: tuple({**row, "start": ""} if "start" in row else row for row in rows)
        for table, rows in record.tables.items()
    }
    return replace(record, head=head, tables=tables | {"left-out": ()})


def test_a_record_without_offsets_is_not_checkable() -> None:
    record = without_offsets(RECORD)
    coverage = measure_coverage(record, DOCUMENT)
    assert codes(coverage) == []
    assert (coverage.places, coverage.right, coverage.covered) == (0, 0, 0)
    left_out = len(RECORD.rows("left-out"))
    assert coverage.unplaced == measure_coverage(RECORD, DOCUMENT).places - left_out > 0
    assert not coverage.complete


def test_a_single_place_without_offset_is_counted() -> None:
    record = edit(RECORD, "figures", "elb-2022-05-f", "start", "")
    coverage = measure_coverage(record, DOCUMENT)
    assert (coverage.unplaced, codes(coverage)) == (1, ["AMIP-Q04"])
    assert not coverage.complete


def test_check_sources_says_what_is_not_checkable(tmp_path: Path) -> None:
    folder = write_record(without_offsets(RECORD), tmp_path / RECORD.slug)
    done = run("check-sources", str(SOURCE.parent), str(folder))
    assert done.returncode == 1
    said = done.stdout.decode()
    assert "places 0/0 (–), numbers 0/" in said
    assert "not checkable (no offset)" in said
    assert not done.stderr


def test_a_changed_digit_is_found() -> None:
    coverage = measure_coverage(RECORD, change_text("1.200", "1.201"))
    assert codes(coverage) == ["AMIP-Q02"]
    assert coverage.findings[0].expected == "1.201"
    assert coverage.findings[0].values["line"] == "5"
    assert coverage.right == coverage.places - 1


def test_a_number_more_in_the_text_is_found() -> None:
    coverage = measure_coverage(RECORD, replace(DOCUMENT, text=f"{DOCUMENT.text}30 ELB"))
    assert codes(coverage) == ["AMIP-Q04"]
    assert coverage.findings[0].found == "30"
    assert coverage.findings[0].place.section == "3. Handlungsfelder"
    assert coverage.numbers == coverage.covered + 1


def test_a_deleted_row_of_left_out_is_found() -> None:
    rows = RECORD.rows("left-out")
    for index, row in enumerate(rows):
        rest = rows[:index] + rows[index + 1 :]
        record = replace(RECORD, tables={**RECORD.tables, "left-out": rest})
        coverage = measure_coverage(record, DOCUMENT)
        assert codes(coverage) == ["AMIP-Q04"]
        assert coverage.findings[0].found == row["printed"]
        assert coverage.findings[0].values["start"] == row["start"]
        assert coverage.covered == coverage.numbers - 1


def test_a_number_covered_by_half_is_found() -> None:
    record = edit(RECORD, "figures", "elb-2022-05", "printed", "1.20")
    assert codes(measure_coverage(record, DOCUMENT)) == ["AMIP-Q04"]


def test_a_wrong_section_is_found() -> None:
    record = edit(RECORD, "figures", "elb-2022-05", "section", "2. Ziele")
    coverage = measure_coverage(record, DOCUMENT)
    assert codes(coverage) == ["AMIP-Q03"]
    assert coverage.findings[0].expected == "1. Ausgangslage"


def test_another_edition_is_found() -> None:
    text = DOCUMENT.text + " "
    other = Document(SOURCE, text, hashlib.sha256(text.encode()).hexdigest())
    coverage = measure_coverage(RECORD, other)
    assert codes(coverage) == ["AMIP-Q01"]
    assert coverage.findings[0].expected == other.sha256
    assert not coverage.complete


def test_white_space_may_be_folded() -> None:
    document = change_text("Übergang Schule – Beruf", "Übergang\nSchule –\tBeruf")
    assert measure_coverage(RECORD, document).complete


def test_an_empty_text_and_an_empty_record() -> None:
    empty = Document(Path("x.txt"), "", hashlib.sha256(b"").hexdigest())
    nothing = Record(MINIMAL, {"source": {"sha256": empty.sha256}}, {})
    assert measure_coverage(nothing, empty).complete
    coverage = measure_coverage(nothing, DOCUMENT)
    assert coverage.covered == 0
    assert coverage.numbers == len(list(find_numbers(DOCUMENT.text)))


@given(st.data())
def test_any_flipped_digit_is_found(data: st.DataObject) -> None:
    """Wherever a digit of the text changes, the record no longer agrees."""
    digits = [place for place, mark in enumerate(DOCUMENT.text) if mark.isdecimal()]
    place = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from("0123456789".replace(DOCUMENT.text[place], "")))
    text = DOCUMENT.text[:place] + other + DOCUMENT.text[place + 1 :]
    assert set(codes(measure_coverage(RECORD, replace(DOCUMENT, text=text)))) == {"AMIP-Q02"}


def test_lines_are_counted_from_one(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes("a\r\nb\nä7".encode())
    document = read_document(tmp_path / "text.txt")
    assert document.text == "a\r\nb\nä7"
    assert [document.line(place) for place in (0, 3, 5, 6)] == [1, 2, 3, 3]
    assert document.sha256 == hashlib.sha256("a\r\nb\nä7".encode()).hexdigest()


def test_a_text_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("Maßnahme".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.txt: byte 2 is not UTF-8") as caught:
        read_document(tmp_path / "latin.txt")
    assert caught.value.advice
    with pytest.raises(InputError, match=r"missing\.txt: the file cannot be read"):
        read_document(tmp_path / "missing.txt")
