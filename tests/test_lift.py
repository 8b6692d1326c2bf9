"""Lift: records to quads, always the same, in every format."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat

from amip.errors import InputError
from amip.lift import FORMATS, Lifted, lift_programmes, lift_record, serialise_quads
from amip.records import Record, read_record
from amip.terms import ID, PREFIXES
from samples import MINIMAL, PROGRAMMES, SLUG, copy_minimal, edit_cell, read_rows, write_rows

OBS = f"{ID}obs/{SLUG}/"


def parse(text: str) -> set[Quad]:
    return set(pyoxigraph.parse(text.encode(), format=RdfFormat.N_QUADS))


def lift_minimal(folder: Path = MINIMAL) -> str:
    record, findings = read_record(folder)
    assert not findings
    text, findings = lift_record(record)
    assert not findings
    return text


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
    new |= {"period": "2019"}
    write_rows(folder / "figures.csv", list(new), [new, *rows])
    before, after = parse(lift_minimal()), parse(lift_minimal(folder))
    assert before < after
    subjects = {str(quad.subject).partition("#")[0].strip("<>") for quad in after - before}
    assert subjects == {f"{OBS}aaa-first", f"{ID}mention/{SLUG}/900-901"}


def test_two_values_of_one_cell_stand_in_no_cube(tmp_path: Path) -> None:
    """They stay observations; which of them fills the cell is not ours to say."""
    folder = copy_minimal(tmp_path)
    rows = read_rows(folder / "figures.csv")
    new = rows[0] | {"id": "other", "printed": "7", "value": "7", "start": "900"}
    write_rows(folder / "figures.csv", list(new), [*rows, new])
    before, after = parse(lift_minimal()), parse(lift_minimal(folder))
    twins = {NamedNode(f"{OBS}{row['id']}") for row in (rows[0], new)}
    cube = NamedNode(f"{PREFIXES['qb']}dataSet")
    in_cubes = [
        {quad.subject for quad in quads if quad.predicate == cube} for quads in (before, after)
    ]
    assert in_cubes[0] - in_cubes[1] == twins - {NamedNode(f"{OBS}other")}
    assert not in_cubes[1] & twins
    assert twins < {quad.subject for quad in after}


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
        NamedNode(f"{PREFIXES['amip']}Observation"),
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
