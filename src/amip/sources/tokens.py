"""The numbers in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of digits, with the points and commas inside it, at `start` ≤ offset < `end`."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset after the last digit."""
        return self.start + len(self.text)


def find_numbers(text: str) -> Iterator[Token]:
    """Find the number tokens of a text, in order.

    >>> [token.text for token in find_numbers("um 14,7 % auf 1.024 (§ 16e)")]
    ['14,7', '1.024', '16']
    """
    for match in _NUMBER.finditer(text):
        yield Token(match.start(), match.group())
