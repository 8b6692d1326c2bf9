"""The IRIs of the project and the code lists that give the cells of a record their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from amip.assets import find_folder

BASE = "https://w3id.org/amip/"
NS = f"{BASE}ns#"
CODE = f"{BASE}code/"
ID = f"{BASE}id/"
SHAPES = f"{BASE}shapes#"
FINDING = f"{BASE}finding/"
"""The help page of a code is at this address and the code."""

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "amip": NS,
        "code": CODE,
        "id": ID,
        "ash": SHAPES,
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "dqv": "http://www.w3.org/ns/dqv#",
        "eli": "http://data.europa.eu/eli/ontology#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "qb": "http://purl.org/linked-data/cube#",
        "qudt": "http://qudt.org/schema/qudt/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
        "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
        "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
        "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "unit": "http://qudt.org/vocab/unit/",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

SKOS = PREFIXES["skos"]


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a code list: its IRI, notation and labels by language."""

    iri: str
    notation: str
    labels: Mapping[str, str]
    alternatives: tuple[str, ...]


@cache
def load_list(name: str) -> Mapping[str, Concept]:
    """Load the code list `ontology/codes/<name>.ttl` as notation → concept.

    >>> load_list("organisation-forms")["zkT"].labels["de"]
    'Zugelassener kommunaler Träger'
    """
    path = find_folder("ontology") / "codes" / f"{name}.ttl"
    notations: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    alternatives: dict[str, list[str]] = {}
    for triple in parse(path=str(path), format=RdfFormat.TURTLE):
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, NamedNode) or not isinstance(value, Literal):
            continue
        if predicate == f"{SKOS}notation":
            notations[subject.value] = value.value
        elif predicate == f"{SKOS}prefLabel" and value.language:
            labels.setdefault(subject.value, {})[value.language] = value.value
        elif predicate == f"{SKOS}altLabel":
            alternatives.setdefault(subject.value, []).append(value.value)
    return MappingProxyType(
        {
            notation: Concept(iri, notation, labels.get(iri, {}), tuple(alternatives.get(iri, ())))
            for iri, notation in sorted(notations.items())
        }
    )


@cache
def load_lists() -> Mapping[str, Mapping[str, Concept]]:
    """Load every code list, by the name of its file."""
    codes = find_folder("ontology") / "codes"
    return MappingProxyType(
        {path.stem: load_list(path.stem) for path in sorted(codes.glob("*.ttl"))}
    )
