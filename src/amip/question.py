"""Canned questions: SPARQL files whose head says what is asked, with what, and what comes back.

The head is a block of comment lines `# key: value` or `# key@language: value`::

    # title@en: Instrument mix
    # question@en: How is the money for instruments divided?
    # theme: budget
    # keywords: instrument, budget
    # parameter: instrument code instruments
    # column: amount_eur decimal | Betrag in Euro | amount in euro
    # states: amount_eur
    # chart: bar x=amount_eur y=instrument facet=programme only=level:instrument,group
    # caveat@en: Budgets with and without BEZ are not comparable.

A parameter replaces the content of the `VALUES ?name { … }` block of the same name; what stands
there in the file is its default, so that every file also runs as it is. `lang` is a parameter of
every question. `states` names the columns that make a row a statement of its programme. `chart`
says which chart helps, if any: its mark, and a column for each of its channels. Several columns of
numbers are drawn beside each other, several of text are written as one; `only` keeps the rows with
one of some values in a column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from amip.assets import find_folder
from amip.errors import InputError, Phrase, UsageError
from amip.findings import LANGUAGES
from amip.nearest import did_you_mean, find_nearest

_ENTRY = re.compile(r"#\s*(?P<key>[a-z_]+)(?:@(?P<language>[a-z]{2}))?:\s*(?P<value>.*)")
TYPES = ("text", "iri", "decimal", "integer", "year", "boolean")
MARKS = ("bar", "dot", "grid", "line")
CHANNELS = ("x", "y", "color", "facet")
NUMBERS = ("decimal", "integer")


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input of a question: a `code` of a list, a `programme`, an `area`, a `year` or `text`.

    `default` is the term that stands in the file, "" when the question is asked of all.
    """

    name: str
    kind: str
    codes: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of the answer: its type (see `TYPES`) and its heading by language."""

    name: str
    type: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of an answer: a mark of `MARKS`, and the columns of each channel of `CHANNELS`.

    `only` names a column and the values of it that are drawn.
    """

    mark: str
    channels: Mapping[str, tuple[str, ...]]
    only: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A canned question as its file declares it."""

    name: str
    path: Path
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    caveats: Mapping[str, tuple[str, ...]]
    theme: str
    keywords: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[OutputColumn, ...]
    states: tuple[str, ...]
    sparql: str
    chart: Chart | None = None


@cache
def load_questions() -> Mapping[str, Question]:
    """Load the canned questions, by name."""
    return {path.stem: read_question(path) for path in sorted(find_folder("queries").glob("*.rq"))}


def find_question(name: str) -> Question:
    """Return the question of that name; raise `UsageError` with the nearest names otherwise."""
    questions = load_questions()
    if name not in questions:
        nearest = find_nearest(name, questions, limit=3)
        raise UsageError(
            "there is no question “{subject}”",
            subject=name,
            advice=did_you_mean(nearest) or Phrase("list them with: amip query --list"),
        )
    return questions[name]


def read_question(path: Path) -> Question:
    """Read one question file; raise `InputError` when its head is incomplete."""
    sparql = path.read_text(encoding="utf-8")
    single: dict[str, str] = {}
    many: dict[tuple[str, str], list[str]] = {}
    for line in sparql.splitlines():
        if not line.startswith("#"):
            break
        if entry := _ENTRY.fullmatch(line):
            single[entry["key"]] = entry["value"].strip()
            many.setdefault((entry["key"], entry["language"] or ""), []).append(
                entry["value"].strip()
            )
    missing = [
        f"{key}@{language}"
        for key in ("title", "question")
        for language in LANGUAGES
        if (key, language) not in many
    ]
    if missing or "theme" not in single:
        raise InputError("{subject}: the head lacks {what}", subject=path, what=missing or "theme")
    columns = tuple(_read_column(path, value) for value in many.get(("column", ""), ()))
    return Question(
        name=path.stem,
        path=path,
        titles={language: many["title", language][0] for language in LANGUAGES},
        texts={language: many["question", language][0] for language in LANGUAGES},
        caveats={language: tuple(many.get(("caveat", language), ())) for language in LANGUAGES},
        theme=single["theme"],
        keywords=tuple(
            word.strip() for word in single.get("keywords", "").split(",") if word.strip()
        ),
        parameters=tuple(
            _read_parameter(path, value, sparql) for value in many.get(("parameter", ""), ())
        ),
        columns=columns,
        states=tuple(single.get("states", "").split()),
        sparql=sparql,
        chart=_read_chart(path, single["chart"], columns) if "chart" in single else None,
    )


def _read_parameter(path: Path, value: str, sparql: str) -> Parameter:
    match value.split():
        case [name, "code", codes]:
            return Parameter(name, "code", codes, _find_default(name, sparql))
        case [name, ("programme" | "area" | "year" | "text") as kind]:
            return Parameter(name, kind, default=_find_default(name, sparql))
        case _:
            raise InputError(
                "{path}: parameter {value} is not `name code LIST|programme|area|year|text`",
                path=path,
                value=repr(value),
            )


def _find_default(name: str, sparql: str) -> str:
    """Return the content of the block `VALUES ?name { … }`."""
    found = re.search(rf"VALUES\s+\?{name}\s*\{{([^}}]*)\}}", sparql)
    return found[1].strip().removeprefix("UNDEF") if found else ""


def _read_column(path: Path, value: str) -> OutputColumn:
    head, *labels = (part.strip() for part in value.split("|"))
    match head.split():
        case [name, kind] if kind in TYPES and len(labels) == len(LANGUAGES):
            return OutputColumn(name, kind, dict(zip(LANGUAGES, labels, strict=True)))
        case _:
            raise InputError(
                "{path}: column {value} is not `name type | German | English`",
                path=path,
                value=repr(value),
            )


def _read_chart(path: Path, value: str, columns: tuple[OutputColumn, ...]) -> Chart:
    """Read the declaration of a chart; raise `InputError` when it is not one."""
    mark, *parts = value.split()
    channels: dict[str, tuple[str, ...]] = {}
    only = None
    for part in parts:
        channel, _, names = part.partition("=")
        if channel == "only":
            column, _, kept = names.partition(":")
            only = (column, tuple(kept.split(",")))
        else:
            channels[channel] = tuple(names.split(","))
    types = {column.name: column.type for column in columns}
    used = [name for names in channels.values() for name in names]
    strange = [name for name in (*used, *(only or ())[:1]) if name not in types]
    if strange:
        raise InputError(
            "{path}: the chart uses {strange}, which are no columns", path=path, strange=strange
        )
    if mark not in MARKS or not {"x", "y"} <= set(channels) <= set(CHANNELS):
        raise InputError(
            "{path}: chart {value} is not `{marks} x=… y=… [color=…] [facet=…]`",
            path=path,
            value=repr(value),
            marks="|".join(MARKS),
        )
    measured = {"bar": "x", "dot": "x", "line": "y"}.get(mark)
    if measured and not all(types[name] in NUMBERS for name in channels[measured]):
        raise InputError(
            "{path}: the chart draws {measured}, which is no column of numbers",
            path=path,
            measured=measured,
        )
    return Chart(mark, channels, only)
