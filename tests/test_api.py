"""The Python door: what `amip` offers, and of which types the answers are."""

from __future__ import annotations

import doctest
import importlib
import inspect
import io
import json
import pkgutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rdflib

import amip
from amip.errors import InputError, RemoteError, UsageError
from amip.findings import LANGUAGES
from amip.lift import Lifted
from amip.query import Answer, GraphStore, load_questions
from amip.query.answer import WRITERS, write_markdown
from samples import MINIMAL, ROOT, SLUG, TESTS

VALUES = (TESTS / "queries" / "values.rq").read_text(encoding="utf-8")
MODULES = sorted(
    module.name for module in pkgutil.walk_packages([str(ROOT / "src" / "amip")], "amip.")
)
DTYPES = {"integer": "Int64", "year": "Int64", "boolean": "boolean", "text": "string"}


@pytest.fixture(scope="module")
def answer(graph: amip.Graph) -> Answer:
    return graph.select(VALUES)


def test_exports_are_sorted_and_there() -> None:
    assert amip.__all__ == sorted(set(amip.__all__))
    for name in amip.__all__:
        member = getattr(amip, name)
        if not isinstance(member, str):
            assert inspect.getdoc(member)


def test_nothing_public_is_left_out() -> None:
    members = {
        name
        for name, member in vars(amip).items()
        if not name.startswith("_") and not inspect.ismodule(member)
    }
    assert members == set(amip.__all__) - {"__version__"}


def test_star_import_gives_the_exports() -> None:
    namespace: dict[str, object] = {}
    exec("from amip import *", namespace)
    assert set(namespace) - {"__builtins__"} == set(amip.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, raise_on_error=False).failed == 0


def test_errors_have_one_base_and_an_exit_code() -> None:
    kinds = {error: error.exit_code for error in amip.AmipError.__subclasses__()}
    assert kinds == {
        amip.UsageError: 2,
        amip.InputError: 3,
        amip.RefusedError: 1,
        amip.RemoteError: 4,
    }


def test_an_answer_has_exact_types(answer: Answer, lifted: Lifted) -> None:
    frame = answer.to_frame()
    assert len(frame) == sum(len(record.rows("figures")) for record in lifted.records)
    assert isinstance(frame["value"].dtype, pd.ArrowDtype)
    assert pa.types.is_decimal128(frame["value"].dtype.pyarrow_dtype)
    assert {name: str(frame[name].dtype) for name in ("figure", "name", "year", "true")} == {
        "figure": "string",
        "name": "string",
        "year": "Int64",
        "true": "boolean",
    }
    assert frame["missing"].isna().all()
    assert frame["missing"].iloc[0] is pd.NA
    assert not [name for name in frame if pd.api.types.is_float_dtype(frame[name])]


def test_values_are_those_of_the_records(answer: Answer, lifted: Lifted) -> None:
    stated = {
        f"{record.slug}/{row['id']}": Decimal(row["value"])
        for record in lifted.records
        for row in record.rows("figures")
    }
    frame = answer.to_frame()
    found = dict(zip(frame["figure"], frame["value"], strict=True))
    assert {iri.partition("/id/obs/")[2]: value for iri, value in found.items()} == stated


def test_every_question_gives_the_declared_types(graph: amip.Graph) -> None:
    for name, question in load_questions().items():
        frame = graph.ask(name)
        assert set(frame) >= {column.name for column in question.columns}, name
        for column in question.columns:
            dtype = frame[column.name].dtype
            if column.type == "decimal":
                assert isinstance(dtype, pd.ArrowDtype), (name, column.name)
                assert pa.types.is_decimal128(dtype.pyarrow_dtype), (name, column.name)
            else:
                assert str(dtype) == DTYPES.get(column.type, "string"), (name, column.name)
        assert str(frame["stated_by"].dtype) == str(frame["of_programmes"].dtype) == "Int64"


def test_what_is_not_stated_is_missing_and_not_zero(graph: amip.Graph) -> None:
    frame = graph.ask("integration-rate-targets")
    silent = frame[frame["status"] == "not-stated"]
    assert len(silent) > 0
    assert silent[["target_value", "change_percent"]].isna().all(axis=None)
    assert silent["target_value"].iloc[0] is pd.NA


def test_an_answer_without_rows_keeps_its_columns(graph: amip.Graph) -> None:
    frame = graph.select(f"{VALUES} LIMIT 0").to_frame()
    assert list(frame) == ["figure", "name", "value", "year", "decimals", "missing", "true"]
    assert frame.empty


