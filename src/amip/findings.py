"""Findings: what is wrong with data, where, and what to do about it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LANGUAGES = ("de", "en")


class Severity(enum.StrEnum):
    """How bad a finding is; the three levels of SHACL (W3C Recommendation, section 2.1.4)."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a finding is: a cell of a record or of a workbook.

    `row` is the line of the file, or of the sheet, as an editor shows it (the header is line 1);
    `record` is the `id` of the row; `section` says where the source prints it; `sheet` and `cell`
    (`H12`) name the cell of a workbook.
    """

    file: str = ""
    row: int = 0
    column: str = ""
    record: str = ""
    section: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """Write the place as people read it: `figures.csv, row 12, column value`."""
        parts = [
            self.file,
            self.sheet and f"sheet {self.sheet}",
            self.cell and f"cell {self.cell}",
            f"row {self.row}" if self.row and not self.cell else "",
            self.column and f"column {self.column}",
        ]
        where = ", ".join(part for part in parts if part)
        return f"{where} [{self.record}]" if self.record and where else where or self.record


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in one place.

    `code` names the rule (`AMIP-A01`); `message` and `advice` hold a sentence per language;
    `focus` is the IRI of the node in the graph; `values` are the numbers of the rule, written out;
    `reviewed` is the note of the person who looked at it and kept it as printed. `why` is the law
    or the reason of the rule; `cause` the likeliest cause, only when exactly one explains it;
    `cells` are the other cells that take part; `also` the codes of further checks that the same
    mistake breaks.
    """

    code: str
    severity: Severity
    place: Place
    message: Mapping[str, str]
    advice: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    focus: str = ""
    programme: str = ""
    found: str = ""
    expected: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reviewed: str = ""
    why: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cause: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cells: tuple[Place, ...] = ()
    also: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """Return the message in `language`, in English when there is none."""
        return self.message.get(language) or self.message.get("en", "")

    def help(self, language: str) -> str:
        """Return what to do, in `language`, in English when there is none."""
        return self.advice.get(language) or self.advice.get("en", "")

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """The order of findings in a report: programme, severity, code, place."""
        rank = str(list(Severity).index(self.severity))
        where = f"{self.place.file} {self.place.row:07} {self.place}"
        return (self.programme, rank, self.code, self.focus or where, self.found)


class State(enum.StrEnum):
    """What a programme says about something it is expected to state."""

    STATED = "stated"
    NONE = "none"
    PENDING = "pending"
    UNREADABLE = "unreadable"
    NOT_STATED = "not-stated"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a programme is expected to state, and whether it does.

    `code` is the code of the rule that asks for it; `label` names it in each language.
    """

    programme: str
    code: str
    label: Mapping[str, str]
    state: State


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a run, sorted, and what was not checked.

    `focus_nodes` counts the nodes each shape looked at; a shape with none checked nothing.
    `expectations` says for each programme what it is expected to state, in the order of the rules;
    `profile` names the choice of rules that was asked for.
    """

    findings: tuple[Finding, ...]
    focus_nodes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    expectations: tuple[Expectation, ...] = ()
    profile: str = ""

    @classmethod
    def of(
        cls,
        findings: Iterable[Finding],
        focus_nodes: Mapping[str, int] | None = None,
        expectations: Iterable[Expectation] = (),
        profile: str = "",
    ) -> Report:
        """Make a report of findings in any order."""
        ordered = tuple(sorted(findings, key=lambda finding: finding.key))
        nodes = MappingProxyType(dict(focus_nodes or {}))
        return cls(ordered, nodes, tuple(expectations), profile)

    def __add__(self, other: Report) -> Report:
        """Join two reports of the same run."""
        nodes = Counter(self.focus_nodes)
        nodes.update(other.focus_nodes)
        expectations = (*self.expectations, *other.expectations)
        profile = self.profile or other.profile
        return Report.of((*self.findings, *other.findings), nodes, expectations, profile)

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def conforms(self) -> bool:
        """Whether there is no violation."""
        return self.count(Severity.VIOLATION) == 0

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The shapes that found no node to look at."""
        return tuple(sorted(shape for shape, nodes in self.focus_nodes.items() if nodes == 0))
