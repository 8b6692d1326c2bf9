"""Generate programme folders of any number, for measurements.

The figures are invented but whole: every programme has totals by sex, an instrument table with a
breakdown, targets and places, so that each rule has something to check.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

import yaml

from amip.records.districts import load_districts
from amip.records.schema import TABLES, column_names
from amip.records.values import format_figure, parse_decimal
from amip.terms import load_list

FIGURES = 200
"""Figures per programme."""

_INSTRUMENTS = ("FbW", "EGZ", "MABE", "VB", "ESG", "AGH", "EvL", "TaAM")
_MONEY = ("new-business", "prior-commitment", "expenditure")


def generate_programmes(
    folder: Path, count: int, seed: int = 1, figures: int = FIGURES
) -> list[Path]:
    """Write `count` programme folders of `figures` figures each, the same for the same seed."""
    chance = random.Random(seed)
    return [
        _write_programme(folder / f"muster-{number:04}-2023", number, chance, figures)
        for number in range(count)
    ]


class _Page:
    """The rows of one invented programme, and where the next figure is printed."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES}
        self.offset = 100

    def figure(self, name: str, value: str, decimals: int = 0, **cells: str) -> str:
        printed = format_figure(parse_decimal(value) or 0, decimals)  # type: ignore[arg-type]
        row = dict.fromkeys(column_names("figures"), "")
        row |= {"id": name, "value": value, "printed": printed, "start": str(self.offset)}
        row |= {"period": "2023", "value_kind": "plan", "unit": "NUM", "section": "1 Plan"} | cells
        self.rows["figures"].append(row)
        self.offset += len(printed) + 3
        return name

    def row(self, table: str, **cells: str) -> None:
        self.rows[table].append(dict.fromkeys(column_names(table), "") | cells)


def _write_programme(folder: Path, number: int, chance: random.Random, figures: int) -> Path:
    page = _Page()
    _add_rates(page, chance)
    _add_instruments(page, chance)
    groups = [
        code for code in load_list("target-groups") if code not in {"persons", "other-audiences"}
    ]
    while len(page.rows["figures"]) < figures:
        index = len(page.rows["figures"])
        group, year = groups[index % len(groups)], str(2015 + index // len(groups))
        count = str(chance.randrange(10, 5000))
        page.figure(
            f"elb-{group.lower()}-{year}",
            count,
            indicator="elb",
            target_group=group,
            period=year,
            value_kind="actual",
        )
    folder.mkdir(parents=True)
    for table, rows in page.rows.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, column_names(table), lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: row.get("id", "")))
    (folder / "programme.yaml").write_text(
        yaml.safe_dump(_head(number), allow_unicode=True), encoding="utf-8"
    )
    return folder


def _add_rates(page: _Page, chance: random.Random) -> None:
    """Add integrations, persons and rates of women, men and all, and the three targets."""
    persons = {sex: chance.randrange(1000, 3000) for sex in "FM"}
    integrated = {sex: chance.randrange(200, 500) for sex in "FM"}
    persons[""], integrated[""] = sum(persons.values()), sum(integrated.values())
    for sex, tag in (("", "t"), ("F", "f"), ("M", "m")):
        page.figure(f"elb-2023-{tag}", str(persons[sex]), indicator="elb", sex=sex)
        page.figure(
            f"integrations-2023-{tag}", str(integrated[sex]), indicator="integrations", sex=sex
        )
        rate = f"{100 * integrated[sex] / persons[sex]:.1f}"
        page.figure(f"k2-2023-{tag}", rate, 1, indicator="K2", sex=sex, unit="PERCENT")
    common = {"level": "business-policy", "period": "2023", "section": "1 Plan"}
    page.row(
        "targets",
        id="k2",
        indicator="K2",
        goal="goal-2",
        status="quantified",
        target_figure="k2-2023-t",
        printed="x",
        start="90",
        **common,
    )
    page.row("targets", id="k1", indicator="K1", goal="goal-1", status="not-stated", **common)
    page.row(
        "targets", id="lzb", indicator="lzb-stock", goal="goal-3", status="not-stated", **common
    )


def _add_instruments(page: _Page, chance: random.Random) -> None:
    """Add a table of instruments whose columns and rows add up."""
    sums = dict.fromkeys(_MONEY, 0)
    for code in _INSTRUMENTS:
        new, prior = chance.randrange(10**6), chance.randrange(10**6)
        for indicator, cents in zip(_MONEY, (new, prior, new + prior), strict=True):
            sums[indicator] += cents
            value = f"{cents // 100}.{cents % 100:02}"
            page.figure(
                f"{indicator}-{code.lower()}",
                value,
                2,
                indicator=indicator,
                instrument=code,
                unit="CCY_EUR",
            )
        for part in _MONEY[:2]:
            page.row(
                "breakdowns",
                id=f"row-{code.lower()}",
                kind="exhaustive",
                role="part",
                total=f"expenditure-{code.lower()}",
                figure=f"{part}-{code.lower()}",
            )
        entries = str(chance.randrange(1, 300))
        page.figure(f"entries-{code.lower()}", entries, indicator="entries", instrument=code)
    for indicator, cents in sums.items():
        value = f"{cents // 100}.{cents % 100:02}"
        page.figure(f"{indicator}-all", value, 2, indicator=indicator, unit="CCY_EUR")
        for code in _INSTRUMENTS:
            page.row(
                "breakdowns",
                id=f"column-{indicator}",
                kind="exhaustive",
                role="part",
                total=f"{indicator}-all",
                figure=f"{indicator}-{code.lower()}",
            )


def _head(number: int) -> dict[str, object]:
    name = f"Muster {number:04}"
    districts = list(load_districts().values())
    district = districts[number % len(districts)]
    return {
        "title": f"Arbeitsmarkt- und Integrationsprogramm {name} 2023",
        "jobcenter": {
            "id": f"muster-{number:04}",
            "name": f"Jobcenter {name}",
            "organisation_form": "gE",
        },
        "sponsors": [
            {
                "id": f"aa-{number:04}",
                "kind": "employment-agency",
                "name": f"Agentur für Arbeit {name}",
            },
            {"id": f"lk-{number:04}", "kind": "municipal-body", "name": f"Landkreis {name}"},
        ],
        "area": [{"ags": district.ags, "name": district.title}],
        "first_year": "2023",
        "last_year": "2023",
        "source": {
            "file": "muster.txt",
            "title": name,
            "sha256": "0" * 64,
            "dates": [
                {"kind": "as-of", "date": "2023-01-15", "printed": "15.01.2023", "start": "10"}
            ],
        },
        "sections": [{"label": "1 Plan", "start": "80"}],
    }
