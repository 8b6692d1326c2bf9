"""The likeliest cause of a number that does not fit: which causes explain it, and in words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from amip.findings import LANGUAGES, Place
from amip.records.values import parse_decimal
from amip.validate.diagnosis.cells import Cells
from amip.validate.diagnosis.equation import Equation, Interval
from amip.validate.diagnosis.network import Network
from amip.validate.diagnosis.slips import find_slips
from amip.validate.wording import normalise_number, write_number

_WORDS = ("found", "expected", "name", "amount", "other")
_SAME_PLACES = frozenset({"digits-swapped", "sign-lost", "sign-added"})
_SCALED = frozenset({"thousand-euros", "million-euros"})
_CHANGE = "/change"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cause in one cell that explains why equations fail.

    `cause` is a key of `causes.toml`; `found` is what the cell holds, `expected` what it would
    hold; the rest are further words of the sentence.
    """

    cause: str
    place: Place
    found: str
    expected: str
    name: str = ""
    amount: str = ""
    other: str = ""

    @property
    def sentences(self) -> Mapping[str, str]:
        """The cause in both languages, numbers in the manner of each."""
        words = {name: getattr(self, name) for name in _WORDS}
        return {
            language: _load_causes()[self.cause][language].format_map(
                {
                    name: write_number(text, language) if parse_decimal(text) else text
                    for name, text in words.items()
                }
            )
            for language in LANGUAGES
        }


@cache
def _load_causes() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(
        files("amip.validate.diagnosis").joinpath("causes.toml").read_text(encoding="utf-8")
    )


@dataclass(frozen=True)
class Detective:
    """Knows the figures and the records, and says what may have gone wrong."""

    network: Network
    cells: Cells

    def write(self, node: str, number: Decimal) -> str:
        """Write a number with the decimals that its figure is printed with."""
        figure = self.network.figures.get(node)
        exponent = number.as_tuple().exponent
        own = -exponent if isinstance(exponent, int) else 0
        least = max(figure.decimals if figure else 0, 0)
        shortest = f"{number:f}".rstrip("0").rstrip(".") if own > 0 else f"{number:f}"
        _, _, fraction = shortest.partition(".")
        return f"{number:.{max(least, len(fraction))}f}"

    def explain_cell(
        self, equation: Equation, node: str, allowed: Interval, *, signed: bool = False
    ) -> Iterator[Explanation]:
        """Yield the slips by which a cell may have got its number instead of an allowed one."""
        operand = equation.operand(node)
        figure = self.network.figures.get(node)
        place = self.cells.cell(operand)
        text = self.cells.row(place).get(place.column, "")
        if operand.role == "place" or not text:
            text = f"{operand.value:f}"
        rounded = operand.within if figure and figure.decimals >= 0 else operand.within * 0
        for cause, meant in find_slips(
            operand.value,
            text,
            figure.unit if figure else "",
            figure.decimals if figure else 0,
            signed=signed
            or operand.value < 0
            or operand.role == "change"
            or bool(figure and figure.kind.endswith(_CHANGE)),
        ):
            # An amount in thousands was rounded to thousands before it was mistaken for euros.
            slack = rounded * (meant / operand.value) if cause in _SCALED else rounded * 0
            near = Interval(meant, meant).widen(slack) & allowed
            if near.is_empty:
                continue
            if meant not in near:
                center = equation.center(node)
                meant = center if center is not None and center in near else near.low
            yield Explanation(
                cause,
                place,
                self.write(node, operand.value),
                self.write(node if cause in _SAME_PLACES else "", meant),
                self.cells.name(node),
            )

    def amount(self, node: str) -> str:
        """Write the value of a figure."""
        return normalise_number(f"{self.network.figures[node].value:f}")
