"""Run the checks on one mutant, and judge where the mistake was found."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from amip.errors import InputError
from amip.findings import Expectation, Finding, Place, Report, Severity, State
from amip.records import parse_figure
from amip.validate import validate
from mutations.plan import Mutant
from mutations.programme import Draft, Programme

_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a check raises that did not expect such data: never a finding, always to be mended."""
_INSTEAD = " statt "
_WORD = re.compile(r"[a-z][a-z_0-9]*")


class Where(StrEnum):
    """How near to the mistake the best new finding is."""

    CELL = "cell"
    ROW = "row"
    ELSEWHERE = "elsewhere"
    MISSED = "missed"
    CRASHED = "crashed"


class Cause(StrEnum):
    """What the findings say about the cause of a wrong number."""

    RIGHT = "right"
    WRONG = "wrong"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks said about a mutant: where, and how many findings are new.

    `cause` tells whether a cause was named for a wrong number, and whether it names the number
    that stood there before; None when the mistake is none in a number.
    """

    where: Where
    findings: int
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    cause: Cause | None = None


@cache
def read_baseline(programme: Programme) -> Report:
    """Return the report of a programme as it is."""
    return validate(programme.record.folder, jobs=1)


def try_mutant(mutant: Mutant) -> Verdict:
    """Write a mutant into a folder, check it, and judge the new findings."""
    draft = Draft(mutant.programme)
    mutant.site.edit(draft)
    with tempfile.TemporaryDirectory() as parent:
        folder = draft.write(Path(parent))
        try:
            report = validate(folder, jobs=1)
        except InputError as error:
            return _judge_error(mutant, error)
        except _BUGS as error:
            return Verdict(Where.CRASHED, 0, (), (repr(error),))
    return _judge(mutant, report)


def _judge_error(mutant: Mutant, error: InputError) -> Verdict:
    """A file that cannot be read at all: the message must name it, and the row if there is one."""
    text = str(error)
    named = [place for place in mutant.site.cells if Path(place.file).name in text]
    exact = any(place.row < 2 or f"row {place.row}" in text for place in named)
    where = Where.CELL if exact else Where.ROW if named else Where.ELSEWHERE
    return Verdict(where, 1, (type(error).__name__,), (text,))


def _judge(mutant: Mutant, report: Report) -> Verdict:
    baseline = read_baseline(mutant.programme)
    new = [finding for finding in find_new(baseline, report) if _is_grave(finding)]
    gaps = _new_gaps(baseline, report)
    cells = mutant.site.cells
    if any(_is_at(finding, cell) for finding in new for cell in cells):
        where = Where.CELL
    elif any(_is_near(finding, cell) for finding in new for cell in cells):
        where = Where.ROW
    elif gaps and any(cell.file.endswith(".csv") and not cell.row for cell in cells):
        where = Where.CELL
    else:
        where = Where.ELSEWHERE if new else Where.MISSED
    return Verdict(
        where,
        len(new),
        tuple(finding.code for finding in new),
        tuple(
            f"{each.code} {each.place}: {each.text('en')} {each.cause.get('en', '')}"
            for each in new
        ),
        _judge_cause(mutant, new),
    )


def _judge_cause(mutant: Mutant, new: list[Finding]) -> Cause | None:
    """Compare the number that a cause expects with those that stood there before."""
    figures = mutant.programme.figures
    cells = [cell for cell in mutant.site.cells if cell.column in {"value", "printed"}]
    before = {
        abs(reads.value)
        for cell in cells
        if cell.record in figures and (reads := parse_figure(figures[cell.record]["printed"]))
    }
    if not before:
        return None
    named = [sentence for finding in new if (sentence := finding.cause.get("de", ""))]
    expected = (parse_figure(text.rpartition(_INSTEAD)[2].rstrip(".")) for text in named)
    if any(each and abs(each.value) in before for each in expected):
        return Cause.RIGHT
    return Cause.WRONG if named else Cause.UNNAMED


def find_new(baseline: Report, report: Report) -> list[Finding]:
    """Return the findings that the unmutated programme does not have.

    Rows move when one is added or removed, so a finding is known by what it says, not by its row.
    """
    known = {_identity(finding) for finding in baseline.findings}
    return [finding for finding in report.findings if _identity(finding) not in known]


def _identity(finding: Finding) -> tuple[str, ...]:
    place = finding.place
    return (
        finding.code,
        finding.severity,
        place.file,
        place.record,
        place.column,
        *finding.message.values(),
    )


def _is_grave(finding: Finding) -> bool:
    return finding.severity in {Severity.VIOLATION, Severity.WARNING}


def _new_gaps(baseline: Report, report: Report) -> list[Expectation]:
    """Return what is not stated any more."""
    known = {each.code for each in baseline.expectations if each.state is State.NOT_STATED}
    return [
        each
        for each in report.expectations
        if each.state is State.NOT_STATED and each.code not in known
    ]


def _is_at(finding: Finding, cell: Place) -> bool:
    """Tell whether a finding is placed at a cell; a cell without column stands for its row."""
    place = finding.place
    if cell.file.endswith(".yaml") and place.file == cell.file:
        named = place.column or finding.found
        return bool(set(_WORD.findall(cell.column)) & set(_WORD.findall(named)))
    return _same_row(place, cell) and (not cell.column or place.column == cell.column)


def _is_near(finding: Finding, cell: Place) -> bool:
    """Tell whether a finding is placed in the row of a cell, or names that row as taking part."""
    places = (finding.place, *finding.cells)
    if cell.file.endswith(".yaml"):
        return any(place.file == cell.file for place in places)
    return any(_same_row(place, cell) for place in places)


def _same_row(place: Place, cell: Place) -> bool:
    if place.file != cell.file:
        return False
    return (
        not cell.row or place.row == cell.row or bool(cell.record and place.record == cell.record)
    )


def is_found(where: Where) -> bool:
    """Tell whether a mistake was found at the right cell, or with its row named."""
    return where in {Where.CELL, Where.ROW}
