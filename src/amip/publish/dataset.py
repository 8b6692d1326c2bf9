"""Build the dataset: lift, validate, and write all forms into one folder."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import NamedNode, Store

from amip.assets import find_turtle, list_programmes
from amip.errors import RefusedError
from amip.findings import Report, Severity
from amip.lift import CODES_GRAPH, Lifted, lift_programmes, serialise_quads
from amip.publish.census import Census, count_graphs
from amip.publish.context import lift_context
from amip.publish.crate import CRATE, describe_crate
from amip.publish.croissant import describe_croissant
from amip.publish.csvw import describe_csvw
from amip.publish.dcat import describe_dcat
from amip.publish.distribution import measure_files
from amip.publish.executables import write_executables
from amip.publish.folder import check_folder, write_folder
from amip.publish.linkset import count_linksets
from amip.publish.measured import find_years, make_statistics_table
from amip.publish.void import describe_void, name_file
from amip.publish.wide import make_wide_table
from amip.terms import ID, NS
from amip.validate import render_json, render_text, render_turtle, validate

Progress: TypeAlias = Callable[[str], None]
_VALUES = ("Observation", "Gap")


@dataclass(frozen=True, slots=True)
class Dataset:
    """What `build` made: the folder, the report, and the counts of the summary."""

    folder: Path
    report: Report
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Content:
    """What is to be published; `lines` are all quads and `censuses` what was counted of them."""

    lifted: Lifted
    context: str
    lines: tuple[str, ...]
    censuses: Mapping[str, Census]


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
    check_folder(target)
    progress("lift")
    folders = list_programmes() if programmes is None else tuple(programmes)
    lifted = lift_programmes(folders).readable
    progress("validate")
    report = validate(*folders) if folders else Report(())
    if not (report.conforms or (allow_violations and lifted.records)):
        raise RefusedError(
            "not published: {violations} violations; {target} is unchanged",
            subject=report,
            advice="see them with: amip validate; publish all the same with: --allow-violations",
            violations=report.count(Severity.VIOLATION),
            target=target,
        )
    progress("publish")
    content = _gather(lifted)
    write_folder(target, lambda folder: _write(folder, content, report))
    return Dataset(target, report, _count(content))


def _gather(lifted: Lifted) -> _Content:
    context = lift_context()
    codes = _write_codes(Lifted((), (), ()).make_store())
    text = "".join((*lifted.quads, codes, context))
    lines = tuple(dict.fromkeys(_split_lines(text)))
    return _Content(lifted, context, lines, count_graphs(lines))


def _write_codes(store: Store) -> str:
    quads = store.quads_for_pattern(None, None, None, NamedNode(CODES_GRAPH))
    return "".join(f"{quad.triple} <{CODES_GRAPH}> .\n" for quad in quads)


def _write(folder: Path, content: _Content, report: Report) -> None:
    _write_graphs(folder, content)
    _write_tables(folder, content)
    _write_reports(folder, report)
    _write_descriptions(folder, content)


def _write_graphs(folder: Path, content: _Content) -> None:
    everything = "".join(content.lines)
    (folder / "amip.trig").write_bytes(serialise_quads(everything, "trig"))
    nquads = serialise_quads(everything, "nquads")
    (folder / "amip.nq.gz").write_bytes(gzip.compress(nquads, compresslevel=6, mtime=0))
    _join_turtle(folder / "ontology.ttl", find_turtle("ontology"))
    _join_turtle(folder / "shapes.ttl", find_turtle("shapes"))
    (folder / "queries.ttl").write_text(write_executables(), encoding="utf-8")
    (folder / "programmes").mkdir()
    for record, quads in zip(content.lifted.records, content.lifted.quads, strict=True):
        for name, ending in (("turtle", "ttl"), ("jsonld", "jsonld")):
            path = folder / "programmes" / f"{record.slug}.{ending}"
            path.write_bytes(serialise_quads(quads, name))
    contexts: dict[str, str] = {}
    for graph, quads in split_graphs(content.context).items():
        contexts[name_file(graph)] = contexts.get(name_file(graph), "") + quads
    for name, quads in contexts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(serialise_quads(quads, "turtle"))


def _split_lines(quads: str) -> Iterator[str]:
    """Split N-Quads into lines; only the line feed ends one, whatever else texts may hold."""
    return (f"{line}\n" for line in quads.split("\n") if line)


def split_graphs(quads: str) -> dict[str, str]:
    """Split N-Quads by graph, in the order of the graphs' names.

    >>> split_graphs("<a:s> <a:p> <a:o> <a:g> .\\n")
    {'a:g': '<a:s> <a:p> <a:o> <a:g> .\\n'}
    """
    graphs: dict[str, list[str]] = {}
    for line in _split_lines(quads):
        graphs.setdefault(line.rsplit(" ", 2)[1].strip("<>"), []).append(line)
    return {graph: "".join(graphs[graph]) for graph in sorted(graphs)}


def _join_turtle(path: Path, parts: Iterable[Path]) -> None:
    with path.open("wb") as joined:
        for part in parts:
            joined.write(part.read_bytes() + b"\n")


def _write_tables(folder: Path, content: _Content) -> None:
    tables = {
        "figures": make_wide_table(content.lifted.records),
        "statistics": make_statistics_table(content.lines),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
        table.to_parquet(folder / f"{name}.parquet", index=False)


def _write_reports(folder: Path, report: Report) -> None:
    texts = {
        "report.txt": render_text(report, "de"),
        "report.en.txt": render_text(report, "en"),
        "report.json": render_json(report),
        "report.ttl": render_turtle(report),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_descriptions(folder: Path, content: _Content) -> None:
    """Write what describes the files; the crate comes last, since it describes them all."""
    records = content.lifted.records
    files = measure_files(folder)
    examples = [f"{ID}programme/{record.slug}" for record in records]
    texts = {
        "croissant.json": describe_croissant(files),
        "void.ttl": describe_void(content.censuses, content.lines, files, examples),
        "dcat.ttl": describe_dcat(records, find_years(content.lines), files),
    }
    for file in files:
        if file.path in {"figures.csv", "statistics.csv"}:
            texts[f"{file.path}-metadata.json"] = describe_csvw(Path(file.path).stem, file)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    crate = describe_crate(records, measure_files(folder))
    (folder / CRATE).write_text(crate, encoding="utf-8")


def _count(content: _Content) -> dict[str, int]:
    """Count what the summary shows: rows of the records, what comes with them, and triples.

    `statistics` are values of official statistics, those with a sign in place of a number too.
    """
    tables = ("figures", "targets", "statements")
    records, whole = content.lifted.records, content.censuses[""]
    return {
        "programmes": len(records),
        **{name: sum(len(record.rows(name)) for record in records) for name in tables},
        "districts": whole.classes.get(f"{NS}District", 0),
        "links": sum(linkset.triples for linkset in count_linksets(content.lines)),
        "statistics": sum(whole.classes.get(f"{NS}Statistical{kind}", 0) for kind in _VALUES),
        "triples": whole.triples,
    }
