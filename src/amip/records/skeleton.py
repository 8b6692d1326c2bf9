"""The skeleton of a new programme: its head, and a row for everything it is expected to state.

What is expected stands in `expected/`: `figures.csv`, `targets.csv` and `statements.csv` hold one
row each, with the years it applies to; `instruments.csv` names the instruments to ask about.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from amip.assets import list_programmes
from amip.errors import Phrase, UsageError
from amip.records.districts import District, load_districts
from amip.records.law import describe_names, load_grants, read_expected
from amip.records.read import read_head
from amip.records.record import HEAD, Record, Row
from amip.records.schema import TABLES, column_names
from amip.records.write import sort_rows

FIRST_YEAR, LAST_YEAR = 2005, 2035
"""The years that a programme may cover: since the SGB II, and not in a far future."""

_AGENCY = {
    "id": "bundesagentur-fuer-arbeit",
    "kind": "employment-agency",
    "name": "Bundesagentur für Arbeit",
}
_SLOTS = {"employment-agency": "agency", "municipal-body": "municipality"}
_TITLE = "Arbeitsmarkt- und Integrationsprogramm"
_BENEFIT = "Leistung: {}"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def make_skeleton(
    district: District, first_year: int, last_year: int | None = None, *, language: str = "de"
) -> Record:
    """Make the record of a new programme: ids and codes are filled in, values are empty.

    Targets and their values are asked for every year; money, instruments and staff for the first,
    since money is allotted year by year. Remarks are in German, as all notes of a record are; for
    another `language` they are left out. Raises `UsageError` for years out of range.
    """
    last = first_year if last_year is None else last_year
    check_years(first_year, last)
    jobcenter, sponsors = _find_jobcenter(district) or _make_jobcenter(district)
    names = {_SLOTS[sponsor["kind"]]: sponsor["id"] for sponsor in sponsors}
    benefit = describe_names("benefit", first_year - 1, language) if language == "de" else ""
    names["benefit"] = _BENEFIT.format(benefit) if benefit else ""
    form = jobcenter["organisation_form"]
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    for table in ("figures", "targets", "statements"):
        rows = _make_rows(table, first_year, last, form, names)
        tables[table] = sort_rows(table, [_complete(table, row) for row in rows])
    head = _make_head(district, jobcenter, sponsors, first_year, last)
    return Record(Path(name_programme(jobcenter["id"], first_year, last)), head, tables)


def check_years(first: int, last: int) -> None:
    """Raise `UsageError` when a programme cannot cover these years."""
    if last < first:
        problem = Phrase("the year {last} comes before {first}", first=first, last=last)
    elif first < FIRST_YEAR or last > LAST_YEAR:
        problem = Phrase(
            "no programme can be made for the year {first}"
            if first == last
            else "no programme can be made for the years {first} to {last}",
            first=first,
            last=last,
        )
    else:
        return
    raise UsageError(
        problem,
        subject=(first, last),
        advice="name years from {least} to {most}",
        least=FIRST_YEAR,
        most=LAST_YEAR,
    )


def name_programme(jobcenter: str, first: int, last: int) -> str:
    """Return the name of a programme's folder.

    >>> name_programme("elbe-elster", 2025, 2026)
    'elbe-elster-2025-2026'
    """
    return f"{jobcenter}-{first}" if first == last else f"{jobcenter}-{first}-{last}"


def _find_jobcenter(district: District) -> tuple[Row, tuple[Row, ...]] | None:
    """Return the Jobcenter of a district and its sponsors as a programme of ours names them.

    The same Jobcenter must keep its id, or its programmes could not be compared.
    """
    for folder in reversed(list_programmes()):
        known = Record(folder, read_head(folder / HEAD), {})
        if [area.get("ags") for area in known.items("area")] == [district.ags]:
            return known.section("jobcenter"), known.items("sponsors")
    return None


def _make_jobcenter(district: District) -> tuple[Row, tuple[Row, ...]]:
    namesakes = Counter(known.name for known in load_districts().values())[district.name] - 1
    name = slugify(district.name)
    kind = "landkreis" if district.is_rural else "stadt"
    jobcenter = {
        "id": f"{name}-{kind}" if namesakes else name,
        "name": f"Jobcenter {district.title if namesakes else district.name}",
        "organisation_form": district.organisation_form,
        "seat": "",
    }
    body = {"id": slugify(district.title), "kind": "municipal-body", "name": district.title}
    return jobcenter, (_AGENCY, body) if district.organisation_form == "gE" else (body,)


def slugify(name: str) -> str:
    """Turn a name into an id.

    >>> slugify("Landkreis Mühldorf a.Inn")
    'landkreis-muehldorf-a-inn'
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _make_head(
    district: District, jobcenter: Row, sponsors: tuple[Row, ...], first: int, last: int
) -> dict[str, object]:
    title = f"{_TITLE} {first if first == last else f'{first}–{last}'}"
    return {
        "title": title,
        "jobcenter": dict(jobcenter),
        "sponsors": [dict(sponsor) for sponsor in sponsors],
        "area": [{"ags": district.ags, "name": district.title}],
        "first_year": str(first),
        "last_year": str(last),
        "replaces": "",
        "source": {"title": title, "dates": []},
        "sections": [],
        "bodies": [],
    }


def _make_rows(
    table: str, first: int, last: int, form: str, names: Mapping[str, str]
) -> Iterator[Row]:
    for row in read_expected(table):
        for year in range(first, (last if row["years"] == "each" else first) + 1):
            if _applies(row, year, form):
                slots = {**names, "year": str(year), "before": str(year - 1)}
                yield {name: cell.format_map(slots) for name, cell in row.items()}
    if table == "figures":
        yield from _make_instruments(first)


def _applies(row: Row, year: int, form: str) -> bool:
    begins, ends = int(row["from"] or FIRST_YEAR), int(row["until"] or LAST_YEAR)
    grants = load_grants().get(row.get("concept", ""))
    return (
        begins <= year <= ends
        and row.get("form", "") in {"", form}
        and (grants is None or grants.meets(year))
    )


def _make_instruments(year: int) -> Iterator[Row]:
    """Ask for money and entries of each instrument that can be newly granted in the year."""
    for row in read_expected("instruments"):
        code = row["instrument"]
        if load_grants()[code].meets(year):
            base = {"period": str(year), "value_kind": "plan", "instrument": code}
            yield {
                **base,
                "id": f"{code.lower()}-new-{year}",
                "indicator": "new-business",
                "unit": "CCY_EUR",
            }
            yield {
                **base,
                "id": f"{code.lower()}-entries-{year}",
                "indicator": "entries",
                "aggregation": "yearsum",
                "unit": "NUM",
            }


def _complete(table: str, row: Row) -> Row:
    return {name: row.get(name, "") for name in column_names(table)}
