"""Validate programme folders, workbooks and RDF files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph

from amip.assets import find_turtle, list_programmes
from amip.errors import InputError, UsageError
from amip.findings import Expectation, Finding, Place, Report
from amip.lift import CODES_GRAPH
from amip.records.record import HEAD
from amip.sources.content import read_content
from amip.validate.across import check_across
from amip.validate.batch import SIZE, check_batch, check_store, choose_rules, make_batches
from amip.validate.engine import validate_store
from amip.validate.pool import count_cores, run_batches
from amip.validate.profile import Profile
from amip.validate.submission import (
    WORKBOOKS,
    Submission,
    check_twins,
    read_folder,
    read_sheets,
)

if TYPE_CHECKING:
    from amip.workbook import Sheets

Progress: TypeAlias = Callable[[int, int], None]

MANY = 40
"""From so many programmes on, processes save more time than their start takes."""


def validate(
    *paths: Path | str,
    profile: Profile = Profile.PUBLISH,
    jobs: int | None = None,
    against: Iterable[Path | str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check programme folders, workbooks (`.xlsx`, `.xlsm`) and RDF files against the shapes.

    A folder of programme folders stands for all of them. Without a path, the programmes that come
    with the package are checked. The report holds the
    findings about cells (`AMIP-R…`) and those of the shapes; those of a workbook name its cells.

    `jobs` is the number of processes, by default one per core when there are many programmes; a
    script that starts processes needs `if __name__ == "__main__":`. `against` are the programmes
    that the profile `research` compares with, by default those of the package. `progress` is told
    how many of how many programmes are done.

    Raises `InputError` for a path that cannot be read or a programme given twice, `UsageError`
    for a number of jobs below 1 and for `against` that holds no programme.

    >>> from amip.assets import list_programmes
    >>> validate(list_programmes()[0]).conforms
    True
    """
    if jobs is not None and jobs < 1:
        raise UsageError("{subject} processes cannot work", subject=jobs, advice="name 1 or more")
    submissions, workbooks, files = _sort_paths(map(Path, paths) if paths else list_programmes())
    report = validate_submissions(
        submissions, workbooks, profile=profile, jobs=jobs, against=against, progress=progress
    )
    for path in files:
        report += validate_rdf(read_content(path), path.name, profile=profile)
    return report


