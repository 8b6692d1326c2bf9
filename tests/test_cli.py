"""The command line: help, languages, output and exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import click
import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

import amip
from amip.cli.root import VERBS, cli
from amip.query import load_questions
from amip.query.answer import WRITERS, write_markdown
from samples import CASES, MINIMAL, PROGRAMMES, ROOT, SLUG, TESTS, copy_minimal, edit_cell
from terminal import AMIP, run

HEAVY = ("pandas", "pyarrow", "rdflib", "pyshacl", "SPARQLWrapper", "rich", "yaml")
QUERY = (TESTS / "queries" / "values.rq").read_text(encoding="utf-8")
PROGRAMME = str(PROGRAMMES[0])


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"amip, version {amip.__version__}\n".encode())


def test_help_lists_every_verb() -> None:
    done = run("--help")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert all(re.search(rf"^  {verb} ", text, re.MULTILINE) for verb in VERBS)
    assert "Exit codes" in text


def test_without_arguments_it_shows_help() -> None:
    done = run()
    assert b"Usage: amip" in done.stdout + done.stderr


def test_help_needs_no_heavy_library() -> None:
    program = (
        "import sys; sys.argv = ['amip', '--help']\n"
        "from amip.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(done.stderr.decode().replace("'", '"')) in ([], ["yaml"])


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_explained(verb: str) -> None:
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    assert command.name == verb
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"amip {verb}" in readme
    done = run(verb, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: amip {verb}".encode())


def test_verbs_are_listed_in_the_order_of_the_work() -> None:
    assert sorted(cli.list_commands(click.Context(cli))) == sorted(VERBS)


@pytest.mark.parametrize(
    ("language", "option", "expected"),
    [
        ("de_DE.UTF-8", [], "de"),
        ("en_GB.UTF-8", [], "en"),
        ("C.UTF-8", [], "en"),
        ("de_DE.UTF-8", ["--lang", "en"], "en"),
        ("C", ["--lang", "de"], "de"),
    ],
)
def test_language(language: str, option: list[str], expected: str) -> None:
    done = run(*option, "query", "--list", language=language)
    assert done.returncode == 0
    for question in load_questions().values():
        assert question.texts[expected] in done.stdout.decode()


@pytest.mark.parametrize("language", ["de", "en"])
def test_answer_in_both_languages(language: str) -> None:
    done = run("--lang", language, "query", "budget-moved-to-administration")
    question = load_questions()["budget-moved-to-administration"]
    assert done.returncode == 0
    assert question.texts[language] in " ".join(done.stdout.decode().split())
    assert question.columns[0].labels[language] in done.stdout.decode()
    talk = done.stderr.decode()
    assert {"de": "von 5 Programmen", "en": "of 5 programmes"}[language] in talk
    assert all(f"• {caveat}" in talk for caveat in question.caveats[language])


@pytest.mark.parametrize("form", ["csv", "json", "md", "parquet", "table"])
def test_answer_forms(form: str, tmp_path: Path, graph: amip.Graph) -> None:
    done = run("query", "instrument-mix", "-f", form, "-o", "answer", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    answer = graph.answer("instrument-mix")
    expected = WRITERS[form](answer) if form in WRITERS else write_markdown(answer, "en")
    assert (tmp_path / "answer").read_bytes() == expected
    if form == "csv":
        assert run("query", "instrument-mix", "-f", form).stdout == expected


def test_a_narrow_terminal_cuts_no_number_off(graph: amip.Graph) -> None:
    done = run("query", "instrument-mix")
    shown = done.stdout.decode()
    values = graph.ask("instrument-mix")["amount_eur"].dropna()
    assert all(f"{value:,f}".rstrip("0").rstrip(".") in shown for value in values)


def test_own_query_from_file_and_standard_input(tmp_path: Path, graph: amip.Graph) -> None:
    (tmp_path / "own.rq").write_text(QUERY, encoding="utf-8")
    from_file = run("query", "-q", "own.rq", "-f", "csv", folder=tmp_path)
    from_input = run("query", "-q", "-", "-f", "csv", given=QUERY.encode())
    assert from_file.returncode == from_input.returncode == 0
    assert from_file.stdout == from_input.stdout
    assert from_file.stdout.count(b"\n") == len(graph.select(QUERY).rows.rows) + 1


def test_a_broken_query_on_standard_input() -> None:
    for content in (b"SELECT ?x {", b"\xff\xfe", b""):
        done = run("query", "-q", "-", given=content)
        assert done.returncode in {2, 3}
        assert b"Traceback" not in done.stderr


def test_data_is_asked_where_it_is(dataset: amip.Dataset) -> None:
    here = run("query", "instrument-mix", "-f", "csv")
    there = run("query", "instrument-mix", "-f", "csv", "--data", str(dataset.folder))
    one = run("query", "bodies-that-took-part", "-f", "csv", "--data", str(MINIMAL))
    assert here.stdout == there.stdout != b""
    assert SLUG.encode() in one.stdout


@pytest.mark.parametrize("form", ["nquads", "trig", "turtle", "jsonld"])
def test_lift_writes_each_format(form: str, tmp_path: Path) -> None:
    formats = {
        "nquads": RdfFormat.N_QUADS,
        "trig": RdfFormat.TRIG,
        "turtle": RdfFormat.TURTLE,
        "jsonld": RdfFormat.JSON_LD,
    }
    piped = run("lift", str(MINIMAL), "-f", form)
    dash = run("lift", str(MINIMAL), "-f", form, "-o", "-")
    run("lift", str(MINIMAL), "-f", form, "-o", "out", folder=tmp_path)
    assert piped.stdout == dash.stdout == (tmp_path / "out").read_bytes()
    found = list(pyoxigraph.parse(piped.stdout, format=formats[form]))
    expected = (CASES / "minimal" / "expected.nq").read_text(encoding="utf-8")
    assert len(found) == expected.count("\n")


def test_lift_several() -> None:
    done = run("lift", PROGRAMME, str(MINIMAL))
    assert done.returncode == 0
    assert done.stdout.splitlines() == sorted(set(done.stdout.splitlines()))


def test_output_replaces_files_and_writes_to_pipes(tmp_path: Path) -> None:
    """A file appears whole, with the usual rights; links stay links and pipes stay pipes."""
    (tmp_path / "old").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("old")
    plain = run("lift", str(MINIMAL)).stdout
    assert run("lift", str(MINIMAL), "-o", "link", folder=tmp_path).returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "old").read_bytes() == plain
    assert run("lift", str(MINIMAL), "-o", "new", folder=tmp_path).returncode == 0
    (tmp_path / "touched").touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "touched").stat().st_mode
    os.mkfifo(tmp_path / "pipe")
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    assert run("lift", str(MINIMAL), "-o", "pipe", folder=tmp_path).returncode == 0
    reader.join(timeout=10)
    assert received == [plain]
    assert (tmp_path / "pipe").is_fifo()
    assert len(list(tmp_path.iterdir())) == len({"old", "link", "new", "touched", "pipe"})


def test_build_shows_a_summary(tmp_path: Path) -> None:
    for language, words in (("en", "statements"), ("de", "Nennungen")):
        done = run("--lang", language, "build", "-o", "dist", str(MINIMAL), folder=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
        assert words in done.stdout.decode()
        assert (tmp_path / "dist" / "SHA256SUMS").is_file()
        assert done.stderr.count(b"\n") == 3


def test_build_refuses_violations_and_says_which(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 5, "value", "670")
    edit_cell(folder, "figures.csv", 5, "printed", "670")
    done = run("build", "-o", "dist", str(folder), folder=tmp_path)
    assert done.returncode == 1
    assert b"1,210" in done.stdout or b"1210" in done.stdout
    assert not (tmp_path / "dist").exists()
    allowed = run("build", "-o", "dist", str(folder), "--allow-violations", folder=tmp_path)
    assert allowed.returncode == 0
    assert (tmp_path / "dist" / "SHA256SUMS").is_file()


def test_check_sources(tmp_path: Path) -> None:
    texts = CASES / "minimal"
    done = run("check-sources", str(texts), str(MINIMAL))
    assert done.returncode == 0
    assert b"100.0 %" in done.stdout
    folder = copy_minimal(tmp_path)
    edit_cell(folder, "figures.csv", 3, "start", "120")
    done = run("--lang", "de", "check-sources", str(texts), str(folder))
    assert done.returncode == 1
    assert "AMIP-Q02" in done.stdout.decode()
    edit_cell(folder, "figures.csv", 3, "start", "page 2")
    done = run("check-sources", str(texts), str(folder))
    assert done.returncode == 1
    assert b"AMIP-R13" in done.stdout
    assert b"Traceback" not in done.stderr


def test_trace_shows_the_place(sources: Path) -> None:
    name = "elbe-elster-2022/k2-2022-plan-f"
    short = run("trace", name)
    full = run("trace", f"https://w3id.org/amip/id/obs/{name}")
    assert short.returncode == 0
    assert short.stdout == full.stdout
    done = run("--lang", "de", "trace", name, "--sources", str(sources))
    text = done.stdout.decode()
    line = re.search(r"^Textzeile\s+(\d+)$", text, re.MULTILINE)
    printed = re.search(r"^gedruckt\s+(.+)$", text, re.MULTILINE)
    assert line
    assert printed
    lines = (sources / "elbe-elster-2022.txt").read_text(encoding="utf-8").split("\n")
    assert printed[1] in lines[int(line[1]) - 1]


def test_trace_shows_where_a_statistic_was_read() -> None:
    name = "stat/vg250-ew/2022-12-31/12062/2022-12-31/population"
    done = run("--lang", "de", "trace", name)
    shown = dict(
        re.split(r"\s{2,}", line, maxsplit=1) for line in done.stdout.decode().splitlines()
    )
    number = int(shown["Zeile"])
    row = (ROOT / "ontology/areas" / shown["Datei"]).read_text(encoding="utf-8").split("\n")
    assert row[number - 1].split(",")[int(shown["Spalte"]) - 1] == shown["gedruckt"] == "100902"


@pytest.mark.parametrize(
    "command",
    [
        f"lift {PROGRAMME}",
        f"lift {PROGRAMME} -f trig",
        "query measures-and-funders",
        "query measures-and-funders -f csv",
        "query --list",
        "validate -f json",
    ],
)
def test_a_reader_that_leaves_is_no_error(command: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{AMIP} {command} | head -c 20"], capture_output=True, check=False
    )
    assert len(done.stdout) <= 20
    for word in (b"Traceback", b"BrokenPipe", b"Exception ignored"):
        assert word not in done.stderr
