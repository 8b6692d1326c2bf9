"""Run the engines of Apache Jena, where Debian's libapache-jena-java is installed."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

ADVICE = "apt-get install libapache-jena-java default-jdk-headless"
PROGRAMS = Path(__file__).parent
JARS = Path("/usr/share/java")
NAMES = (
    *("jena-shacl", "jena-arq", "jena-core", "jena-base", "jena-iri", "thrift", "slf4j-api"),
    *("slf4j-nop", "commons-lang3", "commons-io", "commons-codec", "commons-csv"),
    *("commons-compress", "jackson-core", "jackson-databind", "jackson-annotations"),
    *("jsonld-java", "gson", "httpclient", "httpcore", "protobuf", "guava"),
)
_MESSAGES = "org/apache/jena/ext/xerces/"


def find_missing() -> str:
    """Say what is not installed, "" when the engine can run."""
    missing = [f"{name}.jar" for name in NAMES if not (JARS / f"{name}.jar").exists()]
    if shutil.which("javac") is None:
        missing.insert(0, "a Java compiler")
    return f"{missing[0]} is not here: {ADVICE}" if missing else ""


def unpack_messages(folder: Path) -> Path:
    """Put the message files of Xerces where its classes look for them.

    Debian moved the classes to `xerces` but left the files in Jena's own package.
    """
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(_MESSAGES) and not name.endswith("/"):
                path = folder / "xerces" / name.removeprefix(_MESSAGES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    return folder


def run_jena(pairs: Iterable[tuple[Path, Path]], folder: Path) -> list[tuple[str, ...]]:
    """Validate pairs of shapes and data; `folder` is for what the engine needs on the way.

    Returns a row per result: data file, focus node, source shape, constraint component.
    """
    return _run("Validate", (), pairs, folder)


def select_with_jena(
    pairs: Iterable[tuple[Path, Path]], updates: Iterable[Path], folder: Path
) -> list[tuple[str, ...]]:
    """Ask pairs of query and data, each file put through the updates first.

    Returns a row per solution: query file, data file, and the cells that are bound.
    """
    return _run("Select", updates, pairs, folder)


def _run(
    program: str, arguments: Iterable[Path], pairs: Iterable[tuple[Path, Path]], folder: Path
) -> list[tuple[str, ...]]:
    path = ":".join([str(unpack_messages(folder)), *(str(JARS / f"{name}.jar") for name in NAMES)])
    lines = "".join(f"{one}\t{other}\n" for one, other in pairs)
    done = subprocess.run(
        ["java", "-cp", path, str(PROGRAMS / f"{program}.java"), *map(str, arguments)],
        input=lines.encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [tuple(line.split("\t")) for line in done.stdout.decode().splitlines()]
