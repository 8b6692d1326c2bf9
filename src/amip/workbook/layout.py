"""The sheets of a workbook: their names, and the columns of each in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from amip.records.schema import TABLES, Column

PROGRAMME = "programme"
EXAMPLE_ID = ("Beispiel", "Example")
"""What the first cell of a row says that is not read."""

_HEAD_LISTS: Mapping[str, tuple[tuple[str, ...], tuple[Column, ...]]] = MappingProxyType(
    {
        "sponsors": (
            ("sponsors",),
            (
                Column("id", "id", required=True),
                Column("kind", "code", required=True, codes="sponsor-kinds"),
                Column("name", required=True),
            ),
        ),
        "area": (("area",), (Column("ags", required=True), Column("name", required=True))),
        "dates": (
            ("source", "dates"),
            (
                Column("kind", "code", required=True, codes="date-kinds"),
                Column("date", "period", required=True),
                Column("printed", required=True),
                Column("start", "offset"),
            ),
        ),
        "bodies": (
            ("bodies",),
            (
                Column("body", "code", required=True, codes="bodies"),
                Column("role"),
                Column("printed", required=True),
                Column("start", "offset"),
            ),
        ),
        "sections": (("sections",), (Column("label", required=True), Column("start", "offset"))),
    }
)
_ENTRIES = (
    Column("slug", "id"),
    Column("title", required=True),
    Column("jobcenter.id", "id"),
    Column("jobcenter.name", required=True),
    Column("jobcenter.organisation_form", "code", required=True, codes="organisation-forms"),
    Column("jobcenter.seat"),
    Column("first_year", "period", required=True),
    Column("last_year", "period", required=True),
    Column("replaces", "id"),
    Column("source.file"),
    Column("source.title"),
    Column("source.sha256"),
)
REQUIRED = (PROGRAMME, "sponsors", "area", "figures", "targets", "statements")
"""The sheets that a workbook cannot do without."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a sheet, or one entry of the sheet of the programme."""

    column: Column
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    width: int

    @property
    def name(self) -> str:
        """The name of the column in the record."""
        return self.column.name

    @property
    def filled_in(self) -> bool:
        """Whether an empty cell is filled in by the reader."""
        return self.column.name in {"id", "value", "unit"}

    def title(self, language: str) -> str:
        """Return the header; a star marks what is required."""
        star = " *" if self.column.required and not self.filled_in else ""
        return f"{self.labels[language]}{star}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a table of the record, or with a `path` a list of its head."""

    name: str
    titles: Mapping[str, str]
    hints: Mapping[str, str]
    headings: tuple[Heading, ...]
    path: tuple[str, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)

    def find_heading(self, text: str) -> Heading | None:
        """Return the column with the header `text`, in either language or as in the record."""
        return _headers(self.name).get(_plain(text))

    def heading(self, name: str) -> Heading:
        """Return the column of that name."""
        return next(heading for heading in self.headings if heading.name == name)


@cache
def load_words() -> Mapping[str, Any]:
    """Load the fixed words: by language, and the labels of `codes`."""
    return _load("words.toml")


@cache
def load_guide() -> Mapping[str, list[list[str]]]:
    """Load the lines of the first sheet by language."""
    return _load("guide.toml")


@cache
def load_layout() -> Mapping[str, Sheet]:
    """Load the sheets by the name of their table, in their order.

    >>> load_layout()["figures"].find_heading("kennzahl *").name
    'indicator'
    """
    return MappingProxyType(
        {name: _make_sheet(name, entry) for name, entry in _load("layout.toml").items()}
    )


def find_sheet(title: str) -> Sheet | None:
    """Return the sheet with that title, in either language or as in the record.

    >>> find_sheet("Zahlen").name, find_sheet("Tabelle1")
    ('figures', None)
    """
    return _titles().get(_plain(title))


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((files("amip.workbook") / name).read_text(encoding="utf-8"))


def _make_sheet(name: str, entry: Mapping[str, Any]) -> Sheet:
    path, columns = _HEAD_LISTS.get(name, ((), TABLES.get(name, _ENTRIES)))
    by_name = {column.name: column for column in columns}
    headings = tuple(
        Heading(
            by_name[column],
            {"de": words["de"], "en": words["en"]},
            {"de": words["hint_de"], "en": words["hint_en"]},
            words.get("width", 20),
        )
        for column, words in entry["columns"].items()
    )
    titles = {"de": entry["de"], "en": entry["en"]}
    hints = {"de": entry["hint_de"], "en": entry["hint_en"]}
    return Sheet(name, titles, hints, headings, path, entry.get("example", {}))


@cache
def _titles() -> Mapping[str, Sheet]:
    return {
        _plain(title): sheet
        for sheet in load_layout().values()
        for title in (sheet.name, *sheet.titles.values())
    }


@cache
def _headers(name: str) -> Mapping[str, Heading]:
    return {
        _plain(label): heading
        for heading in load_layout()[name].headings
        for label in (heading.name, *heading.labels.values())
    }


def _plain(text: str) -> str:
    return " ".join(text.replace("*", " ").split()).casefold()
