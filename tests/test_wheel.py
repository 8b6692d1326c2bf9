"""The wheel alone is enough: installed far from the checkout, it builds and answers the same."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import amip
from amip.assets import FOLDERS
from samples import MINIMAL, ROOT, SLUG

VERSIONED = ("figures.parquet", "void.ttl")
"""Files that name the version of pyarrow, or the checksum of one that does."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "-q", "-w"]
    subprocess.run([*command, str(folder)], check=True, capture_output=True, timeout=300)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `amip` of a fresh environment that has only the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    binaries = folder / "bin"
    command = [str(binaries / "python"), "-m", "pip", "install", "-q", str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return binaries / "amip"


def run(program: Path, *arguments: str, folder: Path) -> bytes:
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_wheel_carries_all_assets_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assets = {
        f"amip/data/{path.relative_to(ROOT).as_posix()}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    modules = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "amip").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == assets | modules
    assert "amip/py.typed" in names


def test_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(name).decode()
        entry = archive.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert f"\nVersion: {amip.__version__}\n" in text
    assert "\nLicense-Expression: Apache-2.0\n" in text
    assert "amip = amip.cli:main" in entry


def test_installed_wheel_builds_the_same_dataset(
    installed: Path, dataset: amip.Dataset, tmp_path: Path
) -> None:
    run(installed, "build", "-o", "dist", folder=tmp_path)
    there, here = (
        {
            line
            for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
            if not line.endswith(VERSIONED)
        }
        for folder in (tmp_path / "dist", dataset.folder)
    )
    assert there == here


def test_installed_wheel_answers(installed: Path, tmp_path: Path) -> None:
    here = Path(sys.executable).with_name("amip")
    for arguments in (
        ["query", "integration-rate-targets", "-f", "csv"],
        ["query", "--list"],
        ["lift", str(MINIMAL)],
        ["validate", str(MINIMAL)],
        ["trace", "kaiserslautern-2021/egl-2021"],
        ["check-sources", str(MINIMAL.parent), str(MINIMAL)],
    ):
        output = run(installed, *arguments, folder=tmp_path)
        assert output == run(here, *arguments, folder=tmp_path)
        assert output


def test_installed_wheel_is_a_typed_library(installed: Path, tmp_path: Path) -> None:
    program = (
        "import amip, pathlib, sys\n"
        "assert 'environment' in amip.__file__\n"
        "graph = amip.open(sys.argv[1])\n"
        "print(*graph.programmes, len(amip.open().programmes))\n"
    )
    python = installed.with_name("python")
    done = subprocess.run(
        [python, "-I", "-c", program, str(MINIMAL)],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == f"{SLUG} 5\n"


def test_installed_wheel_writes_the_site(installed: Path, tmp_path: Path) -> None:
    """Templates, words, queries, scripts and the chart renderer come along."""
    run(installed, "site", "--data", str(MINIMAL), "--lang", "de", "-o", "site", folder=tmp_path)
    page = tmp_path / "site" / "de" / "questions" / "integration-rate-targets.html"
    assert "<svg" in page.read_text(encoding="utf-8")
    assert (tmp_path / "site" / "edition.json").is_file()
