"""Linksets: what they may say, what they cover, and that the community's schema accepts them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import RdfFormat, parse

from amip.errors import InputError
from amip.findings import LANGUAGES, Report
from amip.link import (
    Coverage,
    Linkset,
    check_links,
    lift_links,
    load_linksets,
    measure_coverage,
    read_linkset,
)
from amip.records.districts import load_districts
from amip.terms import ID, PREFIXES, load_list
from samples import ROOT, TESTS, format_rows
from terminal import run

CASES = TESTS / "links"
FOLDER = ROOT / "mappings" / "links"
SCHEMA = TESTS / "schemas" / "sssom" / "sssom_schema.yaml"
LINKSETS = {linkset.name: linkset for linkset in load_linksets()}
COLUMNS = ("code", "line", "column", "found", "expected")
VALIDATOR = "AMIP_SSSOM"


def names(kind: str) -> list[str]:
    return sorted(path.name for path in (CASES / kind).glob("*.sssom.tsv"))


def check(path: Path) -> Report:
    return check_links([read_linkset(path.read_bytes(), path.name)])


def flatten(report: Report) -> str:
    rows = [
        (
            finding.code,
            str(finding.place.row),
            finding.place.column,
            finding.found,
            finding.expected,
        )
        for finding in report.findings
    ]
    return format_rows(COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in sorted(rows)))


@pytest.mark.parametrize("name", LINKSETS)
def test_linkset_of_the_package_is_sound(name: str) -> None:
    assert flatten(check(FOLDER / f"{name}.sssom.tsv")) == flatten(Report.of([]))
    assert LINKSETS[name].links


@pytest.mark.parametrize("name", names("good"))
def test_good(name: str) -> None:
    assert flatten(check(CASES / "good" / name)) == flatten(Report.of([]))


@pytest.mark.parametrize("name", names("findings"))
def test_what_is_wrong_is_found(name: str) -> None:
    report = check(CASES / "findings" / name)
    expected = (CASES / "findings" / name.replace(".sssom.tsv", ".csv")).read_text(encoding="utf-8")
    assert flatten(report) == expected
    for finding in report.findings:
        for language in LANGUAGES:
            assert "{" not in finding.message[language] + finding.advice[language]


def test_every_card_has_a_case() -> None:
    found = {
        line.partition(",")[0]
        for path in (CASES / "findings").glob("*.csv")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert found == {f"AMIP-K{number:02}" for number in range(1, 13)}


@pytest.mark.parametrize("name", names("refused"))
def test_what_is_no_linkset_is_refused(name: str) -> None:
    path = CASES / "refused" / name
    with pytest.raises(InputError) as caught:
        read_linkset(path.read_bytes(), name)
    expected = path.with_name(name.replace(".sssom.tsv", ".txt")).read_text(encoding="utf-8")
    assert f"{caught.value}\n" == expected
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "column", "namespace"),
    [
        ("districts-wikidata", "wikidata", "http://www.wikidata.org/entity/"),
        ("districts-nuts", "nuts3", "http://data.europa.eu/nuts/code/"),
        ("districts-dcatap", "ags", "http://dcat-ap.de/def/politicalGeocoding/districtKey/"),
    ],
)
def test_links_of_districts_agree_with_the_register(name: str, column: str, namespace: str) -> None:
    found = {(link.subject, link.object, link.valid_from) for link in LINKSETS[name].links}
    assert found == {
        (f"{ID}area/{ags}", namespace + getattr(district, column), district.territory_date)
        for ags, district in load_districts().items()
    }


def test_provisions_are_linked_while_they_are_in_force() -> None:
    linked = {link.subject: link for link in LINKSETS["provisions-gesetze"].links}
    graph = {}
    for triple in parse(path=str(ROOT / "ontology/codes/legal-provisions.ttl")):
        graph[str(triple.subject.value), triple.predicate.value] = str(triple.object.value)
    first, last = (
        f"{PREFIXES['eli']}{name}"
        for name in ("first_date_entry_in_force", "date_no_longer_in_force")
    )
    for concept in load_list("legal-provisions").values():
        if concept.iri in linked:
            link = linked[concept.iri]
            assert link.valid_from == graph.get((concept.iri, first), "")
            assert link.valid_until == graph.get((concept.iri, last), "")


def test_links_become_plain_triples_and_each_file_a_linkset() -> None:
    quads = list(parse(lift_links().encode(), format=RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in quads} == {f"{ID}graph/links"}
    triples = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in quads}
    links = {
        (link.subject, link.predicate, link.object)
        for linkset in LINKSETS.values()
        for link in linkset.links
    }
    assert links <= triples
    described = {subject for subject, _, value in triples if value.endswith("void#Linkset")}
    assert described == {f"{ID}linkset/{name}" for name in LINKSETS}


def test_a_link_stands_in_one_linkset_only() -> None:
    pairs = [(link.subject, link.object) for linkset in LINKSETS.values() for link in linkset.links]
    assert len(pairs) == len(set(pairs))


def test_no_link_says_that_two_things_are_one() -> None:
    for linkset in LINKSETS.values():
        assert not {link.predicate for link in linkset.links} & {f"{PREFIXES['owl']}sameAs"}
        assert not any("/jobcenter/" in link.subject for link in linkset.links)


def test_coverage_counts_things_not_links() -> None:
    rows = measure_coverage(LINKSETS.values())
    assert Coverage("districts", "", 400, 400) in rows
    assert Coverage("districts", "districts-nuts", 400, 400) in rows
    for row in rows:
        assert 0 <= row.linked <= row.total
    assert [row for row in rows if row.group == "goals"] == [
        Coverage("goals", "", 1, 6),
        Coverage("goals", "concepts-stw", 1, 6),
    ]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The LinkML schema of SSSOM, as its community publishes it."""
    loaded: dict[str, Any] = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def find_misfits(linkset: Linkset, schema: dict[str, Any]) -> list[str]:
    """Hold head and rows against slots, required slots and patterns of the schema."""
    slots, classes = schema["slots"], schema["classes"]
    extensions = {"valid_from", "valid_until"}
    head = set(linkset.head) | {"curie_map", "extension_definitions"}
    wrong = [name for name in head if name not in classes["mapping set"]["slots"]]
    needed = [
        name for name in classes["mapping set"]["slots"] if slots.get(name, {}).get("required")
    ]
    wrong += [name for name in needed if name not in head and name != "mappings"]
    rows = (FOLDER / linkset.file).read_text(encoding="utf-8").splitlines()
    columns = next(line for line in rows if not line.startswith("#")).split("\t")
    wrong += [name for name in columns if name not in {*classes["mapping"]["slots"], *extensions}]
    pattern = re.compile(slots["mapping_justification"]["pattern"])
    low, high = (slots["confidence"][f"{end}imum_value"] for end in ("min", "max"))
    for link in linkset.links:
        if not pattern.fullmatch(link.justification):
            wrong.append(f"{link.line}: {link.justification}")
        if not low <= float(link.confidence) <= high:
            wrong.append(f"{link.line}: {link.confidence}")
    return wrong


