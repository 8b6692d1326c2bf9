"""A report in the order in which people read it: by programme, then by cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from amip.findings import Expectation, Finding, Place, Report, Severity, State
from amip.lift.withhold import is_unreadable
from amip.records.schema import TABLES
from amip.terms import NS
from amip.validate.render.guide import load_guide
from amip.validate.render.words import Words

_ARITHMETIC, _CELLS = "AMIP-A", "AMIP-R"
_COUNTED = {
    "recomputed": (_ARITHMETIC, f"{NS}Breakdown"),
    "ratios": (_ARITHMETIC, f"{NS}Ratio"),
    "figures": ("", f"{NS}Observation"),
    "targets": ("", f"{NS}Target"),
}
"""What is counted as checked: a form of `words.toml`, how the codes begin, the class of nodes."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one code in one programme that say the same, in one place or in many."""

    first: Finding
    findings: tuple[Finding, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of the findings, each once, in the order of the rows."""
        return tuple(sorted({finding.place for finding in self.findings}))


@dataclass(frozen=True, slots=True)
class Topic:
    """All findings of one code and severity in one programme."""

    code: str
    severity: Severity
    causes: tuple[Cause, ...]

    @property
    def first(self) -> Finding:
        """The first finding, which stands for what all have in common."""
        return self.causes[0].first

    @property
    def size(self) -> int:
        """The number of findings."""
        return sum(len(cause.findings) for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a report says about one programme."""

    programme: str
    topics: tuple[Topic, ...]
    expectations: tuple[Expectation, ...]

    @property
    def stated(self) -> int:
        """How many of the expected statements the programme makes."""
        return sum(each.state is State.STATED for each in self.expectations)

    @property
    def open(self) -> tuple[Expectation, ...]:
        """What is expected and not stated."""
        return tuple(each for each in self.expectations if each.state is not State.STATED)

    def count(self, severity: Severity) -> int:
        """Count the findings of one severity."""
        return sum(topic.size for topic in self.topics if topic.severity is severity)


def list_programmes(report: Report) -> tuple[str, ...]:
    """Return the programmes that a report speaks of, sorted; "" for what belongs to none."""
    named = {finding.programme for finding in report.findings}
    return tuple(sorted(named | {each.programme for each in report.expectations}))


def make_chapters(report: Report) -> tuple[Chapter, ...]:
    """Arrange a report by programme."""
    findings: dict[str, list[Finding]] = {name: [] for name in list_programmes(report)}
    expectations: dict[str, list[Expectation]] = {name: [] for name in findings}
    for finding in report.findings:
        findings[finding.programme].append(finding)
    for expectation in report.expectations:
        expectations[expectation.programme].append(expectation)
    return tuple(
        Chapter(name, tuple(_topics(findings[name])), tuple(expectations[name]))
        for name in findings
    )


def _topics(findings: Iterable[Finding]) -> Iterator[Topic]:
    """Group findings by code; what a person has reviewed comes after what is still open."""
    order = sorted(findings, key=_rank)
    for (_, _, code), group in groupby(order, key=_rank):
        members = tuple(group)
        alike: dict[object, list[Finding]] = {}
        for finding in members:
            alike.setdefault(_sense(finding), []).append(finding)
        causes = tuple(Cause(each[0], tuple(each)) for each in alike.values())
        yield Topic(code, members[0].severity, causes)


def _rank(finding: Finding) -> tuple[int, bool, str]:
    return list(Severity).index(finding.severity), bool(finding.reviewed), finding.code


def _sense(finding: Finding) -> tuple[object, ...]:
    """Return what two findings must have in common to be told as one."""
    return (
        tuple(sorted(finding.message.items())),
        tuple(sorted(finding.cause.items())),
        tuple(sorted(finding.advice.items())),
        (finding.reviewed, finding.expected, finding.cells, finding.also),
    )


def count_programmes(report: Report) -> int:
    """Count the programmes that a report speaks of; at least one."""
    return max(len([name for name in list_programmes(report) if name]), 1)


def say_counts(report: Report | Chapter, words: Words) -> str:
    """Say how many findings of each severity there are, errors always.

    >>> from amip.validate.render.words import load_words
    >>> say_counts(Report(()), load_words("de"))
    'Keine Fehler'
    """
    counts = {severity: report.count(severity) for severity in Severity}
    parts = [
        f"{words.number(count)} {words.severity(severity, count)}"
        for severity, count in counts.items()
        if count
    ]
    if not counts[Severity.VIOLATION]:
        parts.insert(0, words["no_violations"])
    return ", ".join(parts)


def say_verdict(report: Report, words: Words) -> str:
    """Say in words whether the programmes can be taken over."""
    form = "accepted" if report.conforms else "refused"
    return f"{say_counts(report, words)}. {words.say(form, count_programmes(report))}"


def say_fine(report: Report, words: Words) -> tuple[str, ...]:
    """Say what was checked and is in order: only what the counts of the report prove."""
    if not report.focus_nodes:
        return ()
    broken = {code for each in report.findings for code in (each.code, *each.also)}
    checked = {code for code, nodes in report.focus_nodes.items() if nodes}
    said = [words.say("fine_rules", len(checked), fine=len(checked - broken), checked=len(checked))]
    for form, (beginning, target) in _COUNTED.items():
        if count := _count_nodes(report, beginning, target):
            said.append(words.say(form, count))
    return tuple(said)


def _count_nodes(report: Report, beginning: str, target: str) -> int:
    """Return how many nodes of a class some rules looked at; each looks at all of them."""
    guide = load_guide()
    return max(
        (
            nodes
            for code, nodes in report.focus_nodes.items()
            if code.startswith(beginning) and code in guide and guide[code].target == target
        ),
        default=0,
    )


def say_unchecked(report: Report, words: Words) -> tuple[str, ...]:
    """Say what was not checked: what cannot be read, and how many rules found nothing."""
    unread: dict[str, set[tuple[str, str, int]]] = {}
    for finding in report.findings:
        if finding.code.startswith(_CELLS) and is_unreadable(finding):
            place = finding.place
            spot = (place.file, place.sheet, place.row)
            unread.setdefault(_find_extent(place), set()).add(spot)
    said = [words.say(form, len(unread[form])) for form in sorted(unread)]
    if report.unchecked:
        said.append(words.say("unchecked_rules", len(report.unchecked)))
    return tuple(said)


def _find_extent(place: Place) -> str:
    """Tell what a cell that cannot be read keeps from being checked."""
    if place.sheet:
        return "unread_rows"
    if PurePosixPath(place.file).stem not in TABLES:
        return "unread_heads"
    return "unread_rows" if place.row > 1 else "unread_tables"


def say_score(chapter: Chapter, words: Words) -> str:
    """Say how much of what is expected a programme states, and what is open; "" for nothing."""
    if not chapter.expectations:
        return ""
    score = words["score"].format(stated=chapter.stated, expected=len(chapter.expectations))
    gaps = ", ".join(
        f"{each.label.get(words.language, each.code)} ({words.state(each)})"
        for each in chapter.open
    )
    return f"{score}; {words['open']}: {gaps}" if gaps else score


def is_parameter(expected: str) -> bool:
    """Tell whether what is expected is a term of the shapes, which its message says in words."""
    return expected.startswith("sh:")
