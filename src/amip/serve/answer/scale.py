"""Scales: the numbers of an answer as people read them, those of one column alike.

Amounts of money have cents when one of their column has; other numbers have one decimal when one
of their column has any, and more only when they are stated. So no number looks more exact than it
is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from amip.query import Question, Rows
from amip.serve.page import read_decimal, show_number

_MIXED = frozenset({"indicator", "unit", "planned_unit"})
"""Columns that tell rows of different measures apart: their decimals differ, too."""
_MONEY = re.compile(r"(?:^|_)eur(?:_|$)")


def find_scales(question: Question, rows: Rows) -> Mapping[str, int]:
    """Find the least number of decimals of each column that holds one measure."""
    names = {column.name for column in question.columns}
    if names & _MIXED:
        return {}
    return {
        column.name: min(
            _find_scale(rows, rows.columns.index(column.name)),
            2 if _MONEY.search(column.name) else 1,
        )
        for column in question.columns
        if column.type == "decimal"
    }


def write_number(text: str, scale: int, language: str) -> str:
    """Write a number with at least `scale` decimals, as people of that language do.

    >>> write_number("1234.5", 2, "de"), write_number("-3", 0, "en")
    ('1.234,50', '−3')
    """
    number = read_decimal(text)
    if number is None:
        return text
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent < scale:
        text = f"{number:.{scale}f}"
    return show_number(text, language).replace("-", "−")


def _find_scale(rows: Rows, place: int) -> int:
    """Find the most decimals of a column that are not all zero."""
    scales = [0]
    for row in rows.rows:
        if cell := row[place]:
            _, _, decimals = cell.text.rstrip("0").partition(".")
            scales.append(len(decimals) if "." in cell.text else 0)
    return max(scales)
