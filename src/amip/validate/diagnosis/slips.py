"""How a number gets wrong in one cell: what it may have been instead."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from amip.validate.diagnosis.equation import Interval

_EUROS = "/CCY_EUR"
_GROUP = 3
_MILLION = 6


def find_slips(
    value: Decimal, text: str, unit: str, decimals: int, *, signed: bool
) -> Iterator[tuple[str, Decimal]]:
    """Yield the causes by which a cell may hold `value`, each with the number that was meant.

    `text` is the cell as written, `unit` the IRI of the unit; `signed` tells whether a minus
    makes sense there. The causes are the keys of `causes.toml`.

    >>> [f"{meant:f}" for _, meant in find_slips(Decimal(45), "45", "", 0, signed=True)]
    ['54', '4.5', '450', '0.45', '4500', '45000', '-45']
    """
    yield from _find_swaps(value, decimals)
    yield from _find_shifts(value, text, unit)
    if signed and value:
        yield ("sign-lost" if value > 0 else "sign-added"), -value


def _digits(value: Decimal, decimals: int) -> str:
    exponent = value.as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    return f"{abs(value):.{max(decimals, own, 0)}f}"


def _find_swaps(value: Decimal, decimals: int) -> Iterator[tuple[str, Decimal]]:
    text = _digits(value, decimals)
    places = [at for at, mark in enumerate(text) if mark != "."]
    for one, two in pairwise(places):
        swapped = list(text)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        if text[one] == text[two]:
            shorter = text[:two] + text[two + 1 :]
            if shorter.strip("0.") and _is_written(shorter) and Decimal(shorter) * 10 != abs(value):
                yield "digit-doubled", Decimal(shorter).copy_sign(value)
        elif _is_written("".join(swapped)):
            yield "digits-swapped", Decimal("".join(swapped)).copy_sign(value)


def _is_written(text: str) -> bool:
    """Tell whether a number is written without a needless zero in front."""
    return not (text.startswith("0") and text[1:2].isdigit()) and text[-1:] != "."


def _find_shifts(value: Decimal, text: str, unit: str) -> Iterator[tuple[str, Decimal]]:
    if not value:
        return
    for power in (1, 2):
        for signed in (-power, power):
            yield f"factor-{10**power}", value.scaleb(signed)
    _, _, fraction = text.partition(".")
    whole = not fraction.strip("0")
    if len(fraction) >= _GROUP and not whole:
        yield "marks-mixed", value.scaleb(_GROUP)
    else:
        yield ("thousand-euros" if unit.endswith(_EUROS) else "factor-1000"), value.scaleb(_GROUP)
    if unit.endswith(_EUROS):
        yield "million-euros", value.scaleb(_MILLION)
    if abs(value) >= 10**_GROUP:
        counted = unit.endswith((_EUROS, "/NUM"))
        cause = "factor-1000" if counted or not whole else "marks-mixed"
        yield cause, value.scaleb(-_GROUP)


def differs_in_one_digit(value: Decimal, decimals: int, allowed: Interval) -> bool:
    """Tell whether one other digit makes the number fit.

    >>> differs_in_one_digit(Decimal(761), 0, Interval(Decimal(460), Decimal(462)))
    True
    """
    text = _digits(value, decimals)
    for at, mark in enumerate(text):
        for digit in "0123456789" if mark != "." else "":
            changed = f"{text[:at]}{digit}{text[at + 1 :]}"
            if digit != mark and Decimal(changed).copy_sign(value) in allowed:
                return True
    return False
