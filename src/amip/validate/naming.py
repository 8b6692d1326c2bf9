"""Name codes in messages: the label of a concept in place of its notation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from amip.terms import load_lists

CODED = frozenset(
    {
        "direction",
        "expected",
        "form",
        "indicatorName",
        "kind",
        "level",
        "missing",
        "name",
        "other",
        "own",
        "status",
        "unit",
    }
)
"""The variables of messages that hold a code, or an indicator with its dimensions."""

_SEXES = {
    "de": {"sex-F": "Frauen", "sex-M": "Männer", "sex-T": "alle"},
    "en": {"sex-F": "women", "sex-M": "men", "sex-T": "all"},
}
"""The codes of SDMX, which are in no list of ours."""

_TOKEN = re.compile(r"(?:\b[a-z_]+=)?([A-Za-z0-9][\w.+-]*)")


def name_codes(values: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the values of a message with codes as labels; what is no code stays.

    >>> name_codes({"name": "share-of-elb (region=DE-NI)", "figure": "elb"}, "en")
    {'name': 'share of beneficiaries capable of work (Lower Saxony)', 'figure': 'elb'}
    """
    return {
        name: _name_all(text, language) if name in CODED else text for name, text in values.items()
    }


def _name_all(text: str, language: str) -> str:
    labels = _labels(language)
    named = _TOKEN.sub(lambda match: labels.get(match[1], match[0]), text)
    return named.replace(";", "; ")


@cache
def _labels(language: str) -> Mapping[str, str]:
    return _SEXES[language] | {
        notation: concept.labels[language]
        for concepts in load_lists().values()
        for notation, concept in concepts.items()
        if language in concept.labels
    }
