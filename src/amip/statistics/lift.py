"""Lift tables to RDF: Data Cube observations, gaps and editions, each edition in its own graph.

The mapping is `mappings/linked/statistics.yarrrml.yml`; what it reads is worked out here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from amip.assets import find_folder
from amip.cards import make_finding
from amip.errors import UsageError
from amip.findings import Finding, Place
from amip.lift import Mapping, lift_tables, read_mapping_file
from amip.records.cells import Cells, Tables, half_unit, unit_iri
from amip.records.tables import dimension_key
from amip.statistics.description import Description, Measure
from amip.statistics.read import read_table
from amip.statistics.shipped import list_shipped, load_checksums
from amip.statistics.table import TRANSCRIBED, Entry, Table


def lift_statistics(
    paths: Iterable[Path] | None = None, areas: Collection[str] = ()
) -> tuple[str, list[Finding]]:
    """Lift tables from files, or those that come with the package.

    Returns N-Quads and the findings; cells with a violation are left out. `areas` limits them to
    these keys (`DE`, a Land or a district). Raises `InputError` for a file that is no table.
    """
    files = list_shipped() if paths is None else paths
    chosen, findings = choose_entries(map(read_table, files), areas)
    quads, found = lift_chosen(chosen)
    return quads, [*findings, *found]


def lift_chosen(chosen: Sequence[Table]) -> tuple[str, list[Finding]]:
    """Lift the cells that `choose_entries` has chosen: N-Quads, and what cannot be lifted."""
    rows: Tables = {"observations": [], "gaps": [], "editions": list(_editions(chosen))}
    for table in chosen:
        cells = _CellMaker(table.description)
        for entry in table.entries:
            rows["gaps" if entry.sign else "observations"].append(cells.make(entry, table.file))
    return lift_tables(rows, _read_mapping())


def choose_entries(
    tables: Iterable[Table], areas: Collection[str] = ()
) -> tuple[list[Table], list[Finding]]:
    """Keep the cells of the areas asked for, each once; a second one is a finding.

    Raises `UsageError` for an area that no table has.
    """
    seen: set[tuple[str, ...]] = set()
    found: list[Finding] = []
    chosen: list[Table] = []
    wanted = set(areas)
    for table in tables:
        found += table.findings
        kept: list[Entry] = []
        doubled: dict[int, None] = {}
        for entry in table.entries:
            if wanted and entry.area not in wanted:
                continue
            key = (table.description.code, entry.edition, entry.area, entry.period, entry.name)
            if key in seen:
                doubled[entry.row] = None
            else:
                seen.add(key)
                kept.append(entry)
        found += [make_finding("AMIP-G12", Place(table.file, row)) for row in doubled]
        chosen.append(replace(table, entries=tuple(kept)))
    if missing := sorted(wanted - {key[2] for key in seen}):
        raise UsageError(
            "no table has the area {subject}",
            subject=missing,
            advice="write DE, two digits for a Land or five for a district",
        )
    return chosen, found


@cache
def _read_mapping() -> tuple[Mapping, ...]:
    return read_mapping_file(find_folder("mappings") / "linked" / "statistics.yarrrml.yml")


class _CellMaker:
    """Works out the cells of the mapping; what a column, area or period shares is made once."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.shared: dict[tuple[str, str], dict[str, str]] = {}
        self.when: dict[tuple[str, str], dict[str, str]] = {}

    def make(self, entry: Entry, file: str) -> Cells:
        """Return the row of an observation or of a gap."""
        own = {
            "area": entry.area,
            "edition": entry.edition,
            "printed": entry.printed,
            "value": entry.value,
            "line": str(entry.line) if entry.line else "",
            "column": str(entry.column) if entry.column else "",
        }
        if entry.sign:
            own["sign"] = entry.sign
        else:
            own["decimals"] = str(len(entry.value.partition(".")[2]))
            own["tolerance"] = entry.measure.tolerance or _half_unit(entry.value)
        values = self._share(entry) | self._date(entry.area, entry.period) | own
        return Cells(values, file, entry.row)

    def _share(self, entry: Entry) -> dict[str, str]:
        key = (entry.measure.id, entry.sector)
        if key not in self.shared:
            self.shared[key] = self._spread(entry.measure, entry.sector, entry.name)
        return self.shared[key]

    def _spread(self, measure: Measure, sector: str, name: str) -> dict[str, str]:
        traits = {
            "age_group": measure.age_group,
            "nationality": measure.nationality,
            "target_group": measure.target_group,
            "sector": sector,
        }
        return traits | {
            "table": self.description.code,
            "name": name,
            "indicator": measure.indicator,
            "aggregation": self.description.aggregation,
            "sex": measure.sex,
            "unit_iri": unit_iri(measure.unit),
            "dimension_key": dimension_key(traits),
        }

    def _date(self, area: str, period: str) -> dict[str, str]:
        if (area, period) not in self.when:
            kind = "day" if len(period) > len("2020") else "year"
            self.when[area, period] = {
                "period": period,
                f"period_{kind}": period,
                "territory_date": self.description.find_territory(area, period),
            }
        return self.when[area, period]


_half_unit = cache(half_unit)


def _editions(tables: Iterable[Table]) -> Iterator[Cells]:
    """Yield one row per edition and file of the offices."""
    for table in tables:
        for edition, file in dict.fromkeys((entry.edition, entry.file) for entry in table.entries):
            checksum = table.sha256
            if file not in {"", table.file}:
                checksum = load_checksums().get(file, "")
            values = _describe_edition(table.description, edition)
            values |= {"file": file or table.file, "sha256": checksum}
            yield Cells(values, table.file, 1)


def _describe_edition(description: Description, edition: str) -> dict[str, str]:
    dated = edition != TRANSCRIBED
    state = {"de": f"Stand {edition}", "en": f"as of {edition}"}
    if not dated:
        state = {"de": "abgeschrieben", "en": "transcribed"}
    attribution = description.attribution if dated else description.attribution_transcribed
    return {
        "table": description.code,
        "edition": edition,
        "label_de": f"{description.titles['de']} ({state['de']})",
        "label_en": f"{description.titles['en']} ({state['en']})",
        "as_of": edition if dated else "",
        "licence": description.licence,
        "attribution": attribution.format(year=edition[:4]),
        "publisher": description.publisher,
        "publisher_name": description.publisher_name,
    }
