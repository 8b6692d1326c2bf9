"""The rows that mappings read: every cell worked out as text, with the line it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from amip.records.periods import parse_period
from amip.records.values import parse_decimal
from amip.terms import CODE, PREFIXES


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for the mappings: its cells, and the file and line that it comes from."""

    values: Mapping[str, str]
    file: str
    row: int


Tables: TypeAlias = dict[str, list[Cells]]


def unit_iri(notation: str) -> str:
    """Return the IRI of a unit: QUDT's, or our own for the percentage point that QUDT lacks."""
    if not notation:
        return ""
    return (CODE if notation == "percentage-point" else PREFIXES["unit"]) + notation


def half_unit(cell: str) -> str:
    """Return half a unit of the last digit of a number with a decimal point, "" if it is none.

    >>> half_unit("4766.7")
    '0.05'
    """
    value = parse_decimal(cell)
    if value is None:
        return ""
    exponent = value.as_tuple().exponent
    return f"{Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1):f}"


def spread_period(cell: str, prefix: str, start_prefix: str = "from") -> dict[str, str]:
    """Spread a period over one column per datatype, none when the cell is empty or no period.

    >>> spread_period("2021~", "period")
    {'period_year': '2021', 'period_inferred': 'true'}
    """
    period = parse_period(cell) if cell else None
    if period is None:
        return {}
    return period.columns(prefix, start_prefix) | {
        f"{prefix}_inferred": "true" if period.inferred else ""
    }
