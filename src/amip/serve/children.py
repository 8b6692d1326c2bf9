"""The children of the nursery: which run, which let others go first, which wait.

A query starts as quick. One that takes longer than `PATIENCE` becomes slow: it gives its turn
back and runs only when the processor has nothing better to do. At most `SLOW` slow ones run;
more are parked (stopped where they are) until there is a place, and beyond `PARKED` refused.
The time that a query may take is that in which it runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

PATIENCE = 0.3
"""Seconds after which a query is slow."""
SLOW = 4
"""How many slow queries run at a time."""
PARKED = 16
"""How many wait for that; each keeps its memory."""
_ENDURANCE = 3
_LATE, _CROWDED = signal.SIGALRM, signal.SIGUSR1


class Pace(Enum):
    """How a child is treated."""

    QUICK = auto()
    SLOW = auto()
    PARKED = auto()


@dataclass(slots=True)
class Child:
    """A process that runs one query: for whom, how long it may run and how long it has.

    `since` is when it last began to run or was parked, `born` when it was started.
    """

    name: str
    client: str
    seconds: float
    born: float
    since: float
    spent: float = 0.0
    pace: Pace = Pace.QUICK


@dataclass(slots=True)
class Children:
    """All children by process id."""

    by_pid: dict[int, Child] = field(default_factory=dict)

    def add(self, pid: int, name: str, client: str, seconds: float, now: float) -> None:
        """Keep a child that has just been started."""
        self.by_pid[pid] = Child(name, client, seconds, now, now)

    def kill(self, name: str) -> None:
        """Kill the child that runs the query of that name, if there still is one."""
        for pid, child in self.by_pid.items():
            if child.name == name:
                _send(pid, signal.SIGKILL)

    def reap(self) -> Iterator[tuple[str, int]]:
        """Yield name and wait status of every child that has ended."""
        for pid in list(self.by_pid):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                yield self.by_pid.pop(pid).name, status

    def arrange(self, now: float) -> list[str]:
        """End what is late, slow down what takes long; return the names of the newly slow."""
        for pid, child in self.by_pid.items():
            running = child.pace is not Pace.PARKED
            spent = child.spent + (now - child.since if running else 0.0)
            if spent > child.seconds or now - child.born > _ENDURANCE * child.seconds:
                _send(pid, _LATE)
                _send(pid, signal.SIGCONT)
        grown = [
            pid
            for pid, child in self.by_pid.items()
            if child.pace is Pace.QUICK and now - child.since > PATIENCE
        ]
        for pid in grown:
            self._park(pid, now)
        self._release(now)
        self._refuse()
        return [self.by_pid[pid].name for pid in grown]

    def _park(self, pid: int, now: float) -> None:
        child = self.by_pid[pid]
        child.spent += now - child.since
        child.pace, child.since = Pace.PARKED, now
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, pid, 19)
        _send(pid, signal.SIGSTOP)

    def _release(self, now: float) -> None:
        """Let parked ones run while there are places, first those of clients that have few."""
        running = Counter(each.client for each in self.by_pid.values() if each.pace is Pace.SLOW)
        parked = [pid for pid, child in self.by_pid.items() if child.pace is Pace.PARKED]
        for _ in range(min(SLOW - running.total(), len(parked))):
            pid = min(parked, key=lambda pid: (running[self.by_pid[pid].client], parked.index(pid)))
            parked.remove(pid)
            child = self.by_pid[pid]
            running[child.client] += 1
            child.pace, child.since = Pace.SLOW, now
            _send(pid, signal.SIGCONT)

    def _refuse(self) -> None:
        """End those that there is no room for, first those of clients that have many."""
        parked = [pid for pid, child in self.by_pid.items() if child.pace is Pace.PARKED]
        while len(parked) > PARKED:
            crowd = Counter(child.client for child in self.by_pid.values())
            pid = max(parked, key=lambda pid: (crowd[self.by_pid[pid].client], parked.index(pid)))
            parked.remove(pid)
            _send(pid, _CROWDED)
            _send(pid, signal.SIGCONT)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
