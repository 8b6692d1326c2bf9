"""Write a report as one page of HTML that needs nothing else: no script, no further file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from amip.findings import Finding, Report, Severity
from amip.validate.render.guide import (
    explain_why,
    find_arithmetic,
    find_page,
    load_guide,
    name_finding,
    read_number,
)
from amip.validate.render.outline import (
    Cause,
    Chapter,
    Topic,
    is_parameter,
    make_chapters,
    say_counts,
    say_fine,
    say_unchecked,
    say_verdict,
)
from amip.validate.render.words import Words, load_words, tidy
from amip.version import __version__

if TYPE_CHECKING:
    from jinja2 import Template

_MARKS = {Severity.VIOLATION: "✗", Severity.WARNING: "!", Severity.INFO: "i"}


@dataclass(frozen=True, slots=True)
class _Cause:
    anchor: str
    sentence: str
    places: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    likeliest: str
    advice: str
    reviewed: str
    open: bool


@dataclass(frozen=True, slots=True)
class _Topic:
    code: str
    severity: Severity
    mark: str
    label: str
    page: str
    size: int
    why: str
    causes: tuple[_Cause, ...]


@dataclass(frozen=True, slots=True)
class _Chapter:
    anchor: str
    name: str
    score: str
    chapter: Chapter
    topics: tuple[_Topic, ...]


def render_html(report: Report, language: str) -> str:
    """Return the report as a page in German (`de`) or English (`en`)."""
    words = load_words(language)
    guide = load_guide()
    return _template().render(
        report=report,
        words=words,
        verdict=say_verdict(report, words),
        counts=say_counts(report, words),
        fine=say_fine(report, words),
        profile=words[f"profile_{report.profile}"] if report.profile else "",
        severities=list(Severity),
        chapters=describe_chapters(report, words),
        unread=say_unchecked(report, words),
        unchecked=[
            (code, guide[code].label[language] if code in guide else "")
            for code in report.unchecked
        ],
        version=__version__,
    )


def describe_chapters(report: Report, words: Words) -> list[_Chapter]:
    """Describe what a report says about each programme, for a page in the language of `words`."""
    return [
        _chapter(number, chapter, words)
        for number, chapter in enumerate(make_chapters(report), start=1)
    ]


def _read(name: str) -> str:
    return files("amip.validate.render").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    """Compile the page; whatever comes from the data is escaped."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        finalize=_tidy,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    template = environment.from_string(_read("report.html"))
    template.globals["css"] = Markup(_read("report.css"))  # noqa: S704
    return template


def _tidy(value: object) -> object:
    """Leave characters out that no page may hold; the style sheet is our own."""
    return tidy(value) if type(value) is str else value


def _chapter(number: int, chapter: Chapter, words: Words) -> _Chapter:
    return _Chapter(
        anchor=f"p{number}",
        name=chapter.programme or words["elsewhere"],
        score=words["score"].format(stated=chapter.stated, expected=len(chapter.expectations)),
        chapter=chapter,
        topics=tuple(
            _topic(f"p{number}-{place}", topic, words)
            for place, topic in enumerate(chapter.topics, start=1)
        ),
    )


def _topic(anchor: str, topic: Topic, words: Words) -> _Topic:
    return _Topic(
        code=topic.code,
        severity=topic.severity,
        mark=_MARKS[topic.severity],
        label=name_finding(topic.first, words.language),
        page=find_page(topic.code),
        size=topic.size,
        why=explain_why(topic.first, words.language),
        causes=tuple(
            _cause(f"{anchor}-{topic.code}-{number}", cause, words)
            for number, cause in enumerate(topic.causes, start=1)
        ),
    )


def _cause(anchor: str, cause: Cause, words: Words) -> _Cause:
    finding, language = cause.first, words.language
    places = tuple(words.place(place) for place in cause.places)
    return _Cause(
        anchor=anchor,
        sentence=finding.text(language),
        places=places,
        facts=tuple(_facts(finding, places, words)),
        likeliest=finding.cause.get(language, ""),
        advice=finding.help(language),
        reviewed=finding.reviewed,
        open=finding.severity is Severity.VIOLATION,
    )


def _facts(
    finding: Finding, places: tuple[str, ...], words: Words
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is known of a finding, each under its name."""
    language = words.language
    if len(places) > 1:
        yield words["place"], places
    if finding.found:
        yield words["found"], (read_number(finding, finding.found, language),)
    if finding.expected and not is_parameter(finding.expected):
        yield words["expected"], (read_number(finding, finding.expected, language),)
    if arithmetic := find_arithmetic(finding, language):
        yield words["arithmetic"], arithmetic
    if finding.cells:
        yield words["cells"], tuple(words.place(place) for place in finding.cells)
    if finding.also:
        yield words["also"], (", ".join(finding.also),)
