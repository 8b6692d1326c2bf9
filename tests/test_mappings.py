"""Mappings: what the executor makes of a table, whatever stands in its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import pyoxigraph
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from amip.errors import InputError
from amip.findings import Finding
from amip.lift import Lifted, lift_tables
from amip.lift.lexical import is_lexical
from amip.lift.mapping import read_mapping_file, read_mappings
from amip.records import make_tables
from amip.records.cells import Cells
from amip.terms import PREFIXES
from samples import TESTS, read_rows

VALID = read_mapping_file(TESTS / "mappings" / "valid.yarrrml.yml")
INVALID = sorted(path.name for path in TESTS.glob("mappings/invalid.*.yml"))
LEXICAL = read_rows(TESTS / "values" / "lexical.csv")
EX = "https://example.org/"

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
        ("AMIP-R18", "sample/things.csv, row 3, column number [bad]", "1,5", f"{name}: thing"),
        ("AMIP-R18", "sample/things.csv, row 3, column page [bad]", "not an iri", f"{name}: thing"),
        ("AMIP-R18", "sample/things.csv, row 3, column page [bad]", "not an iri", f"{name}: page"),
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
        assert derived - mapped[table] - {"first_year", "last_year"} == set()


SELDOM = {
    f"{prefix}_{kind}"
    for prefix in (
        "period",
        "from",
        "base",
        "base_from",
        "as_of",
        "data_as_of",
        "signed",
        "issued",
        "drawn_up",
    )
    for kind in ("year", "month", "day")
}
"""Columns that only some periods fill; the programmes of the package need not use all of them."""
