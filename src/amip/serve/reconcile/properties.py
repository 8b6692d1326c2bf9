"""Properties: what the reconciliation service tells of things, and the values in the graph."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeAlias

from amip.query import Term
from amip.serve.site import FORBIDDEN, Site
from amip.serve.thing.label import choose
from amip.terms import BASE, PREFIXES

Value: TypeAlias = dict[str, Any]
"""A value as data extension writes it: `id` and `name`, or one of `str`, `int`, `float`, `date`."""
Values: TypeAlias = Mapping[str, Mapping[str, Sequence[Value]]]
"""The values by thing (its IRI) and property."""

AREAS = frozenset({"district", "former-district", "jobcenter"})
_XSD = PREFIXES["xsd"]
_MIDNIGHT = "T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Property:
    """A property by its name in the service; see `properties.toml`."""

    name: str
    predicate: str
    labels: Mapping[str, str]
    kinds: frozenset[str] = frozenset()
    target: str = ""
    starts: str = ""
    language: str = ""

    def suits(self, kind: str) -> bool:
        """Tell whether things of a kind have it; `*` are all code lists."""
        return not self.kinds or kind in self.kinds or ("*" in self.kinds and kind not in AREAS)


@cache
def load_properties() -> Mapping[str, Property]:
    """Load the properties by name."""
    text = files("amip.serve.reconcile").joinpath("properties.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {name: _make(name, given) for name, given in tomllib.loads(text).items()}
    )


def _make(name: str, given: Mapping[str, Any]) -> Property:
    prefix, _, local = given["predicate"].partition(":")
    return Property(
        name,
        PREFIXES[prefix] + local,
        {language: given[language] for language in ("de", "en")},
        frozenset(given.get("kinds", ())),
        given.get("target", ""),
        given.get("starts", ""),
        given.get("language", ""),
    )


def make_iri(identifier: str) -> str:
    """Make the IRI of an identifier, which leaves out how all of ours begin.

    >>> make_iri("code/AGH")
    'https://w3id.org/amip/code/AGH'
    """
    return identifier if ":" in identifier else BASE + identifier


def make_identifier(iri: str) -> str:
    """Make the identifier of an IRI.

    >>> make_identifier("https://w3id.org/amip/id/area/13076")
    'id/area/13076'
    """
    return iri.removeprefix(BASE)


def read_values(
    site: Site, things: Iterable[str], properties: Iterable[Property], language: str
) -> Values:
    """Read the values of properties, in the reader's language where they have one."""
    wanted = tuple(properties)
    known = sorted({iri for iri in things if ":" in iri and not FORBIDDEN.search(iri)})
    found: dict[tuple[str, str], dict[Term, list[Term | None]]] = {}
    if known and wanted:
        predicates = sorted({each.predicate for each in wanted})
        rows = site.select("reconcile-values", thing=known, property=predicates).rows
        for thing, predicate, value, label in rows:
            if thing and predicate and value:
                labels = found.setdefault((thing.text, predicate.text), {})
                labels.setdefault(value, []).append(label)
    return {
        thing: {
            each.name: _list_values(found.get((thing, each.predicate), {}), each, language)
            for each in wanted
        }
        for thing in known
    }


def _list_values(
    found: Mapping[Term, Sequence[Term | None]], wanted: Property, language: str
) -> list[Value]:
    kept = [term for term in found if term.text.startswith(wanted.starts)]
    spoken = {term.language for term in kept} - {""}
    if wanted.language:
        kept = [term for term in kept if term.language == wanted.language]
    elif language in spoken:
        kept = [term for term in kept if term.language in {"", language}]
    return [_write(term, found[term], wanted, language) for term in kept]


def _write(term: Term, labels: Sequence[Term | None], wanted: Property, language: str) -> Value:
    if wanted.starts:
        return {"str": term.text.removeprefix(wanted.starts)}
    label = choose(labels, language)
    if term.is_iri and label:
        return {"id": make_identifier(term.text), "name": label.text}
    match term.datatype.removeprefix(_XSD):
        case "integer":
            return {"int": int(term.text)}
        case "decimal" | "double":
            return {"float": float(term.text)}
        case "date":
            return {"date": term.text + _MIDNIGHT}
        case _:
            return {"str": term.text}
