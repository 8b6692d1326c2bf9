"""The keys of areas in official tables: which are lifted, which left out, which are wrong."""

from __future__ import annotations

from collections import Counter
from functools import cache

from rapidfuzz.distance import OSA

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.link.areas import FormerDistrict, load_former_districts
from amip.records.districts import load_districts, load_states
from amip.statistics.cell import Cell

GERMANY = "DG"
"""The key that the tables give to Germany; ours is `DE`."""

_LENGTHS = {3: "AMIP-G05", 8: "AMIP-G06"}
_BOROUGHS, _SIGNS_OF_FORMER = "AMIP-G07", "AMIP-G08"
_BERLIN = "11"
_DISTRICT = 5


class AreaReader:
    """Reads the keys of one file and counts what it leaves out."""

    def __init__(self, file: str) -> None:
        """Start with nothing left out."""
        self.file = file
        self.findings: list[Finding] = []
        self.left_out: Counter[str] = Counter()
        self.told: set[int] = set()

    def read(self, key: str, line: int) -> str:
        """Return our key of an area, "" when its row is left out or the key is wrong."""
        area, problem = classify_area(key)
        if problem in {"AMIP-G01", "AMIP-G02"}:
            place = Place(self.file, line, "", key)
            self.findings.append(make_finding(problem, place, found=key, expected=area))
            return ""
        self.left_out[problem] += bool(problem)
        return "" if problem else area

    def accepts(self, area: str, period: str, cell: Cell, place: Place) -> bool:
        """Tell whether a cell is to be lifted: a district has no numbers before or after its time.

        The tables go on printing rows of former districts, with signs; these are left out. Numbers
        in such a row are one finding.
        """
        former = load_former_districts().get(area)
        code = former and _outside(former, period)
        if not former or not code:
            return True
        if cell.sign:
            self.left_out[_SIGNS_OF_FORMER] += 1
            return False
        if place.row not in self.told:
            self.told.add(place.row)
            slots = {"name": former.name, "until": former.until, "origin": former.origin}
            slots["successors"] = ", ".join(former.successors)
            self.findings.append(make_finding(code, place, found=area, **slots))
        return False

    def report(self) -> list[Finding]:
        """Return the findings, with one for each kind of what was left out."""
        place = Place(self.file)
        counts = [
            make_finding(code, place, count=str(count))
            for code, count in sorted(self.left_out.items())
            if count
        ]
        return [*self.findings, *counts]


@cache
def classify_area(key: str) -> tuple[str, str]:
    """Return our key of an area and the code of the finding when its row is not lifted.

    With `AMIP-G01` and `AMIP-G02` the key is the one that may be meant.

    >>> classify_area("DG"), classify_area("13076"), classify_area("7312")
    (('DE', ''), ('13076', ''), ('07312', 'AMIP-G01'))
    """
    known = _load_known()
    if key == GERMANY:
        return "DE", ""
    if key != "DE" and key in known:
        return key, ""
    if key.isascii() and key.isdigit():
        if f"0{key}" in known:
            return f"0{key}", "AMIP-G01"
        if key.startswith(_BERLIN) and len(key) > _DISTRICT:
            return "", _BOROUGHS
        if len(key) in _LENGTHS:
            return "", _LENGTHS[len(key)]
    return min(sorted(known), key=lambda other: _distance(key, other)), "AMIP-G02"


def _distance(key: str, other: str) -> tuple[int, bool]:
    """Count the slips between two keys, swapped digits as one; prefer the same Land."""
    return OSA.distance(key, other), key[:2] != other[:2]


@cache
def _load_known() -> frozenset[str]:
    return frozenset({*load_districts(), *load_former_districts(), *load_states().values()})


def _outside(former: FormerDistrict, period: str) -> str:
    """Return the finding for a number of a period that a district did not live to see."""
    first = period if len(period) > len("2020") else f"{period}-01-01"
    last = period if len(period) > len("2020") else f"{period}-12-31"
    if former.until and first > former.until:
        return "AMIP-G03"
    return "AMIP-G04" if former.origin and last < former.origin else ""
