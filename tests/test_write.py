"""Records as canonical folders: what is written reads back as the same record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amip.errors import InputError
from amip.records import Record, read_record, write_record
from amip.records.record import Row
from amip.records.schema import OPTIONAL_TABLES, TABLES, column_names
from amip.records.write import format_head, sort_rows
from samples import MINIMAL, PROGRAMMES

RECORD, _ = read_record(MINIMAL)
AWKWARD = ("", "07312", "null", "yes", "1e3", "a\nb", "a\r\nb", "\r", '"', "'", "#x", "- x", "x: y")
CELLS = st.one_of(
    st.sampled_from((*AWKWARD, "\u2028", "\x85", "\ufeff", " ", "{", "a,b", "\t", "\\n", "😀")),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
)


def rows_of(table: str) -> st.SearchStrategy[tuple[Row, ...]]:
    row = st.fixed_dictionaries(dict.fromkeys(column_names(table), CELLS))
    return st.lists(row, max_size=4).map(lambda rows: sort_rows(table, rows))


HEADS = st.dictionaries(
    st.one_of(st.sampled_from(["title", "area", "source"]), CELLS),
    st.one_of(
        CELLS,
        st.lists(st.dictionaries(CELLS, CELLS, max_size=3), max_size=3),
        st.dictionaries(CELLS, st.one_of(CELLS, st.lists(CELLS, max_size=2)), max_size=3),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(head=HEADS, tables=st.fixed_dictionaries({table: rows_of(table) for table in TABLES}))
def test_what_is_written_reads_back(
    head: dict[str, object], tables: dict[str, tuple[Row, ...]]
) -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "musterstadt-2023"
        record = Record(folder, head, tables)
        assert write_record(record, folder) == folder
        assert read_record(folder)[0] == record


@pytest.mark.parametrize("folder", [*PROGRAMMES, MINIMAL], ids=lambda folder: folder.name)
def test_tables_of_the_programmes_are_canonical(folder: Path, tmp_path: Path) -> None:
    record, _ = read_record(folder)
    written = write_record(record, tmp_path / folder.name)
    for table in TABLES:
        original = folder / f"{table}.csv"
        if record.rows(table) or table not in OPTIONAL_TABLES:
            assert (written / original.name).read_bytes() == original.read_bytes(), table
        else:
            assert not (written / original.name).exists()
    assert read_record(written)[0].head == record.head


def test_flow_style_heads_are_canonical(tmp_path: Path) -> None:
    heads = [read_record(folder)[0].head for folder in PROGRAMMES]
    texts = [(folder / "programme.yaml").read_text(encoding="utf-8") for folder in PROGRAMMES]
    flow = [pair for pair in zip(heads, texts, strict=True) if "- {" in pair[1]]
    assert flow
    for head, text in flow:
        assert format_head(head) == text


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_record(RECORD, tmp_path / "a")
    second = write_record(read_record(first)[0], tmp_path / "b")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_rows_are_sorted_and_parts_keep_the_printed_order(tmp_path: Path) -> None:
    turned = {table: tuple(reversed(rows)) for table, rows in RECORD.tables.items()}
    record, _ = read_record(write_record(replace(RECORD, tables=turned), tmp_path / RECORD.slug))
    for table in set(TABLES) - {"breakdowns"}:
        assert record.rows(table) == RECORD.rows(table)
    assert record.rows("breakdowns") == tuple(reversed(RECORD.rows("breakdowns")))


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="exists already"):
        write_record(RECORD, tmp_path / "there")
    assert not any((tmp_path / "there").iterdir())


def change(column: str, cell: str) -> Record:
    rows = tuple({**row, column: cell} for row in RECORD.rows("figures"))
    return replace(RECORD, tables={**RECORD.tables, "figures": rows})


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (change("note", "\ud800"), "cannot be written as UTF-8"),
        (change("comment", "x"), "there is no column “comment”"),
        (replace(RECORD, head={"title": "\ud800"}), "cannot be written as UTF-8"),
        (replace(RECORD, tables={"pages": ()}), "a programme has no table pages"),
    ],
    ids=["cell", "column", "head", "table"],
)
def test_nothing_is_written_when_anything_cannot(
    record: Record, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        write_record(record, tmp_path / "new")
    assert caught.value.advice
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_record(RECORD, tmp_path / "missing" / "new")