@pytest.mark.parametrize("name", LINKSETS)
def test_schema_of_sssom_accepts(name: str, schema: dict[str, Any]) -> None:
    assert find_misfits(LINKSETS[name], schema) == []


def test_schema_of_sssom_refuses_what_it_does_not_know(schema: dict[str, Any]) -> None:
    (justified,) = read_linkset(
        (CASES / "findings" / "justification.sssom.tsv").read_bytes(), "units-qudt.sssom.tsv"
    )[:1]
    assert find_misfits(justified, schema)


def test_reader_of_the_community_accepts() -> None:
    python = os.environ.get(VALIDATOR)
    if not python:
        pytest.skip(f"{VALIDATOR} does not name the Python of sssom-py; run: make conformance")
    for name in LINKSETS:
        command = [str((ROOT / python).absolute()), "-m", "sssom.cli", "validate"]
        done = subprocess.run(
            [*command, str(FOLDER / f"{name}.sssom.tsv")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_command_checks_files_and_standard_input() -> None:
    assert run("link", "check").returncode == 0
    wrong = CASES / "findings" / "same-as.sssom.tsv"
    named = run("link", "check", str(wrong))
    assert named.returncode == 1
    assert "owl:sameAs" in named.stdout.decode()
    piped = run("--lang", "de", "link", "check", "-", given=wrong.read_bytes())
    assert piped.returncode == 1
    assert "kein Prädikat für Links" in piped.stdout.decode()
    assert run("link", "check", "nowhere.sssom.tsv").returncode == 3


def test_command_prints_the_coverage_in_every_form() -> None:
    table = run("--lang", "de", "link", "coverage").stdout.decode()
    assert re.search(r"^Kreise\s+400\s+400$", table, re.MULTILINE)
    rows = list(csv.DictReader(io.StringIO(run("link", "coverage", "-f", "csv").stdout.decode())))
    assert {"group": "districts", "linkset": "", "linked": "400", "total": "400"} in rows
    assert len(json.loads(run("link", "coverage", "-f", "json").stdout)) == len(rows)
