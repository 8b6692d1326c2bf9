"""Targets of links: pinned extracts of other vocabularies (`mappings/links/targets/`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from amip.assets import find_folder
from amip.records.districts import load_districts


@dataclass(frozen=True, slots=True)
class Target:
    """A vocabulary that links lead to: what its identifiers look like, and which are known."""

    prefix: str
    namespace: str
    pattern: re.Pattern[str]
    known: frozenset[str]


@cache
def load_targets() -> Mapping[str, Target]:
    """Load the targets by prefix.

    >>> "18124-6" in load_targets()["stw"].known
    True
    """
    path = find_folder("mappings") / "links" / "targets" / "targets.toml"
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType({prefix: _read(prefix, each) for prefix, each in fields.items()})


def find_target(iri: str) -> tuple[Target | None, str]:
    """Return the target that an IRI belongs to, and the rest of the IRI."""
    for target in load_targets().values():
        if iri.startswith(target.namespace):
            return target, iri.removeprefix(target.namespace)
    return None, iri


def _read(prefix: str, fields: Mapping[str, object]) -> Target:
    known = set(fields.get("known", ()))  # type: ignore[call-overload]
    if column := fields.get("register"):
        known |= {getattr(district, str(column)) for district in load_districts().values()}
    pattern = re.compile(str(fields["pattern"]))
    return Target(prefix, str(fields["namespace"]), pattern, frozenset(known))
