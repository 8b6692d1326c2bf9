"""The register of the 400 districts, and how to find one by key or by name.

The register is of districts, not of Jobcenters: one Jobcenter may serve several districts, and
some districts (Berlin, Region Hannover) have several Jobcenters. `ontology/areas/README.md` names
the sources.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from rapidfuzz import fuzz, process

from amip.assets import find_folder
from amip.errors import UsageError
from amip.nearest import find_nearest

_RURAL = frozenset({"Landkreis", "Kreis"})
_KIND_WORDS = {
    **dict.fromkeys(("landkreis", "lkr", "lk", "kreis", "landkreises"), True),
    **dict.fromkeys(("region", "stadteregion", "regionalverband"), True),
    **dict.fromkeys(("stadt", "stadtkreis", "kreisfreie", "hansestadt", "landeshauptstadt"), False),
}
_FILLERS = frozenset(
    {"jobcenter", "jc", "amip", "der", "des", "die", "fur", "a", "d", "i", "an", "am", "im", "in"}
)
_SPELLINGS = {"sankt": "st", "oberpfalz": "opf", "landkr": "landkreis"}
_SUFFIX = re.compile(r" \(| a\.| am | an | i\.| im | in ")
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


@cache
def load_districts() -> Mapping[str, District]:
    """Load the register by AGS.

    >>> load_districts()["07312"].title
    'Stadt Kaiserslautern'
    """
    path = find_folder("ontology") / "areas" / "districts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["ags"]: District(**row) for row in csv.DictReader(file)})


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
    words = _split(text)
    core = _core(words)
    found = [district for district in load_districts().values() if core in _cores(district)]
    kinds = {_KIND_WORDS[word] for word in words if word in _KIND_WORDS}
    if len(kinds) == 1:
        found = [district for district in found if {district.is_rural} == kinds]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"“{text}” may be several districts: {_list(found)}",
            subject=text,
            advice="name the key (AGS) or write “Stadt …” or “Landkreis …”",
        )
    raise _unknown(text, _find_like(core))


def is_named(text: str, district: District) -> bool:
    """Tell whether `text` is a name of a district, with or without its kind.

    >>> is_named("Landkreis Harburg", load_districts()["03353"])
    True
    """
    return _core(_split(text)) in _cores(district)


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
        f"there is no district “{text}”",
        subject=text,
        advice=f"did you mean {_list(like)}?" if like else "name a district or its key (AGS)",
    )


def _list(districts: list[District]) -> str:
    return ", ".join(map(str, districts))


def _find_like(core: str) -> list[District]:
    names: dict[str, list[District]] = {}
    for district in load_districts().values():
        names.setdefault(_core(_split(district.name)), []).append(district)
    nearest = find_nearest(core, names, limit=2) if core else []
    return [district for name in nearest for district in names[name]]


@cache
def _cores(district: District) -> frozenset[str]:
    """Return the plain forms of a name, with and without the river or region after it."""
    short = _SUFFIX.split(district.name)[0]
    return frozenset({_core(_split(district.name)), _core(_split(short))})


def _core(words: list[str]) -> str:
    return "".join(word for word in words if word not in _KIND_WORDS and word not in _FILLERS)


def _split(name: str) -> list[str]:
    """Split a name into words without case, accents and umlauts, however they are written."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = re.sub("([aou])e", r"\1", plain)
    words = re.findall(r"[a-z0-9]+", plain)
    return [_SPELLINGS.get(word, word) for word in words]
