"""The crawl: from the start pages along all links, level by level, with all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from amip.serve.edition.address import Address, Kind, Scope, name_file, tell_apart
from amip.serve.edition.links import find_assets, find_links
from amip.serve.edition.press import Press
from amip.serve.edition.presses import Presses, find_press

_BATCH = 16


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


def _fetch_all(batch: Batch) -> list[Found]:
    return [_fetch(find_press(), batch, address, name) for address, name in batch.addresses]


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
        for answers in presses.spread(_fetch_all, batches):
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
