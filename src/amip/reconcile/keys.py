"""Districts by key: AGS, ARS, NUTS 3, Wikidata, and the IRIs that others give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from amip.link.areas import load_former_districts
from amip.reconcile.kinds import AREAS, DISTRICT, FORMER
from amip.reconcile.match import Hit, Reason, Thing
from amip.records.districts import District, find_named, load_districts, read_area
from amip.terms import ID

_AGS, _ARS = 5, 12
_WHOLE = "000"
_KEY, _PADDED = 100, 90
_IRIS = re.compile(
    r"(?:https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/|wd:"
    r"|https?://data\.europa\.eu/nuts/code/|https?://dcat-ap\.de/def/politicalGeocoding/districtKey/"
    rf"|{re.escape(ID)}area/|id:area/)(?P<key>\w+)"
)
_EMBEDDED = re.compile(r"(?<!\d)(?P<key>\d{5})(?:000)?(?!\d)")
_SPREADSHEET_END = ".0"
_YEAR = re.compile(r"(?:19|20)\d\d")


def name_district(district: District) -> Thing:
    """Return a district of the register as a thing."""
    return Thing(f"{ID}area/{district.ags}", DISTRICT, district.title, district.title)


@cache
def load_other_areas() -> Mapping[str, Thing]:
    """Load the districts that are not in the register, by AGS: former ones, and later ones."""
    return MappingProxyType(
        {
            key: Thing(
                f"{ID}area/{key}", FORMER if former.until else DISTRICT, former.name, former.name
            )
            for key, former in load_former_districts().items()
        }
    )


def find_by_key(text: str, kinds: frozenset[str]) -> list[Hit]:
    """Find the district with a key, also when a table program has dropped the zero in front.

    A key beside a name counts only when the two agree.
    """
    key = re.sub(r"\s", "", text).removesuffix(_SPREADSHEET_END)
    iri = _IRIS.fullmatch(text)
    found = _find(iri["key"] if iri else key)
    if found is not None:
        hits = [Hit(found, _KEY, Reason("iri" if iri else "key", key))]
    elif (found := _find(f"0{key}")) is not None and (kinds <= AREAS or not _YEAR.fullmatch(key)):
        hits = [Hit(found, _PADDED, Reason("key-padded", key))]
    else:
        hits = [
            Hit(name_district(district), _KEY, Reason("key-and-name", district.ags))
            for district, rest in _find_embedded(text)
            if district in find_named(read_area(rest))
        ]
    return [hit for hit in hits if hit.thing.kind in kinds]


def explain_key(text: str) -> Reason | None:
    """Say why a text with a key in it means no district; None when there is no key."""
    key = re.sub(r"\s", "", text)
    if key.isascii() and key.isdigit() and key[:_AGS] in load_districts():
        return Reason("municipality", key, (name_district(load_districts()[key[:_AGS]]),))
    for district, _ in _find_embedded(text):
        return Reason("contradiction", "", (name_district(district),))
    return None


def _find_embedded(text: str) -> list[tuple[District, str]]:
    match = _EMBEDDED.search(text)
    district = load_districts().get(match["key"]) if match else None
    if match is None or district is None:
        return []
    rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" -–—:()[],;")
    return [(district, rest)] if rest else []


def _find(key: str) -> Thing | None:
    found = _load_keys().get(key)
    if found is None and len(key) in {_AGS + len(_WHOLE), _ARS} and key.isdigit():
        whole = key[:_AGS] if not key[_AGS:].strip("0") else ""
        found = _load_keys().get(whole)
    return found


@cache
def _load_keys() -> Mapping[str, Thing]:
    keys: dict[str, Thing] = dict(load_other_areas())
    for district in load_districts().values():
        thing = name_district(district)
        keys |= dict.fromkeys(
            (district.ags, district.ars, district.nuts3, district.wikidata), thing
        )
    return MappingProxyType(keys)
