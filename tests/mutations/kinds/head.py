"""The head of the programme is wrong or incomplete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

from mutations.digits import swapped_digits, wrong_digit
from mutations.kind import Site, Why, kind
from mutations.programme import Draft, Programme

Change: TypeAlias = Callable[[dict[str, Any]], None]


def _site(programme: Programme, entry: str, change: Change, why: Why | None = None) -> Site:
    def edit(draft: Draft) -> None:
        change(draft.open_head())

    return Site(edit, (programme.head(entry),), why)


def _set(*path: str | int, value: object) -> Change:
    def change(head: dict[str, Any]) -> None:
        block: Any = head
        for name in path[:-1]:
            block = block[name]
        block[path[-1]] = value

    return change


def _remove(*path: str | int) -> Change:
    def change(head: dict[str, Any]) -> None:
        block: Any = head
        for name in path[:-1]:
            block = block[name]
        del block[path[-1]]

    return change


@kind("ein Träger fehlt", "a sponsor is missing")
def sponsor_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, sponsor in enumerate(programme.record.items("sponsors")):
        if not any(row["provided_by"] == sponsor["id"] for row in programme.figures.values()):
            yield _site(programme, "sponsors", _remove("sponsors", number))


@kind("beide Träger von derselben Art", "both sponsors of the same kind")
def sponsors_alike(programme: Programme, chance: Random) -> Iterator[Site]:
    sponsors = programme.record.items("sponsors")
    for number, sponsor in enumerate(sponsors):
        other = sponsors[1 - number]["kind"]
        yield _site(programme, "sponsors", _set("sponsors", number, "kind", value=other))
        assert other != sponsor["kind"]


@kind("Arten der beiden Träger vertauscht", "kinds of the two sponsors swapped")
def sponsors_swapped(programme: Programme, chance: Random) -> Iterator[Site]:
    one, two = programme.record.items("sponsors")

    def change(head: dict[str, Any]) -> None:
        head["sponsors"][0]["kind"], head["sponsors"][1]["kind"] = two["kind"], one["kind"]

    # The names say what they are: an agency, a district or a town.
    yield _site(programme, "sponsors", change)


@kind("Art des Trägers vertippt", "kind of sponsor mistyped")
def sponsor_kind_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, sponsor in enumerate(programme.record.items("sponsors")):
        typo = _set("sponsors", number, "kind", value=sponsor["kind"].replace("-", "_"))
        yield _site(programme, "sponsors kind", typo)


@kind("Name des Trägers fehlt", "name of a sponsor missing")
def sponsor_name_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, _ in enumerate(programme.record.items("sponsors")):
        yield _site(programme, "sponsors name", _set("sponsors", number, "name", value=""))


@kind("Organisationsform zkT trotz zweier Träger", "form zkT in spite of two sponsors")
def form_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    change = _set("jobcenter", "organisation_form", value="zkT")
    yield _site(programme, "jobcenter organisation_form sponsors", change)


@kind("Organisationsform vertippt", "organisation form mistyped")
def form_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    for value in ("GE", "gemeinsame Einrichtung", "zkt"):
        change = _set("jobcenter", "organisation_form", value=value)
        yield _site(programme, "jobcenter organisation_form", change)


@kind("führende Null des AGS verloren", "leading zero of the AGS lost")
def ags_lost_zero(programme: Programme, chance: Random) -> Iterator[Site]:
    ags = programme.record.items("area")[0]["ags"]
    if ags.startswith("0"):
        yield _site(programme, "area ags", _set("area", 0, "ags", value=ags[1:]))


@kind("Ziffer des AGS falsch oder vertauscht", "wrong or swapped digit of the AGS")
def ags_wrong(programme: Programme, chance: Random) -> Iterator[Site]:
    ags = programme.record.items("area")[0]["ags"]
    for value in (wrong_digit(ags, chance), swapped_digits(ags, chance)):
        yield _site(programme, "area ags", _set("area", 0, "ags", value=value))


@kind("AGS fehlt", "AGS missing")
def ags_missing(programme: Programme, chance: Random) -> Iterator[Site]:
    yield _site(programme, "area ags", _set("area", 0, "ags", value=""))
    yield _site(programme, "area", _set("area", value=[]))


@kind("erstes und letztes Jahr vertauscht", "first and last year reversed")
def years_reversed(programme: Programme, chance: Random) -> Iterator[Site]:
    first, last = programme.record.text("first_year"), programme.record.text("last_year")

    def change(head: dict[str, Any]) -> None:
        head["first_year"] = last if first != last else str(int(last) + 1)
        head["last_year"] = first

    yield _site(programme, "first_year last_year", change)


@kind("Jahr des Programms um eins falsch", "year of the programme off by one")
def years_shifted(programme: Programme, chance: Random) -> Iterator[Site]:
    first, last = programme.record.text("first_year"), programme.record.text("last_year")
    periods = [row["period"].rstrip("~") for _, row in programme.rows("targets")]
    for step in (-1, 1):

        def change(head: dict[str, Any], step: int = step) -> None:
            head["first_year"], head["last_year"] = str(int(first) + step), str(int(last) + step)

        outside = any(
            int(period[:4]) < int(first) + step or int(period[-4:]) > int(last) + step
            for period in periods
        )
        why = None if outside else Why.UNLABELLED
        yield _site(programme, "first_year last_year", change, why)


@kind("Jahr des Programms vertippt", "year of the programme mistyped")
def year_mistyped(programme: Programme, chance: Random) -> Iterator[Site]:
    for name in ("first_year", "last_year"):
        year = programme.record.text(name)
        for value in (year[1:], f"{year}/{year[2:]}", year.replace("20", "2O", 1)):
            yield _site(programme, name, _set(name, value=value))


@kind("Pflichtangabe im Kopf leer", "required entry of the head empty")
def head_empty(programme: Programme, chance: Random) -> Iterator[Site]:
    for name in ("title", "first_year", "last_year"):
        yield _site(programme, name, _set(name, value=""))
    for name in ("id", "name", "organisation_form"):
        yield _site(programme, f"jobcenter {name}", _set("jobcenter", name, value=""))


@kind("Pflichtangabe im Kopf gelöscht", "required entry of the head removed")
def head_removed(programme: Programme, chance: Random) -> Iterator[Site]:
    for name in ("title", "first_year", "last_year", "area"):
        yield _site(programme, name, _remove(name))
    for name in ("id", "name", "organisation_form"):
        yield _site(programme, f"jobcenter {name}", _remove("jobcenter", name))


@kind("Angabe im Kopf falsch benannt", "entry of the head misnamed")
def head_misnamed(programme: Programme, chance: Random) -> Iterator[Site]:
    for name in ("first_year", "last_year", "title"):

        def change(head: dict[str, Any], name: str = name) -> None:
            head[f"{name}s"] = head.pop(name)

        yield _site(programme, name, change)


@kind("Datum des Dokuments unmöglich", "date of the document impossible")
def date_impossible(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, each in enumerate(programme.record.items("source", "dates")):
        for value in ("2021-02-30", "17.02.2022", each["date"].replace("-", "/")):
            change = _set("source", "dates", number, "date", value=value)
            yield _site(programme, "source dates date", change)


@kind("Art des Datums vertippt", "kind of date mistyped")
def date_kind_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, each in enumerate(programme.record.items("source", "dates")):
        change = _set("source", "dates", number, "kind", value=each["kind"][:-1])
        yield _site(programme, "source dates kind", change)


@kind("Datum anders gedruckt als erfasst", "date printed differently from the recorded one")
def date_differs(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, each in enumerate(programme.record.items("source", "dates")):
        date = each["date"]
        new = f"{int(date[:4]) - 1}{date[4:]}"
        if date[:4] in each["printed"]:
            change = _set("source", "dates", number, "date", value=new)
            yield _site(programme, "source dates date", change)


@kind("Prüfsumme abgeschnitten", "checksum cut off")
def checksum_cut(programme: Programme, chance: Random) -> Iterator[Site]:
    sha256 = programme.record.section("source")["sha256"]
    for value in (sha256[:-1], sha256.upper(), f"{sha256[:-1]}g"):
        yield _site(programme, "source sha256", _set("source", "sha256", value=value))


@kind("Gremium vertippt", "body mistyped")
def body_typo(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, each in enumerate(programme.record.items("bodies")):
        change = _set("bodies", number, "body", value=f"{each['body']}s")
        yield _site(programme, "bodies body", change)


@kind("Stelle im Kopf ist keine Zahl", "place in the head is no number")
def head_place(programme: Programme, chance: Random) -> Iterator[Site]:
    for number, _ in enumerate(programme.record.items("sections")):
        change = _set("sections", number, "start", value="S. 3")
        yield _site(programme, "sections start", change)
