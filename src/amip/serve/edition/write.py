"""Write an edition: crawl the site, lay out its pages, make the data of its scripts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from amip.errors import InputError, UsageError
from amip.publish.folder import replace_folder
from amip.serve.edition.address import Address, Scope
from amip.serve.edition.crawl import Crawl, crawl
from amip.serve.edition.folder import MARK, check_file, check_target
from amip.serve.edition.lay import Layout, is_module, lay_script, read_plan, write_plan
from amip.serve.edition.material import list_pairs, list_seeds, make_scripts
from amip.serve.edition.presses import Presses
from amip.serve.edition.single import gather, write_single
from amip.serve.search import build_index
from amip.validate.pool import count_cores
from amip.version import __version__

_BATCH = 64
Progress = Callable[[str, int, int], None]
"""Is told a step (`crawl`, `write`, `single`), how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What was written: pages, files and bytes, and bytes of the single file.

    `missed` are addresses that answered with an error, `broken` links that lead nowhere, each
    with the file that has it.
    """

    pages: int
    files: int
    size: int
    single: int
    missed: tuple[tuple[str, int], ...]
    broken: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted: a folder, a single file or both, over `sources` as `amip.open` takes them."""

    folder: Path | None = None
    single: Path | None = None
    sources: tuple[str, ...] = ()
    texts: Path | None = None
    scope: Scope = field(default_factory=Scope)
    jobs: int = 0


def write_edition(order: Order, progress: Progress = lambda *_: None) -> Edition:
    """Write the pages of the site as files that need no server.

    Raises `UsageError` for a place that holds something else, and `InputError` when the graph
    cannot be read or the place cannot be written; an older edition then stays as it is.
    """
    if order.folder is None and order.single is None:
        raise UsageError(
            "nothing to write", advice="name a folder with -o, or a file with --single"
        )
    if order.folder is not None:
        check_target(order.folder)
    if order.single is not None:
        check_file(order.single)
    scope = order.scope
    with (
        _report_disk(),
        Presses(order.sources, order.texts, order.jobs or count_cores()) as presses,
        tempfile.TemporaryDirectory(prefix="amip-site-") as scratch,
    ):
        raw, press = Path(scratch), presses.press
        pairs = press.call(list_pairs)
        seeds = list_seeds(pairs, scope.languages)
        found = crawl(presses, scope, seeds, raw, lambda *steps: progress("crawl", *steps))
        index = press.call(build_index)
        scripts = make_scripts(press.engine.store, index, found, scope.languages)
        layout = Layout(found, scope, pairs, _find_modules(found, raw))
        plan = write_plan(layout, raw)
        content = _Content(layout, plan, raw, scripts, press.engine.state)
        return _write(order, content, presses, progress)


@contextmanager
def _report_disk() -> Iterator[None]:
    """Turn a failure of the folder for temporary files, such as a full disk, into a sentence."""
    try:
        yield
    except OSError as error:
        folder = tempfile.gettempdir()
        raise InputError(
            "{subject}: cannot be written ({problem})",
            subject=folder,
            advice="make room there, or name another folder in the variable TMPDIR",
            problem=error.strerror,
        ) from error


@dataclass(frozen=True, slots=True)
class _Content:
    """What is to be written: pages as fetched in the folder `raw`, scripts, and of which state.

    `plan` is the file that has the layout for other processes.
    """

    layout: Layout
    plan: Path
    raw: Path
    scripts: Mapping[str, str]
    state: str


def _find_modules(found: Crawl, raw: Path) -> frozenset[str]:
    scripts = [address for address, media in found.media.items() if media == "text/javascript"]
    texts = {each.path: (raw / found.files[each]).read_text(encoding="utf-8") for each in scripts}
    return frozenset(path for path, text in texts.items() if is_module(text))


def _write(order: Order, content: _Content, presses: Presses, progress: Progress) -> Edition:
    found = content.layout.crawl
    pages = sum(media == "text/html" for media in found.media.values())
    files = size = single = 0

    def fill(folder: Path) -> None:
        nonlocal files, size
        _lay_all(content, presses, folder, progress)
        (folder / "made").mkdir()
        for name, script in content.scripts.items():
            (folder / "made" / name).write_text(script, encoding="utf-8")
        mark = {"amip": __version__, "state": content.state, "pages": pages}
        (folder / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8")
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        files, size = len(sizes), sum(sizes)

    if order.folder is not None:
        replace_folder(order.folder, fill)
    if order.single is not None:
        progress("single", 0, 1)
        parts = gather(content.layout, content.plan, content.raw, presses)
        single = write_single(order.single, parts, content.scripts)
    missed = tuple(sorted((address.url, status) for address, status in found.missed.items()))
    broken = tuple(sorted(content.layout.broken))
    return Edition(pages, files, size, single, missed, broken)


def _lay_all(content: _Content, presses: Presses, folder: Path, progress: Progress) -> None:
    found = content.layout.crawl
    addresses = iter(each for each in found.media if each.path not in content.layout.modules)
    batches = []
    while part := tuple(islice(addresses, _BATCH)):
        batches.append(_Batch(content.plan, content.raw, folder, part))
    for number, broken in enumerate(presses.spread(_lay_batch, batches)):
        content.layout.broken |= broken
        progress("write", min((number + 1) * _BATCH, len(found.media)), len(found.media))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pages to lay out: by the layout in the file `plan`, from the folder `raw` to `folder`."""

    plan: Path
    raw: Path
    folder: Path
    addresses: tuple[Address, ...]


def _lay_batch(batch: _Batch) -> set[tuple[str, str]]:
    """Lay out pages and return the links that lead nowhere."""
    layout = read_plan(batch.plan)
    for address in batch.addresses:
        name = layout.crawl.files[address]
        content = (batch.raw / name).read_bytes()
        target = batch.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        match layout.crawl.media[address]:
            case "text/html":
                content = layout.lay_page(content.decode(), address).encode()
            case "text/css":
                content = layout.lay_sheet(content.decode(), address).encode()
            case "text/javascript":
                content = lay_script(content.decode()).encode()
        target.write_bytes(content)
    return layout.broken
