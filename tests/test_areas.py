"""The areas: districts of today and of the past, the Länder, Germany, and who is responsible."""

from __future__ import annotations

from functools import cache

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat, Store

import amip
from amip.lift import Lifted
from amip.link.areas import lift_areas, load_former_districts
from amip.records.districts import load_districts, load_states
from amip.terms import ID, NS, load_list
from samples import TESTS

AREAS = TESTS / "areas"
SAMPLES = ("13076", "16056", "DE")
INHABITANTS_OF_GERMANY = 84_358_845
"""As the statistical offices published it for 31 December 2022."""


@cache
def load() -> Store:
    store = Store()
    store.bulk_load(input=lift_areas().encode(), format=RdfFormat.N_QUADS)
    return store


def select(query: str) -> list[tuple[str, ...]]:
    solutions = load().query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [tuple(cell.value if cell else "" for cell in row) for row in solutions]


@pytest.mark.parametrize("key", SAMPLES)
def test_area_becomes_the_expected_quads(key: str) -> None:
    lines = [line for line in lift_areas().splitlines() if f"/{key}>" in line or f"/{key}/" in line]
    expected = (AREAS / f"{key}.nq").read_text(encoding="utf-8").splitlines()
    assert sorted(lines) == expected


def test_every_district_is_an_area_with_its_size() -> None:
    rows = select((AREAS / "sizes.rq").read_text(encoding="utf-8"))
    assert {row[0] for row in rows} == set(load_districts())
    assert sum(int(row[1]) for row in rows) == INHABITANTS_OF_GERMANY


def test_former_districts_lead_to_districts_of_today() -> None:
    today, former = load_districts(), load_former_districts()
    assert not today.keys() & former.keys()
    assert {key for each in former.values() for key in each.successors} <= today.keys()
    for each in former.values():
        assert each.origin or (each.until and each.successors), each


def test_states_are_the_regions_of_the_code_list() -> None:
    regions = load_list("regions")
    assert set(load_states()) <= set(regions)
    assert {district.state for district in load_districts().values()} | {"DE"} == set(load_states())
    assert {district.ags[:2] for district in load_districts().values()} | {"DE"} == set(
        load_states().values()
    )


def test_jobcenter_is_responsible_for_a_district_in_the_years_of_its_programme(
    lifted: Lifted, graph: amip.Graph
) -> None:
    answer = graph.select((AREAS / "responsibilities.rq").read_text(encoding="utf-8"))
    found = answer.to_frame().to_csv(index=False, lineterminator="\n")
    assert found == (AREAS / "responsibilities.csv").read_text(encoding="utf-8")
    assert len(answer.rows.rows) == sum(len(record.items("area")) for record in lifted.records)


def test_no_jobcenter_is_a_district(graph: amip.Graph) -> None:
    store = graph.store
    assert isinstance(store, amip.query.EmbeddedStore)
    for quad in store.store:
        assert not quad.predicate.value.endswith("#sameAs"), quad
        if quad.predicate.value == f"{NS}responsibleFor":
            assert quad.subject.value.startswith(f"{ID}jobcenter/")
            assert quad.object.value.startswith(f"{ID}area/")


@pytest.mark.parametrize(("region", "key"), [("", "13076"), ("DE", "DE"), ("DE-TH", "16")])
def test_figure_is_about_the_area_of_its_region(region: str, key: str, graph: amip.Graph) -> None:
    query = (AREAS / "figures.rq").read_text(encoding="utf-8")
    rows = {(str(row[0] or ""), str(row[1])) for row in graph.select(query).rows.rows}
    assert (region, f"{ID}area/{key}") in rows
