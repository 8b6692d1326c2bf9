"""The crawl: from the start pages along all links, level by level, with all cores."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

from amip.errors import AmipError
from amip.serve.edition.address import Address, Kind, Scope, name_file, tell_apart
from amip.serve.edition.links import find_assets, find_links
from amip.serve.edition.press import Press

_BATCH = 16
_PR_SET_PDEATHSIG = 1
_HERE: list[Press] = []
"""The press of a process of the crawl."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is at an address: its status, its media type, where else to look, and its links."""

    address: Address
    status: int
    media: str
    moved: Address | None
    links: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Addresses to fetch, each with the file in `folder` that takes the answer as it is."""

    folder: Path
    scope: Scope
    addresses: tuple[tuple[Address, str], ...]


@dataclass
class Crawl:
    """All that was found: files by address, media types, and what answered with an error."""

    files: dict[Address, str] = field(default_factory=dict)
    media: dict[Address, str] = field(default_factory=dict)
    moved: dict[Address, Address] = field(default_factory=dict)
    missed: dict[Address, int] = field(default_factory=dict)

    def find_file(self, address: Address) -> str | None:
        """Return the file of an address, of that which it has moved to; `None` without one."""
        for _ in range(5):
            if address in self.media:
                return self.files[address]
            if address not in self.moved:
                return None
            address = self.moved[address]
        return None


class Presses:
    """Presses that work side by side, one per process; with one `jobs`, in this process."""

    def __init__(self, sources: Sequence[str], texts: Path | None, jobs: int) -> None:
        """Load the graph in each. Raises `InputError` when it cannot be read."""
        # Here, too: an error of the data is raised where the user can be told.
        self.press = Press(sources, texts)
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
        self.press.__exit__(kind, error, trace)

    def fetch(self, batches: Sequence[Batch]) -> Iterator[list[Found]]:
        """Yield what is found at the addresses of each batch, in order."""
        if self._pool is None:
            yield from (_fetch_all(self.press, batch) for batch in batches)
            return
        try:
            yield from self._pool.map(_fetch_there, batches)
        except BrokenProcessPool as error:
            raise AmipError(
                "a process that makes pages has ended early, perhaps for want of memory",
                advice="try again with: --jobs 1",
            ) from error


def _open(sources: Sequence[str], texts: Path | None, parent: int) -> None:
    """Begin a process of the crawl, which ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:
        _HERE.append(Press(sources, texts))


def _fetch_there(batch: Batch) -> list[Found]:
    return _fetch_all(_HERE[0], batch)


def _fetch_all(press: Press, batch: Batch) -> list[Found]:
    return [_fetch(press, batch, address, name) for address, name in batch.addresses]


def _fetch(press: Press, batch: Batch, address: Address, name: str) -> Found:
    sheet = press.fetch(address.url)
    if sheet.location:
        moved = batch.scope.find_target(sheet.location, address)
        follow = moved.address if moved.kind in {Kind.PAGE, Kind.ASSET} else None
        return Found(address, sheet.status, sheet.media, follow, (follow,) if follow else ())
    if sheet.status != 200:
        return Found(address, sheet.status, sheet.media, None, ())
    path = batch.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sheet.body)
    hrefs: Iterable[str] = ()
    if sheet.media == "text/html":
        hrefs = find_links(sheet.body.decode())
    elif sheet.media == "text/css":
        hrefs = find_assets(sheet.body.decode())
    targets = (batch.scope.find_target(href, address) for href in dict.fromkeys(hrefs))
    links = {each.address for each in targets if each.kind in {Kind.PAGE, Kind.ASSET}}
    return Found(address, 200, sheet.media, None, tuple(sorted(links)))


def crawl(
    presses: Presses,
    scope: Scope,
    seeds: Iterable[Address],
    folder: Path,
    progress: Callable[[int, int], None],
) -> Crawl:
    """Fetch all pages that links lead to from the seeds; `folder` takes them as they are."""
    found = Crawl()
    taken: set[str] = set()
    level = sorted(set(seeds))
    while level:
        for address in level:
            name = name_file(address)
            while name.casefold() in taken:
                name = tell_apart(name)
            taken.add(name.casefold())
            found.files[address] = name
        news: set[Address] = set()
        pairs = iter([(address, found.files[address]) for address in level])
        batches = []
        while part := tuple(islice(pairs, _BATCH)):
            batches.append(Batch(folder, scope, part))
        for answers in presses.fetch(batches):
            for each in answers:
                _note(found, each)
                news.update(each.links)
            progress(len(found.media), len(found.files))
        level = sorted(news - found.files.keys())
    return found


def _note(found: Crawl, each: Found) -> None:
    if each.moved is not None:
        found.moved[each.address] = each.moved
    elif each.status == 200:
        found.media[each.address] = each.media
    else:
        found.missed[each.address] = each.status
