"""The cards of the findings about records: one per kind, its sentences in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from amip.findings import LANGUAGES, Finding, Place, Severity

_HINTS = {"de": " Meintest du »{}«?", "en": " Did you mean “{}”?"}


@cache
def load_cards() -> Mapping[str, Mapping[str, str]]:
    """Load the cards by code."""
    return tomllib.loads((files("amip") / "cards.toml").read_text(encoding="utf-8"))


def make_finding(
    code: str, place: Place, *, found: str = "", expected: str = "", **values: str
) -> Finding:
    """Fill in the card of `code` at `place`, with what is found and expected there.

    The card says how bad it is; a violation, when it says nothing.
    """
    card = load_cards()[code]
    slots = {"found": found, "expected": expected, "column": place.column, **values}
    hints = {
        language: _HINTS[language].format(expected) if expected else "" for language in LANGUAGES
    }
    return Finding(
        code=code,
        severity=Severity(card.get("severity", Severity.VIOLATION)),
        place=place,
        message={language: card[language].format_map(slots) for language in LANGUAGES},
        advice={
            language: card[f"advice_{language}"].format_map(slots | {"hint": hints[language]})
            for language in LANGUAGES
        },
        programme=place.file.partition("/")[0],
        found=found,
        expected=expected,
        values=values,
    )
