"""Measure the check of programmes: one, many with one process and with all, and against pySHACL.

    python bench/validate.py [--programmes 100 300 1000] [--figures 250]

Every measurement of many programmes runs in a process of its own, so that its memory is its own;
the time of the cores tells what it costs when other work runs beside it.
The findings of all ways to check the same programmes are compared before a time counts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pyshacl
import rdflib

from amip.assets import find_turtle
from amip.findings import Report
from amip.lift import lift_programmes
from amip.validate import render_json, validate, validate_store
from amip.validate.pool import count_cores
from amip.validate.reference import validate_reference
from generate import generate_programmes

T = TypeVar("T")
HERE = Path(__file__).parent
MINIMAL = HERE.parent / "tests" / "cases" / "minimal" / "musterstadt-2023"
ONE = 300
"""Figures of the one programme: more than any of ours has."""


def timed(work: Callable[[], T], times: int = 1) -> tuple[T, float]:
    """Run and return the result and the seconds, of several times the best."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return result, best


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programmes", type=int, nargs="*", default=[100, 300, 1000])
    parser.add_argument("--figures", type=int, default=250)
    parser.add_argument("--check", nargs=3, metavar=("FOLDER", "COUNT", "JOBS"))
    options = parser.parse_args()
    if options.check:
        folder, count, jobs = options.check
        print(json.dumps(check_many(Path(folder), int(count), int(jobs))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        measure_one(Path(scratch))
        measure_reference()
        measure_many(Path(scratch), options.programmes, options.figures)


def measure_one(scratch: Path) -> None:
    (folder,) = generate_programmes(scratch / "one", 1, figures=ONE)
    _, first = timed(lambda: validate(folder))
    report, again = timed(lambda: validate(folder), times=5)
    command = [Path(sys.executable).with_name("amip"), "validate", folder]
    _, whole = timed(lambda: subprocess.run(command, capture_output=True, check=False), times=3)
    print(f"one programme, {ONE} figures  {again:8.3f} s   {len(report.findings)} findings")
    print(f"the first in a process      {first:8.3f} s   with reading the rules")
    print(f"the whole command           {whole:8.3f} s   amip validate FOLDER\n")


def measure_reference() -> None:
    """Compare with pySHACL on the tiny programme, since its cost grows too fast for more."""
    lifted = lift_programmes([MINIMAL])
    store = lifted.make_store()
    ours, seconds = timed(lambda: validate_store(store), times=5)
    shapes = rdflib.Graph()
    for path in find_turtle("shapes"):
        shapes.parse(path, format="turtle")
    lines = {f"{quad.triple} .\n" for quad in store.quads_for_pattern(None, None, None, None)}
    graph = rdflib.Graph().parse(data="".join(lines), format="nt")
    _, plain = timed(
        lambda: pyshacl.validate(graph, shacl_graph=shapes, inplace=True, inference="none")
    )
    theirs, prepared = timed(lambda: validate_reference(store))
    assert ours.findings == theirs.findings
    figures = sum(len(record.rows("figures")) for record in lifted.records)
    print(f"rules alone, {figures} figures      {seconds:8.3f} s   {len(lines)} triples")
    print(f"plain pySHACL               {plain:8.2f} s   {plain / seconds:.0f} × as long")
    print(f"pySHACL, queries parsed once{prepared:8.2f} s   {prepared / seconds:.0f} × as long\n")


def measure_many(scratch: Path, counts: list[int], figures: int) -> None:
    cores = count_cores()
    folder = scratch / "many"
    generate_programmes(folder, max(counts, default=0), figures=figures)
    for count in sorted(counts):
        runs = [_start(folder, count, jobs) for jobs in (1, cores)]
        assert runs[0]["report"] == runs[1]["report"]
        for jobs, run in zip((1, cores), runs, strict=True):
            seconds, memory = run["seconds"], run["memory"]
            print(
                f"{count:5} programmes, {jobs} process{'es' if jobs > 1 else '  '}"
                f" {seconds:8.1f} s   {count / seconds:5.1f} programmes/s;"
                f" {1000 * run['cpu'] / count:.0f} ms of a core each, {memory:.0f} MiB a process"
            )
        print(f"      {cores} processes are {runs[0]['seconds'] / runs[1]['seconds']:.2f} × faster")


def _start(folder: Path, count: int, jobs: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--check", folder, str(count), str(jobs)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def check_many(folder: Path, count: int, jobs: int) -> dict[str, object]:
    """Check the first programmes of a folder; memory is that of the largest process, in MiB."""
    folders = sorted(folder.iterdir())[:count]
    report, seconds = timed(lambda: validate(*folders, jobs=jobs))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": seconds,
        "cpu": sum(each.ru_utime + each.ru_stime for each in used),
        "memory": max(each.ru_maxrss for each in used) / 1024,
        "report": _digest(report),
    }


def _digest(report: Report) -> str:
    return hashlib.sha256(render_json(report).encode()).hexdigest()


if __name__ == "__main__":
    main()
