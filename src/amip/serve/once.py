"""What is made once for each state of the graph, however many threads ask for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from amip.errors import AmipError

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
        self._failed: dict[str, tuple[float, AmipError]] = {}

    def get(self, state: str, variant: str = "") -> T:
        """Return the value, having made it if need be; what `make` raises is raised here.

        Those who waited while it could not be made do not try in their turn.
        """
        asked = time.monotonic()
        with self._lock:
            old = not state and time.monotonic() - self._begun > self._unsure
            if old or state != self._state:
                self._made.clear()
                self._state, self._begun = state, time.monotonic()
            if variant not in self._made:
                self._made[variant] = self._try(variant, asked)
            return self._made[variant]

    def _try(self, variant: str, asked: float) -> T:
        ended, failure = self._failed.get(variant, (0.0, None))
        if failure is not None and ended > asked:
            raise failure
        try:
            return self._make(variant)
        except AmipError as error:
            self._failed[variant] = time.monotonic(), error
            raise
