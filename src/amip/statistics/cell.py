"""One cell of an official table: a number in German form, or a sign that says why there is none.

The signs are those of the statistical offices (Zeichenerklärung); each keeps its own meaning and
none is ever read as zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "-": "sign-nil",
        ".": "sign-unknown",
        "x": "sign-blocked",
        "/": "sign-unreliable",
        "...": "sign-later",
    }
)
"""Printed sign → notation in the code list `value-signs`."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:,(\d+))?", re.ASCII)
_POINT = re.compile(r"-?\d+(?:\.\d+)+(?:,\d+)?", re.ASCII)
EMPTY, POINT, OTHER = "AMIP-G11", "AMIP-G10", "AMIP-G09"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: a number with a decimal point, or the code of a sign, or what is wrong.

    `problem` is the code of the finding when it is neither.
    """

    value: str = ""
    sign: str = ""
    problem: str = ""

    @property
    def decimals(self) -> int:
        """The printed decimals of the number."""
        return len(self.value.partition(".")[2])


@lru_cache(maxsize=65536)
def parse_cell(printed: str) -> Cell:
    """Parse a cell as the tables print it: no grouping, a decimal comma, or a sign.

    >>> parse_cell("9,9")
    Cell(value='9.9', sign='', problem='')
    >>> parse_cell(".").sign
    'sign-unknown'
    >>> parse_cell("1.234").problem
    'AMIP-G10'
    """
    if printed in SIGNS:
        return Cell(sign=SIGNS[printed])
    if _NUMBER.fullmatch(printed):
        return Cell(value=printed.replace(",", "."))
    if not printed.strip():
        return Cell(problem=EMPTY)
    return Cell(problem=POINT if _POINT.fullmatch(printed) else OTHER)
