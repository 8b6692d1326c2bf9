"""Run work on batches in this process, or in one process per core, with the same results.

Processes are started afresh (not forked): the store keeps threads of its own.
"""

from __future__ import annotations

import copyreg
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import MappingProxyType
from typing import Any, TypeVar

from amip.errors import AmipError

B = TypeVar("B")
R = TypeVar("R")


def _make_proxy(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


# The parts of a finding that cannot be changed do not travel between processes by themselves.
copyreg.pickle(MappingProxyType, lambda proxy: (_make_proxy, (dict(proxy),)))


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_batches(work: Callable[[B], R], batches: Sequence[B], jobs: int) -> Iterator[R]:
    """Yield the result of `work` on each batch, in order, with at most `jobs` processes.

    An exception is raised here as it was raised there, that of the first batch first; work that
    has not begun is then dropped. With one job or one batch no process is started.
    """
    if jobs == 1 or len(batches) <= 1:
        yield from map(work, batches)
        return
    pool = ProcessPoolExecutor(
        min(jobs, len(batches)),
        mp_context=get_context("spawn"),
        # An interrupt from the keyboard reaches all; this process alone answers it.
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        waiting = deque(pool.submit(work, batch) for batch in batches)
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise AmipError(
            "a process of the check has ended early, perhaps for want of memory",
            subject=jobs,
            advice="try again with --jobs 1; a script needs `if __name__ == '__main__':` for more",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
