"""What the law allows and calls things in a year: instruments newly grantable, names in force."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from amip.assets import find_folder
from amip.terms import CODE, PREFIXES

_FROM, _UNTIL = (f"{PREFIXES['amip']}newBusiness{end}" for end in ("From", "Until"))
_BROADER = f"{PREFIXES['skos']}broader"
_UNVERIFIED = {
    "de": "Name nicht an der Quelle geprüft",
    "en": "name not verified at the source",
}
_SINCE = {"de": "ab", "en": "from"}


@dataclass(frozen=True, slots=True)
class Span:
    """A span of days, as ISO dates; "" where it is open."""

    start: str = ""
    end: str = ""

    def meets(self, year: int) -> bool:
        """Tell whether the span has a day in a year.

        >>> Span("2023-07-01").meets(2023), Span("2023-07-01").meets(2022)
        (True, False)
        """
        return self.start <= f"{year}-12-31" and (not self.end or self.end >= f"{year}-01-01")


@cache
def load_grants() -> Mapping[str, Span]:
    """Load when each instrument may be newly granted, by its code.

    A part (`MAT`) that has no dates of its own has those of the whole (`MABE`).

    >>> load_grants()["FbW"].end, load_grants()["MAT"].start
    ('2024-12-31', '2009-01-01')
    """
    path = find_folder("ontology") / "codes" / "instruments.ttl"
    found: dict[str, dict[str, str]] = {}
    for triple in parse(path=str(path), format=RdfFormat.TURTLE):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal | NamedNode):
            code = triple.subject.value.removeprefix(CODE)
            found.setdefault(code, {})[triple.predicate.value] = triple.object.value
    return MappingProxyType({code: _find_span(code, found) for code in found})


def _find_span(code: str, found: Mapping[str, Mapping[str, str]]) -> Span:
    said = found.get(code, {})
    if _FROM in said or _UNTIL in said or _BROADER not in said:
        return Span(said.get(_FROM, ""), said.get(_UNTIL, ""))
    return _find_span(said[_BROADER].removeprefix(CODE), found)


def read_expected(name: str) -> tuple[Mapping[str, str], ...]:
    """Read a table of `expected/`: what a programme is expected to state."""
    text = files("amip.records").joinpath("expected", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def describe_names(topic: str, year: int, language: str) -> str:
    """Say what a benefit or a document is called by law in a year, with changes in the year.

    >>> describe_names("agreement", 2023, "en")
    'Eingliederungsvereinbarung, from 2023-07-01 Kooperationsplan'
    """
    return ", ".join(_name_parts(topic, year, language))


def _name_parts(topic: str, year: int, language: str) -> Iterator[str]:
    for row in read_expected("names"):
        if row["topic"] == topic and Span(row["from"], row["until"]).meets(year):
            start = row["from"] if row["from"] > f"{year}-01-01" else ""
            name = f"{_SINCE[language]} {_day(start, language)} {row['name']}" if start else ""
            doubt = f" ({_UNVERIFIED[language]})" if row["verified"] == "no" else ""
            yield (name or row["name"]) + doubt


def _day(date: str, language: str) -> str:
    return ".".join(reversed(date.split("-"))) if language == "de" else date
