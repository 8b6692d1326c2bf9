"""Write a report as text: the verdict in words first, then what is fine, then the findings."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from amip.findings import Finding, Place, Report, Severity
from amip.validate.render.guide import explain_why, find_arithmetic, name_finding, read_number
from amip.validate.render.outline import (
    Cause,
    Chapter,
    Topic,
    is_parameter,
    make_chapters,
    say_counts,
    say_fine,
    say_score,
    say_unchecked,
    say_verdict,
)
from amip.validate.render.words import Words, load_words, tidy

MARKS = {Severity.VIOLATION: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
WIDTH = 100
_DETAILED = 5
"""So many causes of one topic are told in full; further ones get a line each."""


def render_text(report: Report, language: str, width: int = WIDTH) -> str:
    """Return the report as plain text in German (`de`) or English (`en`)."""
    words = load_words(language)
    lines = [say_verdict(report, words)]
    if fine := say_fine(report, words):
        lines.append(f"{words['fine']}: {'; '.join(fine)}.")
    for chapter in make_chapters(report):
        lines += ["", chapter.programme or words["elsewhere"], *_chapter(chapter, words)]
    lines += ["", *_ending(report, words)]
    return "".join(f"{line}\n" for text in lines for line in _wrap(text, width))


def _wrap(text: str, width: int) -> list[str]:
    """Break a line between words, further lines indented more than the first."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    kept = textwrap.wrap(
        indent + tidy(text).lstrip(),
        width,
        subsequent_indent=f"{indent}  " if indent else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return kept or [""]


def _chapter(chapter: Chapter, words: Words) -> Iterator[str]:
    if score := say_score(chapter, words):
        yield f"  {words['completeness']}: {score}"
    expected = {each.code for each in chapter.expectations}
    for topic in chapter.topics:
        is_gap = topic.severity is Severity.INFO and topic.code in expected
        yield from _gap(topic, words) if is_gap else _topic(topic, words)


def _gap(topic: Topic, words: Words) -> Iterator[str]:
    """Say on one line what is not stated: the line on completeness has named it already."""
    for cause in topic.causes:
        finding = cause.first
        sentence, advice = finding.text(words.language), finding.help(words.language)
        yield f"  {MARKS[topic.severity]} {topic.code} {sentence} → {advice}"


def _topic(topic: Topic, words: Words) -> Iterator[str]:
    label = name_finding(topic.first, words.language)
    size = f" ({words.say('places', topic.size)})" if topic.size > 1 else ""
    severity = words.severity(topic.severity)
    yield f"  {MARKS[topic.severity]} {topic.code}  {severity}: {label or topic.code}{size}"
    for cause in topic.causes[:_DETAILED]:
        yield from _cause(cause, words)
    if rest := topic.causes[_DETAILED:]:
        yield f"    {words['more']}:"
    for cause in rest:
        yield f"      {_join_places(cause.places, words)}: {cause.first.text(words.language)}"
    yield from _what_to_do(topic, words)


def _cause(cause: Cause, words: Words) -> Iterator[str]:
    finding, language = cause.first, words.language
    sentence = finding.text(language)
    yield f"    {sentence}"
    if where := _say_places(cause, words):
        yield f"      {words['place']}: {where}"
    found = read_number(finding, finding.found, language)
    expected = read_number(finding, finding.expected, language)
    is_told = found in sentence and expected in sentence
    if found and expected and not is_parameter(expected) and not is_told:
        yield f"      {words['found']}: {found}; {words['expected']}: {expected}"
    for line in find_arithmetic(finding, language):
        if line not in sentence:
            yield f"      {words['arithmetic']}: {line}"
    if likeliest := finding.cause.get(language):
        yield f"      {likeliest}"
    if finding.cells:
        yield f"      {words['cells']}: {_join_places(finding.cells, words)}"
    if finding.also:
        yield f"      {words['also']}: {', '.join(finding.also)}"
    if finding.reviewed:
        yield f"      {words['reviewed']}: {finding.reviewed}"


def _what_to_do(topic: Topic, words: Words) -> Iterator[str]:
    """Say once what to do and why; nothing is to be done about what was reviewed."""
    if topic.first.reviewed:
        return
    hints = dict.fromkeys(cause.first.help(words.language) for cause in topic.causes)
    for hint in list(hints)[:_DETAILED]:
        if hint:
            yield f"    → {hint}"
    if topic.severity is Severity.VIOLATION and (why := explain_why(topic.first, words.language)):
        yield f"    {words['why']}: {why}"


def _say_places(cause: Cause, words: Words) -> str:
    if len(cause.places) == 1:
        return words.place(cause.places[0])
    return _join_places(cause.places, words)


def _join_places(places: tuple[Place, ...], words: Words) -> str:
    """Write many places compactly: those of one file and column together."""
    joined: dict[tuple[str, str, str], list[Place]] = {}
    for place in places:
        joined.setdefault((place.file, place.sheet, place.column), []).append(place)
    return "; ".join(_one_column(group, words) for group in joined.values())


def _one_column(places: list[Place], words: Words) -> str:
    """Write the places in one column of a file or of a sheet."""
    first = places[0]
    cells = [place.cell for place in places if place.cell]
    rows = sorted({place.row for place in places if place.row and not place.cell})
    records = [place.record for place in places if place.record and not (place.row or place.cell)]
    parts = [
        first.file,
        first.sheet and f"{words['sheet']} {first.sheet}",
        f"{words['column']} {first.column}" if first.column else "",
        " ".join([words["cell"], ", ".join(cells)]) if cells else "",
        f"{words['rows' if len(rows) > 1 else 'row']} {join_rows(rows)}" if rows else "",
        ", ".join(records),
    ]
    return ", ".join(part for part in parts if part)


def join_rows(rows: list[int]) -> str:
    """Write sorted row numbers with runs drawn together.

    >>> join_rows([2, 3, 4, 7])
    '2–4, 7'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _ending(report: Report, words: Words) -> Iterator[str]:
    if unchecked := say_unchecked(report, words):
        codes = f": {', '.join(report.unchecked)}" if report.unchecked else ""
        yield f"{words['unchecked']}: {'; '.join(unchecked)}{codes}"
    if example := _worst(report):
        yield words["help_hint"].format(code=example.code)
    counts = say_counts(report, words)
    yield f"{words.say('rules', len(report.focus_nodes))}: {counts[0].lower()}{counts[1:]}"


def _worst(report: Report) -> Finding | None:
    """Return the finding that help is most likely wanted for."""
    return min(report.findings, key=lambda each: list(Severity).index(each.severity), default=None)
