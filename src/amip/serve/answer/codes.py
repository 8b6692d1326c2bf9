"""Codes in answers, as people read them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from amip.terms import Concept, load_list


@cache
def find_concept(column: str, notation: str) -> Concept | None:
    """Find the concept that a notation in a column of an answer stands for.

    >>> find_concept("value_kind", "plan").labels["de"]
    'Planwert'
    """
    lists = (load_list(name) for name in _load_codes()["lists"].get(column, ()))
    return next((codes[notation] for codes in lists if notation in codes), None)


def name_code(column: str, notation: str, language: str) -> str:
    """Name a code in a column of an answer; what is no code stays as it is.

    >>> name_code("sex", "F", "de"), name_code("note", "F", "de")
    ('Frauen', 'F')
    """
    words: Mapping[str, Mapping[str, str]] = _load_codes()["words"].get(column, {})
    if notation in words:
        return words[notation][language]
    concept = find_concept(column, notation)
    return concept.labels.get(language, notation) if concept else notation


def find_label_columns(columns: Collection[str]) -> Mapping[str, str]:
    """Find the columns that name the codes of another one.

    >>> find_label_columns(["instrument", "instrument_label", "note"])
    {'instrument': 'instrument_label'}
    """
    special: Mapping[str, str] = _load_codes()["labels"]
    pairs = {name: special.get(name, f"{name}_label") for name in columns}
    return {name: label for name, label in pairs.items() if label in columns}


@cache
def _load_codes() -> Mapping[str, Any]:
    return tomllib.loads(
        files("amip.serve.answer").joinpath("codes.toml").read_text(encoding="utf-8")
    )
