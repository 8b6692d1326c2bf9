"""The check of strangers' files: what it says, what it refuses, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

import httpx2
import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from amip.errors import InputError
from amip.records import read_record
from amip.serve import Ending, Engine, Limits
from amip.serve.check.archive import MAX_MEMBERS, unpack
from amip.serve.check.examination import LIMITS, MEMORY, Examinations
from amip.serve.check.upload import MAX_UPLOAD, Upload, clean_name
from amip.serve.site import Site
from amip.serve.views.check import make_routes
from amip.validate import render_json, validate
from amip.workbook import write_workbook
from hostile import LABEL, TAG, inspect
from inside import open_site
from samples import MINIMAL, SLUG
from served import list_children

FIGURES, VALUE = "Zahlen", "I2"
WRONG = "AMIP-R08"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with open_site(Engine([str(MINIMAL)])) as client:
        yield client


@pytest.fixture(scope="module")
def workbook() -> bytes:
    record, _ = read_record(MINIMAL)
    return write_workbook(record, "de")


@pytest.fixture(scope="module")
def wrong(workbook: bytes) -> bytes:
    """The workbook with a figure that is not the printed one, and hostile texts."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book[FIGURES][VALUE] = 999_999
    book[FIGURES]["B3"] = LABEL
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def pack(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def pack_folder(folder: Path = MINIMAL, beside: str = "") -> bytes:
    return pack({f"{beside}{path.name}": path.read_bytes() for path in sorted(folder.iterdir())})


def hand_in(
    client: TestClient, name: str, content: bytes, language: str = "de", **fields: str
) -> httpx2.Response:
    return client.post(f"/check?lang={language}", files={"file": (name, content)}, data=fields)


OTHERS = frozenset(Path(MEMORY).glob("amip-check-*"))
"""What others, who were killed or are at work, have left there."""


def list_rooms() -> set[Path]:
    return set(Path(MEMORY).glob("amip-check-*")) - OTHERS


@pytest.mark.parametrize(("language", "words"), [("de", "nie aufbewahrt"), ("en", "never kept")])
def test_the_form_says_what_becomes_of_a_file(
    language: str, words: str, client: TestClient
) -> None:
    page = client.get(f"/check?lang={language}").text
    assert words in page
    assert inspect(page).fields >= {"file", "profile"}
    assert all(f'name="form" value="{form}"' in page for form in ("page", "xlsx", "json", "sarif"))


def test_a_report_names_place_expectation_and_advice(wrong: bytes, client: TestClient) -> None:
    response = hand_in(client, "neu.xlsx", wrong)
    page = response.text
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert f'<a href="/finding/{WRONG}?lang=de">' in page
    assert "neu.xlsx, Blatt Zahlen, Zelle I2" in page
    assert "<dt>erwartet</dt>" in page
    assert "1020000" in page
    assert "Wert oder gedruckte Form berichtigen" in page
    assert "7 von 16 erwarteten Angaben" in page
    assert "2 Fehler. Das Programm kann noch nicht übernommen werden." in page


def test_what_is_in_order_is_said_so(workbook: bytes, client: TestClient) -> None:
    page = hand_in(client, "neu.xlsx", workbook, "en", profile="draft").text
    assert "No errors. The programme can be accepted." in page
    assert "Profile: draft" in page


def test_hostile_texts_of_a_file_are_shown_as_text(wrong: bytes, client: TestClient) -> None:
    page = hand_in(client, f"{LABEL}.xlsx", wrong)
    assert page.status_code == 200
    assert f"&lt;{TAG}" in page.text
    assert inspect(page.text).wrong == []


def test_hostile_iris_are_shown_as_text(client: TestClient) -> None:
    content = (
        f"<javascript:hostile()> a <https://w3id.org/amip/ns#Observation> ;"
        f" <https://w3id.org/amip/ns#value> {json.dumps(LABEL)} ;"
        f" <https://w3id.org/amip/ns#statedIn> <https://w3id.org/amip/id/programme/%22{TAG}> ."
    )
    page = hand_in(client, "hostile.ttl", content.encode())
    assert page.status_code == 200
    assert inspect(page.text).wrong == []
    refused = hand_in(client, "x.ttl", f"<a> <{LABEL}".encode(), "en")
    assert refused.status_code == 422
    assert inspect(refused.text).wrong == []


def test_the_workbook_comes_back_with_the_findings_in_its_cells(
    wrong: bytes, client: TestClient
) -> None:
    response = hand_in(client, "Müsterstadt 2023.xlsx", wrong, form="xlsx")
    assert response.headers["content-disposition"] == (
        'attachment; filename="M-sterstadt-2023-geprueft.xlsx"; '
        "filename*=UTF-8''M%C3%BCsterstadt%202023-geprueft.xlsx"
    )
    comment = openpyxl.load_workbook(io.BytesIO(response.content))[FIGURES][VALUE].comment
    assert comment is not None
    assert WRONG in comment.text


def test_a_folder_comes_back_as_a_workbook(client: TestClient) -> None:
    response = hand_in(client, "a.zip", pack_folder(beside=f"{SLUG}/"), form="xlsx")
    assert FIGURES in openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames


@pytest.mark.parametrize("beside", ["", f"programmes/{SLUG}/"])
def test_a_folder_is_checked_as_on_the_command_line(beside: str, client: TestClient) -> None:
    response = hand_in(client, f"{SLUG}.zip", pack_folder(beside=beside), form="json")
    assert response.text == render_json(validate(MINIMAL))


def test_rdf_is_checked(client: TestClient) -> None:
    content = b"<https://w3id.org/amip/id/obs/x/y> a <https://w3id.org/amip/ns#Observation> ."
    page = hand_in(client, "x.ttl", content, "en").text
    assert "The programme cannot be accepted yet." in page
    sarif = hand_in(client, "x.ttl", content, form="sarif")
    assert json.loads(sarif.text)["version"] == "2.1.0"
    assert "x-bericht.sarif.json" in sarif.headers["content-disposition"]


def test_a_number_of_very_many_digits_is_shown(workbook: bytes, client: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book[FIGURES][VALUE] = "9" * 5000
    target = io.BytesIO()
    book.save(target)
    response = hand_in(client, "x.xlsx", target.getvalue(), "en")
    assert response.status_code == 200
    assert "9" * 50 in response.text


REJECTED: dict[str, tuple[int, str, bytes, dict[str, str]]] = {
    "no file": (400, "", b"", {}),
    "empty": (400, "x.xlsx", b"", {}),
    "other kind": (415, "x.pdf", b"x", {}),
    "no ending": (415, "x", b"x", {}),
    "old workbook": (415, "x.xls", b"x", {}),
    "unknown profile": (400, "x.ttl", b"x", {"profile": "all"}),
    "unknown form": (400, "x.ttl", b"x", {"form": "exe"}),
    "workbook of rdf": (400, "x.ttl", b"x", {"form": "xlsx"}),
    "too large": (413, "x.xlsx", bytes(MAX_UPLOAD + 1), {}),
    "much too large": (413, "x.xlsx", bytes(2 * MAX_UPLOAD), {}),
    "long field": (400, "x.ttl", b"x", {"profile": "x" * 5000}),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_cannot_be_checked_is_said_on_the_form(name: str, client: TestClient) -> None:
    status, file, content, fields = REJECTED[name]
    response = hand_in(client, file, content, **fields)
    assert response.status_code == status
    assert 'role="alert"' in response.text
    assert 'name="file"' in response.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=x", 400),
    ],
)
def test_broken_forms_are_rejected(kind: str, status: int, client: TestClient) -> None:
    content = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.ttl"\r\n'
    response = client.post("/check", content=content, headers={"Content-Type": kind})
    assert response.status_code == status
    assert 'role="alert"' in response.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_pages_of_others_hand_nothing_in(site: str, client: TestClient) -> None:
    """A page elsewhere in the reader's browser would make this machine work for it."""
    headers = {"Sec-Fetch-Site": site}
    response = client.post("/check?lang=en", files={"file": ("x.ttl", b"")}, headers=headers)
    assert response.status_code == 403
    assert "a page of somebody else" in response.text
    own = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/check", files={"file": ("x.pdf", b"x")}, headers=own).status_code == 415


BOMB = b"<!DOCTYPE x [" + b"".join(
    b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1)) * 10 if n else b"x" * 10) for n in range(9)
)
BOMB += b']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a8;</rdf:RDF>'


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("x.xlsx", lambda workbook: workbook[: len(workbook) // 2], "ist beschädigt"),
        (
            "x.xlsx",
            lambda _: pack({"[Content_Types].xml": b"<x/>", "xl/a.xml": bytes(60 << 20)}),
            "entpackt hat die Arbeitsmappe 60 MB",
        ),
        (
            "x.xlsx",
            lambda _: pack({"[Content_Types].xml": BOMB, "xl/workbook.xml": BOMB}),
            "erklärt einen Dokumenttyp",
        ),
        ("x.rdf", lambda _: BOMB, "eine Entität besteht aus anderen"),
        ("x.zip", lambda workbook: pack({"x.xlsx": workbook}), "ist selbst gepackt"),
        (
            "x.jsonld",
            lambda _: b'{"@context": "https://example.org/context", "@id": "x:y"}',
            "kein JSON-LD",
        ),
    ],
    ids=["cut off", "zip bomb", "entities in a workbook", "entities in RDF", "nested", "foreign"],
)
def test_what_cannot_be_read_is_said_and_why(
    name: str, make: Callable[[bytes], bytes], said: str, workbook: bytes, client: TestClient
) -> None:
    response = hand_in(client, name, make(workbook))
    assert response.status_code == 422
    assert said in response.text


