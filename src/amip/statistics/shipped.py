"""The figures that come with the package, and the files of the offices that they were cut from."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from amip.assets import find_folder

_SOURCES = "sources.csv"


def list_shipped() -> tuple[Path, ...]:
    """Return the tables that come with the package, sorted by code."""
    files = sorted(find_folder("statistics").glob("*.csv"))
    return tuple(path for path in files if path.name != _SOURCES)


@cache
def load_checksums() -> Mapping[str, str]:
    """Load the SHA-256 checksums of the offices' files that shipped cells name, by file name."""
    with (find_folder("statistics") / _SOURCES).open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["file"]: row["sha256"] for row in csv.DictReader(file)})
