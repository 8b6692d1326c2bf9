"""Write the help page of a code, in both languages, and read it again.

The pages lie in `docs/findings/`; `tests/pages.py` writes them anew.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from amip.assets import find_folder
from amip.findings import LANGUAGES, Finding
from amip.validate.render.guide import Entry, empty_slots, find_entry
from amip.validate.render.words import Words, load_words

if TYPE_CHECKING:
    from jinja2 import Environment

_WIDTH = 100
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_WORKBOOK = "AMIP-R2[2-9]"


@dataclass(frozen=True, slots=True)
class Example:
    """A finding that a file of the tests leads to; `file` is its path in the repository."""

    finding: Finding
    file: str


@dataclass(frozen=True, slots=True)
class _Part:
    words: Words
    label: str = ""
    severity: str = ""
    profiles: str = ""
    how: str = ""
    message: str = ""
    why: str = ""
    advice: str = ""
    example: str = ""
    origin: str = ""


def render_page(entry: Entry, example: Example | None = None) -> str:
    """Return the help page of a code as Markdown."""
    parts = [_part(entry, example, load_words(language)) for language in LANGUAGES]
    return _environment().from_string(_read("page.md")).render(entry=entry, parts=parts)


def render_index(entries: Iterable[Entry]) -> str:
    """Return the list of all help pages as Markdown."""
    parts = [_Part(load_words(language)) for language in LANGUAGES]
    return _environment().from_string(_read("index.md")).render(entries=list(entries), parts=parts)


def _part(entry: Entry, example: Example | None, words: Words) -> _Part:
    language = words.language
    return _Part(
        words=words,
        label=entry.label[language],
        severity=words.severity(entry.severity),
        profiles=", ".join(words[f"profile_{name}"] for name in entry.profiles),
        how=_how(entry, words),
        message=empty_slots(entry.message[language]),
        why=entry.why[language],
        advice=empty_slots(entry.advice[language]),
        example=_quote(example.finding, words) if example else "",
        origin=words["example_from"].format(file=example.file) if example else "",
    )


def _how(entry: Entry, words: Words) -> str:
    if entry.shape:
        return words["how_shape"].format(shape=entry.shape, file=entry.file)
    letter = "W" if re.fullmatch(_WORKBOOK, entry.code) else entry.code[5]
    return words[f"how_{letter}"]


def _quote(finding: Finding, words: Words) -> str:
    lines = [
        words.place(finding.place),
        finding.text(words.language),
        finding.cause.get(words.language, ""),
        finding.help(words.language) and f"→ {finding.help(words.language)}",
    ]
    return "\n>\n".join(f"> {line}" for line in lines if line)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(  # noqa: S701 - Markdown, not HTML; the texts are our own
        undefined=StrictUndefined, keep_trailing_newline=True
    )


def _read(name: str) -> str:
    return files("amip.validate.render").joinpath("templates", name).read_text(encoding="utf-8")


def read_page(code: str, language: str) -> str:
    """Return the help page of a code in one language, as plain text.

    >>> read_page("a01", "en").splitlines()[0]
    'AMIP-A01: total and parts'
    """
    entry = find_entry(code)
    name = entry.code
    path = find_folder("docs/findings") / f"{name}.md"
    page = path.read_text(encoding="utf-8") if path.is_file() else render_page(entry)
    heading = f"\n## {load_words(language)['page_heading']}: "
    _, _, rest = page.partition(heading)
    section, _, _ = rest.partition("\n## ")
    lines = f"{name}: {section.strip()}".split("\n")
    return "\n".join(_plain(line) for line in lines) + "\n"


def read_example(code: str, language: str) -> tuple[str, str]:
    """Return the example of the help page of a code, and where it is from; "" without one.

    >>> read_example("AMIP-A01", "en")[1]
    'from tests/shapes/arithmetic/invalid.kaiserslautern-36-euro.ttl'
    """
    _, _, rest = read_page(code, language).partition(f"\n{load_words(language)['example']}:\n")
    example, _, origin = rest.strip("\n").rpartition("\n\n")
    return textwrap.dedent(example).strip("\n"), origin


def _plain(line: str) -> str:
    """Write a line of Markdown without its marks; links keep their text."""
    text = _LINK.sub(r"\1", line).replace("`", "")
    if line.startswith("### "):
        return f"{text.removeprefix('### ')}:"
    text = re.sub("^> ?", "  ", text).rstrip()
    indent = " " * (len(text) - len(text.lstrip(" -")))
    return textwrap.fill(
        text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
