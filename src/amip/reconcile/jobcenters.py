"""Jobcenters by name: those of the graph, and else the district that is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from amip.assets import list_programmes
from amip.reconcile.areas import find_district_slips, find_districts
from amip.reconcile.kinds import AREAS, DISTRICT, JOBCENTER
from amip.reconcile.match import Hit, Reason, Thing
from amip.records.names import AreaName
from amip.records.read import read_head
from amip.records.record import HEAD
from amip.terms import ID

_EXACT, _BY_DISTRICT, _BARE, _DISTRICT_ONLY = 100, 97, 90, 85


@dataclass(frozen=True, slots=True)
class Jobcenter:
    """A Jobcenter of the graph and the districts it serves."""

    thing: Thing
    districts: frozenset[str]


def find_jobcenters(text: str, name: AreaName, kinds: frozenset[str]) -> list[Hit]:
    """Find the Jobcenters that a name means.

    A Jobcenter that is not in the graph is answered by its district. A name without the word
    Jobcenter means one only when nothing but Jobcenters is looked for.
    """
    if not name.jobcenter and kinds & AREAS != {JOBCENTER}:
        return []
    if JOBCENTER in kinds and (exact := _find_exact(text)):
        return [Hit(exact, _EXACT, Reason("label"))]
    found = _find_districts(text, name)
    hits = [hit for district in found for hit in _turn(district, name, kinds)]
    least = min((hit.score for hit in hits), default=0)
    # Of two districts of one name, the Jobcenter that happens to be in the graph is no likelier.
    return [Hit(hit.thing, least, hit.reason) for hit in hits]


def explain_jobcenter(text: str, name: AreaName) -> Reason | None:
    """Say whose Jobcenter is named that is not in the graph; None when no district is known."""
    things = tuple(hit.thing for hit in _find_districts(text, name))
    return Reason("no-jobcenter", "", things) if things else None


def _turn(found: Hit, name: AreaName, kinds: frozenset[str]) -> Iterator[Hit]:
    known = _load_by_district().get(found.thing.iri)
    if known is not None and JOBCENTER in kinds:
        score = min(found.score, _BY_DISTRICT if name.jobcenter else _BARE)
        yield Hit(known.thing, score, Reason("jobcenter", found.thing.label_de))
    elif DISTRICT in kinds:
        reason = "jobcenter-to-district" if known else "jobcenter-district"
        yield Hit(found.thing, min(found.score, _DISTRICT_ONLY), Reason(reason))


def _find_districts(text: str, name: AreaName) -> list[Hit]:
    district = frozenset({DISTRICT})
    return find_districts(text, name, district) or find_district_slips(name)


def _find_exact(text: str) -> Thing | None:
    names = {text, text.replace("id:", ID, 1)}
    for jobcenter in _load_jobcenters():
        if names & {jobcenter.thing.label_de, jobcenter.thing.iri}:
            return jobcenter.thing
    return None


@cache
def _load_jobcenters() -> tuple[Jobcenter, ...]:
    """Load the Jobcenters whose programmes are in the package."""
    found: dict[str, Jobcenter] = {}
    for folder in list_programmes():
        head = read_head(folder / HEAD)
        match head:
            case {"jobcenter": {"id": str(key), "name": str(name)}, "area": list(areas)}:
                thing = Thing(f"{ID}jobcenter/{key}", JOBCENTER, name, name)
                districts = frozenset(f"{ID}area/{area['ags']}" for area in areas)
                found[key] = Jobcenter(thing, districts)
            case _:
                pass
    return tuple(found.values())


@cache
def _load_by_district() -> Mapping[str, Jobcenter]:
    return MappingProxyType(
        {iri: jobcenter for jobcenter in _load_jobcenters() for iri in jobcenter.districts}
    )
