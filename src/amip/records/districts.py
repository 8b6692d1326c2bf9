"""The register of the 400 districts, and how to find one by key or by name.

The register is of districts, not of Jobcenters: one Jobcenter may serve several districts, and
some districts (Berlin, Region Hannover) have several Jobcenters. `ontology/areas/README.md` names
the sources.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from rapidfuzz import fuzz, process

from amip.assets import find_folder
from amip.errors import UsageError
from amip.nearest import find_nearest
from amip.records.names import (
    RURAL,
    SPECIAL,
    URBAN,
    AreaName,
    NameIndex,
    read_as_rural,
    read_name,
    split_words,
)

_RURAL = frozenset({"Landkreis", "Kreis"})
_LAND = "land"
_WRITTEN_OUT = frozenset({"spelling", "short", "earlier"})
_LABELLED = re.compile(r"\(([0-9]{5})\)\s*$")
_NAMES_IN_FULL = re.compile(r"kreis|region|verband", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class District:
    """One district (Landkreis or kreisfreie Stadt); `ags` has five digits and is text.

    `organisation_form` (`gE`, `zkT`) is that of its Jobcenter by the list of 2017, and a guess
    for the years after.
    """

    ags: str
    ars: str
    name: str
    kind: str
    state: str
    state_name: str
    nuts3: str
    wikidata: str
    district_key: str
    organisation_form: str
    population_2022: str
    area_km2: str
    territory_date: str

    @property
    def is_rural(self) -> bool:
        """Whether it is a Landkreis, not a kreisfreie Stadt."""
        return self.kind in _RURAL

    @property
    def title(self) -> str:
        """The name with its kind, as people write it: `Landkreis Harburg`, `Ilm-Kreis`."""
        if not self.is_rural:
            return f"Stadt {self.name}"
        return self.name if _NAMES_IN_FULL.search(self.name) else f"{self.kind} {self.name}"

    def __str__(self) -> str:
        """Write title and key: `Landkreis Harburg (03353)`."""
        return f"{self.title} ({self.ags})"


@dataclass(frozen=True, slots=True)
class FurtherName:
    """A name that the register does not hold, of the district `ags`, and who says so.

    `kind`: `spelling`, `short` or `earlier` names are written out; `plate` and `abbreviation` are
    letters, written exactly so; `land` is a Land or a part of one, whose code stands for `ags`;
    `elsewhere` is a place that is no district and has no `ags`.
    """

    ags: str
    name: str
    kind: str
    source: str


@cache
def load_districts() -> Mapping[str, District]:
    """Load the register by AGS.

    >>> load_districts()["07312"].title
    'Stadt Kaiserslautern'
    """
    path = find_folder("ontology") / "areas" / "districts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["ags"]: District(**row) for row in csv.DictReader(file)})


@cache
def load_states() -> Mapping[str, str]:
    """Load the keys of Germany and of the Länder by the code of the region.

    >>> load_states()["DE-MV"]
    '13'
    """
    path = find_folder("ontology") / "areas" / "states.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["region"]: row["key"] for row in csv.DictReader(file)})


def find_district(text: str) -> District:
    """Find a district by its AGS or its name, with or without `Landkreis`, `Jobcenter` and so on.

    Raises `UsageError` with suggestions when there is none, or when several have that name.

    >>> find_district("JC Lkr. Harburg").ags
    '03353'
    """
    labelled = _LABELLED.search(text)
    key = labelled[1] if labelled else re.sub(r"\s", "", text)
    if key.isascii() and key.isdigit():
        return _find_key(text, key)
    name = read_area(text)
    found = find_named(name)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            "“{subject}” may be several districts: {districts}",
            subject=text,
            advice="name the key (AGS) or write “Stadt …” or “Landkreis …”",
            districts=found,
        )
    raise _unknown(text, _find_like(name.core))


def is_named(text: str, district: District) -> bool:
    """Tell whether `text` is a name of a district, with or without its kind.

    >>> is_named("Landkreis Harburg", load_districts()["03353"])
    True
    """
    return district.ags in load_name_index().find(read_area(text))


def read_area(text: str) -> AreaName:
    """Read the name of an area, and with it the Land that tells namesakes apart.

    >>> read_area("Oldenburg (Niedersachsen)").state
    'DE-NI'
    """
    return read_name(text, _load_state_names())


def find_named(name: AreaName) -> list[District]:
    """Find the districts that bear a name and are of the kind that was said with it.

    >>> [district.ags for district in find_named(read_area("Kassel"))]
    ['06611', '06633']
    """
    for reading in (name, read_as_rural(name)):
        keys = sorted(load_name_index().find(reading)) if reading else []
        found = [load_districts()[key] for key in keys]
        if reading and (fitting := [district for district in found if fits(district, reading)]):
            return fitting
    return []


@cache
def load_name_index() -> NameIndex:
    """Load all names of the districts of today, from the register and from `names.csv`."""
    further = [(name.ags, name.name) for name in load_further_names() if name.kind in _WRITTEN_OUT]
    return NameIndex([*((key, item.name) for key, item in load_districts().items()), *further])


@cache
def load_further_names() -> tuple[FurtherName, ...]:
    """Load the names that the register does not hold, and whose they are."""
    path = find_folder("ontology") / "areas" / "names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(FurtherName(**row) for row in csv.DictReader(file))


@cache
def _load_state_names() -> Mapping[str, str]:
    codes = {district.state_name: district.state for district in load_districts().values()}
    codes |= {code.removeprefix("DE-"): code for code in codes.values()}
    codes |= {
        further.name: further.ags for further in load_further_names() if further.kind == _LAND
    }
    return MappingProxyType({"".join(split_words(name)): code for name, code in codes.items()})


def fits(district: District, name: AreaName) -> bool:
    """Tell whether a district is of the kind, and in the Land, that was said with a name."""
    own = read_name(district.name).kinds & SPECIAL
    said = name.kinds & SPECIAL
    if name.state not in {"", district.state}:
        return False
    if said or name.kinds == {RURAL}:
        return district.is_rural and own == said
    return name.kinds != {URBAN} or not district.is_rural


def _find_key(text: str, key: str) -> District:
    districts = load_districts()
    if key in districts:
        return districts[key]
    if key.endswith("000") and key[:5] in districts and len(key) == len("07312000"):
        return districts[key[:5]]
    # A table program has dropped the zero in front, or the key is that of a municipality.
    guesses = [f"0{key}"[:5], key[:5]]
    nearest = process.extract(key, list(districts), scorer=fuzz.ratio, limit=2, score_cutoff=75)
    likely = [districts[guess] for guess in guesses if guess in districts]
    raise _unknown(text, likely or [districts[name] for name, _, _ in nearest])


def _unknown(text: str, like: list[District]) -> UsageError:
    return UsageError(
        "there is no district “{subject}”",
        subject=text,
        advice="did you mean {names}?" if like else "name a district or its key (AGS)",
        names=like,
    )


def _find_like(core: str) -> list[District]:
    index = load_name_index()
    nearest = find_nearest(core, index.cores, limit=2) if core else []
    return [load_districts()[key] for name in nearest for key in sorted(index.bearers(name))]
