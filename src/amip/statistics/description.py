"""The descriptions of the tables: one TOML file per table, `mappings/statistics/<code>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from amip.assets import find_folder
from amip.errors import InputError, Phrase
from amip.nearest import find_nearest

Head = tuple[str, ...]

PERIOD_END = "period-end"


@dataclass(frozen=True, slots=True)
class Measure:
    """What the cells of one column measure, in the codes of the lists in `ontology/codes/`.

    `heads` are the texts of all header lines above the column, one tuple per wording that the
    offices have used; `tolerance` is set where the published number is rounded more than it shows.
    """

    id: str
    heads: tuple[Head, ...]
    indicator: str
    unit: str
    sex: str = "T"
    age_group: str = ""
    nationality: str = ""
    target_group: str = ""
    tolerance: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table's own CSV form looks.

    `front` are the columns in front of the numbers (`period`, `area`, `label`, `sector`), which
    have no head of their own; `period_line` is the word of the line that names the period of the
    whole file where no column does.
    """

    header_lines: int
    front: tuple[str, ...]
    period_line: str = ""


@dataclass(frozen=True, slots=True)
class Territory:
    """A rule for the territorial state (Gebietsstand): the first that fits is taken.

    `land` is the key of a Land, "" for all areas; `first` and `last` are years. `date` is a day,
    or `period-end` for the last day of the period.
    """

    date: str
    land: str = ""
    first: str = ""
    last: str = "9999"


@dataclass(frozen=True, slots=True)
class Description:
    """One table: what it is called, who publishes it, how it looks and what its columns mean.

    `layout` is `None` for a table whose own form is not known; then only the tidy form is read.
    """

    code: str
    titles: Mapping[str, str]
    publisher: str
    publisher_name: str
    licence: str
    attribution: str
    attribution_transcribed: str
    period: str
    aggregation: str
    layout: Layout | None
    measures: Mapping[str, Measure]
    sectors: Mapping[str, str]
    territory: tuple[Territory, ...]

    @property
    def heads(self) -> Mapping[Head, Measure]:
        """The measures by the texts above their column."""
        return {head: measure for measure in self.measures.values() for head in measure.heads}

    def find_territory(self, area: str, period: str) -> str:
        """Return the day of the territorial state of an area in a period, "" when unknown.

        >>> find_description("13211-02-05-4").find_territory("08111", "2010")
        '1979-01-01'
        """
        for rule in self.territory:
            if rule.land in {"", area[:2]} and rule.first <= period[:4] <= rule.last:
                if rule.date != PERIOD_END:
                    return rule.date
                return period if len(period) > len("2020") else f"{period}-12-31"
        return ""


@cache
def load_descriptions() -> Mapping[str, Description]:
    """Load all descriptions, by table code."""
    files = sorted((find_folder("mappings") / "statistics").glob("*.toml"))
    found = [_make_description(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return MappingProxyType({description.code: description for description in found})


def find_description(code: str, file: str = "") -> Description:
    """Find the description of a table; `file` is named when there is none.

    Raises `InputError` with the nearest code.
    """
    known = load_descriptions()
    if code in known:
        return known[code]
    nearest = "".join(find_nearest(code, known))
    raise InputError(
        "{file}: there is no description of table “{subject}”",
        subject=code,
        advice="did you mean {nearest}? {tables}" if nearest else "{tables}",
        file=file or code,
        nearest=nearest,
        tables=Phrase(
            "known tables: {known}; a new one is a file mappings/statistics/<code>.toml",
            known=list(known),
        ),
    )


def _make_description(raw: dict[str, Any]) -> Description:
    layout = raw.get("layout")
    return Description(
        code=raw["code"],
        titles=MappingProxyType({"de": raw["title_de"], "en": raw["title_en"]}),
        publisher=raw["publisher"],
        publisher_name=raw["publisher_name"],
        licence=raw["licence"],
        attribution=raw["attribution"],
        attribution_transcribed=raw["attribution_transcribed"],
        period=raw["period"],
        aggregation=raw["aggregation"],
        layout=layout
        and Layout(layout["header_lines"], tuple(layout["front"]), layout.get("period_line", "")),
        measures=MappingProxyType(
            {measure["id"]: _make_measure(measure) for measure in raw["measure"]}
        ),
        sectors=MappingProxyType(raw.get("sectors", {})),
        territory=tuple(Territory(**rule) for rule in raw.get("territory", ())),
    )


def _make_measure(raw: dict[str, Any]) -> Measure:
    heads = tuple(tuple(head) for head in raw.get("heads", ()))
    return Measure(**raw | {"heads": heads})
