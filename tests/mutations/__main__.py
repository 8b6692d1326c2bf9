"""Make every mistake, and print what the checks found: `python -m mutations`."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from mutations.agree import Agreement, compare_engines
from mutations.plan import Mutant, choose_mutants, list_mutants, read_programmes
from mutations.programme import Draft
from mutations.registry import load_kinds
from mutations.result import (
    find_false,
    select_detectable,
    write_agreement,
    write_hidden,
    write_summary,
    write_table,
)
from mutations.trial import Verdict, is_found, try_mutant
from samples import PROGRAMMES

_Answer = TypeVar("_Answer")
_plan: list[Mutant] = []


def make_plan(most: int) -> None:
    """Choose the mutants; every process makes the same choice."""
    _plan[:] = choose_mutants(read_programmes(PROGRAMMES), most)


def run(ask: Callable[[int], _Answer], most: int, jobs: int) -> Iterator[tuple[Mutant, _Answer]]:
    """Yield the answer about every mutant, on all cores, with progress on the terminal."""
    started = time.monotonic()
    with ProcessPoolExecutor(jobs, initializer=make_plan, initargs=(most,)) as pool:
        answers = pool.map(ask, range(len(_plan)), chunksize=8)
        for number, pair in enumerate(zip(_plan, answers, strict=True), start=1):
            if number % 50 == 0 or number == len(_plan):
                seconds = time.monotonic() - started
                sys.stderr.write(f"\r{number} of {len(_plan)} mutants, {seconds:.0f} s ")
                sys.stderr.flush()
            yield pair
    sys.stderr.write("\n")


def ask_checks(number: int) -> Verdict:
    """Try one mutant of the plan."""
    return try_mutant(_plan[number])


def ask_engines(number: int) -> Agreement | None:
    """Compare the engines on one mutant of the plan."""
    return compare_engines(_plan[number])


def show_mutant(name: str) -> Iterator[str]:
    """Yield what a mutant changes, and every new finding."""
    kind, slug, number = name.split("/")
    (programme,) = (each for each in read_programmes(PROGRAMMES) if each.slug == slug)
    mutant = list_mutants(load_kinds()[kind], programme)[int(number)]
    yield f"{mutant.name}: {mutant.kind.en}; at fault: {'; '.join(map(str, mutant.site.cells))}"
    draft = Draft(programme)
    mutant.site.edit(draft)
    with tempfile.TemporaryDirectory() as parent:
        for path in sorted(draft.write(Path(parent)).iterdir()):
            source = (programme.record.folder / path.name).read_text("utf-8", "replace")
            text = path.read_text("utf-8", "replace")
            yield from difflib.unified_diff(
                source.splitlines(), text.splitlines(), path.name, "mutant", n=0, lineterm=""
            )
    verdict = try_mutant(mutant)
    yield f"{verdict.where}, {verdict.findings} new findings"
    yield from verdict.texts


def measure_checks(most: int, jobs: int, *, missed: bool) -> tuple[list[str], bool]:
    """Try every mutant; returns the lines to print, and whether no violation was false."""
    trials = list(run(ask_checks, most, jobs))
    false = find_false(trials)
    lines = [
        f"{verdict.where} {mutant.name} {mutant.site.cells[0]} {verdict.texts}"
        for mutant, verdict in select_detectable(trials)
        if missed and not is_found(verdict.where)
    ]
    lines += [*write_table(trials), "", *write_hidden(trials, load_kinds()), ""]
    lines += [f"false violation: {line}" for line in false]
    return [*lines, *write_summary(trials, len(false))], not false


def measure_engines(most: int, jobs: int) -> tuple[list[str], bool]:
    """Compare the engines on every mutant; returns the lines to print, and whether they agree."""
    lines = list(write_agreement(list(run(ask_engines, most, jobs))))
    return lines, len(lines) == 1


def main() -> int:
    """Run the suite; the exit code is 1 for a false violation, or engines that disagree."""
    parser = argparse.ArgumentParser(prog="mutations", description=__doc__)
    parser.add_argument("--most", type=int, default=4, help="mutants per kind and programme")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--missed", action="store_true", help="print every mistake not found")
    parser.add_argument("--show", metavar="NAME", help="print one mutant and its findings")
    parser.add_argument("--reference", action="store_true", help="compare with pySHACL instead")
    arguments = parser.parse_args()
    if arguments.show:
        lines, fine = list(show_mutant(arguments.show)), True
    else:
        make_plan(arguments.most)
        if arguments.reference:
            lines, fine = measure_engines(arguments.most, arguments.jobs)
        else:
            lines, fine = measure_checks(arguments.most, arguments.jobs, missed=arguments.missed)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