def validate_submissions(
    submissions: Sequence[Submission],
    workbooks: Mapping[str, Sheets],
    *,
    profile: Profile = Profile.PUBLISH,
    jobs: int | None = None,
    against: Iterable[Path | str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check programmes that have been read, of which `workbooks` are those of a workbook.

    The rest is as for `validate`, which does no more than read what it is given.
    """
    check_twins(submissions)
    rules = choose_rules(profile, across=True)
    others = _read_others(against) if rules or against else []
    report = check_submissions(submissions, profile, jobs, progress=progress)
    if submissions and rules:
        report += check_across(submissions, others, rules)
    return _place_in_workbooks(report, workbooks)


def check_submissions(
    submissions: Sequence[Submission],
    profile: Profile,
    jobs: int | None = None,
    *,
    size: int = SIZE,
    progress: Progress | None = None,
) -> Report:
    """Check programmes in batches; the report does not depend on `jobs` and `size`."""
    batches = make_batches(submissions, size)
    cores = jobs or (count_cores() if len(submissions) >= MANY else 1)
    reports: list[Report] = []
    done = 0
    for batch, report in zip(
        batches, run_batches(partial(check_batch, profile=profile), batches, cores), strict=True
    ):
        reports.append(report)
        done += len(batch)
        if progress:
            progress(done, len(submissions))
    return _join(reports, [submission.slug for submission in submissions], profile)


def validate_rdf(content: bytes, name: str, *, profile: Profile = Profile.PUBLISH) -> Report:
    """Check RDF in the syntax that the ending of `name` stands for (Turtle when it has none)."""
    syntax = (
        pyoxigraph.RdfFormat.from_extension(Path(name).suffix.lstrip("."))
        or pyoxigraph.RdfFormat.TURTLE
    )
    store = pyoxigraph.Store()
    try:
        store.bulk_load(input=content, format=syntax)
    except (SyntaxError, ValueError) as error:
        raise InputError(
            "{subject}: not {syntax}: {problem}",
            subject=name,
            advice="correct the syntax at that place",
            syntax=syntax.name,
            problem=error,
        ) from error
    if not len(store):
        raise InputError(
            "{subject}: the file is empty", subject=name, advice="it needs at least one statement"
        )
    for path in find_turtle("ontology"):
        store.bulk_load(path=str(path), to_graph=pyoxigraph.NamedNode(CODES_GRAPH))
    report = check_store(store, profile)
    if rules := choose_rules(profile, across=True):
        report += validate_store(store, rules=rules)
    return report


def _sort_paths(
    paths: Iterable[Path],
) -> tuple[list[Submission], dict[str, Sheets], list[Path]]:
    """Return programmes in the order given, the workbooks among them by slug, and RDF files."""
    submissions: list[Submission] = []
    workbooks: dict[str, Sheets] = {}
    files: list[Path] = []
    for path in chain.from_iterable(map(_expand, paths)):
        if path.suffix.lower() in WORKBOOKS and not path.is_dir():
            submission, sheets = read_sheets(path)
            submissions.append(submission)
            workbooks[submission.slug] = sheets
        elif path.is_file():
            files.append(path)
        else:
            submissions.append(read_folder(path))
    return submissions, workbooks, files


def _read_others(against: Iterable[Path | str] | None) -> list[Submission]:
    """Return the programmes to compare with."""
    given = list_programmes() if against is None else map(Path, against)
    submissions, _, files = _sort_paths(given)
    if files:
        raise UsageError(
            "{subject}: no programme to compare with",
            subject=files[0],
            advice="name programme folders or workbooks",
        )
    return submissions


def _expand(path: Path) -> list[Path]:
    """Return the programme folders of a folder of them; any other path is returned as it is."""
    inside = [] if (path / HEAD).is_file() else sorted(path.glob(f"*/{HEAD}"))
    return [head.parent for head in inside] or [path]


def _join(reports: Iterable[Report], slugs: Sequence[str], profile: Profile) -> Report:
    """Join the reports of batches; nothing tells afterwards which batch came first."""
    findings: list[Finding] = []
    expectations: list[Expectation] = []
    nodes: Counter[str] = Counter()
    for report in reports:
        findings += report.findings
        expectations += report.expectations
        nodes.update(report.focus_nodes)
    findings.sort(key=lambda finding: (finding.place, finding.text("en")))
    rank = {slug: number for number, slug in enumerate(slugs)}
    expectations.sort(key=lambda each: rank.get(each.programme, len(rank)))
    return Report.of(findings, nodes, expectations, profile.value)


def _place_in_workbooks(report: Report, workbooks: Mapping[str, Sheets]) -> Report:
    """Say cells and sheets of the workbook where a finding names rows and files of the record."""
    if not workbooks:
        return report
    from amip.workbook import name_sheets

    def translate(place: Place) -> Place:
        sheets = workbooks.get(place.file.partition("/")[0])
        return sheets.place(place) if sheets else place

    def translate_all(finding: Finding) -> Finding:
        place = translate(finding.place)
        if place is finding.place:
            return finding
        message, advice = (
            {language: name_sheets(text, language, place.sheet) for language, text in texts.items()}
            for texts in (finding.message, finding.advice)
        )
        cells = tuple(map(translate, finding.cells))
        return replace(finding, place=place, cells=cells, message=message, advice=advice)

    findings = map(translate_all, report.findings)
    return Report.of(findings, report.focus_nodes, report.expectations, report.profile)
