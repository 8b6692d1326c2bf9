"""Codes as people read them: the labels of the code lists, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from amip.nearest import find_nearest
from amip.records.law import load_grants
from amip.records.schema import Column
from amip.terms import load_list, load_lists
from amip.workbook.layout import load_words

_MARKED = re.compile(r"\[([^\[\]]+)\]\s*$")
_BETWEEN_MARKED = re.compile(r"(?<=\])\s*;\s*")


def list_labels(codes: str, language: str, years: tuple[int, int] | None = None) -> list[str]:
    """Return what a drop-down of the list `codes` shows, in order.

    With `years`, the instruments that can be newly granted in them come first.

    >>> list_labels("sex", "de")
    ['Frauen', 'Männer']
    """
    shown = _labels(codes, language)
    if codes in load_words()["codes"]:
        return list(shown.values())
    closed = _find_closed(years) if codes == "instruments" and years else frozenset[str]()
    return [
        label
        for _, label in sorted(
            shown.items(), key=lambda item: (item[0] in closed, item[1].casefold())
        )
    ]


def show_codes(column: Column, text: str, language: str) -> str:
    """Write the codes of a cell as labels; what is no code stays as it is."""
    shown = _labels(column.codes, language)
    codes = text.split(" ") if column.many else [text]
    if not all(code in shown for code in codes):
        return text
    return "; ".join(shown[code] for code in codes)


def read_codes(column: Column, text: str) -> str | None:
    """Read labels or codes as the codes of a record, `None` when one is unknown.

    >>> read_codes(Column("sex", "code", codes="sex"), "frauen")
    'F'
    """
    codes = [_read(column.codes, part) for part in _split(column, text)]
    return None if None in codes else " ".join(code for code in codes if code)


def suggest_label(column: Column, text: str, language: str) -> str:
    """Return the label nearest to what a cell says."""
    known = _labels(column.codes, language)
    wrong = next((part for part in _split(column, text) if _read(column.codes, part) is None), text)
    return "".join(find_nearest(wrong, known.values()))


def _split(column: Column, text: str) -> list[str]:
    if not column.many:
        return [text.strip()]
    if "[" in text:
        return [part.strip() for part in _BETWEEN_MARKED.split(text) if part.strip()]
    if ";" in text or _read(column.codes, text.strip()) is not None:
        return [part.strip() for part in text.split(";") if part.strip()]
    return text.split()


def _read(codes: str, text: str) -> str | None:
    known = _readings(codes)
    if text in known:
        return known[text]
    marked = _MARKED.search(text)
    if marked and marked[1] in known:
        return known[marked[1]]
    return known.get(" ".join(text.split()).casefold())


@cache
def _readings(codes: str) -> Mapping[str, str]:
    """Return every way to write a code; where two meet, the code itself wins."""
    found: dict[str, str] = dict(load_words()["readings"].get(codes, {}))
    for language in ("en", "de"):
        labels = _labels(codes, language, marked=False)
        found |= {label.casefold(): code for code, label in labels.items()}
    return found | {code: code for code in _labels(codes, "de")}


@cache
def _labels(codes: str, language: str, *, marked: bool = True) -> Mapping[str, str]:
    fixed = load_words()["codes"]
    if codes in fixed:
        return {code: labels[language] for code, labels in fixed[codes].items()}
    if codes != "*":
        labels = {
            code: concept.labels.get(language, code) for code, concept in load_list(codes).items()
        }
        return _tell_apart(labels) if marked else labels
    return {
        code: (f"{label} [{code}]" if marked else label)
        for name in load_lists()
        for code, label in _labels(name, language, marked=False).items()
    }


def _tell_apart(labels: Mapping[str, str]) -> Mapping[str, str]:
    """Add the code where two labels of a list are the same."""
    plain = [label.casefold() for label in labels.values()]
    return {
        code: label if plain.count(label.casefold()) == 1 else f"{label} [{code}]"
        for code, label in labels.items()
    }


def _find_closed(years: tuple[int, int]) -> frozenset[str]:
    """Find the instruments that cannot be newly granted in any of the years."""
    span = range(years[0], years[1] + 1)
    return frozenset(
        code for code, grant in load_grants().items() if not any(map(grant.meets, span))
    )


def used_lists(columns: Sequence[Column]) -> list[str]:
    """Return the lists that columns take their codes from, each once."""
    return list(dict.fromkeys(column.codes for column in columns if column.codes))
