"""Check figures against the labels of the rows and columns that they are printed in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.records.record import Record, Row

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PERIODS = ("period", "base_period", "as_of")
_SEXES = MappingProxyType(
    {
        "F": re.compile(r"\b(?:Frauen|weiblich\w*)\b"),
        "M": re.compile(r"\b(?:Männer|männlich\w*)\b"),
    }
)
_KINDS: Mapping[re.Pattern[str], frozenset[str]] = MappingProxyType(
    {
        re.compile(r"\bIst\b"): frozenset({"actual"}),
        re.compile(r"\bPlan\b"): frozenset({"plan", "target"}),
        re.compile(r"\bZiel(?:wert)?\b"): frozenset({"target"}),
        re.compile(r"\bSchätzwerte?\b"): frozenset({"estimate"}),
        re.compile(r"\bVeränderung\b"): frozenset({"change"}),
    }
)
"""The value kinds that a word in the head of a column allows."""


def check_labels(record: Record) -> Iterator[Finding]:
    """Check year, sex and kind of each figure against its printed row and column."""
    for line, row in record.numbered("figures"):
        for column, code, label, found in _find_contradictions(row):
            place = Place(
                f"{record.slug}/figures.csv",
                line,
                column,
                row.get("id", ""),
                row.get("section", ""),
            )
            yield make_finding(code, place, found=found, reads=label)


def _find_contradictions(row: Row) -> Iterator[tuple[str, str, str, str]]:
    """Yield column, code of the card, printed label, and what the record has instead."""
    head = row.get("column", "")
    labels = [label for label in (row.get("row", ""), head) if label]
    years = {year for name in _PERIODS for year in _YEAR.findall(row.get(name, ""))}
    dated = [label for label in labels if _YEAR.search(label)]
    if row.get("period") and dated and not years.intersection(_YEAR.findall(" ".join(dated))):
        yield "period", "AMIP-R36", dated[0], row["period"]
    named = {sex: label for label in labels for sex, word in _SEXES.items() if word.search(label)}
    sex = row.get("sex", "")
    if len(named) == 1 and sex not in named and (not sex or sex in _SEXES):
        yield "sex", "AMIP-R37", next(iter(named.values())), sex or "–"
    kinds = [kinds for word, kinds in _KINDS.items() if word.search(head)]
    if len(kinds) == 1 and row.get("value_kind") and row["value_kind"] not in kinds[0]:
        yield "value_kind", "AMIP-R38", head, row["value_kind"]
