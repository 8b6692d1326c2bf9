"""Linksets: what our things are called elsewhere, and how sure that is (SSSOM)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SKOS = "http://www.w3.org/2004/02/skos/core#"
EXACT = f"{SKOS}exactMatch"
PREDICATES: Mapping[str, str] = MappingProxyType(
    {
        EXACT: "exact",
        f"{SKOS}closeMatch": "close",
        f"{SKOS}broadMatch": "broad",
        f"{SKOS}narrowMatch": "narrow",
        f"{SKOS}relatedMatch": "related",
        "http://xmlns.com/foaf/0.1/page": "page",
    }
)
"""The predicates that links may have, each with its column in the mapping that lifts them."""


@dataclass(frozen=True, slots=True)
class Link:
    """One row of a linkset: CURIEs as written, IRIs as expanded ("" where that fails).

    `confidence` is a decimal text, `valid_from` and `valid_until` are ISO dates or "".
    """

    line: int
    subject_id: str
    predicate_id: str
    object_id: str
    subject: str
    predicate: str
    object: str
    justification: str
    confidence: str
    mapping_date: str
    valid_from: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class Linkset:
    """A file of links: its head as SSSOM names the slots, the prefixes and the links."""

    name: str
    file: str
    head: Mapping[str, str]
    prefixes: Mapping[str, str]
    links: tuple[Link, ...]
