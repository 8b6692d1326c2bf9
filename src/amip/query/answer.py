"""Answers: typed tables of a question's rows, and the formats that they are written in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING

from amip.query.store import Rows, Term
from amip.question import OutputColumn, Question

if TYPE_CHECKING:
    import pandas as pd

STATED, TOTAL = "stated_by", "of_programmes"
_PRECISION = 38
_LARGEST = 2**63 - 1
_GUESSES = (
    ({"integer"}, "integer"),
    ({"decimal", "integer"}, "decimal"),
    ({"gYear"}, "year"),
    ({"boolean"}, "boolean"),
)
_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]{1,18}"),
    "decimal": re.compile(r"[+-]?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?"),
    "year": re.compile(r"-?[0-9]{4,9}"),
    "boolean": re.compile(r"true|false|1|0"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a question, and how many of the programmes state something on it.

    `stated_by` of `of_programmes` is `None` for a query that is not a canned question over all
    programmes.
    """

    rows: Rows
    question: Question | None = None
    stated_by: int | None = None
    of_programmes: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """Make a DataFrame with exact dtypes.

        Decimals are `decimal128` of Arrow, never floats; years and counts `Int64`; text and IRIs
        `string`. What is not stated is `<NA>`. `stated_by` and `of_programmes` are columns of
        every question that asks over all programmes.
        """
        import pandas as pd

        types = _column_types(self)
        columns = list(zip(*self.rows.rows, strict=True)) or [() for _ in self.rows.columns]
        frame = pd.DataFrame(
            {
                name: _series(cells, types[name])
                for name, cells in zip(self.rows.columns, columns, strict=True)
            }
        )
        if self.stated_by is not None:
            frame[STATED] = pd.Series(
                [self.stated_by] * len(frame), dtype="Int64", index=frame.index
            )
            frame[TOTAL] = pd.Series(
                [self.of_programmes] * len(frame), dtype="Int64", index=frame.index
            )
        return frame


def _column_types(answer: Answer) -> dict[str, str]:
    declared = (
        {column.name: column.type for column in answer.question.columns} if answer.question else {}
    )
    return {
        name: declared.get(name) or _guess(row[index] for row in answer.rows.rows)
        for index, name in enumerate(answer.rows.columns)
    }


def _guess(cells: object) -> str:
    terms = [cell for cell in cells if isinstance(cell, Term)]  # type: ignore[attr-defined]
    kinds = {"iri" if term.is_iri else term.datatype.rpartition("#")[2] for term in terms}
    texts = [term.text for term in terms]
    for found, kind in _GUESSES:
        if kinds and kinds <= found and _fits(texts, kind):
            return kind
    return "iri" if kinds == {"iri"} else "text"


def _fits(texts: list[str], kind: str) -> bool:
    """Tell whether literals of a query of one's own can be cells of a column of that type."""
    matches = [match for text in texts if (match := _FORMS[kind].fullmatch(text))]
    if len(matches) < len(texts) or kind != "decimal":
        return len(matches) == len(texts)
    whole, scale = (max(len(match[part] or "") for match in matches) for part in (1, 2))
    return whole + scale <= _PRECISION


def _series(cells: tuple[Term | None, ...], kind: str) -> pd.Series:
    import pandas as pd

    match kind:
        case "decimal":
            return _decimals([_decimal(cell) for cell in cells])
        case "integer" | "year":
            numbers = [_integer(cell) for cell in cells]
            return pd.Series(numbers, dtype="Int64")
        case "boolean":
            truths = [None if cell is None else cell.text in {"true", "1"} for cell in cells]
            return pd.Series(truths, dtype="boolean")
        case _:
            return pd.Series(
                [None if cell is None else cell.text for cell in cells], dtype="string"
            )


def _decimal(cell: Term | None) -> Decimal | None:
    if cell is None:
        return None
    try:
        number = Decimal(cell.text)
    except InvalidOperation:
        return None
    # What has more digits fits into no column, and to write it out may take for ever.
    return number if number.is_finite() and abs(number.adjusted()) < _PRECISION else None


def _integer(cell: Term | None) -> int | None:
    number = _decimal(cell)
    return None if number is None or abs(number) > _LARGEST else int(number)


def _decimals(numbers: list[Decimal | None]) -> pd.Series:
    import pandas as pd
    import pyarrow as pa

    exponents = [number.as_tuple().exponent for number in numbers if number is not None]
    scale = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    dtype = pd.ArrowDtype(pa.decimal128(_PRECISION, max(scale, 0)))
    return pd.Series(numbers, dtype=dtype)


def _headings(answer: Answer, language: str) -> dict[str, str]:
    known: Mapping[str, OutputColumn] = (
        {column.name: column for column in answer.question.columns} if answer.question else {}
    )
    return {
        name: known[name].labels[language] if name in known else name
        for name in answer.rows.columns
    }


def write_csv(answer: Answer) -> bytes:
    """Write an answer as CSV (RFC 4180): decimals as they are, what is not stated empty."""
    return answer.to_frame().to_csv(index=False, lineterminator="\n").encode()


def write_json(answer: Answer) -> bytes:
    """Write an answer as JSON: a list of objects, decimals as text to stay exact."""
    frame = answer.to_frame()
    records = [
        {str(name): None if _is_missing(value) else _plain(value) for name, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()


def _is_missing(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NA


def _plain(value: object) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else value


def write_markdown(answer: Answer, language: str = "en") -> bytes:
    """Write an answer as a Markdown table with headings in `language`, without the IRI columns."""
    headings, rows = visible_cells(answer, language)
    lines = [
        "| " + " | ".join(cells) + " |" for cells in [headings, ["---"] * len(headings), *rows]
    ]
    return ("\n".join(lines) + "\n").encode()


def write_parquet(answer: Answer) -> bytes:
    """Write an answer as Parquet with exact decimals."""
    return answer.to_frame().to_parquet(index=False)


def visible_cells(answer: Answer, language: str) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells as people read them: no IRIs, numbers in the language's format."""
    types, headings = _column_types(answer), _headings(answer, language)
    shown = [index for index, name in enumerate(answer.rows.columns) if types[name] != "iri"]
    names = [answer.rows.columns[index] for index in shown]
    rows = [
        [_show(row[index], types[answer.rows.columns[index]], language) for index in shown]
        for row in answer.rows.rows
    ]
    return [headings[name] for name in names], rows


def numeric_columns(answer: Answer) -> list[bool]:
    """Tell for each visible column whether it holds numbers."""
    types = _column_types(answer)
    shown = [types[name] for name in answer.rows.columns if types[name] != "iri"]
    return [kind in {"decimal", "integer"} for kind in shown]


def _show(cell: Term | None, kind: str, language: str) -> str:
    if cell is None:
        return "–"
    number = _decimal(cell) if kind in {"decimal", "integer"} else None
    if number is None:
        return cell.text.replace("|", "\\|")
    text = f"{number:,f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


WRITERS: Mapping[str, Callable[[Answer], bytes]] = MappingProxyType(
    {"csv": write_csv, "json": write_json, "parquet": write_parquet}
)
