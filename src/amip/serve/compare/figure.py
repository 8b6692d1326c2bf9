"""Figures of programmes, with all that decides with which others they can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from amip.query import Rows
from amip.serve.page import find_trace
from amip.serve.site import Site
from amip.terms import load_list


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of a list with its label, "" both where there is none."""

    code: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a programme; `iri` is "" for one computed from others.

    `form` is how it counts over time (code list `aggregations`), `hedge` how vague the document
    is, `tolerance` half a unit of the last digit, `spent` whether it is what remains after money
    was moved, `doubted` whether a discrepancy in print is on record.
    """

    iri: str
    programme: str
    indicator: Coded
    value: Decimal
    unit: Coded
    kind: Coded
    period: str
    start: str = ""
    base: str = ""
    form: Coded = Coded()
    line: Coded = Coded()
    category: Coded = Coded()
    sex: str = "T"
    key: str = "-"
    hedge: str = ""
    tolerance: Decimal = Decimal(0)
    inferred: bool = False
    spent: bool = False
    doubted: bool = False

    @property
    def year(self) -> str:
        """The year or years it is for, or the month or day."""
        return self.period if not self.start else f"{self.start[:4]}–{self.period[:4]}"

    @property
    def trace(self) -> str:
        """The path of its trace, "" for a computed one."""
        return find_trace(self.iri)

    @property
    def is_change(self) -> bool:
        """Whether it is a change against another time."""
        return self.kind.code == "change"


def load_figures(site: Site, language: str) -> Mapping[str, Figure]:
    """Load the figures that pages compare, by IRI."""
    rows = read_records(site.select("compare-figures"))
    return {row["figure"]: _make_figure(row, language) for row in rows}


def find_label(codes: str, code: str, language: str) -> str:
    """Return the label of a code; the code itself when the list does not have it.

    >>> find_label("value-kinds", "plan", "de"), find_label("value-kinds", "", "de")
    ('Planwert', '')
    """
    concept = load_list(codes).get(code)
    return concept.labels[language] if concept else code


def read_records(rows: Rows) -> list[dict[str, str]]:
    """Read rows as records of texts, with "" for what is not bound."""
    return [{name: str(term or "") for name, term in row.items()} for row in rows.records]


def _make_figure(row: Mapping[str, str], language: str) -> Figure:
    def coded(codes: str, code: str) -> Coded:
        return Coded(code, find_label(codes, code, language))

    return Figure(
        iri=row["figure"],
        programme=row["programme"],
        indicator=coded("indicators", row["indicator"]),
        value=_round(Decimal(row["value"]), row["decimals"]),
        unit=coded("units", row["unit"]),
        kind=coded("value-kinds", row["kind"]),
        period=row["period"],
        start=row["start"],
        base=row["base"],
        form=coded("aggregations", row["form"]),
        line=coded("budget-lines", row["line"]),
        category=coded("staff-categories", row["category"]),
        sex=row["sex"],
        key=row["key"],
        hedge=find_label("approximations", row["hedge"], language),
        tolerance=Decimal(row["tolerance"] or 0),
        inferred=row["inferred"] == "true",
        spent=row["spent"] == "true",
        doubted=row["doubted"] == "true",
    )


def _round(value: Decimal, decimals: str) -> Decimal:
    """Write a value with the decimal places that are printed; no digit is lost.

    >>> _round(Decimal("22.5"), "2"), _round(Decimal("22.5"), "0")
    (Decimal('22.50'), Decimal('22.5'))
    """
    places = int(decimals) if decimals.isdigit() else 0
    exponent = value.as_tuple().exponent
    known = -exponent if isinstance(exponent, int) else 0
    return value.quantize(Decimal(1).scaleb(-places)) if places > known else value
