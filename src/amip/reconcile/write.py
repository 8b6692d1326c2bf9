"""A table written back with what its names mean: the same rows, and columns behind them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from amip.reconcile.match import Match
from amip.reconcile.sheet import Sheet

COLUMNS = (
    "amip_iri",
    "amip_label",
    "amip_kind",
    "amip_score",
    "amip_reason",
    "amip_candidates",
)
"""The columns that are added, in this order."""


def write_csv(sheet: Sheet, matches: Sequence[Match], language: str) -> bytes:
    """Write the table as CSV in UTF-8, with the delimiter it was read with."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sheet.delimiter, lineterminator="\n")
    writer.writerow([*sheet.header, *COLUMNS])
    for row, match in zip(sheet.rows, matches, strict=True):
        candidates = " | ".join(
            f"{thing.iri} {thing.label(language)}" for thing in match.candidates
        )
        writer.writerow([*row, *_describe(match, language), candidates])
    return text.getvalue().encode("utf-8")


def write_json(sheet: Sheet, matches: Sequence[Match], language: str) -> bytes:
    """Write the table as a JSON list of objects; candidates are a list in each."""
    names = [name or f"column_{number}" for number, name in enumerate(sheet.header, 1)]
    rows: list[dict[str, object]] = []
    for row, match in zip(sheet.rows, matches, strict=True):
        cells: dict[str, object] = dict(zip(names, row, strict=True))
        cells |= zip(COLUMNS, _describe(match, language), strict=False)
        cells[COLUMNS[3]] = match.score
        cells[COLUMNS[-1]] = [
            {"iri": thing.iri, "label": thing.label(language), "kind": thing.kind}
            for thing in match.candidates
        ]
        rows.append(cells)
    return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _describe(match: Match, language: str) -> tuple[str, str, str, str, str]:
    label = match.thing.label(language) if match.thing else ""
    kind = match.thing.kind if match.thing else ""
    return match.iri, label, kind, str(match.score), match.reason.text(language)
