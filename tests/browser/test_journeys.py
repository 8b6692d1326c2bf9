"""What people come for: ask, sort, trace a number to its end, check a workbook, run a query."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from amip.records import read_record
from amip.workbook import write_workbook
from browser.visitor import Visitor, find_barriers
from samples import SLUG, copy_minimal, edit_cell

LANGUAGES = ("de", "en")


def first_column(page: Page) -> list[str]:
    return page.locator("main table tbody tr > :first-child").all_inner_texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_asked_with_other_parameters(language: str, visitor: Visitor) -> None:
    page = visitor.open("/questions", language)
    page.locator("a[href^='/questions/figures-of-programme']").first.click()
    page.locator("form.parameters select").first.select_option("ilm-kreis-2024")
    page.locator("form.parameters button").click()
    page.wait_for_url("**programme=ilm-kreis-2024**")
    assert page.locator("div.table tbody tr").count() > 10
    traces = page.locator("div.table a[href*='/trace/']").evaluate_all(
        "all => all.map(a => a.pathname)"
    )
    assert traces
    assert all(path.startswith("/trace/ilm-kreis-2024/") for path in traces)


def test_rows_are_sorted_by_a_column(visitor: Visitor) -> None:
    page = visitor.open("/questions/integration-rate-targets")
    rows = page.locator("div.table tbody tr").count()
    heading = page.locator("thead th").first
    heading.locator("a").click()
    expect(page.locator("thead th").first).to_have_attribute("aria-sort", "ascending")
    up = first_column(page)
    page.locator("thead th a").first.click()
    expect(page.locator("thead th").first).to_have_attribute("aria-sort", "descending")
    assert sorted(first_column(page)) == sorted(up)
    assert first_column(page)[0] == up[-1]
    assert len(up) == rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_traced_to_its_end(language: str, visitor: Visitor) -> None:
    page = visitor.open("/questions/integration-rate-targets", language)
    number = page.locator("div.table td.number a[href*='/trace/']").first
    shown = number.inner_text()
    number.click()
    page.wait_for_url("**/trace/**")
    assert shown.rstrip(" %") in page.locator("main").inner_text()
    page.locator("main a[href*='/id/programme/']").first.click()
    page.wait_for_url("**/id/programme/**")
    assert re.search(r"20\d\d", page.locator("h1").inner_text())


def test_the_editor_runs_a_query(visitor: Visitor) -> None:
    page = visitor.open("/sparql")
    page.locator(".yasqe_queryButton").click()
    rows = page.locator("#editor table tbody tr")
    expect(rows.first).to_be_visible(timeout=20_000)
    assert rows.count() == 5


def test_a_query_runs_without_scripts(visitor: Visitor) -> None:
    page = visitor.make_context(java_script_enabled=False).new_page()
    page.goto("/sparql")
    page.locator("#query-form button").click()
    page.wait_for_url("**query=**")
    assert page.locator("#answer tbody tr").count() == 5


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_workbook_is_checked_and_comes_back_annotated(
    scripts: bool, visitor: Visitor, tmp_path: Path
) -> None:
    folder = copy_minimal(tmp_path)
    for column in ("value", "printed"):
        edit_cell(folder, "figures.csv", 5, column, "670")
    workbook = tmp_path / f"{SLUG}.xlsx"
    workbook.write_bytes(write_workbook(read_record(folder)[0], "de"))
    page = visitor.make_context(java_script_enabled=scripts).new_page()
    page.goto("/check")
    page.locator("input[type=file]").set_input_files(workbook)
    page.locator("button[value=page]").click()
    expect(page.locator("h1")).to_contain_text(workbook.name, timeout=30_000)
    assert page.locator("main p.error").is_visible()
    assert page.locator("main a[href*='/finding/AMIP-']").count() >= 1
    if scripts:
        assert find_barriers(page) == []
    else:
        page.locator("input[type=file]").set_input_files(workbook)
    with page.expect_download() as download:
        page.locator("button[value=xlsx]").click()
    marked_file = tmp_path / download.value.suggested_filename
    download.value.save_as(marked_file)
    marked = load_workbook(marked_file)
    notes = [
        cell.comment.text
        for sheet in marked.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None and cell.value == 670
    ]
    assert any("AMIP-" in note for note in notes)
