"""What is made once for each state of the graph, however many threads ask for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
UNSURE = 60.0
"""Seconds that a value is kept of a graph that does not tell its state, as remote ones do not."""


class Once(Generic[T]):
    """A value by state and variant: made when first asked for, dropped when the state changes.

    >>> once = Once(str.upper)
    >>> once.get("state", "de")
    'DE'
    """

    def __init__(self, make: Callable[[str], T], unsure: float = UNSURE) -> None:
        """Make values with `make`, which takes the variant: a language, or ""."""
        self._make = make
        self._unsure = unsure
        self._lock = Lock()
        self._state = ""
        self._begun = 0.0
        self._made: dict[str, T] = {}

    def get(self, state: str, variant: str = "") -> T:
        """Return the value, having made it if need be; what `make` raises is raised here."""
        with self._lock:
            old = not state and time.monotonic() - self._begun > self._unsure
            if old or state != self._state:
                self._made.clear()
                self._state, self._begun = state, time.monotonic()
            if variant not in self._made:
                self._made[variant] = self._make(variant)
            return self._made[variant]
