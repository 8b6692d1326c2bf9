"""Districts by name: written out, cut short, abbreviated, misspelt, or of former times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from amip.link.areas import load_former_districts
from amip.reconcile.keys import load_other_areas, name_district
from amip.reconcile.kinds import AREAS
from amip.reconcile.match import Hit, Reason, Thing
from amip.reconcile.shortened import find_dotted, is_shortened
from amip.reconcile.slips import find_like, find_slips, is_longer
from amip.records.districts import (
    District,
    find_named,
    fits,
    load_districts,
    load_further_names,
    load_name_index,
    read_area,
)
from amip.records.names import URBAN, AreaName, NameIndex, read_name, split_words

_EXACT, _KIND, _BARE, _CUT, _FURTHER, _SLIP = 100, 98, 96, 94, 90, 88
_LETTERS_SCORE, _SHORTENED, _REMARKED = 97, 88, 86
_PER_LETTER = 3
_PREFIX = r"(?:JC|Job[- ]?[Cc]enter|LK|L[Kk][Rr]\.?|Landkreis|Kreis|Stadt|SK|KFS)"
_LETTERS = re.compile(rf"(?P<prefix>(?:{_PREFIX}\s+)*)(?P<letters>[A-ZÄÖÜ]{{1,3}})")
_REMARK = re.compile(r"\s*\([^)]*\)\s*$")
_PERIOD = re.compile(r" \(bis \d{4}\)$")


def find_districts(text: str, name: AreaName, kinds: frozenset[str]) -> list[Hit]:
    """Find the districts that bear a name; `text` is what was written, `name` how it is read."""
    hits = [*_find_written(text, name), *_find_letters(text, name, kinds), *_find_others(name)]
    hits = hits or _find_shortened(text, name) or _find_remarked(text)
    return [hit for hit in hits if hit.thing.kind in kinds]


def find_district_slips(name: AreaName) -> list[Hit]:
    """Find the district that was probably meant by a misspelt name.

    Names of other places and of former districts are no slips: Homburg is not Hamburg.
    """
    if name.core in _load_elsewhere() or name.core in _load_states():
        return []
    return [
        Hit(
            name_district(district),
            _SLIP - _PER_LETTER * slip.letters,
            Reason("typo", district.title),
        )
        for slip in find_slips(name.core, _load_cores(), lenient=bool(name.kinds))
        if not is_longer(name.words, slip.name)
        for district in find_named(AreaName((slip.name,), name.kinds, state=name.state))
    ]


def find_districts_like(name: AreaName) -> list[Thing]:
    """Find the districts whose names are most like a name."""
    index = load_name_index()
    likes = find_like(name.core, _load_cores(), 1)
    keys = [key for core in likes for key in sorted(index.bearers(core))]
    return [name_district(load_districts()[key]) for key in keys]


def explain_name(name: AreaName) -> Reason | None:
    """Say why a name that is known means no district of today; None when it is not known."""
    for key in _find_other_keys(name):
        former = load_former_districts()[key]
        if not former.until:
            continue
        today = tuple(name_district(load_districts()[key]) for key in former.successors)
        return Reason("former", former.until, today)
    keys = sorted(load_name_index().find(AreaName(name.words)))
    things = tuple(name_district(load_districts()[key]) for key in keys)
    return Reason("other-kind", "", things) if things else None


def _find_written(text: str, name: AreaName) -> Iterator[Hit]:
    if not name.words:
        return
    for district in find_named(name):
        own = _read_own(district)
        if own.core != name.core and name.core in _load_states():
            continue  # »Brandenburg« alone is the Land, not the city on the Havel
        if text in _load_former_names() and text != district.name:
            continue  # »Bördekreis« is not the Landkreis Börde of today
        yield Hit(name_district(district), *_weigh(text, name, district, own))


def _weigh(text: str, name: AreaName, district: District, own: AreaName) -> tuple[int, Reason]:
    if text in {district.title, f"{district.name}, {district.kind}"}:
        return _EXACT, Reason("name")
    reason = Reason("name" if name.kinds else "bare-name")
    if sorted(own.words) == sorted(name.words):
        return (_KIND if name.kinds else _BARE), reason
    if own.core.startswith(name.words[0]):
        return _CUT, reason
    return _FURTHER, Reason("further-name", district.title)


def _find_shortened(text: str, name: AreaName) -> list[Hit]:
    """Find the districts whose words were cut short with a full stop: `Meckl. Seenplatte`."""
    dotted = find_dotted(text)
    return [
        Hit(name_district(district), _SHORTENED, Reason("shortened", district.title))
        for district in load_districts().values()
        if dotted and is_shortened(name.words, dotted, _read_own(district).words)
        if fits(district, name)
    ]


def _find_remarked(text: str) -> list[Hit]:
    """Find the Landkreis before a remark in brackets: `Kreis Nordfriesland (Husum)`.

    Not where the name itself has such an addition: there, another one means another place.
    """
    rest = _REMARK.sub("", text)
    name = read_area(rest)
    if rest == text or not name.kinds - {URBAN}:
        return []
    return [
        Hit(name_district(district), _REMARKED, Reason("remark", rest))
        for district in find_named(name)
        if _read_own(district).core == name.core
    ]


def _find_letters(text: str, name: AreaName, kinds: frozenset[str]) -> Iterator[Hit]:
    match = _LETTERS.fullmatch(text)
    if match is None:
        return
    # A single letter is too little, unless it is clear that areas are meant; »SK« alone is a kind.
    bare = len(match["letters"]) == 1 and not kinds <= AREAS
    if not match["prefix"] and (bare or read_name(match["letters"]).kinds):
        return
    said = AreaName((), read_name(match["prefix"]).kinds, state=name.state)
    for key in _load_letters().get(match["letters"], ()):
        district = load_districts()[key]
        if fits(district, said):
            reason = Reason("letters", match["letters"])
            yield Hit(name_district(district), _LETTERS_SCORE, reason)


def _find_others(name: AreaName) -> Iterator[Hit]:
    """Find former districts, and those that are younger than the register."""
    for key in _find_other_keys(name):
        reason = Reason("name" if name.kinds else "bare-name")
        yield Hit(load_other_areas()[key], _KIND if name.kinds else _BARE, reason)


def _find_other_keys(name: AreaName) -> list[str]:
    keys = _load_former_index().find(name) if name.words else set()
    return [
        key
        for key in sorted(keys)
        if not name.kinds or name.kinds & read_name(load_former_districts()[key].name).kinds
    ]


@cache
def _load_former_index() -> NameIndex:
    return NameIndex(
        (key, _PERIOD.sub("", former.name).partition(",")[0])
        for key, former in load_former_districts().items()
    )


@cache
def _load_former_names() -> frozenset[str]:
    """Load the names that say their kind themselves: »Bördekreis«, »Weißeritzkreis«."""
    names = (_PERIOD.sub("", former.name) for former in load_former_districts().values())
    return frozenset(name for name in names if "," not in name)


@cache
def _read_own(district: District) -> AreaName:
    return read_area(district.name)


@cache
def _load_letters() -> Mapping[str, tuple[str, ...]]:
    letters: dict[str, tuple[str, ...]] = {}
    for further in load_further_names():
        if further.kind in {"plate", "abbreviation"}:
            letters[further.name] = (*letters.get(further.name, ()), further.ags)
    return MappingProxyType(letters)


@cache
def _load_elsewhere() -> frozenset[str]:
    places = [name.name for name in load_further_names() if name.kind == "elsewhere"]
    return frozenset({*(read_name(place).core for place in places), *_load_former_index().cores})


@cache
def _load_cores() -> tuple[str, ...]:
    return tuple(sorted(load_name_index().cores))


@cache
def _load_states() -> frozenset[str]:
    names = {district.state_name for district in load_districts().values()}
    return frozenset("".join(split_words(name)) for name in names)
