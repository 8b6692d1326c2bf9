"""Examinations: uploads are checked in processes of their own, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from amip.serve.check.examiner import describe_limits
from amip.serve.check.upload import RejectedError, Upload
from amip.serve.engine.job import Ending, Limits, Outcome

LIMITS = Limits(seconds=60.0, memory=2 << 30, size=64 << 20)
AT_ONCE, WAITING = 2, 8
MEMORY = "/dev/shm"  # noqa: S108
"""Where Linux keeps files in the main memory."""
_SIGNALS = {
    signal.SIGXCPU: Ending.LATE,
    signal.SIGXFSZ: Ending.LARGE,
    signal.SIGABRT: Ending.GREEDY,
    signal.SIGSEGV: Ending.GREEDY,
}
_START = "from amip.serve.check.examiner import main; main()"


@dataclass
class Examinations:
    """The checks that are under way: `most` at a time within `limits`, `waiting` more in line."""

    limits: Limits = LIMITS
    most: int = AT_ONCE
    waiting: int = WAITING
    _inside: int = 0

    @cached_property
    def _turns(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.most)

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Let one more in; raises `RejectedError` when too many are there."""
        if self._inside >= self.most + self.waiting:
            raise RejectedError(503, "check-crowded")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def run(self, upload: Upload) -> Outcome:
        """Check an upload; who stops waiting for this stops the check."""
        async with self._turns:
            with (
                tempfile.TemporaryDirectory(dir=MEMORY, prefix="amip-check-") as room,
                _make_file(upload.pack()) as source,
                _make_file() as answer,
            ):
                return await self._examine(source, answer, room)

    async def _examine(self, source: BinaryIO, answer: BinaryIO, room: str) -> Outcome:
        command = ["-c", _START, str(answer.fileno()), describe_limits(self.limits), room]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=source,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=[answer.fileno()],
        )
        try:
            status = await asyncio.wait_for(process.wait(), self.limits.seconds)
        except TimeoutError:
            return Outcome(Ending.LATE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if status < 0:
            return Outcome(_SIGNALS.get(signal.Signals(-status), Ending.LOST))
        answer.seek(0)
        return _read(answer.read() if status == 0 else b"")


def _read(answer: bytes) -> Outcome:
    """Read what the process has written; nothing at all when it has failed."""
    ending, _, content = answer.partition(b"\n")
    if not ending:
        return Outcome(Ending.LOST)
    if ending.decode() == Ending.DONE:
        media, _, body = content.partition(b"\n")
        return Outcome(Ending.DONE, body, media.decode())
    return Outcome(Ending(ending.decode()), text=content.decode("utf-8", "replace"))


def _make_file(content: bytes = b"") -> BinaryIO:
    """Make a file that is in memory only."""
    file = os.fdopen(os.memfd_create("check"), "w+b")
    file.write(content)
    file.flush()
    file.seek(0)
    return file
