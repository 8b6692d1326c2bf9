"""Every kind of mistake, in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from mutations.kind import KINDS, Kind

_MODULES = (
    "values",
    "printed",
    "misread",
    "meaning",
    "sex",
    "codes",
    "periods",
    "rows",
    "references",
    "breakdowns",
    "ratios",
    "targets",
    "places",
    "statements",
    "head",
    "files",
    "harmless",
)


def load_kinds() -> Mapping[str, Kind]:
    """Return the kinds of mistakes by name."""
    for name in _MODULES:
        import_module(f"mutations.kinds.{name}")
    return KINDS
