"""Shelves: what was made lately, kept while it fits."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Shelf(Generic[T]):
    """Values by key up to `room` bytes in all; those not asked for the longest go first.

    Threads may share one.

    >>> shelf = Shelf[str](room=4)
    >>> for name in ("a", "b", "c"):
    ...     shelf.put(name, name.upper(), 2)
    >>> shelf.get("a"), shelf.get("c")
    (None, 'C')
    """

    room: int
    _kept: OrderedDict[str, tuple[T, int]] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: str) -> T | None:
        """Return the value of a key, `None` if it is not kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: str, value: T, size: int) -> None:
        """Keep a value of `size` bytes, unless it would take more than half the room."""
        with self._lock:
            if key in self._kept or size > self.room // 2:
                return
            self._kept[key] = (value, size)
            self._size += size
            while self._size > self.room:
                _, (_, freed) = self._kept.popitem(last=False)
                self._size -= freed
