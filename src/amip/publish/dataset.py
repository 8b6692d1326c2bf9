"""Write the dataset folder: all or nothing."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import NamedNode, Store

from amip.assets import find_turtle, list_programmes
from amip.errors import InputError, RefusedError, UsageError
from amip.findings import Report, Severity
from amip.lift import CODES_GRAPH, Lifted, lift_programmes, serialise_quads
from amip.publish.describe import describe_dataset
from amip.publish.wide import make_wide_table
from amip.validate import render_json, render_text, render_turtle, validate

SUMS = "SHA256SUMS"
Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What `build` made: the folder, the report, and the counts of the summary."""

    folder: Path
    report: Report
    counts: dict[str, int]


def build(
    out: Path | str = "dist",
    programmes: Iterable[Path] | None = None,
    *,
    allow_violations: bool = False,
    progress: Progress = lambda _: None,
) -> Dataset:
    """Lift, validate and publish programmes as a dataset folder.

    `programmes` are record folders, by default those of the package. `progress` is told the name
    of each step. The folder appears whole or not at all; an older dataset stays in place when
    anything fails.

    Raises `RefusedError`, with the report as its subject, when there is a violation and
    `allow_violations` is false; `UsageError` when `out` holds something that is no dataset;
    `InputError` when it cannot be written.
    """
    target = Path(out)
    _check_target(target)
    progress("lift")
    folders = list_programmes() if programmes is None else tuple(programmes)
    lifted = lift_programmes(folders).readable
    progress("validate")
    report = validate(*folders) if folders else Report(())
    if not (report.conforms or (allow_violations and lifted.records)):
        raise RefusedError(
            f"not published: {report.count(Severity.VIOLATION)} violations; {target} is unchanged",
            subject=report,
            advice="see them with: amip validate; publish all the same with: --allow-violations",
        )
    progress("publish")
    codes = _write_codes(Lifted((), (), ()).make_store())
    _write_whole(target, lambda folder: _write(folder, lifted, codes, report))
    return Dataset(target, report, _count(lifted, codes))


def _write_codes(store: Store) -> str:
    quads = store.quads_for_pattern(None, None, None, NamedNode(CODES_GRAPH))
    return "".join(f"{quad.triple} <{CODES_GRAPH}> .\n" for quad in quads)


def _check_target(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise UsageError(
            f"{target}: not a folder", subject=target, advice="choose another folder with -o"
        )
    if target.is_dir() and any(target.iterdir()) and not (target / SUMS).is_file():
        raise UsageError(
            f"{target}: the folder holds something that is no dataset",
            subject=target,
            advice="choose another folder with -o, or empty this one",
        )


def _write_whole(target: Path, write: Callable[[Path], None]) -> None:
    try:
        _replace(target, write)
    except OSError as error:
        raise InputError(
            f"{target}: cannot be written ({error.strerror})",
            subject=target,
            advice="choose another folder with -o",
        ) from error


def _replace(target: Path, write: Callable[[Path], None]) -> None:
    """Write into a temporary folder beside the target, then change places."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        fresh, old = Path(scratch) / "new", Path(scratch) / "old"
        fresh.mkdir()
        write(fresh)
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise


def _write(folder: Path, lifted: Lifted, codes: str, report: Report) -> None:
    everything = "".join(lifted.quads) + codes
    (folder / "amip.trig").write_bytes(serialise_quads(everything, "trig"))
    nquads = serialise_quads(everything, "nquads")
    (folder / "amip.nq.gz").write_bytes(gzip.compress(nquads, compresslevel=6, mtime=0))
    _join_turtle(folder / "ontology.ttl", find_turtle("ontology"))
    _join_turtle(folder / "shapes.ttl", find_turtle("shapes"))
    (folder / "programmes").mkdir()
    for record, quads in zip(lifted.records, lifted.quads, strict=True):
        for name, ending in (("turtle", "ttl"), ("jsonld", "jsonld")):
            path = folder / "programmes" / f"{record.slug}.{ending}"
            path.write_bytes(serialise_quads(quads, name))
    table = make_wide_table(lifted.records)
    table.to_csv(folder / "figures.csv", index=False, lineterminator="\n")
    table.to_parquet(folder / "figures.parquet", index=False)
    for language in ("de", "en"):
        text = render_text(report, language)
        (folder / ("report.txt" if language == "de" else "report.en.txt")).write_text(
            text, encoding="utf-8"
        )
    (folder / "report.json").write_text(render_json(report), encoding="utf-8")
    (folder / "report.ttl").write_text(render_turtle(report), encoding="utf-8")
    counts = _count(lifted, codes)
    (folder / "void.ttl").write_text(
        describe_dataset(folder, lifted.records, counts), encoding="utf-8"
    )
    (folder / SUMS).write_text(_sums(folder), encoding="utf-8")


def _join_turtle(path: Path, parts: Iterable[Path]) -> None:
    with path.open("wb") as joined:
        for part in parts:
            joined.write(part.read_bytes() + b"\n")


def _sums(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


def _count(lifted: Lifted, codes: str) -> dict[str, int]:
    tables = ("figures", "targets", "statements")
    counts = {name: sum(len(record.rows(name)) for record in lifted.records) for name in tables}
    everything = "".join(lifted.quads) + codes
    triples = len(set(everything.splitlines()))
    return {"programmes": len(lifted.records), **counts, "triples": triples}