@pytest.mark.parametrize("name", ["budget-moved-to-administration", "instrument-mix"])
def test_written_forms_agree(name: str, graph: amip.Graph) -> None:
    answer = graph.answer(name)
    frame = answer.to_frame()
    rows = json.loads(WRITERS["json"](answer))
    lines = WRITERS["csv"](answer).decode().splitlines()
    table = write_markdown(answer, "en").decode().splitlines()
    stored = pq.read_table(io.BytesIO(WRITERS["parquet"](answer)))
    assert lines[0].split(",") == list(rows[0]) == list(frame) == stored.column_names
    assert len(rows) == len(lines) - 1 == len(table) - 2 == stored.num_rows == len(frame)
    for column in answer.question.columns if answer.question else ():
        if column.type == "decimal":
            exact = [None if value is pd.NA else f"{value:f}" for value in frame[column.name]]
            assert [row[column.name] for row in rows] == exact
            assert pa.types.is_decimal128(stored.schema.field(column.name).type)


def test_languages_change_words_and_no_numbers(graph: amip.Graph) -> None:
    frames = [graph.ask("instrument-mix", lang=language) for language in LANGUAGES]
    for column in ("programme", "amount_eur", "share_percent", "instrument"):
        assert frames[0][column].equals(frames[1][column])
    assert not frames[0]["note"].equals(frames[1]["note"])


def test_open_takes_folder_file_and_dataset(dataset: amip.Dataset) -> None:
    everything = set(amip.open().programmes)
    assert set(amip.open(MINIMAL).programmes) == {SLUG}
    assert set(amip.open(str(dataset.folder)).programmes) == everything
    assert set(amip.open(dataset.folder / "amip.trig").programmes) == everything
    one = dataset.folder / "programmes" / "harburg-2022-2025.ttl"
    assert set(amip.open(one).programmes) == {"harburg-2022-2025"}


@pytest.mark.parametrize("name", ["nowhere", "empty", "text.ttl", "image.png"])
def test_open_refuses_what_it_cannot_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.ttl").write_text("kein Turtle", encoding="utf-8")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(InputError, match=name) as caught:
        amip.open(tmp_path / name)
    assert caught.value.advice


def test_open_says_when_an_endpoint_is_down() -> None:
    with pytest.raises(RemoteError, match=r"127\.0\.0\.1:1"):
        amip.open("http://127.0.0.1:1/query").select(VALUES)


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize(
    ("name", "words"), [("broken", "syntax"), ("ask", "not a SELECT"), ("update", "syntax")]
)
def test_a_query_that_is_no_select_is_refused(
    name: str, words: str, engine: str, graph: amip.Graph
) -> None:
    query = (TESTS / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    asked = graph if engine == "oxigraph" else amip.Graph(GraphStore(rdflib.Graph()))
    with pytest.raises(UsageError, match=words) as caught:
        asked.select(query)
    assert caught.value.advice


def test_odd_literals_are_text_and_nothing_is_lost(graph: amip.Graph) -> None:
    answer = graph.select((TESTS / "queries" / "odd.rq").read_text(encoding="utf-8"))
    frame = answer.to_frame()
    row = frame.iloc[0].astype(str).to_dict()
    assert row.pop("blank").startswith("_:")
    assert row == {
        "decimal": "abc",
        "point": ".",
        "year": "x",
        "boolean": "ja",
        "long": "99999999999999999999",
        "wide": "99999999999999999999999999999999999999.5",
        "whole": "12.5",
        "mixed": "1",
    }
    assert str(frame["long"].dtype) == "decimal128(38, 0)[pyarrow]"
    for write in WRITERS.values():
        assert write(answer)


def test_a_failing_service_is_a_remote_failure(graph: amip.Graph) -> None:
    with pytest.raises(RemoteError, match="another service"):
        graph.select((TESTS / "queries" / "service.rq").read_text(encoding="utf-8"))


def test_a_syntax_error_names_its_place(graph: amip.Graph) -> None:
    query = (TESTS / "queries" / "broken.rq").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="error at 3:"):
        graph.select(query)


@pytest.mark.parametrize("parameter", ["name", "self", "parameters", "question"])
def test_no_parameter_name_breaks_the_call(parameter: str, graph: amip.Graph) -> None:
    with pytest.raises(UsageError, match=f"“{parameter}”"):
        graph.ask("instrument-mix", **{parameter: "x"})
