"""How people get a number wrong when they copy it."""

from __future__ import annotations

import re
from random import Random

_DIGIT = re.compile(r"\d")
_PAIR = re.compile(r"(?=(\d)(\d))")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")


def find_digits(text: str) -> list[int]:
    """Return the offsets of the digits.

    >>> find_digits("1.2 %")
    [0, 2]
    """
    return [match.start() for match in _DIGIT.finditer(text)]


def wrong_digit(text: str, chance: Random) -> str:
    """Put another digit in the place of one."""
    at = chance.choice(find_digits(text))
    first = at == find_digits(text)[0]
    others = [digit for digit in "123456789" + ("" if first else "0") if digit != text[at]]
    return f"{text[:at]}{chance.choice(others)}{text[at + 1 :]}"


def swapped_digits(text: str, chance: Random) -> str:
    """Swap two neighbouring digits that differ; "" when there are none."""
    pairs = [match.start() for match in _PAIR.finditer(text) if match[1] != match[2]]
    pairs = [at for at in pairs if not (at == find_digits(text)[0] and text[at + 1] == "0")]
    if not pairs:
        return ""
    at = chance.choice(pairs)
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"


def _regroup(text: str, change: str, at: int) -> str:
    """Group the whole part again after digits have come or gone."""
    match = _GROUPED.search(text)
    if match is None or "." not in match[0] or not match.start() <= at < match.end():
        return change
    end = match.end() + len(change) - len(text)
    digits = change[match.start() : end].replace(".", "")
    return f"{change[: match.start()]}{int(digits):,}".replace(",", ".") + change[end:]


def lost_digit(text: str, chance: Random) -> str:
    """Leave one digit out; "" when it is the only one."""
    if len(find_digits(text)) < 2:
        return ""
    at = chance.choice(find_digits(text))
    return _regroup(text, text[:at] + text[at + 1 :], at)


def doubled_digit(text: str, chance: Random) -> str:
    """Write one digit twice."""
    at = chance.choice(find_digits(text))
    return _regroup(text, text[:at] + text[at] + text[at:], at)


def lost_sign(text: str) -> str:
    """Leave the sign out; the same text when it has none."""
    return re.sub(r"^\s*[-−–]\s?", "", text)


def moved_comma(text: str) -> str:
    """Leave the decimal comma out (`5,3` → `53`); "" when there is none."""
    return text.replace(",", "", 1) if "," in text else ""
