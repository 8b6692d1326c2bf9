"""Lift: what a mapping makes of a table, whatever stands in its cells."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat

from amip.errors import InputError
from amip.findings import Finding
from amip.lift import FORMATS, Lifted, lift_programmes, lift_record, lift_tables, serialise_quads
from amip.lift.lexical import is_lexical
from amip.lift.mapping import read_mapping_file, read_mappings
from amip.records import Record, make_tables, read_record
from amip.records.tables import Cells
from amip.terms import ID, PREFIXES
from samples import MINIMAL, PROGRAMMES, SLUG, TESTS, copy_minimal, edit_cell, read_rows, write_rows

VALID = read_mapping_file(TESTS / "mappings" / "valid.yarrrml.yml")
INVALID = sorted(path.name for path in TESTS.glob("mappings/invalid.*.yml"))
LEXICAL = read_rows(TESTS / "values" / "lexical.csv")
EX = "https://example.org/"
OBS = f"{ID}obs/{SLUG}/"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def lift_things(*rows: Mapping[str, str]) -> tuple[set[Quad], list[Finding]]:
    """Lift rows of the table `things` by the valid sample mapping."""
    cells = [Cells(row, "sample/things.csv", number) for number, row in enumerate(rows, start=2)]
    text, findings = lift_tables({"things": cells}, VALID)
    quads = parse(text)
    assert len(quads) == text.count("\n") == len(text.splitlines())
    return quads, findings


def parse(text: str) -> set[Quad]:
    return set(pyoxigraph.parse(text.encode(), format=RdfFormat.N_QUADS))


def objects(quads: set[Quad], predicate: str) -> list[NamedNode | Literal]:
    found = (quad.object for quad in quads if quad.predicate.value == EX + predicate)
    return [term for term in found if isinstance(term, NamedNode | Literal)]


def lift_minimal(folder: Path = MINIMAL) -> str:
    record, findings = read_record(folder)
    assert not findings
    text, findings = lift_record(record)
    assert not findings
    return text


def test_every_kind_of_statement() -> None:
    row = {"id": "a 1", "text": "x", "number": "1.50", "day": "2022-02-28", "page": f"{EX}p#q"}
    quads, findings = lift_things(row)
    assert not findings
    assert quads == parse((TESTS / "mappings" / "valid.nq").read_text(encoding="utf-8"))


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(datatype))


@given(texts)
@example('"Jobwerkstatt"')
@example('back\\slash "quote" \\" \\n')
@example("line\nbreak\r\nand\rmore\ttab")
@example("{0} {text} {{}} %s %20")
@example("\v\f\x1c\x1d\x1e\x85\u2028\u2029")
@example("Größe – „12“ € 😀 \u0000\u007f\ufeff\uffff")
@example(" ")
def test_any_text_survives(text: str) -> None:
    quads, findings = lift_things({"id": "a", "text": text})
    assert not findings
    assert objects(quads, "text") == [Literal(text)]
    assert objects(quads, "label") == [Literal(text, language="de")]
    assert objects(quads, "to") == [NamedNode(f"{EX}part/{quote(text, safe='')}/a")]


@given(texts)
@example("a/b?c#d")
@example("ä ö%20")
@example("{id}")
def test_any_text_is_safe_in_a_template(text: str) -> None:
    quads, _ = lift_things({"id": text})
    (subject,) = {quad.subject for quad in quads}
    assert isinstance(subject, NamedNode)
    assert re.fullmatch(re.escape(f"{EX}thing/") + r"[A-Za-z0-9%._~-]+", subject.value)


@given(st.fixed_dictionaries({name: st.text(max_size=3) for name in ("number", "day", "page")}))
@example({"number": "12,50", "day": "28.02.2022", "page": "no iri"})
@example({"number": "٣", "day": "٢٠٢٢-01-01", "page": "http://a b"})
@example({"number": "1\n", "day": "2022-02-28\n", "page": "urn:x\n"})
def test_a_cell_becomes_a_statement_or_a_finding(cells: dict[str, str]) -> None:
    quads, findings = lift_things({"id": "a", **cells})
    wrong = {finding.place.column for finding in findings if ": thing" in finding.values["mapping"]}
    for name, value in cells.items():
        stated = [term.value for term in objects(quads, name)]
        assert stated == ([] if not value or name in wrong else [value])
        assert value or name not in wrong


def test_what_cannot_be_written_is_found_at_its_cell() -> None:
    rows = [
        {"id": "good", "number": "1.5", "text": "x"},
        {"id": "bad", "number": "1,5", "text": "x", "page": "not an iri"},
    ]
    quads, findings = lift_things(*rows)
    found = {(f.code, str(f.place), f.found, f.values["mapping"]) for f in findings}
    name = "valid.yarrrml.yml"
    assert found == {
        ("AMIP-L01", "sample/things.csv, row 3, column number [bad]", "1,5", f"{name}: thing"),
        ("AMIP-L01", "sample/things.csv, row 3, column page [bad]", "not an iri", f"{name}: thing"),
        ("AMIP-L01", "sample/things.csv, row 3, column page [bad]", "not an iri", f"{name}: page"),
    }
    assert objects(quads, "number") == [typed("1.5", f"{PREFIXES['xsd']}decimal")]
    assert len(objects(quads, "text")) == len(rows)
    assert not objects(quads, "page")


def test_empty_cells_make_no_statement() -> None:
    quads, findings = lift_things({"id": "a", "text": "", "number": "", "page": ""}, {"id": ""}, {})
    assert not findings
    assert {quad.predicate.value for quad in quads} == {f"{PREFIXES['rdf']}type", f"{EX}constant"}


def test_equal_rows_state_once() -> None:
    quads, _ = lift_things({"id": "a", "text": "x"}, {"id": "a", "text": "x"})
    assert len(objects(quads, "text")) == 1


@pytest.mark.parametrize("name", INVALID)
def test_unsupported_mapping(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_mapping_file(TESTS / "mappings" / name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    if name not in {f"invalid.{reason}.yarrrml.yml" for reason in ("broken-yaml", "list")}:
        assert message.startswith((f"{name}: thing: ", f"{name}: {{"))
        assert caught.value.advice


@pytest.mark.parametrize("row", LEXICAL, ids=[f"{row['type']} {row['text']}" for row in LEXICAL])
def test_lexical_form(row: dict[str, str]) -> None:
    assert is_lexical(row["text"], PREFIXES["xsd"] + row["type"]) is (row["lexical"] == "true")


def test_twice_gives_the_same_bytes_in_fresh_processes() -> None:
    program = "import sys; from amip.cli import main; main()"
    command = [sys.executable, "-c", program, "lift", str(MINIMAL), "-f"]
    for name in FORMATS:
        outputs = {
            subprocess.run(
                [*command, name],
                check=True,
                capture_output=True,
                env={**os.environ, "PYTHONHASHSEED": seed},
            ).stdout
            for seed in ("1", "2")
        }
        assert len(outputs) == 1


@pytest.mark.parametrize("folder", [*PROGRAMMES, MINIMAL], ids=lambda folder: folder.name)
def test_order_of_rows_does_not_matter(folder: Path) -> None:
    record, _ = read_record(folder)
    turned = Record(folder, record.head, {name: rows[::-1] for name, rows in record.tables.items()})
    one, other = (serialise_quads(lift_record(each)[0], "nquads") for each in (record, turned))
    assert one == other


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_no_line_twice(folder: Path) -> None:
    lines = lift_record(read_record(folder)[0])[0].splitlines()
    assert len(lines) == len(set(lines))


def test_a_new_row_leaves_the_rest_alone(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    rows = read_rows(folder / "figures.csv")
    new = rows[0] | {"id": "aaa-first", "printed": "7", "value": "7", "start": "900"}
    write_rows(folder / "figures.csv", list(new), [new, *rows])
    before, after = parse(lift_minimal()), parse(lift_minimal(folder))
    assert before < after
    subjects = {str(quad.subject).partition("#")[0].strip("<>") for quad in after - before}
    assert subjects == {f"{OBS}aaa-first", f"{ID}mention/{SLUG}/900-901"}


@pytest.mark.parametrize(
    "column", ["aggregation", "approximation", "as_of", "base_period", "row", "note", "page"]
)
def test_an_emptied_cell_takes_its_statement_away(column: str, tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    filled = {"as_of": "2022-06-30", "page": "3", "aggregation": "month", "approximation": "about"}
    filled |= {"base_period": "2021", "row": "Frauen", "note": "x"}
    for value in (filled[column], ""):
        edit_cell(folder, "figures.csv", 4, column, value)
        quads = parse(lift_minimal(folder))
        if value:
            before = quads
    assert quads - before == set() or column == "approximation"
    assert 1 <= len(before - quads) <= 2


def test_every_programme_has_a_graph_of_its_own(lifted: Lifted) -> None:
    for record, text in zip(lifted.records, lifted.quads, strict=True):
        graphs = {str(quad.graph_name).strip("<>") for quad in parse(text)}
        assert graphs - {f"{ID}graph/review"} == {f"{ID}graph/{record.slug}"}


def test_no_blank_nodes(lifted: Lifted) -> None:
    for text in lifted.quads:
        for quad in parse(text):
            assert not isinstance(quad.subject, BlankNode)
            assert not isinstance(quad.object, BlankNode)


def test_programmes_are_lifted_without_findings(lifted: Lifted) -> None:
    assert [(str(f.place), f.text("en")) for f in lifted.findings] == []
    assert [record.slug for record in lifted.records] == [folder.name for folder in PROGRAMMES]


def test_every_figure_is_an_observation_and_leads_back_to_its_row(lifted: Lifted) -> None:
    kind, observation = (
        NamedNode(f"{PREFIXES['rdf']}type"),
        NamedNode(f"{PREFIXES['qb']}Observation"),
    )
    for record, text in zip(lifted.records, lifted.quads, strict=True):
        found = {
            quad.subject.value
            for quad in parse(text)
            if quad.predicate == kind and quad.object == observation
            if isinstance(quad.subject, NamedNode)
        }
        rows = record.rows("figures")
        assert found == {f"{ID}obs/{record.slug}/{row['id']}" for row in rows}
        for iri in found:
            place = lifted.locate(iri)
            assert place is not None
            assert place.file == f"{record.slug}/figures.csv"
            assert rows[place.row - 2]["id"] == iri.rpartition("/")[2] == place.record


def test_an_iri_of_nobody_has_no_place(lifted: Lifted) -> None:
    assert lifted.locate(f"{ID}obs/nowhere-1999/x") is None
    assert lifted.locate("https://example.org/x") is None


def test_a_programme_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match=f"{SLUG} was given twice"):
        lift_programmes([MINIMAL, MINIMAL])


@pytest.mark.parametrize("name", FORMATS)
def test_formats_hold_the_same_quads(name: str) -> None:
    text = lift_minimal()
    content = serialise_quads(text, name)
    shuffled = "".join(reversed(text.splitlines(keepends=True)))
    assert content == serialise_quads(shuffled, name)
    found = set(pyoxigraph.parse(content, format=FORMATS[name]))
    if name == "turtle":
        assert found == {Quad(*quad.triple) for quad in parse(text)}
    else:
        assert found == parse(text)


@pytest.mark.parametrize("name", FORMATS)
def test_literals_are_not_rewritten(name: str, tmp_path: Path) -> None:
    """Trap 1: a store makes 12.5 of 12.50 and 7 of 007; the files must not."""
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 9, "value", "12.50")
    edit_cell(folder, "figures.csv", 9, "printed", "12,50 %")
    edit_cell(folder, "figures.csv", 9, "row", "007")
    content = serialise_quads(lift_minimal(folder), name).decode()
    if name == "jsonld":
        values = json_values(json.loads(content))
    else:
        values = re.findall(r'"([^"]*)"', content) + re.findall(r"(?<= )[0-9.]+(?= )", content)
    assert {"12.50", "12,50 %", "007", "07312"} <= set(values)
    assert "12.5" not in values
    assert "7312" not in values


def json_values(node: object) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in json_values(value)]
    if isinstance(node, list):
        return [text for value in node for text in json_values(value)]
    return [str(node)]


def test_nquads_are_sorted_and_unique(lifted: Lifted) -> None:
    lines = serialise_quads("".join(lifted.quads) * 2, "nquads").splitlines()
    assert lines == sorted(set(lines))


def columns_of(lifted: Lifted, *, filled: bool) -> dict[str, set[str]]:
    """Return the columns that each table has, derived ones included, or those in use."""
    tables: dict[str, set[str]] = {}
    for record in lifted.records:
        for table, rows in make_tables(record).items():
            cells = (item for row in rows for item in row.values.items())
            names = {name for name, value in cells if value or not filled}
            tables.setdefault(table, set()).update(names)
    return tables


def mapped_columns() -> dict[str, set[str]]:
    """Return the columns that the mappings of each table read."""
    tables: dict[str, set[str]] = {}
    for mapping in read_mappings():
        templates = [mapping.subject, mapping.graph, *(s.target for s in mapping.statements)]
        columns = {column for template in templates for column in template.columns}
        tables.setdefault(mapping.table, set()).update(columns)
    return tables


def test_mappings_read_only_columns_that_exist(lifted: Lifted) -> None:
    """A misspelt column would be an empty one, and make no statement without a word."""
    known = columns_of(lifted, filled=False)
    for table, columns in mapped_columns().items():
        assert columns - known[table] - SELDOM == set(), table


def test_every_derived_cell_is_mapped(lifted: Lifted) -> None:
    """What the records stage works out must arrive in the graph."""
    mapped = mapped_columns()
    for table, cells in columns_of(lifted, filled=True).items():
        derived = {name for name in cells if re.search(r"_(?:year|month|day|inferred|iri)$", name)}
        assert derived - mapped[table] - {"first_year", "last_year"} == UNMAPPED.get(table, set())


SELDOM = {
    f"{prefix}_{kind}"
    for prefix in ("period", "from", "base", "as_of", "data_as_of", "signed", "issued", "drawn_up")
    for kind in ("year", "month", "day")
}
"""Columns that only some periods fill; the programmes of the package need not use all of them."""

UNMAPPED = {
    "figures": {"base_from_month", "base_inferred"},
    "targets": {"base_inferred", "period_inferred"},
}
"""Derived cells that the mappings leave out."""
