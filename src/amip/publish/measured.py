"""One wide table of official statistics, with labels, for people who do not speak SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import Literal, RdfFormat, parse

from amip.publish.column import load_columns
from amip.publish.wide import label_code, make_frame
from amip.terms import CODE, ID, NS, PREFIXES, load_lists

if TYPE_CHECKING:
    import pandas as pd

_STAT = f"<{ID}stat/"
_PLAIN = {"printed": "printed", "sourceLine": "line", "sourceColumn": "position"}
_CODED = {
    "indicator": ("indicator", "indicators"),
    "aggregation": ("aggregation", "aggregations"),
    "ageGroup": ("age_group", "age-groups"),
    "nationality": ("nationality", "nationalities"),
    "targetGroup": ("target_group", "target-groups"),
    "sector": ("sector", "sectors"),
    "valueSign": ("value_sign", "value-signs"),
    "unitMeasure": ("unit", "units"),
}


def make_statistics_table(lines: Iterable[str]) -> pd.DataFrame:
    """Make a DataFrame with a row per cell of official statistics, from the N-Quads of all graphs.

    A cell with a sign in place of a number has no value but the sign. Rows are sorted by table,
    edition, area, period and IRI.
    """
    kept = list(lines)
    text = "".join(line for line in kept if line.startswith(_STAT))
    names = dict(_read_names(kept))
    cells: dict[str, dict[str, str]] = {}
    for quad in parse(text.encode(), format=RdfFormat.N_QUADS):
        local = quad.predicate.value.rpartition("#")[2].rpartition("/")[2]
        value = quad.object.value if hasattr(quad.object, "value") else ""
        cells.setdefault(quad.subject.value, {})[local] = value
    rows = [_make_row(iri, found, names) for iri, found in cells.items()]
    rows.sort(key=lambda row: tuple(row[name] for name in _ORDER))
    columns = [column.name for column in load_columns("statistics")]
    return make_frame(rows, columns, counts=("line", "position"))


def find_years(lines: Iterable[str]) -> set[str]:
    """Find the years that official statistics speak of, in the N-Quads of all graphs.

    >>> find_years([f'{_STAT}a/2020/x> <{NS}refPeriod> "2019-06-30" <a:g> .'])
    {'2019'}
    """
    period = f"> <{NS}refPeriod> "
    stated = (line for line in lines if line.startswith(_STAT) and period in line)
    return {line.split('"')[1][:4] for line in stated}


_ORDER = ("table", "edition", "area", "period", "observation")


def _read_names(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Read the names of the areas: key and German label."""
    label = f"> <{PREFIXES['skos']}prefLabel> "
    named = "".join(line for line in lines if line.startswith(f"<{ID}area/") and label in line)
    for quad in parse(named.encode(), format=RdfFormat.N_QUADS):
        if isinstance(quad.object, Literal) and quad.object.language == "de":
            key = str(quad.subject).strip("<>").removeprefix(f"{ID}area/")
            yield key, quad.object.value


def _make_row(iri: str, found: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    table, edition, *_ = iri.removeprefix(f"{ID}stat/").split("/")
    area = found.get("area", "").removeprefix(f"{ID}area/")
    sex = found.get("sex", "").rpartition("-")[2]
    row = {
        "observation": iri,
        "table": table,
        "edition": edition,
        "area": area,
        "area_name": names.get(area, ""),
        "territory_date": found.get("territoryDate", ""),
        "period": found.get("refPeriod", ""),
        "year": found.get("refPeriod", "")[:4],
        "value": found.get("value", ""),
        "sex": sex if sex in {"F", "M"} else "",
    }
    row |= {name: found.get(local, "") for local, name in _PLAIN.items()}
    for local, (name, codes) in _CODED.items():
        code = found.get(local, "").removeprefix(CODE).removeprefix(PREFIXES["unit"])
        row |= label_code(name, code, load_lists().get(codes, {}))
    return row
