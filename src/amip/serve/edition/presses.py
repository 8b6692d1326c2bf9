"""Presses that work side by side, one in each process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from amip.errors import AmipError
from amip.serve.edition.press import Press
from amip.serve.parent import end_with_parent

B = TypeVar("B")
R = TypeVar("R")
_HERE: list[Press] = []
"""The press of this process."""


class Presses:
    """Presses that work side by side, one per process; with one `jobs`, in this process."""

    def __init__(self, sources: Sequence[str], texts: Path | None, jobs: int) -> None:
        """Load the graph in each. Raises `InputError` when it cannot be read."""
        # Here, too: an error of the data is raised where the user can be told.
        self.press = Press(sources, texts)
        _HERE.append(self.press)
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1:
            context = get_context("spawn")
            settings = (tuple(sources), texts, os.getpid())
            self._pool = ProcessPoolExecutor(
                jobs, mp_context=context, initializer=_open, initargs=settings
            )

    def __enter__(self) -> Presses:
        """Return the presses."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop them."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        _HERE.remove(self.press)
        self.press.__exit__(kind, error, trace)

    def spread(self, work: Callable[[B], R], batches: Iterable[B]) -> Iterator[R]:
        """Yield the result of `work` on each batch, in order; it may ask `find_press()`."""
        if self._pool is None:
            yield from map(work, batches)
            return
        try:
            yield from self._pool.map(work, batches)
        except BrokenProcessPool as error:
            raise AmipError(
                "a process that makes pages has ended early, perhaps for want of memory",
                advice="try again with: --jobs 1",
            ) from error


def find_press() -> Press:
    """Return the press of this process."""
    return _HERE[-1]


def _open(sources: Sequence[str], texts: Path | None, parent: int) -> None:
    """Begin a process of the crawl, which ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if os.getppid() == parent:
        _HERE.append(Press(sources, texts))
