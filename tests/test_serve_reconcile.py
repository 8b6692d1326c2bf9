"""The reconciliation service, asked as OpenRefine asks it: manifest, queries, suggest, extend."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from amip.reconcile import list_kinds
from amip.serve import Engine
from amip.serve.app import HEADERS
from amip.serve.reconcile.properties import load_properties
from hostile import LABEL, inspect
from inside import open_site
from samples import TESTS

SCHEMAS = {
    path.stem: Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    for path in sorted((TESTS / "schemas" / "reconciliation").glob("*.json"))
}
EXAMPLES = json.loads((TESTS / "reconcile" / "service.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine(), base_url="http://localhost") as client:
        yield client


def check(schema: str, content: Any) -> Any:
    """See that a message is what the specification says, and give it back."""
    faults = [
        f"{error.json_path}: {error.message}" for error in SCHEMAS[schema].iter_errors(content)
    ]
    assert faults == []
    return content


def send(client: TestClient, batch: object, path: str = "/reconcile") -> Any:
    """Send a batch as OpenRefine does: as a form."""
    check("query-batch", batch)
    response = client.post(path, data={"queries": json.dumps(batch)})
    assert response.status_code == 200, response.text
    return check("result-batch", response.json())


def suggest(client: TestClient, what: str, **fields: str) -> list[dict[str, Any]]:
    manifest = client.get("/reconcile").json()["suggest"][what]
    answer = client.get(manifest["service_url"] + manifest["service_path"], params=fields)
    found: list[dict[str, Any]] = check("suggestions", answer.json())["result"]
    return found


def extend(client: TestClient, query: object) -> Any:
    check("extension-query", query)
    response = client.post("/reconcile", data={"extend": json.dumps(query)})
    assert response.status_code == 200, response.text
    return check("extension-response", response.json())


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name].schema)
    assert not SCHEMAS[name].is_valid([])


@pytest.mark.parametrize(
    ("path", "name"),
    [("/reconcile", "Kreise"), ("/reconcile/de", "Kreise"), ("/reconcile/en", "Districts")],
)
def test_the_manifest_names_every_part(path: str, name: str, client: TestClient) -> None:
    response = client.get(path)
    manifest = check("manifest", response.json())
    assert response.headers["content-type"] == "application/json"
    assert name in manifest["defaultTypes"][0]["name"]
    assert manifest["suggest"]["entity"]["service_url"] == f"http://localhost{path}"


def test_pages_of_other_sites_may_ask(client: TestClient) -> None:
    assert client.get("/reconcile", headers={"Origin": "http://127.0.0.1:3333"}).headers[
        "access-control-allow-origin"
    ]


def test_the_manifest_is_that_of_the_name_asked(client: TestClient) -> None:
    """One that was made for another name is never given to the next."""
    for host in ("one.example", "two.example"):
        manifest = client.get("/reconcile", headers={"Host": host}).json()
        assert urlsplit(manifest["preview"]["url"]).netloc == host


@pytest.mark.parametrize("name", EXAMPLES)
def test_queries(name: str, client: TestClient) -> None:
    example = EXAMPLES[name]
    found = send(client, {"q": example["query"]})["q"]["result"]
    assert [[each["id"], each["match"]] for each in found] == example["result"]
    assert [each["score"] for each in found] == sorted(
        (each["score"] for each in found), reverse=True
    )


def test_get_and_post_answer_the_same(client: TestClient) -> None:
    batch = {"q0": {"query": "Harburg", "type": "district"}, "q1": {"query": "EGZ", "limit": 1}}
    asked = client.get("/reconcile", params={"queries": json.dumps(batch)}).json()
    assert asked == send(client, batch)


def test_names_are_in_the_language_of_the_service(client: TestClient) -> None:
    batch = {"q": {"query": "EGZ", "type": "instrument"}}
    names = {
        language: send(client, batch, f"/reconcile/{language}")["q"]["result"][0]["name"]
        for language in ("de", "en")
    }
    assert names == {"de": "Eingliederungszuschuss", "en": "integration subsidy"}


def test_what_is_known_of_a_thing_decides(client: TestClient) -> None:
    query = {"query": "Kaiserslautern", "type": "district"}
    undecided = send(client, {"q": query})["q"]["result"]
    assert [each["match"] for each in undecided] == [False, False]
    for pid, value in (
        ("ags", "07335"),
        ("district_kind", ["Landkreis"]),
        ("label_de", "landkreis kaiserslautern"),
    ):
        known = {**query, "properties": [{"pid": pid, "v": value}]}
        first, second = send(client, {"q": known})["q"]["result"]
        assert (first["id"], first["match"]) == ("id/area/07335", True)
        assert first["features"] == [{"id": pid, "value": True}]
        assert (second["match"], second["features"][0]["value"]) == (False, False)


def test_what_is_known_speaks_against_a_name(client: TestClient) -> None:
    state = {"pid": "state", "v": {"id": "code/DE-BY", "name": "Bayern"}}
    query = {"query": "Landkreis Harburg", "properties": [state]}
    (only,) = send(client, {"q": query})["q"]["result"]
    assert only["match"] is False
    assert only["score"] < 90


def test_a_large_batch_is_fast(client: TestClient) -> None:
    towns = (TESTS / "reconcile" / "towns.txt").read_text(encoding="utf-8").split("\n")
    batch = {
        f"q{number}": {"query": name, "type": "district", "properties": [{"pid": "ags", "v": "1"}]}
        for number, name in enumerate(towns[:200])
        if name
    }
    send(client, {"q": {"query": "Harburg"}})
    start = time.monotonic()
    assert len(send(client, batch)) == len(batch)
    assert time.monotonic() - start < 10


def test_previews_and_views(client: TestClient) -> None:
    manifest = client.get("/reconcile/en").json()
    for identifier in ("id/area/13076", "code/AGH", "id/jobcenter/elbe-elster"):
        for written in (identifier, quote(identifier, safe="")):
            response = client.get(manifest["preview"]["url"].replace("{{id}}", written))
            assert response.status_code == 200
            assert inspect(response.text).wrong == []
            view = client.get(manifest["view"]["url"].replace("{{id}}", written))
            assert view.url.path == f"/{identifier}"
            assert view.status_code == 200
    assert "work opportunities" in client.get("/reconcile/en/preview?id=code/AGH").text


def test_a_preview_may_be_framed_but_has_no_scripts(client: TestClient) -> None:
    policy = client.get("/reconcile/preview?id=code/AGH").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    other = client.get("/reconcile").headers["content-security-policy"]
    assert other == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"prefix": "Ludwigsl", "type": "district"}, "id/area/13076"),
        ({"prefix": "Elbe-Elster", "type": "jobcenter"}, "id/jobcenter/elbe-elster"),
        ({"prefix": "AGH-MAE"}, "code/AGH"),
        ({"prefix": "Alleinerz", "type": "target-group"}, "code/lone-parents"),
    ],
)
def test_things_are_suggested(fields: dict[str, str], expected: str, client: TestClient) -> None:
    found = suggest(client, "entity", **fields)
    assert found[0]["id"] == expected
    if "type" in fields:
        assert {each["notable"][0]["id"] for each in found} == {fields["type"]}


def test_types_and_properties_are_suggested(client: TestClient) -> None:
    assert {"district", "former-district"} <= {each["id"] for each in suggest(client, "type")}
    assert [each["id"] for each in suggest(client, "type", prefix="Zielgr")] == ["target-group"]
    assert suggest(client, "property", prefix="nuts")[0]["id"] == "nuts3"
    assert suggest(client, "type", prefix="Zielgr", cursor="1") == []
    assert suggest(client, "entity", prefix="") == []


def test_every_type_has_a_name_in_each_language(client: TestClient) -> None:
    for language in ("de", "en"):
        known: dict[str, str] = {}
        for start in (0, 20, 40):
            answer = client.get(f"/reconcile/{language}/suggest/type?cursor={start}")
            known |= {each["id"]: each["name"] for each in answer.json()["result"]}
        assert set(known) == set(list_kinds())
        assert [kind for kind, name in known.items() if not name or name == kind] == []


def test_properties_are_proposed_and_fetched(client: TestClient) -> None:
    place = client.get("/reconcile").json()["extend"]["propose_properties"]
    address = place["service_url"] + place["service_path"]
    proposed = check("proposal", client.get(address, params={"type": "district"}).json())
    names = [each["id"] for each in proposed["properties"]]
    assert {"ags", "nuts3", "state"} <= set(names)
    assert "legal_basis" not in names
    things = ["id/area/13076", "id/nothing", "no iri <>", ""]
    answer = extend(client, {"ids": things, "properties": [{"id": name} for name in names]})
    assert list(answer["rows"]) == things
    known = answer["rows"]["id/area/13076"]
    assert known["ags"] == [{"str": "13076"}]
    assert known["nuts3"] == [{"str": "DE80O"}]
    assert known["state"] == [{"id": "code/DE-MV", "name": "Mecklenburg-Vorpommern"}]
    assert known["territory_date"] == [{"date": "2014-11-01T00:00:00Z"}]
    for thing in things[1:]:
        assert not any(answer["rows"][thing].values())
    limited = check("proposal", client.get(address, params={"limit": "2"}).json())
    assert len(limited["properties"]) == limited["limit"] == 2


def test_columns_can_be_limited_and_carry_on(client: TestClient) -> None:
    """What a column holds can be reconciled again: its type is one of the service."""
    query = {
        "ids": ["code/AGH"],
        "properties": [{"id": "alternative", "settings": {"limit": "1"}}, {"id": "legal_basis"}],
    }
    answer = extend(client, query)
    row = answer["rows"]["code/AGH"]
    assert len(row["alternative"]) == 1
    (basis,) = row["legal_basis"]
    kind = answer["meta"][1]["type"]["id"]
    found = send(client, {"q": {"query": basis["name"], "type": kind}})["q"]["result"]
    assert found[0]["id"] == basis["id"]


def test_every_property_has_values(client: TestClient) -> None:
    """No property is offered that leads nowhere."""
    things = [
        *("id/area/13076", "id/jobcenter/elbe-elster", "code/AGH", "code/unemployed", "code/FbW"),
        *(f"id/area/{each}" for each in ("16056", "14166")),
        "code/BEZ",
    ]
    answer = extend(client, {"ids": things, "properties": [{"id": n} for n in load_properties()]})
    filled = {name for row in answer["rows"].values() for name, cells in row.items() if cells}
    assert set(load_properties()) - filled == set()


@pytest.mark.parametrize("callback", ["f", "jQuery_12.x", "$", "a.b.c"])
def test_older_clients_get_a_call(callback: str, client: TestClient) -> None:
    response = client.get("/reconcile", params={"callback": callback})
    assert response.headers["content-type"].startswith("application/javascript")
    content = re.fullmatch(rf"/\*\*/{re.escape(callback)}\((.*)\);", response.text)
    assert content is not None
    check("manifest", json.loads(content[1]))


@pytest.mark.parametrize(
    "callback", ["", "1a", "alert(1)", "a;b", "a b", "ä", "a" * 99, "a.", "[]"]
)
def test_what_names_no_function_is_refused(callback: str, client: TestClient) -> None:
    response = client.get("/reconcile", params={"callback": callback})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "fields",
    [
        {"queries": "{"},
        {"queries": "[]"},
        {"queries": "[" * 100_000},
        {"queries": '{"q": {}}'},
        {"queries": '{"q": "x"}'},
        {"queries": '{"q": {"query": 1}}'},
        {"queries": '{"q": {"query": "x", "type": "planet"}}'},
        {"queries": '{"q": {"query": "x", "type": 1}}'},
        {"queries": '{"q": {"query": "x", "type": [1]}}'},
        {"queries": '{"q": {"query": "x", "limit": 0}}'},
        {"queries": json.dumps({str(number): {"query": "x"} for number in range(1001)})},
        {"queries": '{"\\ud800": {"query": "x"}}'},
        {"extend": "{}"},
        {"extend": '{"ids": [1], "properties": []}'},
        {"extend": '{"ids": [], "properties": [{}]}'},
        {"extend": '{"ids": [], "properties": [{"id": "agss"}]}'},
        {"extend": '{"ids": [], "properties": [{"id": "ags", "settings": {"limit": "x"}}]}'},
        {"queries": "x" * (3 << 20)},
    ],
    ids=range(18),
)
def test_wrong_requests_are_problems(fields: dict[str, str], client: TestClient) -> None:
    response = client.post("/reconcile", data=fields)
    assert response.status_code == 400
    assert set(response.json()) >= {"detail", "advice", "status"}


def test_other_bodies_are_refused(client: TestClient) -> None:
    for content in (b"{}", b"queries=%ff%fe{"):
        kind = "application/json" if content == b"{}" else "application/x-www-form-urlencoded"
        response = client.post("/reconcile", content=content, headers={"Content-Type": kind})
        assert response.status_code == 400


def test_hostile_texts_stay_texts(client: TestClient) -> None:
    found = send(client, {LABEL: {"query": LABEL, "properties": [{"pid": LABEL, "v": LABEL}]}})
    assert found == {LABEL: {"result": []}}
    fields = {"queries": json.dumps({LABEL: {"query": LABEL}}), "callback": "f"}
    assert "<" not in client.get("/reconcile", params=fields).text
    for path in ("/reconcile/preview", "/reconcile/view"):
        for identifier in (LABEL, "javascript:hostile()", "//example.org", "id/nothing", ""):
            response = client.get(path, params={"id": identifier}, follow_redirects=False)
            assert response.status_code in {303, 400, 404}
            assert not response.headers.get("location", "/x").startswith(("//", "javascript:"))
