"""The children of the nursery: which run, which let others go first, which wait.

A query starts as quick. One that takes longer than `PATIENCE` becomes slow: it gives its turn
back and runs only when the processor has nothing better to do. What counts is the time that the
query itself has used, however busy the machine is. At most `SLOW` slow ones run;
more are parked (stopped where they are) until there is a place, and beyond `PARKED` refused.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

PATIENCE = 0.3
"""Seconds of processor after which a query is slow."""
SLOW = 4
"""How many slow queries run at a time."""
PARKED = 16
"""How many wait for that; each keeps its memory."""
ROOM = 2 << 30
"""Bytes of memory that all of them may take, beyond the graph that they share."""
GLANCE = 0.05
"""Seconds at least from one close look at the memory of a slow query to the next."""
ENDURANCE = 3
"""How many times its seconds a query may take in all, running or waiting."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_LATE, _CROWDED = signal.SIGALRM, signal.SIGUSR1


class Pace(Enum):
    """How a child is treated."""

    QUICK = auto()
    SLOW = auto()
    PARKED = auto()


@dataclass(slots=True)
class Child:
    """A process that runs a query: for whom, how long it may run, and since when it does.

    `spent` are the seconds of processor that it had used before. Its memory when it was last
    `looked` at closely, at first when it was given the query: `own` bytes, and `held` with those
    that it shares.
    """

    name: str
    client: str
    seconds: float
    born: float
    spent: float
    held: int
    own: int = 0
    looked: float = 0.0
    pace: Pace = Pace.QUICK


@dataclass(slots=True)
class Children:
    """All children by process id."""

    by_pid: dict[int, Child] = field(default_factory=dict)
    _looked: float = 0.0

    def add(self, pid: int, name: str, client: str, seconds: float, now: float) -> None:
        """Keep a child that has just been given a query."""
        self.by_pid[pid] = Child(name, client, seconds, now, count_seconds(pid), count_bytes(pid))

    def kill(self, name: str) -> None:
        """Kill the child that runs the query of that name, if there still is one."""
        for pid, child in self.by_pid.items():
            if child.name == name:
                _send(pid, signal.SIGKILL)

    def arrange(self, now: float) -> list[str]:
        """End what is late, slow down what takes long; return the names of the newly slow."""
        grown = []
        for pid, child in self.by_pid.items():
            spent, since = count_seconds(pid) - child.spent, now - child.born
            if spent > child.seconds or since > ENDURANCE * child.seconds:
                _send(pid, _LATE)
                _send(pid, signal.SIGCONT)
            if child.pace is Pace.QUICK and (spent > PATIENCE or since > ENDURANCE):
                grown.append(pid)
        for pid in grown:
            self._park(pid)
        self._release()
        self._refuse()
        self._look(now)
        self._thin_out()
        return [self.by_pid[pid].name for pid in grown]

    def _park(self, pid: int) -> None:
        self.by_pid[pid].pace = Pace.PARKED
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, pid, 19)
        _send(pid, signal.SIGSTOP)

    def _release(self) -> None:
        """Let parked ones run while there are places, first those of clients that have few."""
        running = Counter(each.client for each in self.by_pid.values() if each.pace is Pace.SLOW)
        parked = [pid for pid, child in self.by_pid.items() if child.pace is Pace.PARKED]
        for _ in range(min(SLOW - running.total(), len(parked))):
            pid = min(parked, key=lambda pid: (running[self.by_pid[pid].client], parked.index(pid)))
            parked.remove(pid)
            child = self.by_pid[pid]
            running[child.client] += 1
            child.pace = Pace.SLOW
            _send(pid, signal.SIGCONT)

    def _refuse(self) -> None:
        """End those that there is no room for, first those of clients that have many."""
        parked = [pid for pid, child in self.by_pid.items() if child.pace is Pace.PARKED]
        while len(parked) > PARKED:
            crowd = Counter(child.client for child in self.by_pid.values())
            pid = max(parked, key=lambda pid: (crowd[self.by_pid[pid].client], parked.index(pid)))
            parked.remove(pid)
            _end(pid)

    def _look(self, now: float) -> None:
        """Look closely at the memory of one slow child, each in its turn."""
        slow = [pid for pid, child in self.by_pid.items() if child.pace is not Pace.QUICK]
        if slow and now - self._looked > GLANCE:
            self._looked = now
            pid = min(slow, key=lambda pid: self.by_pid[pid].looked)
            child = self.by_pid[pid]
            child.looked, child.held, child.own = now, count_bytes(pid), count_own_bytes(pid)

    def _thin_out(self) -> None:
        """End those that take the most memory when all together take too much."""
        taken = {
            pid: child.own + count_bytes(pid) - child.held for pid, child in self.by_pid.items()
        }
        while sum(taken.values()) > ROOM:
            pid = max(taken, key=taken.__getitem__)
            del taken[pid]
            _end(pid)


def _end(pid: int) -> None:
    _send(pid, _CROWDED)
    _send(pid, signal.SIGCONT)


def count_bytes(pid: int) -> int:
    """Return the memory that a process has in use, shared or not; 0 when it has gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages) * _PAGE


def count_own_bytes(pid: int) -> int:
    """Return the memory that a process shares with no other, which takes milliseconds to count."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Private_"))


def reap() -> Iterator[tuple[int, int]]:
    """Yield process id and wait status of every child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            yield pid, status


def count_seconds(pid: int) -> float:
    """Return the seconds of processor that a child has used."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
