"""Canned questions: SPARQL files whose head says what is asked, with what, and what comes back.

The head is a block of comment lines `# key: value` or `# key@language: value`::

    # title@en: Instrument mix
    # question@en: How is the money for instruments divided?
    # theme: budget
    # keywords: instrument, budget
    # parameter: instrument code instruments
    # column: amount_eur decimal | Betrag in Euro | amount in euro
    # states: amount_eur
    # caveat@en: Budgets with and without BEZ are not comparable.

A parameter replaces the content of the `VALUES ?name { … }` block of the same name; what stands
there in the file is its default, so that every file also runs as it is. `lang` is a parameter of
every question. `states` names the columns that make a row a statement of its programme.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from amip.assets import find_folder
from amip.errors import InputError, UsageError
from amip.findings import LANGUAGES
from amip.nearest import find_nearest

_ENTRY = re.compile(r"#\s*(?P<key>[a-z_]+)(?:@(?P<language>[a-z]{2}))?:\s*(?P<value>.*)")
TYPES = ("text", "iri", "decimal", "integer", "year", "boolean")


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input of a question: a `code` of a list, a `programme`, an `area`, a `year` or `text`."""

    name: str
    kind: str
    codes: str = ""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of the answer: its type (see `TYPES`) and its heading by language."""

    name: str
    type: str
    labels: Mapping[str, str]


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
            f"there is no question “{name}”",
            subject=name,
            advice=did_you_mean(nearest) or "list them with: amip query --list",
        )
    return questions[name]


def did_you_mean(names: list[str]) -> str:
    """Say which names are near, in both languages; "" when none is."""
    if not names:
        return ""
    quoted = ", ".join(f"“{name}”" for name in names)
    return f"meintest du / did you mean {quoted}?"


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
        raise InputError(f"{path}: the head lacks {', '.join(missing) or 'theme'}", subject=path)
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
        parameters=tuple(_read_parameter(path, value) for value in many.get(("parameter", ""), ())),
        columns=tuple(_read_column(path, value) for value in many.get(("column", ""), ())),
        states=tuple(single.get("states", "").split()),
        sparql=sparql,
    )


def _read_parameter(path: Path, value: str) -> Parameter:
    match value.split():
        case [name, "code", codes]:
            return Parameter(name, "code", codes)
        case [name, ("programme" | "area" | "year" | "text") as kind]:
            return Parameter(name, kind)
        case _:
            raise InputError(
                f"{path}: parameter {value!r} is not `name code LIST|programme|area|year|text`"
            )


def _read_column(path: Path, value: str) -> OutputColumn:
    head, *labels = (part.strip() for part in value.split("|"))
    match head.split():
        case [name, kind] if kind in TYPES and len(labels) == len(LANGUAGES):
            return OutputColumn(name, kind, dict(zip(LANGUAGES, labels, strict=True)))
        case _:
            raise InputError(f"{path}: column {value!r} is not `name type | German | English`")
