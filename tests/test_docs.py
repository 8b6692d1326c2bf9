"""Documentation is tested: the examples run, links lead somewhere, decisions are numbered.

In a ```console block every line after `$ ` is a command, and the lines below it are what it must
print (`…` stands for any text; nothing below means that any output will do). Only `amip` is run;
a command that ends in `# exit 1` has to end so.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import amip
from samples import MINIMAL, PROGRAMMES, ROOT, SOURCE
from served import serve

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")
INVENTED = "musterstadt-2025"
NOT_RUN = re.compile(r"\b(?:amip serve|amip site|--endpoint)\b")
SITE = "http://127.0.0.1:8080/"


@dataclass(frozen=True)
class Block:
    """A fenced example of a page."""

    page: Path
    language: str
    text: str
    number: int

    def __str__(self) -> str:
        return f"{self.page.name} {self.language} {self.number}"


BLOCKS = [
    Block(page, match["language"], match["text"], number)
    for page in PAGES
    for number, match in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")), start=1)
]


def of_language(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to run examples in: a copy of the records, and the invented new programme."""
    folder = tmp_path_factory.mktemp("checkout")
    for programme in PROGRAMMES:
        shutil.copytree(programme, folder / "programmes" / programme.name)
    shutil.copytree(MINIMAL, folder / "programmes" / INVENTED)
    texts = ROOT.parent / "shared" / "sources"
    if texts.is_dir():
        shutil.copytree(texts, folder / "folder-of-texts")
        (folder / "folder-of-texts").chmod(0o755)
        shutil.copy(SOURCE, folder / "folder-of-texts" / f"{INVENTED}.txt")
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def examples(text: str) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with the output that is shown."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in found]


def matches(shown: str, printed: str) -> bool:
    """Tell whether the output is as shown, `…` standing for any text."""
    parts = [re.escape(part) for part in trim(shown).split("…")]
    return re.fullmatch(".*".join(parts), trim(printed), re.DOTALL) is not None


def trim(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


@pytest.mark.parametrize("block", of_language("console"), ids=str)
def test_commands_do_what_the_page_shows(block: Block, checkout: Path) -> None:
    for command, shown in examples(block.text):
        line, _, comment = command.partition(" #")
        words = shlex.split(line)
        program = words[0].rpartition("/")[2]
        if program == "make":
            targets = set(words[1:]) or {"all"}
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
        if program != "amip" or NOT_RUN.search(line):
            continue
        if "check-sources" in words and not (checkout / "folder-of-texts").is_dir():
            pytest.skip("the source texts are not here")
        done = run(line.replace(words[0], "amip", 1), checkout)
        status = int(comment.split()[-1]) if "exit" in comment else 0
        assert done.returncode == status, done.stdout
        assert not shown.strip() or matches(shown, done.stdout), done.stdout


@pytest.mark.parametrize("block", of_language("python"), ids=str)
def test_python_runs(block: Block, checkout: Path) -> None:
    if ">>>" in block.text:
        program = "import doctest, sys; sys.exit(doctest.testfile('example.txt', False).failed)"
        (checkout / "example.txt").write_text(block.text, encoding="utf-8")
    else:
        program = block.text
    with ExitStack() as stack:
        if SITE in program:
            program = program.replace(SITE, stack.enter_context(serve()).address)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", of_language("sparql"), ids=str)
def test_sparql_finds_something(block: Block, graph: amip.Graph) -> None:
    assert graph.select(block.text).rows.rows


@pytest.mark.parametrize("document", [*PAGES, *DECISIONS], ids=lambda document: document.name)
def test_page_is_finished(document: Path) -> None:
    """Links lead to files, fences are closed, and no gap is left to be filled in."""
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# ")
    for link in LINK.finditer(text):
        assert (document.parent / link["target"]).exists(), link["target"]
    fences = re.findall(r"^```.*$", text, re.MULTILINE)
    assert all(fence == "```" for fence in fences[1::2])
    assert len(fences) % 2 == 0
    assert re.findall(r"@[A-Z]+@|\bTODO\b", text) == []


def test_readme_names_every_folder_of_the_package() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("ontology", "programmes", "mappings", "shapes", "queries"):
        assert f"`{folder}/`" in text


def test_record_page_names_every_table_and_column() -> None:
    from amip.records.schema import TABLES, column_names

    text = (ROOT / "docs" / "record.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"{table}.csv" in text, table
    named = set(re.findall(r"`([a-z_]+)`", text))
    skipped = {"sex", "age_group", "nationality", "target_group", "sector", "instrument"}
    skipped |= {"budget_line", "staff_category", "provided_by", "region"}
    assert set(column_names("figures")) - named <= skipped


def test_decisions_are_numbered() -> None:
    numbers = [int(path.name.partition("-")[0]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    for number, path in enumerate(DECISIONS, start=1):
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", path.name)
        assert text.startswith(f"# {number}. ")
        status = re.search(r"^Status: (accepted|superseded|proposed)\b.*$", text, re.MULTILINE)
        assert status, path.name
        for other in re.findall(r"supersede[sd](?: by)? (?:ADR )?(\d+)", status[0]):
            assert 1 <= int(other) <= len(DECISIONS)


def test_changelog_and_citation_name_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(amip.__version__)}\]", changelog, re.MULTILINE)
    assert re.search(rf'^version: "?{re.escape(amip.__version__)}"?$', citation, re.MULTILINE)
