"""What is made once for each state of the graph, however many threads ask for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A value by state and variant: made when first asked for, dropped when the state changes.

    >>> once = Once(str.upper)
    >>> once.get("state", "de")
    'DE'
    """

    def __init__(self, make: Callable[[str], T]) -> None:
        """Make values with `make`, which takes the variant: a language, or ""."""
        self._make = make
        self._lock = Lock()
        self._state = ""
        self._made: dict[str, T] = {}

    def get(self, state: str, variant: str = "") -> T:
        """Return the value, having made it if need be; what `make` raises is raised here."""
        with self._lock:
            if state != self._state:
                self._made.clear()
                self._state = state
            if variant not in self._made:
                self._made[variant] = self._make(variant)
            return self._made[variant]
