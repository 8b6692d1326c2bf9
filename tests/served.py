"""`amip serve` in a process of its own, and what there is to know about it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx2

from terminal import AMIP

Process: TypeAlias = subprocess.Popen[bytes]
START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A server: its process, the address that it has printed, and all that it has said."""

    process: Process
    address: str
    log: Path

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    @property
    def nursery(self) -> int:
        """The process that holds the graph."""
        for pid in list_children(self.process.pid):
            if b"nursery" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        raise LookupError(f"{self.process.pid} has no nursery")

    def ask(self, query: str, **given: float | str) -> httpx2.Response:
        """Ask the endpoint."""
        fields = {"query": query, "format": "csv"}
        return httpx2.get(f"{self.address}sparql", params=fields, timeout=60, **given)  # type: ignore[arg-type]


def heed_signals() -> None:
    """Let a process heed what a shell may have told all that runs in the background to ignore."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def serve(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    prepare: Callable[[], None] = heed_signals,
) -> Iterator[Served]:
    """Start `amip serve` at a free port and stop it; `prepare` runs in the new process.

    It must end in good order, and must never have said more than its address.
    """
    command: Sequence[str] = [str(AMIP), "--lang", "en", "serve", "--no-browser", "--port", "0"]
    with NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            [*command, *arguments],
            stderr=log,
            env={**os.environ, **(environment or {})},
            preexec_fn=prepare,
        )
        served = Served(process, "", Path(log.name))
        try:
            served = replace(served, address=_wait_for_address(served))
            yield served
        finally:
            process.send_signal(signal.SIGINT)
            try:
                ended = process.wait(timeout=30)
            finally:
                process.kill()
                process.wait()
        said = served.log.read_text(encoding="utf-8")
        assert ended == 0, said
        assert said.count("\n") == 1, said


def _wait_for_address(served: Served) -> str:
    for _ in range(START_SECONDS * 20):
        said = served.log.read_text(encoding="utf-8")
        if "\n" in said or served.process.poll() is not None:
            break
        time.sleep(0.05)
    assert said.startswith("http://"), said
    return said.split(" ", 1)[0]


def list_children(pid: int) -> list[int]:
    """Return the processes that a process has started; threads may end meanwhile."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def list_queries(pid: int) -> list[int]:
    """Return the processes that a nursery has at work; others sleep until they are needed."""
    return [child for child in list_children(pid) if find_state(child) in {"R", "D", "T"}]


def find_state(pid: int) -> str:
    """Return the state of a process by its letter, "" when it has gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return stat.rpartition(")")[2].split()[0]


def count_memory(pid: int) -> int:
    """Return the memory of a process and all below it in KiB; what they share counts once."""
    total, waiting = 0, [pid]
    while waiting:
        each = waiting.pop()
        # A query may end as we look at its process.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            waiting += list_children(each)
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line)
    return total
