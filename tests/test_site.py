"""The static edition: every link leads somewhere, nothing comes from elsewhere."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from click.testing import CliRunner

from amip.cli.site import site_command
from amip.errors import AmipError, InputError, UsageError
from amip.publish.folder import replace_folder
from amip.query import EmbeddedStore, open_graph
from amip.serve.edition import Edition, Order, Scope, write_edition
from amip.serve.edition.address import Address, Kind, name_file
from amip.serve.edition.crawl import Crawl
from amip.serve.edition.folder import MARK, check_target
from amip.serve.edition.lay import Layout, is_module
from edition_reader import Content, Shelf, is_foreign, list_scripts, parse, read_data, unpack
from samples import MINIMAL
from terminal import AMIP

WITHOUT = ("/code/", "/finding/", "/id/area/")
"""Hundreds of pages that are made as the others are; the real edition has them."""
MOST = 15_000_000


@dataclass(frozen=True)
class Written:
    """An edition as written: what it says of itself, its pages, and the single file."""

    edition: Edition
    folder: Path
    shelf: Shelf
    single: str


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    place = tmp_path_factory.mktemp("site")
    order = Order(
        place / "out", place / "amip.html", (str(MINIMAL),), scope=Scope(without=WITHOUT), jobs=2
    )
    edition = write_edition(order)
    text = (place / "amip.html").read_text(encoding="utf-8")
    return Written(edition, place / "out", Shelf(place / "out"), text)


def test_nothing_is_missed(written: Written) -> None:
    assert written.edition.missed == ()
    assert written.edition.broken == ()


def test_every_link_leads_to_a_file_and_a_place(written: Written) -> None:
    faults = [
        fault
        for name, page in written.shelf.pages.items()
        for target in (*page.links, *page.loaded, *page.forms)
        if not (target in page.links and is_foreign(target)) and not target.startswith("data:")
        for fault in written.shelf.find_faults(name, target)
    ]
    assert faults == []


def test_the_reader_finds_a_broken_link(written: Written) -> None:
    assert written.shelf.find_faults("de/index.html", "nowhere.html")
    assert written.shelf.find_faults("de/index.html", "ns.html#nowhere")
    assert written.shelf.find_faults("de/index.html", "/de/ns.html")
    assert written.shelf.find_faults("de/index.html", "https://example.org/")
    assert written.shelf.find_faults("de/index.html", "../en/index.html#content") == []


def test_nothing_is_loaded_from_elsewhere(written: Written) -> None:
    for name, page in written.shelf.pages.items():
        assert not [each for each in page.loaded if is_foreign(each) or each[0] == "/"], name
        assert page.policy.startswith("default-src 'none'; style-src 'self'"), name
        assert "form-action 'self' file:;" in page.policy, name
        assert "http" not in page.policy, name
        assert page.handlers == [], name
        assert page.forms == [each for each in page.forms if each.endswith("search.html")], name
    for path in written.folder.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text
        for target in re.findall(r"url\([\"']?([^)\"']+)", text):
            assert target.startswith("data:") or (path.parent / target).is_file()


def test_scripts_run_from_a_disk(written: Written) -> None:
    for path in written.folder.rglob("*.html"):
        assert 'type="module"' not in path.read_text(encoding="utf-8"), path
    for path in written.folder.glob("static/**/*.js"):
        assert not is_module(path.read_text(encoding="utf-8")), path


def test_both_languages_have_the_same_pages(written: Written) -> None:
    names = {
        tag: {name.removeprefix(f"{tag}/") for name in written.shelf.pages if name[:3] == f"{tag}/"}
        for tag in ("de", "en")
    }
    assert names["de"] == names["en"]
    assert len(names["de"]) > 80
    for name, page in written.shelf.pages.items():
        assert page.headings == 1, name
        if name != "index.html":
            assert page.language == name[:2], name
            twin = f"{'en' if name[:2] == 'de' else 'de'}/{name[3:]}"
            assert [each for each in page.links if each.endswith(f"../{twin}")], name


def test_every_row_of_an_answer_is_on_its_page(written: Written) -> None:
    for path in Path("queries").glob("*.rq"):
        page = (written.folder / f"de/questions/{path.stem}.html").read_text(encoding="utf-8")
        with (written.folder / f"de/questions/{path.stem}.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        body = page.partition("<tbody>")[2].partition("</tbody>")[0]
        assert body.count("<tr>") == len(rows), path
        assert page.count("data-sort=") >= 1, path


def test_each_choice_of_a_question_has_a_page_and_its_table(written: Written) -> None:
    for name, choices in (("programmes-using-instrument", 50), ("figures-of-programme", 1)):
        folder = written.folder / "en/questions" / name
        endings = Counter(path.suffix for path in folder.iterdir())
        assert endings[".html"] >= choices
        assert set(endings) == {".html", ".csv", ".xlsx"}
        assert len(set(endings.values())) == 1
        for path in folder.glob("*.html"):
            page = path.read_text(encoding="utf-8")
            assert page.count('aria-current="page"') == 1, path
            assert f'href="{path.stem}.csv"' in page, path
    whole = (written.folder / "en/questions/figures-of-programme.html").read_text(encoding="utf-8")
    assert '<a href="figures-of-programme/musterstadt-2023-' in whole


def test_what_needs_a_server_is_said(written: Written) -> None:
    for tag, words in (("de", "Was nur amip serve kann"), ("en", "What only amip serve can do")):
        named = {
            name: (written.folder / tag / name).read_text(encoding="utf-8")
            for name in ("compare.html", "questions/districts-comparable-to-a-district.html")
        }
        for name, page in named.items():
            assert page.count(f"{words}</a>") == 2, name
        for path in written.folder.glob(f"{tag}/**/*.html"):
            page = path.read_text(encoding="utf-8")
            assert page.count(f'server.html">{words}</a>') >= 1 or path.stem == "server", path
            assert "SPARQL-Endpunkt</a>" not in page, path
            assert "SPARQL endpoint</a>" not in page, path


def test_no_list_is_empty(written: Written) -> None:
    data = read_single(written)
    pages = {path.as_posix(): path.read_text("utf-8") for path in written.folder.rglob("*.html")}
    pages |= {key: text for key, (_, text) in read_pages(data).items()}
    for name, page in {**pages, "the single file": written.single}.items():
        assert not re.search(r"<(ul|ol|nav)\b[^>]*>\s*</\1>", page), name


def test_the_single_file_says_where_the_files_are(written: Written) -> None:
    text = written.single
    assert text.count('#downloads">Herunterladen</h2>') == len(list(Path("queries").glob("*.rq")))
    assert text.count("Diese Datei bringt keine weiteren mit.") == text.count("Herunterladen</h2>")


def test_every_question_has_its_downloads(written: Written) -> None:
    for path in Path("queries").glob("*.rq"):
        for ending in ("html", "csv", "xlsx", "json", "parquet", "rq"):
            assert (written.folder / f"de/questions/{path.stem}.{ending}").stat().st_size, path


def test_programmes_are_compared_and_traced(written: Written) -> None:
    assert [name for name in written.shelf.pages if name.startswith("en/trace/musterstadt-2023/")]
    assert [name for name in written.shelf.pages if name.startswith("de/id/programme/")]
    assert (written.folder / "id/programme/musterstadt-2023.ttl").is_file()


def test_the_search_knows_pages(written: Written) -> None:
    for tag in ("de", "en"):
        script = (written.folder / f"made/names-{tag}.js").read_text(encoding="utf-8")
        names = read_data(script, "amipNames")[tag]
        assert {"jobcenter", "question"} <= {kind for kind, *_ in names["things"]}
        for kind, label, file, known in names["things"]:
            assert (written.folder / tag / file).is_file(), file
            assert all((kind, label, known)), file


def test_the_graph_is_whole(written: Written) -> None:
    script = (written.folder / "made/graph.js").read_text(encoding="utf-8")
    quads = unpack(read_data(script, "amip")["graph"])
    store = pyoxigraph.Store()
    store.bulk_load(input=quads, format=pyoxigraph.RdfFormat.N_QUADS)
    store.update(files("amip.query").joinpath("union.ru").read_text(encoding="utf-8"))
    home = open_graph(str(MINIMAL)).store
    assert isinstance(home, EmbeddedStore)
    assert len(store) == len(home.store)
    pages = (written.folder / "made/pages.js").read_text(encoding="utf-8")
    for path, file in read_data(pages, "amip")["pages"].items():
        assert path.startswith("/")
        assert (written.folder / "de" / file).is_file(), file


def test_oxigraph_is_as_published(written: Written) -> None:
    folder = files("amip.serve").joinpath("static/vendor/oxigraph")
    stated = folder.joinpath("LICENSES.txt").read_text(encoding="utf-8")
    for name in ("web.js", "web_bg.wasm"):
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() in stated, name
    data = read_data((written.folder / "made/oxigraph.js").read_text(encoding="utf-8"), "amip")
    assert unpack(data["wasm"]) == folder.joinpath("web_bg.wasm").read_bytes()
    assert not re.search(r"^(?:import|export)\b|import\.meta", data["glue"], re.MULTILINE)


def test_the_single_file_holds_all_pages(written: Written) -> None:
    page = parse(written.single)
    data = read_single(written)
    known = {key: parse(text) for key, (_, text) in read_pages(data).items()}
    known |= {key: page for key in page.places if "#" not in key and key != "content"}
    assert {f"{key[1:]}.html" for key in known} == set(written.shelf.pages) - {"index.html"}
    shells = [parse(part) for shell in data["shells"].values() for part in shell.values()]
    for content in (page, *known.values(), *shells):
        assert find_lost(content, known) == []


def read_single(written: Written) -> dict[str, Any]:
    """Read the data of the scripts in the single file."""
    data: dict[str, Any] = {}
    for script in list_scripts(written.single):
        if script.startswith("globalThis.amip ="):
            data |= read_data(script, "amip")
    return data


def read_pages(data: dict[str, dict[str, str]]) -> dict[str, tuple[str, str]]:
    pages: dict[str, tuple[str, str]] = {}
    for packed in data["packed"].values():
        pages |= json.loads(unpack(packed))
    return pages


def find_lost(content: Content, known: dict[str, Content]) -> list[str]:
    """Return the links of a page in the single file that lead to no page or place of it."""
    lost = []
    for target in (*content.links, *content.forms):
        if is_foreign(target) or target == "#content":
            continue
        key, _, fragment = target.removeprefix("#").partition("?")[0].partition("#")
        place = known.get(key)
        if place is None or (fragment and f"{key}#{fragment}" not in place.places):
            lost.append(target)
    return lost


def test_the_single_file_needs_nothing_else(written: Written) -> None:
    page = parse(written.single)
    assert page.loaded == []
    assert page.handlers == []
    assert len(written.single.encode()) == written.edition.single < MOST
    for script in list_scripts(written.single):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page.policy
    assert "unsafe-inline" not in page.policy
    assert "http" not in page.policy


def test_the_single_file_is_read_without_scripts(written: Written) -> None:
    text = re.sub(r"<script>.*?</script>", "", written.single, flags=re.DOTALL)
    for path in Path("queries").glob("*.rq"):
        assert f'id="/de/questions/{path.stem}"' in text
        assert f'id="/en/questions/{path.stem}"' in text
    assert len(parse(written.single).places) == len(set(parse(written.single).places))


def test_names_suit_every_system(written: Written) -> None:
    names = [path.relative_to(written.folder).as_posix() for path in written.folder.rglob("*")]
    assert len({name.casefold() for name in names}) == len(names)
    assert not [name for name in names if re.search(r'[<>:"\\|?*]|[. ](?:/|$)', name)]
    long = name_file(Address("/id/" + "x" * 300, "de"))
    assert len(long) < 130
    assert name_file(Address('/id/a:b?c"d', "de")) == "de/id/a_b_c_d.html"


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        ("https://example.org/", Kind.OUTSIDE),
        ("//example.org/ns", Kind.OUTSIDE),
        ("mailto:a@example.org", Kind.OUTSIDE),
        ("/ns?lang=en#value", Kind.PAGE),
        ("/static/site.css", Kind.ASSET),
        ("/made/graph.js", Kind.MADE),
        ("/api/openapi.json", Kind.SERVER),
        ("/reconcile", Kind.SERVER),
        ("/sparql", Kind.PAGE),
        ("/sparql?query=ASK%7B%7D", Kind.PAGE),
        ("/trace/stat/13211-02-05-4/2021-08-17/13076/2020/unemployed", Kind.LEFT),
        ("/id/programme/a.jsonld", Kind.LEFT),
        ("/id/programme/a.ttl", Kind.PAGE),
        ("/ns?lang=fr", Kind.LEFT),
        ("/questions/figures-of-programme.csv?programme=a", Kind.PAGE),
        ("/questions/figures-of-programme.parquet?programme=a", Kind.LEFT),
    ],
)
def test_targets(href: str, kind: Kind) -> None:
    target = Scope().find_target(href, Address("/", "de"))
    assert target.kind is kind


def test_what_sorts_a_table_makes_no_page() -> None:
    here = Address("/questions", "de")
    scope = Scope()
    assert scope.find_target("/questions?sort=x&lang=de", here).address == here
    pair = scope.find_target("/compare?programme=b&programme=a", here).address
    assert pair == scope.find_target("/compare?programme=a&programme=b&x=1", here).address
    figure = scope.find_target("/id/obs/harburg-2022-2025/iq", here).address
    assert figure.path == "/trace/harburg-2022-2025/iq"


def test_a_long_table_has_further_pages() -> None:
    here, scope = Address("/questions/figures-of-programme", "de"), Scope()
    second = scope.find_target("/questions/figures-of-programme?lang=de&page=2#answer", here)
    assert second.address == Address(here.path, "de", (("page", "2"),))
    assert second.fragment == "answer"
    first = scope.find_target("/questions/figures-of-programme?lang=de&page=1", second.address)
    assert first.address == here


def test_a_theme_is_a_place_on_the_page_of_questions() -> None:
    target = Scope().find_target("/questions?theme=budget&lang=en", Address("/", "de"))
    assert (target.address, target.fragment) == (Address("/questions", "en"), "budget")


def test_links_to_what_is_not_there_become_text() -> None:
    here, there = Address("/", "de"), Address("/ns", "de")
    crawl = Crawl(
        {here: "de/index.html", there: "de/ns.html"}, {here: "text/html", there: "text/html"}
    )
    layout = Layout(crawl, Scope())
    page = (
        '<p><a href="/code/nowhere">a</a> <a href="/ns#b&amp;c">b</a></p>'
        '<ul><li><a href="/api/questions">c</a></li><li><a href="/ns">d</a></li></ul>'
        '<script type="module" src="/static/gone.js"></script>'
        '<table><th><a href="/?sort=year&amp;lang=de">e</a></th></table>'
    )
    turned = layout.turn(page, here)
    assert turned == (
        '<p>a <a href="ns.html#b%26c">b</a></p><ul><li><a href="ns.html">d</a></li></ul>'
        "<table><th>e</th></table>"
    )
    assert layout.broken == {
        ("de/index.html", "/code/nowhere?lang=de"),
        ("de/index.html", "/static/gone.js?lang="),
    }


def test_an_edition_replaces_an_edition(tmp_path: Path) -> None:
    target = tmp_path / "site"

    def write(folder: Path, name: str) -> None:
        (folder / name).write_text("x", encoding="utf-8")
        (folder / MARK).write_text("{}", encoding="utf-8")

    for name in ("one", "two"):
        check_target(target)
        replace_folder(target, partial(write, name=name))
    assert sorted(path.name for path in target.iterdir()) == [MARK, "two"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_failure_leaves_the_edition(tmp_path: Path) -> None:
    target = tmp_path / "site"
    target.mkdir()
    (target / MARK).write_text("{}", encoding="utf-8")

    def fail(folder: Path) -> None:
        (folder / "half").write_text("x", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left"):
        replace_folder(target, fail)
    assert [path.name for path in target.iterdir()] == [MARK]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_no_room_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    scope = Scope(("de",), without=("/",))
    with pytest.raises(InputError, match="none: cannot be written") as caught:
        write_edition(Order(tmp_path / "site", sources=(str(MINIMAL),), scope=scope, jobs=1))
    assert "TMPDIR" in caught.value.advice
    assert list(tmp_path.iterdir()) == []


def test_killed_in_the_middle(tmp_path: Path) -> None:
    target = tmp_path / "site"
    target.mkdir()
    (target / MARK).write_text("{}", encoding="utf-8")
    command = [str(AMIP), "site", "-o", str(target), "--data", str(MINIMAL), "--jobs", "2"]
    with subprocess.Popen(command, env={"TMPDIR": str(tmp_path)}) as process:
        end = time.monotonic() + 60
        while not list(tmp_path.glob("amip-site-*/de/*.html")) and time.monotonic() < end:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    assert list(tmp_path.glob("amip-site-*/de/*.html"))
    assert [path.name for path in target.iterdir()] == [MARK]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="no static edition"):
        write_edition(Order(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to write"),
        (["-o", "{file}"], "not a folder"),
        (["--single", "{folder}/amip.pdf"], "the single file is HTML"),
        (["--single", "{folder}/none/amip.html"], "not a file in a folder"),
        (["-o", "{folder}/site", "--data", "{folder}/none"], "neither a dataset folder"),
        (["-o", "{folder}/site", "--data", "http://localhost:1/"], "not of an endpoint"),
    ],
)
def test_bad_orders(arguments: list[str], message: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    filled = [each.format(file=file, folder=tmp_path) for each in arguments]
    result = CliRunner().invoke(site_command, filled, obj="en")
    assert isinstance(result.exception, AmipError)
    assert message in str(result.exception)
    assert result.exception.advice
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "arguments",
    [["-o", "x", "--lang", "fr"], ["-o", "x", "--jobs", "-1"], ["-o", "x", "--sources", "none"]],
)
def test_bad_options(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(site_command, arguments, obj="en")
    assert result.exit_code == 2
    assert arguments[2] in result.output
    assert not (tmp_path / "x").exists()
