"""The matcher: from names to things, exact ways first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from amip.reconcile.areas import (
    explain_name,
    find_district_slips,
    find_districts,
    find_districts_like,
)
from amip.reconcile.concepts import (
    find_by_parts,
    find_concept_slips,
    find_concepts,
    find_concepts_like,
    find_shortened,
    find_without_remarks,
)
from amip.reconcile.jobcenters import explain_jobcenter, find_jobcenters
from amip.reconcile.keys import explain_key, find_by_key
from amip.reconcile.kinds import AREAS, DISTRICT, JOBCENTER, parse_kinds
from amip.reconcile.match import Hit, Match, Reason, Thing, decide
from amip.reconcile.sections import SECTION_WITHIN, find_by_section
from amip.records.districts import read_area
from amip.records.names import AreaName

_QUOTES = "\"'„“”‚‘’»«"
_NOTHING = re.compile(
    r"[\s.\-–—/*?#x]*|k\.?\s?a\.?|n\.?\s?a\.?|n/a|none|null|nan|keine angaben?|unbekannt|entfällt",
    re.IGNORECASE,
)
_LONGEST = 300


def reconcile(names: Iterable[str], kinds: Iterable[str] | None = None) -> list[Match]:
    """Find what names mean: one match per name, in the same order.

    `kinds` names what is looked for (`district`, `jobcenter`, `instrument`, `target-group` …,
    see `list_kinds`); by default everything but former districts and the lists that keep books.
    The fewer kinds, the fewer names are ambiguous. Raises `UsageError` for an unknown kind.

    >>> one, two, three = reconcile(["Lkr. Harburg", "Kaiserslautern", "§ 16i"])
    >>> one.thing.local, one.score, one.reason.text("en")
    ('id:area/03353', 98, 'name and kind of the district')
    >>> two.iri, [thing.local for thing in two.candidates]
    ('', ['id:area/07312', 'id:area/07335'])
    >>> three.thing.local, three.reason.text("de")
    ('code:TaAM', '§ 16i ist die Rechtsgrundlage')
    """
    wanted = parse_kinds(kinds)
    known: dict[str, Match] = {}
    matches = []
    for name in names:
        if name not in known:
            known[name] = _match(name, wanted)
        matches.append(known[name])
    return matches


def _match(name: str, kinds: frozenset[str]) -> Match:
    text = _tidy(name)
    if _NOTHING.fullmatch(text):
        return Match(name, None, 0, Reason("empty"))
    if len(text) > _LONGEST:
        return Match(name, None, 0, Reason("unknown"))
    area = read_area(text)
    for hits in _look(text, area, kinds):
        if hits:
            return decide(name, hits)
    return Match(name, None, 0, _explain(text, area, kinds))


def _look(text: str, area: AreaName, kinds: frozenset[str]) -> Iterator[list[Hit]]:
    """Yield what is found by one way after the other, the surest first."""
    areas = kinds & AREAS
    yield find_by_key(text, kinds) if areas else []
    yield find_by_section(text, kinds)
    yield _find_by_section_and_words(text, kinds)
    yield [
        *find_jobcenters(text, area, kinds),
        *(find_districts(text, area, kinds) if areas and not area.jobcenter else []),
        *find_concepts(text, kinds),
    ]
    yield find_by_parts(text, kinds)
    yield find_shortened(text, kinds)
    yield find_without_remarks(text, kinds)
    yield [
        *(find_district_slips(area) if DISTRICT in kinds and not area.jobcenter else []),
        *find_concept_slips(text, kinds),
    ]


def _find_by_section_and_words(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the instrument that both parts of `§ 16i SGB II Teilhabe am Arbeitsmarkt` name."""
    section = SECTION_WITHIN.search(text)
    rest = SECTION_WITHIN.sub(" ", text).strip(" ()[]–-:,")
    if section is None or not rest:
        return []
    named = {hit.thing for hit in find_concepts(rest, kinds)}
    return [hit for hit in find_by_section(section[0], kinds) if hit.thing in named]


def _explain(text: str, area: AreaName, kinds: frozenset[str]) -> Reason:
    """Say why nothing was found, and what is nearest."""
    nearest: list[Thing] = []
    if kinds & {DISTRICT, JOBCENTER}:
        jobcenter = area.jobcenter or DISTRICT not in kinds
        for reason in (
            explain_key(text),
            explain_jobcenter(text, area) if jobcenter else None,
            explain_name(area),
        ):
            if reason is not None:
                return reason
        nearest += find_districts_like(area)
    nearest += find_concepts_like(text, kinds)
    return Reason("nearest", "", tuple(nearest)) if nearest else Reason("unknown")


def _tidy(name: str) -> str:
    plain = unicodedata.normalize("NFC", name)
    return " ".join(plain.strip(_QUOTES + " \t\r\n\ufeff").split())
