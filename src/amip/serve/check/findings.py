"""Findings as a page shows them: plain values that travel between processes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from amip.findings import Report, Severity
from amip.validate.render.guide import load_guide
from amip.validate.render.html import describe_chapters
from amip.validate.render.outline import Chapter, say_counts, say_fine, say_unchecked, say_verdict
from amip.validate.render.words import Words, load_words, tidy


def describe_report(report: Report, language: str) -> dict[str, Any]:
    """Describe a report in the words of a language: verdict, what is fine, findings by programme.

    The values are texts, numbers, lists and dictionaries; texts are without control characters.
    """
    words, guide = load_words(language), load_guide()
    described = {
        "conforms": report.conforms,
        "verdict": say_verdict(report, words),
        "profile": words[f"profile_{report.profile}"] if report.profile else "",
        "fine": list(say_fine(report, words)),
        "unread": list(say_unchecked(report, words)),
        "unchecked": [
            [code, guide[code].label[language] if code in guide else ""]
            for code in report.unchecked
        ],
        "programmes": [
            {
                "anchor": each.anchor,
                "name": each.name,
                "counts": say_counts(each.chapter, words),
                **_describe_completeness(each.chapter, each.score, words),
                "groups": [
                    {
                        "severity": severity.value,
                        "count": each.chapter.count(severity),
                        "name": words.severity(severity, each.chapter.count(severity)),
                        "topics": [asdict(one) for one in each.topics if one.severity is severity],
                    }
                    for severity in Severity
                    if each.chapter.count(severity)
                ],
            }
            for each in describe_chapters(report, words)
        ],
    }
    tidied: dict[str, Any] = _tidy(described)
    return tidied


def _describe_completeness(chapter: Chapter, score: str, words: Words) -> dict[str, Any]:
    return {
        "score": score if chapter.expectations else "",
        "stated": chapter.stated,
        "expected": len(chapter.expectations),
        "open": [
            [each.label.get(words.language, each.code), words.state(each), each.state.value]
            for each in chapter.open
        ],
    }


def _tidy(value: Any) -> Any:
    match value:
        case str():
            return tidy(value)
        case dict():
            return {name: _tidy(each) for name, each in value.items()}
        case list() | tuple():
            return [_tidy(each) for each in value]
        case _:
            return value
