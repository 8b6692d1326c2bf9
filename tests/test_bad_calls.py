"""Bad calls: an exit code that means something, and a sentence in place of every traceback."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest

from samples import CASES, MINIMAL, ROOT, SLUG, TESTS, copy_minimal
from terminal import Done, run

BAD_CALLS = [
    # arguments, exit code, words on standard error
    (["no-such-verb"], 2, "no command “no-such-verb”"),
    (["valdate"], 2, "did you mean “validate”"),
    (["buld"], 2, "did you mean “build”"),
    (["--no-such-option"], 2, "--no-such-option"),
    (["--lang", "fr", "query", "--list"], 2, "fr"),
    (["query"], 2, "give the NAME"),
    (["query", "instrument-mix", "-q", "x.rq"], 2, "give the NAME"),
    (["query", "instument-mix"], 2, "“instrument-mix”"),
    (["query", "programmes-using-instrument", "--set", "instrment=AGH"], 2, "“instrument”"),
    (["query", "programmes-using-instrument", "--set", "instrument=FbWW"], 2, "“FbW”"),
    (["query", "programmes-using-instrument", "--set", "instrument"], 2, "NAME=VALUE"),
    (["query", "instrument-mix", "--set", "name=x"], 2, "no parameter “name”"),
    (["query", "instrument-mix", "--set", "lang=fr"], 2, "choose de or en"),
    (["query", "instrument-mix", "-f", "xlsx"], 2, "xlsx"),
    (["query", "instrument-mix", "-f", "parquet"], 2, "-o answer.parquet"),
    (["query", "-q", "broken.rq"], 2, "error at 3:"),
    (["query", "-q", "ask.rq"], 2, "not a SELECT"),
    (["query", "-q", "update.rq"], 2, "error at 2:"),
    (["query", "-q", "service.rq"], 4, "SERVICE"),
    (["query", "-q", "missing.rq"], 3, "missing.rq"),
    (["query", "-q", "latin.rq"], 3, "latin.rq"),
    (["query", "instrument-mix", "--data", "nowhere"], 3, "nowhere"),
    (["query", "instrument-mix", "--data", "latin.rq"], 3, "latin.rq"),
    (["query", "instrument-mix", "--endpoint", "http://127.0.0.1:1/"], 4, "127.0.0.1:1"),
    (["query", "instrument-mix", "--endpoint", "https://127.0.0.1:1/"], 4, "127.0.0.1:1"),
    (["query", "instrument-mix", "-o", "no/such/folder/x.csv"], 3, "cannot be written"),
    (["query", "instrument-mix", "-f", "parquet", "-o", "no/x.parquet"], 3, "cannot be written"),
    (["lift"], 2, "RECORD"),
    (["lift", "nowhere"], 3, "nowhere"),
    (["lift", "file.txt"], 3, "not a programme folder"),
    (["lift", "empty"], 3, "not a programme folder"),
    (["lift", "latin"], 3, "is not UTF-8"),
    (["lift", "yaml"], 3, "programme.yaml"),
    (["lift", "bad"], 1, "AMIP-R04"),
    (["lift", str(MINIMAL), str(MINIMAL)], 3, "given twice"),
    (["lift", str(MINIMAL), "-f", "rdfxml"], 2, "rdfxml"),
    (["lift", str(MINIMAL), "-o", "empty"], 3, "empty"),
    (["validate", "nowhere"], 3, "nowhere"),
    (["validate", "empty"], 3, "not a programme folder"),
    (["validate", "file.txt"], 3, "file.txt"),
    (["validate", "broken.ttl"], 3, "broken.ttl"),
    (["validate", "latin"], 3, "is not UTF-8"),
    (["validate", str(MINIMAL), "-f", "pdf"], 2, "pdf"),
    (["build", "-o", "file.txt"], 2, "not a folder"),
    (["build", "-o", "foreign"], 2, "no dataset"),
    (["build", "-o", "file.txt/dist", str(MINIMAL)], 3, "cannot be written"),
    (["build", "nowhere"], 3, "nowhere"),
    (["build", "bad", "-o", "dist"], 1, "not published"),
    (["check-sources"], 2, "DIR"),
    (["check-sources", "nowhere"], 3, "nowhere"),
    (["check-sources", "empty", str(MINIMAL)], 3, SLUG),
    (["check-sources", "empty", "nowhere"], 3, "not a programme folder"),
    (["trace"], 2, "ID"),
    (["trace", "nonsense"], 2, "no programme"),
    (["trace", "elbe-elster-2023/k2-2022-plan-f"], 2, "“elbe-elster-2022”"),
    (["trace", "elbe-elster-2022/k2-2022-plan-d"], 2, "“k2-2022-plan-f”"),
    (["trace", "stat/vg250-ew/2022-12-31/99999/2022-12-31/population"], 2, "there is no value"),
    (["trace", "stat/> ?s"], 2, "is no identifier"),
    (["query", "programmes-and-sponsors", "--with", "nowhere.nq"], 3, "nowhere.nq"),
    (
        ["query", "programmes-and-sponsors", "--with", "x.nq", "--endpoint", "http://x"],
        2,
        "endpoint",
    ),
]

Outcomes: TypeAlias = dict[tuple[str, ...], Done]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the bad calls name."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "file.txt").write_text("Das ist kein RDF.", encoding="utf-8")
    (folder / "broken.ttl").write_text("<a> <b> <c>", encoding="utf-8")
    (folder / "latin.rq").write_bytes("# Größe".encode("latin-1"))
    for name in ("broken", "ask", "update", "service"):
        (folder / f"{name}.rq").write_bytes((TESTS / "queries" / f"{name}.rq").read_bytes())
    for name in ("empty", "foreign"):
        (folder / name).mkdir()
    (folder / "foreign" / "thesis.docx").write_text("x", encoding="utf-8")
    for name, case in (("latin", "latin-1"), ("yaml", "broken-yaml"), ("bad", "unparsable-number")):
        copy_minimal(folder / f"{name}.d").rename(folder / name)
        for file in (CASES / "bad" / case).iterdir():
            if not file.name.startswith(("expected", "error")):
                (folder / name / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture(scope="module")
def outcomes(desk: Path) -> Outcomes:
    """What comes of the bad calls, run side by side."""
    before = sorted(desk.rglob("*"))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        calls = [tuple(call) for call, _, _ in BAD_CALLS]
        done = dict(zip(calls, pool.map(lambda call: run(*call, folder=desk), calls), strict=True))
    assert sorted(desk.rglob("*")) == before, "a bad call left something behind"
    return done


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    BAD_CALLS,
    ids=[" ".join(call).replace(str(ROOT), "") for call, _, _ in BAD_CALLS],
)
def test_bad_call(arguments: list[str], status: int, words: str, outcomes: Outcomes) -> None:
    done = outcomes[tuple(arguments)]
    talk = done.stderr.decode()
    assert done.returncode == status, talk
    assert words in talk
    assert "Traceback" not in talk + done.stdout.decode()
