"""Write numbers and sums in the manner of a language, and fill messages with them.

In messages `{?x}` is a number, or a sum such as `+ 940 - 41 = 899`; `{$x}` is a name, a date or a
printed form and stays as it is (both are forms of SHACL, section 5.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

_NUMBER = r"-?\d+(?:\.\d+)?"
_VARIABLE = re.compile(r"\{([?$])(\w+)\}")
_TERM = re.compile(rf"([+-]) ({_NUMBER})")
_SUM = re.compile(rf"((?:[+-] {_NUMBER} )+)= ({_NUMBER})")
_IS_NUMBER = re.compile(_NUMBER)
_PLACES = Decimal("0.0001")
_EXACT = Context(prec=1_000_000)
"""For numbers of more digits than arithmetic has by default (28)."""


class _Marks(NamedTuple):
    group: str
    point: str


_MARKS = {"de": _Marks(".", ","), "en": _Marks(",", ".")}


def find_variables(message: str) -> dict[str, bool]:
    """Return the variables of a message, and whether they are numbers.

    >>> find_variables("{$name}: {?value} €")
    {'name': False, 'value': True}
    """
    return {name: mark == "?" for mark, name in _VARIABLE.findall(message)}


def normalise_number(text: str) -> str:
    """Write a number or a sum without needless digits; a sum gets its terms in a fixed order.

    Engines print decimals and order groups differently, so both are settled here. More than four
    decimals are rounded.

    >>> normalise_number("1996000.00"), normalise_number("22.48616600790514")
    ('1996000', '22.4862')
    >>> normalise_number("9" * 40) == "9" * 40
    True
    >>> normalise_number("- 830.0 + 761 = -69")
    '761 - 830 = -69'
    """
    if _IS_NUMBER.fullmatch(text):
        return _plain(Decimal(text))
    match = _SUM.fullmatch(text)
    if match is None:
        return text
    signed = [
        Decimal(number) * (-1 if sign == "-" else 1) for sign, number in _TERM.findall(match[1])
    ]
    terms = " ".join(_term(number) for number in sorted(signed, reverse=True))
    return f"{terms.removeprefix('+ ')} = {_plain(Decimal(match[2]))}"


def _term(number: Decimal) -> str:
    return f"{'-' if number < 0 else '+'} {_plain(abs(number))}"


def _plain(number: Decimal) -> str:
    rounded = number.quantize(_PLACES, ROUND_HALF_UP, _EXACT)
    if number != rounded:
        number = rounded
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def write_number(text: str, language: str) -> str:
    """Write the numbers of a normalised text the German or English way.

    >>> write_number("14871326.97", "de"), write_number("14871326.97", "en")
    ('14.871.326,97', '14,871,326.97')
    """
    marks = _MARKS[language]

    def localise(match: re.Match[str]) -> str:
        whole, _, fraction = match[0].partition(".")
        grouped = f"{Decimal(whole):,f}".replace(",", marks.group)
        sign = "-" if whole.startswith("-") and not grouped.startswith("-") else ""
        return f"{sign}{grouped}{marks.point}{fraction}" if fraction else f"{sign}{grouped}"

    return _IS_NUMBER.sub(localise, text)


def fill_message(message: str, values: Mapping[str, str], language: str) -> str:
    """Fill the variables of a message.

    >>> fill_message("{$name}: {?value} €", {"name": "FbW 2021", "value": "1234.5"}, "de")
    'FbW 2021: 1.234,5 €'
    """

    def fill(match: re.Match[str]) -> str:
        text = values.get(match[2], match[0])
        return write_number(text, language) if match[1] == "?" and text != match[0] else text

    return _VARIABLE.sub(fill, message)
