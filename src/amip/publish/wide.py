"""One wide table of all figures, with labels, for people who do not speak SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from amip.findings import LANGUAGES
from amip.records import Record
from amip.records.schema import TABLES
from amip.terms import ID, Concept, load_list

if TYPE_CHECKING:
    import pandas as pd

_PROGRAMME = ("figure", "programme", "jobcenter", "ags", "first_year", "last_year")
_STATED = ("period", "base_period", "as_of", "value", "sex")
_PLAIN = ("printed", "section", "table", "row", "column", "start", "page", "note")
_CODED = tuple(
    column for column in TABLES["figures"] if column.kind == "code" and column.name != "sex"
)


def make_wide_table(records: Iterable[Record]) -> pd.DataFrame:
    """Make a DataFrame with a row per figure.

    `figure` is the IRI, `value` an exact decimal (Arrow `decimal128`), each coded column comes as
    notation and as label in German and English, and the last columns say where it is printed.
    """
    rows = [row for record in records for row in _rows(record)]
    return make_frame(rows, _names(), counts=("start", "page"))


def make_frame(
    rows: Sequence[Mapping[str, str]], names: Sequence[str], counts: Iterable[str]
) -> pd.DataFrame:
    """Make a DataFrame of rows of text: empty cells are missing, `value` and `counts` numbers.

    `value` has as many decimals as the most precise of them.
    """
    import pandas as pd
    import pyarrow as pa

    frame = pd.DataFrame(rows, columns=list(names), dtype="string").replace("", pd.NA)
    values = [Decimal(row["value"]) if row["value"] else None for row in rows]
    exponents = [int(value.as_tuple().exponent) for value in values if value is not None]
    kind = pd.ArrowDtype(pa.decimal128(38, max(0, -min(exponents, default=0))))
    frame["value"] = pd.Series(values, dtype=kind)
    for name in counts:
        frame[name] = frame[name].astype("Int64")
    return frame


def _names() -> list[str]:
    coded = [f"{column.name}{tag}" for column in _CODED for tag in ("", "_de", "_en")]
    return [*_PROGRAMME, *_STATED, *coded, "provided_by", *_PLAIN]


def _rows(record: Record) -> Iterator[dict[str, str]]:
    jobcenter = record.section("jobcenter")
    sponsors = {item["id"]: item["name"] for item in record.items("sponsors")}
    for figure in record.rows("figures"):
        row = {
            "figure": f"{ID}obs/{record.slug}/{figure['id']}",
            "programme": record.slug,
            "jobcenter": jobcenter.get("name", ""),
            "ags": " ".join(area["ags"] for area in record.items("area")),
            "first_year": record.text("first_year"),
            "last_year": record.text("last_year"),
        }
        row |= {name: figure[name] for name in _STATED}
        for column in _CODED:
            row |= label_code(column.name, figure[column.name], load_list(column.codes))
        row |= {"provided_by": sponsors.get(figure["provided_by"], "")}
        yield row | {name: figure[name] for name in _PLAIN}


def label_code(name: str, code: str, concepts: Mapping[str, Concept]) -> dict[str, str]:
    """Return the cells of a coded column: the notation and its labels in German and English."""
    concept = concepts.get(code)
    labels = {f"{name}_{tag}": concept.labels[tag] if concept else "" for tag in LANGUAGES}
    return {name: code} | labels
