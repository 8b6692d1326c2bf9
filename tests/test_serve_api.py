"""The interface for programs: by hand where it matters, and fuzzed after its own description."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import CHECKS
from schemathesis.generation.modes import GenerationMode
from starlette.testclient import TestClient

from amip.query import load_questions
from amip.serve import Engine
from inside import open_site

QUESTIONS = load_questions()
PROBLEM = "application/problem+json"
ASKED = {name: question for name, question in QUESTIONS.items() if question.parameters}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine()) as client:
        yield client


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", ["", *ASKED, "instrument-mix", "implied-base-values"])
def test_the_interface_keeps_to_its_description(
    name: str, mode: GenerationMode, client: TestClient
) -> None:
    """Requests after the description are answered, others are refused, as it says."""
    described = schemathesis.openapi.from_asgi("/api/openapi.json", client.app)
    operation = described[f"/api/questions/{name}".rstrip("/")]["GET"]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    check()


def test_description_is_valid(description: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(description).validate()


def test_every_question_is_described(description: dict[str, Any]) -> None:
    paths = set(description["paths"])
    assert paths == {"/api/questions", *(f"/api/questions/{name}" for name in QUESTIONS)}
    for name, question in QUESTIONS.items():
        declared = description["paths"][f"/api/questions/{name}"]["get"]["parameters"]
        own = {each["name"] for each in declared if "name" in each}
        assert own == {parameter.name for parameter in question.parameters}
    districts = description["components"]["schemas"]["area"]["enum"]
    assert len(districts) == len(set(districts)) == 400


def test_questions_are_listed(client: TestClient) -> None:
    listed = client.get("/api/questions?lang=en").json()
    assert [each["name"] for each in listed] == list(QUESTIONS)
    for each in listed:
        assert each["title"] == QUESTIONS[each["name"]].titles["en"]


def test_an_answer_says_all_about_itself(client: TestClient) -> None:
    answer = client.get("/api/questions/programmes-using-instrument?instrument=agh&lang=en").json()
    assert answer["question"]["title"] == "Programmes that use an instrument"
    assert answer["parameters"] == {"instrument": "agh", "lang": "en"}
    assert answer["stated_by"] <= answer["of_programmes"] == 5
    assert answer["columns"][0] == {"name": "programme", "type": "text", "label": "programme"}
    assert {row["instrument"] for row in answer["rows"]} == {"AGH"}
    assert set(answer["dataset"]) == {"title", "version", "state", "licence", "attribution"}
    assert answer["query"] in answer["citation"]


def test_decimals_are_exact(client: TestClient) -> None:
    rows = client.get("/api/questions/instrument-mix").json()["rows"]
    amounts = [Decimal(row["amount_eur"]) for row in rows if row["amount_eur"]]
    assert Decimal("2153027.97") in amounts
    assert any(row["amount_eur"] is None for row in rows)
    assert all(row["year"] is None or isinstance(row["year"], int) for row in rows)


def test_official_data_name_their_source(client: TestClient) -> None:
    path = "/api/questions/integration-budget-per-unemployed-person"
    assert "Statistische Ämter" in client.get(path).json()["dataset"]["attribution"]
    path = "/api/questions/integration-rate-targets"
    assert "Statistische Ämter" not in client.get(path).json()["dataset"]["attribution"]


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("", "", "application/json"),
        ("", "*/*", "application/json"),
        ("", "text/csv", "text/csv"),
        ("", "text/csv, application/json;q=0.5", "text/csv"),
        ("", "text/csv;q=0.1, application/json", "application/json"),
        ("", "text/csv;q=0, application/json", "application/json"),
        ("", "text/html, */*;q=0.8", "application/json"),
        ("?format=csv", "application/json", "text/csv"),
        ("?format=json", "text/csv", "application/json"),
    ],
)
def test_the_form_is_negotiated(query: str, accept: str, media: str, client: TestClient) -> None:
    path = f"/api/questions/instrument-mix{query}"
    response = client.get(path, headers={"Accept": accept})
    assert response.headers["content-type"].partition(";")[0] == media
    assert "Accept" in response.headers["vary"]


def test_csv_is_the_same_as_the_download(client: TestClient) -> None:
    path = "questions/instrument-mix"
    answer = client.get(f"/api/{path}?format=csv&lang=de").content
    assert answer == client.get(f"/{path}.csv?lang=de").content
    head, *rows = csv.reader(io.StringIO(answer.decode()))
    assert head[:3] == ["programme", "year", "instrument"]
    assert len(rows) == len(client.get(f"/api/{path}").json()["rows"])


@pytest.mark.parametrize(
    ("path", "status", "subject", "advice"),
    [
        ("instument-mix", 404, "instument-mix", "instrument-mix"),
        ("x.csv", 404, "x.csv", ""),
        ("instrument-mix?lang=fr", 400, "fr", "de or en"),
        ("instrument-mix?format=xml", 400, "xml", "csv or json"),
        ("instrument-mix?year=2021", 400, "year", ""),
        ("programmes-using-instrument?instrment=AGH", 400, "instrment", "instrument"),
        ("programmes-using-instrument?instrument=FbWW", 400, "FbWW", "FbW"),
        ("programmes-using-instrument?instrument=AGH&instrument=EGZ", 400, "instrument", ""),
        ("districts-comparable-to-a-district?district=Harbug", 400, "Harbug", "Harburg"),
        ("programmes-using-instrument?instrument=%20", 400, "instrument", "leave it out"),
        ("figures-of-programme?programme=" + "x" * 1000, 400, "programme", ""),
    ],
)
def test_problems_say_what_is_wrong(
    path: str, status: int, subject: str, advice: str, client: TestClient
) -> None:
    response = client.get(f"/api/questions/{path}")
    assert response.headers["content-type"] == PROBLEM
    problem = json.loads(response.content)
    assert response.status_code == problem["status"] == status
    assert problem["subject"] == subject
    assert advice in problem["advice"]
    assert problem["detail"]
    assert problem["title"]


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("?lang=de", {"Accept-Language": "en"}, "de"),
        ("", {"Accept-Language": "de-DE,en;q=0.5"}, "de"),
        ("", {"Accept-Language": "fr"}, "en"),
    ],
)
def test_problems_speak_the_language_that_is_asked_for(
    query: str, headers: dict[str, str], language: str, client: TestClient
) -> None:
    response = client.get(f"/api/questions/instument-mix{query}", headers=headers)
    detail = {
        "en": "there is no question “instument-mix”",
        "de": "eine Frage »instument-mix« gibt es nicht",
    }
    assert response.json()["detail"] == detail[language]
    assert response.headers["content-language"] == language
    assert "Accept-Language" in response.headers["vary"]


def test_what_is_not_offered_is_said(client: TestClient) -> None:
    response = client.get("/api/questions/instrument-mix", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/api/questions/instrument-mix", 405), ("GET", "/api/nothing", 404)],
)
def test_other_requests_are_problems_too(
    method: str, path: str, status: int, client: TestClient
) -> None:
    response = client.request(method, path)
    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == PROBLEM
    assert ("allow" in response.headers) == (status == 405)


def test_checks_of_the_fuzzer_are_pinned(client: TestClient) -> None:
    """A release of the fuzzer that drops checks would make this file weaker unnoticed."""
    schemathesis.openapi.from_asgi("/api/openapi.json", client.app)
    assert {"not_a_server_error", "response_schema_conformance"} <= {
        check.__name__ for check in CHECKS.get_all()
    }
