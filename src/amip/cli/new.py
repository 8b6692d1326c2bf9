"""`amip new`: start the folder of a new programme."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import say
from amip.errors import UsageError

if TYPE_CHECKING:
    from amip.records import Record

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_YEARS = re.compile(r"-(?P<first>(?:19|20)\d\d)(?:-(?P<last>(?:19|20)\d\d))?$", re.ASCII)


@click.command("new")
@click.argument("slug", metavar="SLUG")
@click.option("--jobcenter", metavar="NAME|AGS", help="District of the Jobcenter: name or key.")
@click.option("--year", type=int, metavar="Y", help="(First) year of the programme.")
@click.option("--to", "last", type=int, metavar="Y", help="Last year, when there are several.")
@click.option(
    "-o",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=".",
    help="Folder to write into; by default the current one.",
)
@click.pass_obj
def new_command(
    language: str,
    slug: str,
    jobcenter: str | None,
    year: int | None,
    last: int | None,
    folder: Path,
) -> None:
    """Start a programme: the folder SLUG with a row for everything a programme should state.

    SLUG names Jobcenter and years, such as `elbe-elster-2025` or `harburg-2026-2029`; what it does
    not say, the options do.
    """
    from amip.records import write_record

    record = make_record(slug, jobcenter, year, last, language)
    written = write_record(record, folder / slug)
    _say_what_is_next(record, written, language)


def make_record(
    slug: str, jobcenter: str | None, year: int | None, last: int | None, language: str
) -> Record:
    """Make the record that a name and options describe; raises `UsageError`."""
    from amip.records.districts import find_district
    from amip.records.skeleton import make_skeleton

    if not _SLUG.fullmatch(slug):
        raise UsageError(
            "“{subject}” is no name for a programme",
            subject=slug,
            advice="use lower-case letters, digits and hyphens, such as elbe-elster-2025",
        )
    first, last = _find_years(slug, year, last)
    district = find_district(jobcenter or _YEARS.sub("", slug))
    return replace(make_skeleton(district, first, last, language=language), folder=Path(slug))


def _find_years(slug: str, year: int | None, last: int | None) -> tuple[int, int]:
    """Take the years from the options, else from the name; they must not contradict each other."""
    named = _YEARS.search(slug)
    if named is None:
        if year is None:
            raise UsageError(
                "“{subject}” does not say which year the programme is for",
                subject=slug,
                advice="end it with the year, such as elbe-elster-2025, or add --year",
            )
        return year, year if last is None else last
    first = int(named["first"])
    end = int(named["last"] or first)
    if year not in {None, first} or last not in {None, end}:
        raise UsageError(
            "the years of “{subject}” are not those of --year and --to",
            subject=slug,
            advice="leave the options out, or take the years out of the name",
        )
    return first, end


def _say_what_is_next(record: Record, written: Path, language: str) -> None:
    from amip.records.law import describe_names

    rows = sum(len(rows) for rows in record.tables.values())
    form = record.section("jobcenter")["organisation_form"]
    year = int(record.text("first_year"))
    agreement = describe_names("agreement", year, language)
    benefit = describe_names("benefit", year, language)
    say(
        f"{written}: {rows} Zeilen zum Ausfüllen.\n"
        f"Organisationsform {form}, nach der Liste von 2017: bitte in programme.yaml prüfen.\n"
        f"Im Jahr {year} heißt es: {benefit}; {agreement}.\n"
        f"Weiter: Werte und gedruckte Formen eintragen, dann: amip validate {written}",
        f"{written}: {rows} rows to fill in.\n"
        f"Organisation form {form}, by the list of 2017: please check it in programme.yaml.\n"
        f"In {year} the terms are: {benefit}; {agreement}.\n"
        f"Next: enter values and printed forms, then: amip validate {written}",
        language,
    )
