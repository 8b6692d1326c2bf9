"""Things of ours that links are about: concepts of code lists, districts, provisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from amip.assets import find_folder
from amip.link.areas import load_former_districts
from amip.records.districts import load_districts
from amip.terms import CODE, ID, PREFIXES

_SCHEME = f"{PREFIXES['skos']}inScheme"
_DEPRECATED = f"{PREFIXES['owl']}deprecated"
_ENDED = f"{PREFIXES['eli']}date_no_longer_in_force"
_LABEL = f"{PREFIXES['skos']}prefLabel"
DISTRICTS = "districts"
FORMER = "former-districts"
_TITLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        DISTRICTS: {"de": "Kreise", "en": "districts"},
        FORMER: {"de": "frühere Kreise", "en": "former districts"},
    }
)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of ours: its IRI, the list it stands in, and its last day, "" if it has none.

    `retired` is true for a concept that is deprecated.
    """

    iri: str
    group: str
    until: str = ""
    retired: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it is retired, or its last day has passed."""
        return self.retired or ("" < self.until < date.today().isoformat())


@cache
def load_things() -> Mapping[str, Thing]:
    """Load everything that a link may be about, by IRI."""
    return MappingProxyType({thing.iri: thing for thing in (*_concepts(), *_areas())})


@cache
def load_titles() -> Mapping[str, Mapping[str, str]]:
    """Load what the groups of things are called, by language.

    >>> load_titles()["sectors"]["en"]
    'economic sectors'
    """
    titles = dict(_TITLES)
    for path in sorted((find_folder("ontology") / "codes").glob("*.ttl")):
        titles[path.stem] = {
            triple.object.language: triple.object.value
            for triple in parse(path=str(path), format=RdfFormat.TURTLE)
            if triple.predicate.value == _LABEL
            and isinstance(triple.subject, NamedNode)
            and triple.subject.value == f"{CODE}list/{path.stem}"
            and isinstance(triple.object, Literal)
            and triple.object.language
        }
    return MappingProxyType(titles)


def _concepts() -> Iterator[Thing]:
    for path in sorted((find_folder("ontology") / "codes").glob("*.ttl")):
        listed: dict[str, dict[str, str]] = {}
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(triple.subject, NamedNode):
                cells = listed.setdefault(triple.subject.value, {})
                predicate, value = triple.predicate.value, triple.object
                if predicate in {_SCHEME, _DEPRECATED, _ENDED}:
                    cells[predicate] = value.value if isinstance(value, Literal) else "listed"
        for iri, cells in listed.items():
            if _SCHEME in cells and not iri.startswith(f"{CODE}list/"):
                until, retired = cells.get(_ENDED, ""), cells.get(_DEPRECATED) == "true"
                yield Thing(iri, path.stem, until, retired)


def _areas() -> Iterator[Thing]:
    for ags in load_districts():
        yield Thing(f"{ID}area/{ags}", DISTRICTS)
    for ags, former in load_former_districts().items():
        yield Thing(f"{ID}area/{ags}", FORMER, former.until)
