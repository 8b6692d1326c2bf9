"""The fixed words of a report in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from amip.findings import Expectation, Place, Severity


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, from `words.toml`."""

    language: str
    texts: Mapping[str, str]
    forms: Mapping[str, tuple[str, str]]
    severities: Mapping[Severity, tuple[str, str]]

    def __getitem__(self, name: str) -> str:
        """Return a word that has one form."""
        return self.texts[name]

    def say(self, name: str, count: int, **slots: object) -> str:
        """Return the form of a word that goes with `count`, its slots filled.

        >>> load_words("de").say("places", 3)
        '3 Stellen'
        """
        return self.forms[name][count != 1].format(count=self.number(count), **slots)

    def number(self, count: int) -> str:
        """Write a whole number in the manner of the language."""
        text = f"{count:,}"
        return text.replace(",", ".") if self.language == "de" else text

    def severity(self, severity: Severity, count: int = 1) -> str:
        """Return the name of a severity.

        >>> load_words("en").severity(Severity.INFO, 2)
        'notes'
        """
        return self.severities[severity][count != 1]

    def state(self, expectation: Expectation) -> str:
        """Say what a programme says about something that is expected of it."""
        return self.texts[f"state_{expectation.state.value.replace('-', '_')}"]

    def place(self, place: Place) -> str:
        """Say where a finding is: the cell of a workbook, or the row and column of a file.

        >>> load_words("de").place(Place("a/figures.csv", 12, "unit", "k2-2022"))
        'a/figures.csv, Zeile 12, Spalte unit, [k2-2022]'
        """
        parts = [
            place.file,
            place.sheet and f"{self['sheet']} {place.sheet}",
            place.cell and f"{self['cell']} {place.cell}",
            f"{self['row']} {place.row}" if place.row and not place.cell else "",
            place.column and f"{self['column']} {place.column}",
            place.record and f"[{place.record}]",
            place.section,
        ]
        return ", ".join(part for part in parts if part)


@cache
def load_words(language: str) -> Words:
    """Load the words of a language."""
    text = (files("amip.validate.render") / "words.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)[language]
    return Words(
        language=language,
        texts={name: word for name, word in table.items() if isinstance(word, str)},
        forms={name: (word[0], word[1]) for name, word in table.items() if isinstance(word, list)},
        severities={
            Severity(name): (one, many) for name, (one, many) in table["severity_words"].items()
        },
    )


def tidy(text: str) -> str:
    """Write a text on one line, without characters that would steer a terminal.

    >>> tidy("a\\x1b[31m\\tb")
    'a [31m b'
    """
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
