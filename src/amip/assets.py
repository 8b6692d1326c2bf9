"""Where ontology, programmes, statistics, mappings, shapes, queries lie: checkout or wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDERS = (
    "ontology",
    "programmes",
    "statistics",
    "mappings",
    "shapes",
    "queries",
    "docs/examples",
    "docs/findings",
)


@cache
def find_root() -> Path:
    """Return the folder that holds the asset folders.

    The wheel carries them as `amip/data`; an editable install finds them at the top of the
    checkout.
    """
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def find_folder(name: str) -> Path:
    """Return one of the asset folders.

    >>> find_folder("mappings").name
    'mappings'
    """
    if name not in FOLDERS:
        raise KeyError(name)
    return find_root() / name


def find_turtle(name: str) -> tuple[Path, ...]:
    """Return the Turtle files of an asset folder, without the pinned extracts, sorted."""
    folder = find_folder(name)
    return tuple(path for path in sorted(folder.rglob("*.ttl")) if "imports" not in path.parts)


def list_programmes() -> tuple[Path, ...]:
    """Return the record folders that come with the package, sorted by name."""
    return tuple(sorted(path.parent for path in find_folder("programmes").glob("*/programme.yaml")))
