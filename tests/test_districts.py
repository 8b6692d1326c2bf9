"""The register of districts: complete, consistent, and found by key and by name."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from amip.errors import UsageError
from amip.records import read_record
from amip.records.districts import District, find_district, load_districts
from samples import PROGRAMMES, TESTS, read_rows

ALL = tuple(load_districts().values())
CASES = read_rows(TESTS / "districts" / "found.csv")
REFUSED = read_rows(TESTS / "districts" / "refused.csv")


def test_there_are_400_districts() -> None:
    assert len(ALL) == 400
    assert list(load_districts()) == sorted(load_districts())
    assert Counter(district.organisation_form for district in ALL) == {"gE": 296, "zkT": 104}


def test_every_cell_has_its_form() -> None:
    forms = {
        "ags": r"\d{5}",
        "ars": r"\d{12}",
        "name": r"\S.*\S",
        "kind": "Landkreis|Kreis|Kreisfreie Stadt|Stadtkreis",
        "state": "DE-[A-Z]{2}",
        "state_name": r"\S+",
        "nuts3": "DE[0-9A-Z]{3}",
        "wikidata": r"Q\d+",
        "organisation_form": "gE|zkT",
        "population_2022": r"\d+",
        "area_km2": r"\d+(\.\d+)?",
        "territory_date": r"\d{4}-\d\d-\d\d",
    }
    for district in ALL:
        for column, form in forms.items():
            assert re.fullmatch(form, getattr(district, column)), (district, column)
        assert district.ars.startswith(district.ags)
        assert district.district_key.endswith(f"/{district.ags}")


@pytest.mark.parametrize("column", ["ags", "ars", "nuts3", "wikidata"])
def test_keys_are_unique(column: str) -> None:
    assert len({getattr(district, column) for district in ALL}) == len(ALL)


def test_16_states() -> None:
    assert len({(district.state, district.state_name) for district in ALL}) == 16
    assert len({district.ags[:2] for district in ALL}) == 16


def test_the_programmes_agree_with_the_register() -> None:
    for folder in PROGRAMMES:
        record, _ = read_record(folder)
        for area in record.items("area"):
            district = load_districts()[area["ags"]]
            assert district.name in area["name"]
            form = record.section("jobcenter")["organisation_form"]
            assert form == district.organisation_form


@pytest.mark.parametrize(
    "write",
    [
        lambda district: district.ags,
        lambda district: f"{district.ags}000",
        lambda district: district.title,
        lambda district: district.title.upper(),
        lambda district: f"Jobcenter {district.title}",
        str,
    ],
    ids=["key", "long key", "title", "capitals", "jobcenter", "title and key"],
)
def test_every_district_is_found(write: object) -> None:
    assert callable(write)
    for district in ALL:
        assert find_district(write(district)) is district


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_found(case: dict[str, str]) -> None:
    assert find_district(case["text"]).ags == case["ags"]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["text"] or "nothing")
def test_refused(case: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        find_district(case["text"])
    assert caught.value.advice
    said = f"{caught.value} {caught.value.advice}"
    assert re.findall(r"\((\d{5})\)", said) == case["suggested"].split()


def test_a_namesake_is_never_chosen_silently() -> None:
    names = Counter(district.name for district in ALL)
    for name in (name for name, number in names.items() if number > 1):
        with pytest.raises(UsageError, match="may be several districts") as caught:
            find_district(name)
        assert all(d.ags in str(caught.value) for d in ALL if d.name == name)


def test_titles_say_what_it_is() -> None:
    titles: dict[str, District] = {district.title: district for district in ALL}
    assert len(titles) == len(ALL)
    for title in ("Landkreis Harburg", "Ilm-Kreis", "Region Hannover", "Stadt Kaiserslautern"):
        assert title in titles
