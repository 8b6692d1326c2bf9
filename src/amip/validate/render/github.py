"""Write a report as workflow commands of GitHub Actions, which become remarks beside the lines.

The commands and their escapes are documented at
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands and implemented
in `command.ts` of the Actions toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator

from amip.findings import Finding, Report, Severity
from amip.validate.render.guide import find_page, name_finding
from amip.validate.render.outline import say_verdict
from amip.validate.render.words import load_words, tidy

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render_github(report: Report, language: str) -> str:
    """Return the report as workflow commands, one per line, and the verdict."""
    commands = [_command(finding, language) for finding in report.findings]
    return "\n".join([*commands, say_verdict(report, load_words(language))]) + "\n"


def _command(finding: Finding, language: str) -> str:
    """Write one command; what a person has reviewed is a notice."""
    level = _LEVELS[Severity.INFO if finding.reviewed else finding.severity]
    properties = ",".join(
        f"{name}={escape_property(text)}" for name, text in _properties(finding, language)
    )
    return tidy(f"::{level} {properties}::{escape_data(_message(finding, language))}")


def _properties(finding: Finding, language: str) -> Iterator[tuple[str, str]]:
    place = finding.place
    if place.file:
        yield "file", place.file
    if place.file and place.row and not place.cell:
        yield "line", str(place.row)
    label = name_finding(finding, language)
    yield "title", f"{finding.code} {label}".strip()


def _message(finding: Finding, language: str) -> str:
    words = load_words(language)
    advice = finding.help(language)
    parts = [
        finding.text(language),
        words.place(finding.place),
        finding.cause.get(language, ""),
        f"{words['reviewed']}: {finding.reviewed}" if finding.reviewed else advice,
        find_page(finding.code),
    ]
    return "\n".join(part for part in parts if part)


def escape_data(text: str) -> str:
    r"""Escape the message of a command.

    >>> escape_data("100 %\nof it")
    '100 %25%0Aof it'
    """
    return text.translate(_DATA)


def escape_property(text: str) -> str:
    """Escape a property of a command.

    >>> escape_property("a,b: 5 %")
    'a%2Cb%3A 5 %25'
    """
    return text.translate(_PROPERTY)
