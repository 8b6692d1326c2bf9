"""The cubes satisfy the integrity constraints of the RDF Data Cube Vocabulary (W3C, section 11).

A constraint is a query of `ontology/checks/cubes` without a row, asked after the normalisation of
section 10. `cubes/invalid.ic-NN….ttl` breaks constraint NN and no other; its lines `# Row:` are the
rows that the query gives, empty cells left out. `cubes/valid.ic-NN.ttl` breaks none.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat, Store
from rdflib.query import ResultRow

from amip.assets import find_turtle
from amip.lift import Lifted
from amip.publish.context import lift_context
from amip.terms import PREFIXES
from amip.vocabulary import find_unknown_terms, read_vocabulary
from jena.engine import find_missing, select_with_jena
from samples import ROOT, TESTS

CASES = TESTS / "cubes"
CHECKS = {path.stem[:5]: path for path in sorted((ROOT / "ontology/checks/cubes").glob("*.rq"))}
PHASES = sorted((ROOT / "ontology/checks/normalise").glob("*.ru"))
IMPORTS = ROOT / "ontology" / "imports"
INVALID = sorted(CASES.glob("invalid.*.ttl"))
VALID = sorted(CASES.glob("valid.*.ttl"))
SHORT = {"http://example.org/": "ex:", PREFIXES["qb"]: "qb:"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shorten(value: str) -> str:
    for namespace, prefix in SHORT.items():
        value = value.replace(namespace, prefix)
    return value


def normalise(store: Store) -> Store:
    for phase in PHASES:
        store.update(read(phase))
    return store


def find_rows(store: Store, check: str) -> list[str]:
    solutions = store.query(read(CHECKS[check]))
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return [shorten(" ".join(cell.value for cell in row if cell)) for row in solutions]


def find_rows_elsewhere(graph: rdflib.Graph, check: str) -> list[str]:
    rows = (row for row in graph.query(read(CHECKS[check])) if isinstance(row, ResultRow))
    return [shorten(" ".join(str(cell) for cell in row if cell is not None)) for row in rows]


def find_broken(store: Store) -> dict[str, list[str]]:
    rows = {check: find_rows(store, check) for check in CHECKS}
    return {check: found for check, found in rows.items() if found}


def expected_rows(case: Path) -> list[str]:
    lines = read(case).splitlines()
    return [line.removeprefix("# Row: ") for line in lines if line.startswith("# Row: ")]


def load(case: Path) -> Store:
    store = Store()
    store.load(path=str(case))
    return store


@cache
def load_second(case: Path) -> rdflib.Graph:
    graph = rdflib.Graph().parse(case)
    for phase in PHASES:
        graph.update(read(phase))
    return graph


@pytest.fixture(scope="module")
def everything(lifted: Lifted) -> Store:
    """Ontology, the SDMX properties it uses, cubes, programmes and context as one graph."""
    graphs = Store()
    graphs.bulk_load(
        input="".join([*lifted.quads, lift_context()]).encode(), format=RdfFormat.N_QUADS
    )
    store = Store()
    triples = "".join(f"{quad.triple} .\n" for quad in graphs)
    store.bulk_load(input=triples.encode(), format=RdfFormat.N_TRIPLES)
    for path in [*find_turtle("ontology"), *IMPORTS.glob("sdmx-*.ttl")]:
        store.load(path=str(path))
    return normalise(store)


def test_every_constraint_is_written() -> None:
    numbers = [f"ic-{number:02d}" for number in range(1, 22)]
    assert list(CHECKS) == numbers
    assert [path.name for path in VALID] == [f"valid.{number}.ttl" for number in numbers]
    assert {path.name.split(".")[1][:5] for path in INVALID} == set(numbers)
    assert len(PHASES) == 2


@pytest.mark.parametrize("check", CHECKS)
def test_constraint_holds(check: str, everything: Store) -> None:
    assert find_rows(everything, check) == []


def test_there_is_something_to_check(everything: Store) -> None:
    """A constraint over nothing holds: no structure is unused, and no cube is empty."""
    solutions = everything.query(read(CASES / "cubes.rq"))
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    cubes = [(row["structure"].value.rpartition("/")[2], row["number"].value) for row in solutions]
    used = {structure for structure, _ in cubes}
    assert used == {"budget", "instruments", "key-figures", "staff", "statistics"}
    assert [cube for cube in cubes if int(cube[1]) == 0] == []


@pytest.mark.parametrize("case", VALID, ids=lambda path: path.stem)
def test_valid_case_breaks_nothing(case: Path) -> None:
    assert find_broken(normalise(load(case))) == {}


@pytest.mark.parametrize("case", INVALID, ids=lambda path: path.stem)
def test_invalid_case_breaks_its_constraint_alone(case: Path) -> None:
    check = case.name.split(".")[1][:5]
    assert find_broken(normalise(load(case))) == {check: expected_rows(case)}


@pytest.mark.parametrize("case", [*VALID, *INVALID], ids=lambda path: path.stem)
def test_second_engine_finds_the_same(case: Path) -> None:
    check = case.name.split(".")[1][:5]
    assert find_rows_elsewhere(load_second(case), check) == expected_rows(case)


@pytest.mark.skipif(bool(find_missing()), reason=find_missing())
def test_third_engine_finds_the_same(tmp_path: Path) -> None:
    """Every constraint of every case, by a parser that takes nothing but SPARQL 1.1."""
    cases = [*VALID, *INVALID]
    jobs = [(query, case) for case in cases for query in CHECKS.values()]
    found: dict[str, list[str]] = {}
    for query, data, *cells in select_with_jena(jobs, PHASES, tmp_path):
        row = shorten(" ".join(cells))
        found.setdefault(data, []).append(f"{Path(query).name[:5]} {row}")
    for case in cases:
        rows = [f"{case.name.split('.')[1][:5]} {row}" for row in expected_rows(case)]
        assert found.get(str(case), []) == rows, case.name


@pytest.mark.parametrize("name", ["valid.ic-11", "valid.ic-13"])
def test_normalisation_is_needed(name: str) -> None:
    """What stands at the slice or the cube is at the observation only after the second phase."""
    store = load(CASES / f"{name}.ttl")
    store.update(read(PHASES[0]))
    assert list(find_broken(store)) == [name.removeprefix("valid.")]


@pytest.mark.parametrize("path", [*CHECKS.values(), *PHASES], ids=lambda path: path.stem)
def test_every_term_is_known(path: Path, tmp_path: Path) -> None:
    vocabulary = read_vocabulary([*find_turtle("ontology"), *IMPORTS.glob("*.ttl")])
    copy = tmp_path / f"{path.stem}.rq"
    copy.write_text(read(path), encoding="utf-8")
    assert [str(unknown) for unknown in find_unknown_terms(copy, vocabulary)] == []


@pytest.mark.parametrize("check", CHECKS)
def test_constraint_says_what_it_asks(check: str) -> None:
    head = read(CHECKS[check]).splitlines()[:3]
    for line, key in zip(head, ("title@de", "title@en", "advice@en"), strict=True):
        assert line.startswith(f"# {key}: ")
        assert line.endswith(".")
    number = f"(Data Cube IC-{int(check[3:])})."
    assert head[0].endswith(number)
    assert head[1].endswith(number)
