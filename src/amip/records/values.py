"""German figures: from the printed form to an exact decimal, and back.

German typography groups thousands by points and marks decimals by a comma (DIN 5008), so `1.234`
is one thousand two hundred thirty-four and `1,234` is one point two three four.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_FIGURE = re.compile(
    r"""(?P<sign>[+\-−–])?\s?
        (?:(?P<numerator>\d{1,9})/(?P<denominator>[1-9]\d{0,8})
          |(?P<whole>[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,(?P<fraction>\d+))?)
        (?:\s?(?P<scale>Mio\.?|Mrd\.?|Tsd\.?|T(?=€|EUR)))?
        (?:\s?(?P<unit>(?:%-?\s?Punkt|Prozentpunkt|Tag|Monat|Jahr)(?:en?)?
          |Stunden?|Prozent|%|€|EUR|Euro|VZÄ))?""",
    re.VERBOSE | re.ASCII,
)
# Word processors and PDF put these blanks between number and unit.
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))
_WORDS = {
    "ein": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "sechs": 6,
    "sieben": 7,
    "acht": 8,
    "neun": 9,
    "zehn": 10,
    "elf": 11,
    "zwölf": 12,
}
_FRACTIONS = {"Hälfte": 2, "Drittel": 3, "Viertel": 4, "Fünftel": 5, "Sechstel": 6, "Zehntel": 10}
_WORDED = re.compile(
    rf"(?P<count>{'|'.join(_WORDS)})(?:e[mnrs]?)?(?:\s(?P<part>{'|'.join(_FRACTIONS)})n?"
    r"|\s(?P<unit>Prozent|(?:Tag|Monat|Jahr)(?:en?)?|Stunden?))?"
    r"|(?P<half>Hälfte)"
)
_SCALES = {"Mrd": 9, "Mio": 6, "Tsd": 3, "T": 3}
_UNITS = {"%": "PERCENT", "Prozent": "PERCENT", "€": "CCY_EUR", "EUR": "CCY_EUR", "Euro": "CCY_EUR"}
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
ONE_SIDED = frozenset({"just-under", "just-over", "more-than", "at-least", "at-most", "less-than"})


@dataclass(frozen=True, slots=True)
class Figure:
    """What a printed form reads as.

    `decimals` counts the printed decimals in the unit of `value`, negative for scaled forms
    (`7,5 Mio.` → -5); `unit` is the code of the printed unit, "" when none is printed; `signed`
    tells whether a sign is printed.
    """

    value: Decimal
    decimals: int
    unit: str = ""
    signed: bool = False

    @property
    def tolerance(self) -> Decimal:
        """Half a unit of the last printed digit: how far the true value may be off."""
        return Decimal(5).scaleb(-self.decimals - 1)

    def within(self, approximation: str) -> Decimal:
        """Return the tolerance under a hedge.

        `about` (rund, ca.) allows half a unit of the last digit that is not zero, one-sided hedges
        (knapp, über, mindestens) a whole one.
        """
        if not approximation:
            return self.tolerance
        decimals = self.decimals
        if decimals <= 0:
            digits = str(abs(int(self.value.scaleb(decimals))))
            decimals -= len(digits) - len(digits.rstrip("0")) if self.value else 0
        unit = Decimal(1).scaleb(-decimals)
        return unit if approximation in ONE_SIDED else unit / 2


def parse_figure(printed: str) -> Figure | None:
    """Parse a figure as German documents print it, with sign, scale word and unit.

    Returns `None` when `printed` is anything else. A fraction, in digits or words, reads as a
    percentage with two decimals; numbers in words read up to twelve.

    >>> parse_figure("- 400").value, parse_figure("7,5 Mio. EUR").value
    (Decimal('-400'), Decimal('7500000'))
    >>> parse_figure("0,4 Prozentpunkte").unit, parse_figure("12.34") is None
    ('percentage-point', True)
    >>> parse_figure("zwei Drittel").value, parse_figure("2/3").value
    (Decimal('66.67'), Decimal('66.67'))
    """
    text = printed.translate(_BLANKS).strip()
    match = _FIGURE.fullmatch(text)
    if match is None:
        return _parse_words(text)
    unit = _read_unit(match["unit"] or "")
    if match["numerator"]:
        return _share(int(match["numerator"]), int(match["denominator"]))
    fraction = match["fraction"] or ""
    scale = _SCALES[match["scale"].rstrip(".")] if match["scale"] else 0
    digits = match["whole"].replace(".", "") + fraction
    exponent = scale - len(fraction)
    # From text, since arithmetic would round to the 28 digits of the context.
    number = Decimal(digits + "0" * exponent if exponent >= 0 else f"{digits}E{exponent}")
    if number and match["sign"] and match["sign"] != "+":
        number = number.copy_negate()
    return Figure(number, len(fraction) - scale, unit, match["sign"] is not None)


def _share(numerator: int, denominator: int) -> Figure:
    percent = Decimal(numerator * 100) / denominator
    return Figure(percent.quantize(Decimal("0.01")), 0, "PERCENT")


def _parse_words(printed: str) -> Figure | None:
    match = _WORDED.fullmatch(printed)
    if match is None:
        return None
    if match["half"]:
        return _share(1, 2)
    count = _WORDS[match["count"]]
    if match["part"]:
        return _share(count, _FRACTIONS[match["part"]])
    return Figure(Decimal(count), 0, _read_unit(match["unit"] or ""))


def _read_unit(word: str) -> str:
    if "unkt" in word:
        return "percentage-point"
    if word.startswith(("Tag", "Monat", "Jahr", "Stunde")):
        return {"T": "DAY", "M": "MO", "J": "YR", "S": "HR"}[word[0]]
    return _UNITS.get(word, "")


def parse_decimal(cell: str) -> Decimal | None:
    """Parse the exact decimal of a record cell: a point, no grouping, no exponent.

    >>> parse_decimal("10639865.00"), parse_decimal("1.2e3"), parse_decimal("1,5")
    (Decimal('10639865.00'), None, None)
    """
    if not _DECIMAL.fullmatch(cell):
        return None
    try:
        return Decimal(cell)
    except InvalidOperation:  # more digits than the context can hold
        return None


def format_figure(value: Decimal, decimals: int = 0) -> str:
    """Write a decimal the German way, with at least `decimals` decimals.

    >>> format_figure(Decimal("-1234567.5"), 2)
    '-1.234.567,50'
    """
    exponent = value.as_tuple().exponent
    places = max(decimals, -exponent if isinstance(exponent, int) else 0, 0)
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))
