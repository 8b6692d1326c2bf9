"""The columns of the published tables: type, titles, and what of the graph they show."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from amip.terms import CODE, PREFIXES


@dataclass(frozen=True, slots=True)
class Column:
    """One column: IRIs are templates of RFC 6570 over the names of the columns, "" for none.

    `kind` is iri, text, code, unit, period, year, date, decimal or count; `pattern` a regular
    expression for each cell, or each part of it where a `separator` divides it; `language` that of
    the cells.
    """

    name: str
    kind: str
    titles: Mapping[str, str]
    property: str = ""
    value: str = ""
    about: str = ""
    pattern: str = ""
    separator: str = ""
    language: str = ""
    is_key: bool = False


@cache
def load_columns(table: str) -> tuple[Column, ...]:
    """Load the columns of a published table, in their order.

    A concept comes as three columns: notation, German label, English label.

    >>> [column.name for column in load_columns("figures")][11:14]
    ['indicator', 'indicator_de', 'indicator_en']
    """
    text = (files("amip.publish") / "columns.toml").read_text(encoding="utf-8")
    return tuple(column for entry in tomllib.loads(text)[table] for column in _make(entry))


def _make(entry: dict[str, str]) -> Iterator[Column]:
    name, kind = entry["name"], entry["type"]
    titles = {tag: entry[tag] for tag in ("de", "en")}
    prefix, _, local = entry.get("property", "").partition(":")
    known = PREFIXES[prefix] + local if prefix else ""
    if kind not in {"concept", "unit"}:
        plain = {
            field: entry[field]
            for field in ("value", "about", "pattern", "separator", "language")
            if field in entry
        }
        yield Column(name, kind, titles, known, is_key="key" in entry, **plain)
        return
    # Units are those of QUDT, but for one of ours: no template tells which.
    concept = f"{CODE}{{{name}}}" if kind == "concept" else ""
    yield Column(name, "code" if concept else kind, titles, known, concept)
    label = PREFIXES["skos"] + "prefLabel" if concept else ""
    for tag, word in (("de", "deutsch"), ("en", "in English")):
        labels = {other: f"{title} ({word})" for other, title in titles.items()}
        yield Column(f"{name}_{tag}", "text", labels, label, about=concept, language=tag)