def link(path: str) -> Mapping[zipfile.ZipInfo, bytes]:
    member = zipfile.ZipInfo(path)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return {member: b"/etc/passwd"}


ARCHIVES: dict[str, Mapping[str, bytes] | Mapping[zipfile.ZipInfo, bytes]] = {
    "absolute": {"/etc/x": b"x"},
    "upwards": {"a/../../x": b"x"},
    "backslash": {"a\\..\\x": b"x"},
    "drive": {"C:x": b"x"},
    "empty part": {"a//x": b"x"},
    "link": link("a/figures.csv"),
    "nested": {"a/b.zip": pack({"x": b"x"})},
    "gzip": {"a/b.csv": b"\x1f\x8b\x08"},
    "many": {f"a/{number}": b"" for number in range(MAX_MEMBERS + 1)},
    "high ratio": {"a/x.csv": bytes(20 << 20)},
    "large": {f"a/{number}": os.urandom(1 << 20) + bytes(9 << 20) for number in range(6)},
    "twice": {"a/x.csv": b"1", "A/X.CSV": b"2"},
    "file and folder": {"a": b"1", "a/x.csv": b"2"},
    "odd name": {"a/\x1b[31m.csv": b"1"},
    "long name": {"a" * 300: b"1"},
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_are_unpacked_within_limits(name: str) -> None:
    with pytest.raises(InputError, match=r"^x\.zip: "):
        unpack(pack(ARCHIVES[name]), "x.zip")  # type: ignore[arg-type]


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(pack({"a/x.csv": bytes(1 << 20)}))
    size = (1 << 20).to_bytes(4, "little")
    while size in content:
        at = content.index(size)
        content[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(InputError):
        unpack(bytes(content), "x.zip")


def test_damaged_archives_are_read_whole_or_refused() -> None:
    random = Random(5)
    whole = unpack(pack_folder(), "x.zip")
    for _ in range(300):
        content = bytearray(pack_folder())
        for _ in range(random.randint(1, 6)):
            content[-random.randint(1, 900)] = random.randrange(256)
        with contextlib.suppress(InputError):
            assert set(unpack(bytes(content), "x.zip").values()) <= set(whole.values())


def test_places_are_named_as_they_were_packed(client: TestClient) -> None:
    response = hand_in(client, "x.zip", pack({"a/programme.yaml": b"["}), "en")
    assert response.status_code == 422
    assert "x/a/programme.yaml, line" in response.text
    assert "amip-check-" not in response.text


def test_what_systems_add_to_archives_is_left_out() -> None:
    files = {"a/x.csv": b"1", "__MACOSX/a/._x.csv": b"", "a/.DS_Store": b"", "a/": b""}
    assert unpack(pack(files), "x.zip") == {"a/x.csv": b"1"}


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/a.ttl", "a.ttl"),
        ("C:\\x\\b.zip", "b.zip"),
        ("a\u202egpj.xlsx", "a gpj.xlsx"),
        ("a" * 500 + ".ttl", "a" * 120 + ".ttl"),
    ],
)
def test_names_of_files_are_names_only(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


def test_a_name_of_dots_leads_nowhere(client: TestClient) -> None:
    assert hand_in(client, "...zip", pack_folder(beside=f"{SLUG}/")).status_code == 200
    assert not list_rooms()


def test_uploads_touch_no_disk(
    wrong: bytes, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a folder for temporary files, everything works: also a file of many megabytes."""
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    monkeypatch.setenv("TMPDIR", "/nonexistent")
    assert hand_in(client, "neu.xlsx", wrong).status_code == 200
    assert hand_in(client, "x.zip", pack_folder(beside=f"{SLUG}/")).status_code == 200
    long = b"# " + b"x" * (5 << 20) + b"\n<x:y> <x:y> <x:y> ."
    assert hand_in(client, "x.ttl", long, form="json").status_code == 200
    assert not list_rooms()


def run(upload: Upload, limits: Limits = LIMITS) -> Ending:
    return asyncio.run(Examinations(limits).run(upload)).ending


def test_what_takes_too_long_is_stopped_and_leaves_nothing(workbook: bytes) -> None:
    for name, content in (("x.xlsx", workbook), (f"{SLUG}.zip", pack_folder())):
        limits = Limits(seconds=0.4, memory=LIMITS.memory)
        assert run(Upload(name, content), limits) is Ending.LATE
    assert not list_rooms()


def hand_in_within(examinations: Examinations, name: str, content: bytes) -> httpx2.Response:
    site = Site(Engine([str(MINIMAL)]))
    with TestClient(Starlette(routes=make_routes(site, examinations))) as client:
        return hand_in(client, name, content)


def test_what_takes_too_much_memory_is_stopped() -> None:
    triples = b"".join(b"<x:s%d> <x:p> <x:o%d> .\n" % (n, n) for n in range(250_000))
    limits = Limits(seconds=60, memory=500 << 20)
    response = hand_in_within(Examinations(limits), "x.nt", triples)
    assert response.status_code == 503
    assert "mehr Arbeitsspeicher" in response.text


def test_who_goes_away_stops_the_check(workbook: bytes) -> None:
    async def leave() -> None:
        task = asyncio.create_task(Examinations().run(Upload("x.xlsx", workbook)))
        await asyncio.sleep(0.5)
        assert len(list_children(os.getpid())) > len(before)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    before = list_children(os.getpid())
    asyncio.run(leave())
    assert list_children(os.getpid()) == before
    assert not list_rooms()


def test_checks_take_turns(workbook: bytes) -> None:
    async def check() -> int:
        work = Examinations(most=1)
        tasks = [asyncio.create_task(work.run(Upload("x.xlsx", workbook))) for _ in range(3)]
        await asyncio.sleep(0.5)
        busy = len(list_children(os.getpid())) - len(before)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return busy

    before = list_children(os.getpid())
    assert asyncio.run(check()) == 1


@pytest.mark.parametrize(
    ("examinations", "status", "words"),
    [
        (Examinations(most=0, waiting=0), 503, "zu viele Dateien"),
        (Examinations(Limits(seconds=0.1)), 503, "kein Teilergebnis"),
        (Examinations(Limits(memory=LIMITS.memory, size=100)), 503, "kein Platz"),
    ],
)
def test_what_stops_a_check_is_said(
    examinations: Examinations, status: int, words: str, workbook: bytes
) -> None:
    response = hand_in_within(examinations, "x.xlsx", workbook)
    assert response.status_code == status
    assert words in response.text
