"""Workbooks: nothing is lost on the way there and back, and the marks of a check do no harm."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import time
import zipfile
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from amip.findings import Expectation, Finding, Place, Report, Severity, State
from amip.records import Record, read_record, write_record
from amip.records.districts import find_district
from amip.records.schema import TABLES
from amip.records.skeleton import make_skeleton
from amip.workbook import Sheets, annotate_workbook, read_workbook, write_workbook
from amip.workbook.labels import list_labels
from amip.workbook.layout import load_guide, load_layout, load_words
from amip.workbook.load import escape, unescape
from amip.workbook.naming import name_sheets
from samples import MINIMAL, PROGRAMMES, ROOT, SLUG
from terminal import run

NAME = "neu.xlsx"
MAROON = PatternFill("solid", fgColor="FF800000")
LANGUAGES = ("de", "en")


def read_files(record: Record) -> dict[str, bytes]:
    """Return the files that a record is written as."""
    with TemporaryDirectory() as target:
        folder = write_record(record, Path(target) / "record")
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def minimal() -> Record:
    return read_record(MINIMAL)[0]


def open_workbook(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def save(workbook: Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def there_and_back(record: Record, language: str = "de") -> Sheets:
    return read_workbook(write_workbook(record, language), NAME)


# --- nothing is lost ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", [*PROGRAMMES, MINIMAL], ids=lambda folder: folder.name)
def test_a_programme_comes_back_byte_for_byte(folder: Path, language: str) -> None:
    record, wrong = read_record(folder)
    sheets = there_and_back(record, language)
    assert [finding.code for finding in sheets.findings] == [finding.code for finding in wrong]
    assert sheets.record.slug == record.slug
    assert read_files(sheets.record) == read_files(record)


NASTY = ["=1+1", "'x", "1.234,50 €", "−5", "#N/A", "007", " a ", "a\nb", "a\r\nb", "_x000D_"]
texts = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\r\t"), max_size=30
)
decimals = st.from_regex(r"-?[0-9]{1,19}(\.[0-9]{1,6})?", fullmatch=True)
keys = st.from_regex(r"[a-z]{1,8}_own", fullmatch=True)


@settings(max_examples=25)
@given(
    value=decimals,
    printed=texts,
    note=texts,
    role=texts,
    extra=st.dictionaries(keys, texts),
    own=texts,
)
@example("10250560.00", "=1+1", "'x", " ", {"url_own": "{"}, "[")
@example("12345678901234567", "−5", "_x000D_x000D_", "_x000D\r", {"a_own": ""}, '"')
@example("2.100", "2.100 €", "\t", "\n", {}, "")
@example("-0.00", "", "", "", {}, "")
@example("0012.50", "12,50", "", "", {}, "")
def test_nasty_cells_come_back(
    value: str, printed: str, note: str, role: str, extra: dict[str, str], own: str
) -> None:
    record = minimal()
    figure = {**record.rows("figures")[0], "value": value, "printed": printed, "note": note}
    rows = (*record.rows("figures")[1:], figure)
    body = {"body": "beirat", "role": role, "printed": "Beirat", "place_own": own}
    head = {**record.head, **extra, "list_own": [own, {"deep": own}], "bodies": [body]}
    odd = replace(record, head=head, tables={**record.tables, "figures": rows})
    assert read_files(there_and_back(odd).record) == read_files(odd)


@given(texts)
def test_text_that_looks_like_an_escape_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text


def test_every_column_of_a_record_has_a_place() -> None:
    for table, columns in TABLES.items():
        names = {heading.name for heading in load_layout()[table].headings}
        assert names == {column.name for column in columns}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_unique_and_complete(language: str) -> None:
    titles = [sheet.titles[language] for sheet in load_layout().values()]
    assert len(set(titles)) == len(titles)
    for sheet in load_layout().values():
        labels = [heading.labels[language] for heading in sheet.headings]
        assert len(set(labels)) == len(labels)
        for heading in sheet.headings:
            assert heading.hints[language].endswith((".", "…"))
            assert sheet.find_heading(heading.title(language)) is heading
    assert set(load_words()["de"]) == set(load_words()["en"])
    assert len(load_guide()["de"]) == len(load_guide()["en"])


def test_the_lists_show_labels_that_are_unique() -> None:
    columns = [heading.column for sheet in load_layout().values() for heading in sheet.headings]
    for codes in {column.codes for column in columns if column.codes}:
        for language in LANGUAGES:
            labels = [label.casefold() for label in list_labels(codes, language)]
            assert len(set(labels)) == len(labels) > 0


# --- a template --------------------------------------------------------------------------------

NEW = [
    ("Elbe-Elster", 2025, 2025, "gE"),
    ("03353", 2026, 2029, "gE"),
    ("Erlangen, Stadt", 2018, 2018, "zkT"),
    ("Ilm-Kreis", 2022, 2024, "gE"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "first", "last", "form"), NEW)
def test_a_template_is_read_without_a_violation(
    name: str, first: int, last: int, form: str, language: str
) -> None:
    skeleton = make_skeleton(find_district(name), first, last, language=language)
    sheets = read_workbook(write_workbook(skeleton, language, template=True), NAME)
    assert {finding.code for finding in sheets.findings} <= {"AMIP-R19"}
    assert sheets.record.section("jobcenter")["organisation_form"] == form
    assert len(sheets.record.items("sponsors")) == (2 if form == "gE" else 1)
    assert sum(sheets.skipped.values()) == 4
    assert read_files(sheets.record) == read_files(skeleton)


def test_what_can_be_newly_granted_stands_first() -> None:
    def rank(year: int, label: str) -> int:
        return list_labels("instruments", "de", (year, year)).index(label)

    before, after = rank(2022, "Ganzheitliche Betreuung"), rank(2024, "Ganzheitliche Betreuung")
    assert after < before
    assert set(list_labels("instruments", "de", (2022, 2022))) == set(
        list_labels("instruments", "de")
    )


def test_a_template_helps_to_fill_it_in() -> None:
    skeleton = make_skeleton(find_district("Elbe-Elster"), 2025, language="de")
    workbook = open_workbook(write_workbook(skeleton, "de", template=True))
    assert workbook.sheetnames[:3] == ["Lies mich", "Programm", "Träger"]
    assert workbook["Listen"].sheet_state == "hidden"
    page: Any = workbook["Zahlen"]
    headers = [cell.value for cell in page[1]]
    assert page["A2"].value == "Beispiel"
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref.startswith("A1:")
    assert all(cell.comment is not None for cell in page[1])
    unit = headers.index("Einheit") + 1
    value = headers.index("Wert") + 1
    forms = {
        page.cell(row, unit).value: page.cell(row, value).number_format for row in range(3, 60)
    }
    assert forms["Euro"].startswith("#,##0.00")
    assert forms["Anzahl"].startswith("#,##0;")
    assert forms["Prozent"].startswith("0.0")
    sources = {choice.formula1 for choice in page.data_validations.dataValidation}
    assert {"amip_indicators", "amip_units", "amip_ids_sponsors"} <= sources
    assert sources <= set(workbook.defined_names)


# --- reading what people do --------------------------------------------------------------------


def fill(changes: Mapping[str, object]) -> Sheets:
    """Read the tiny programme after changing cells of its first figure, by header."""
    workbook = open_workbook(write_workbook(minimal(), "de"))
    page: Any = workbook["Zahlen"]
    headers = [str(cell.value).rstrip(" *") for cell in page[1]]
    for header, value in changes.items():
        cell = page.cell(2, headers.index(header) + 1)
        if isinstance(value, tuple):
            cell.value, cell.number_format = value
        else:
            cell.value = value
    return read_workbook(save(workbook), NAME)


READ = [
    ({"Wert": None, "Gedruckt": "2.100.000,50 €"}, "value", "2100000.50"),
    ({"Wert": None, "Einheit": None, "Gedruckt": "20,5 %"}, "unit", "PERCENT"),
    ({"Wert": (2100000.5, "General"), "Gedruckt": "2.100.000,50 €"}, "value", "2100000.50"),
    ({"Wert": (2100000, "#,##0.00;-#,##0.00"), "Gedruckt": "2.100.000 €"}, "value", "2100000"),
    ({"Wert": (0.1, "General"), "Gedruckt": "0,1 €"}, "value", "0.1"),
    ({"Wert": (1e15, "General"), "Gedruckt": ""}, "value", "1000000000000000"),
    ({"Zeitraum": 2025}, "period", "2025"),
    ({"Zeitraum": "2025 "}, "period", "2025"),
    ({"Einheit": "euro"}, "unit", "CCY_EUR"),
    ({"Einheit": "CCY_EUR"}, "unit", "CCY_EUR"),
    ({"Einheit": "Percent"}, "unit", "PERCENT"),
    ({"Kennung": None}, "id", "egl-2023-estimate"),
    ({"Kennung": None, "Haushaltstitel": None, "Kennzahl": "K2"}, "id", "k2-2023-estimate"),
    ({"Seite": 12}, "page", "12"),
    ({"Gedruckt": 2100}, "printed", "2100"),
    ({"Gedruckt": (0.205, "0.0%")}, "printed", "20,5 %"),
    ({"Tabellenzeile": (2021, "General")}, "row", "2021"),
]


@pytest.mark.parametrize(("changes", "column", "expected"), READ)
def test_cells_are_read_as_people_mean_them(
    changes: dict[str, object], column: str, expected: str
) -> None:
    row = fill(changes).record.rows("figures")[0]
    assert row[column] == expected


def test_made_ids_are_unique_and_the_same_each_time() -> None:
    workbook = open_workbook(write_workbook(minimal(), "de"))
    for title in ("Zahlen", "Ziele", "Aufgliederungen", "Quoten", "Aussagen", "Träger"):
        page = workbook[title]
        for row in range(2, page.max_row + 1):
            page.cell(row, 1).value = None
    content = save(workbook)
    record = read_workbook(content, NAME).record
    assert read_workbook(content, NAME).record == record
    ids = [row["id"] for row in record.rows("figures")]
    assert len(set(ids)) == len(ids) == 8
    assert {"elb-2022-05", "elb-2022-05-f", "k2-2023-change", "k2-2023-target"} <= set(ids)
    assert {row["id"] for row in record.rows("breakdowns")} == {"elb-2022-05-exhaustive"}
    assert [row["id"] for row in record.rows("ratios")] == ["women-2022-05-share"]


def test_other_programs_and_habits_change_nothing() -> None:
    workbook = open_workbook(write_workbook(minimal(), "de"))
    page: Any = workbook["Zahlen"]
    page.move_range(f"C1:D{page.max_row}", cols=40)
    page.insert_cols(3)
    page.insert_rows(1)
    page["A1"] = "Jobcenter Musterstadt"
    page.cell(400, 1).number_format = "@"
    page.cell(5000, 2).value = "   "
    ziele: Any = workbook["Ziele"]
    cell = ziele.cell(2, [each.value for each in ziele[1]].index("Gedruckt") + 1)
    cell.value = CellRichText(TextBlock(InlineFont(b=True), "keine "), "Zielwerte vereinbart")
    workbook.move_sheet("Ziele", -3)
    workbook.create_sheet("Eigene Notizen")["A1"] = "=1/0"
    sheets = read_workbook(save(workbook), NAME)
    assert sheets.findings == ()
    assert sheets.others == ("Eigene Notizen",)
    assert read_files(sheets.record) == read_files(minimal())


def test_the_last_result_of_a_formula_is_read() -> None:
    workbook = open_workbook(write_workbook(minimal(), "de"))
    workbook["Zahlen"]["I2"].value = "=510000*2"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(save(workbook))) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(b"510000*2</f><v", b"510000*2</f><v>1020000</v><v")
            new.writestr(name, part.replace(b"</v><v />", b"</v>").replace(b"</v><v></v>", b"</v>"))
    sheets = read_workbook(target.getvalue(), NAME)
    assert sheets.findings == ()
    assert sheets.record.rows("figures")[0]["value"] == "1020000"


def test_a_large_workbook_is_read_in_well_under_a_second() -> None:
    record, _ = read_record(next(path for path in PROGRAMMES if "elbe" in path.name))
    assert len(record.rows("figures")) > 200
    content = write_workbook(record, "de")
    read_workbook(content, NAME)
    start = time.process_time()
    read_workbook(content, NAME)
    assert time.process_time() - start < 0.8


# --- places ------------------------------------------------------------------------------------

PLACES = [
    ("figures.csv", 3, "value", "Zahlen", "I3", "Wert"),
    ("figures.csv", 3, "", "Zahlen", "A3", ""),
    ("left-out.csv", 2, "reason", "Ausgelassen", "C2", "Grund"),
    ("programme.yaml", 0, "title", "Programm", "B3", "Titel"),
    ("programme.yaml", 0, "organisation_form", "Programm", "B6", "Organisationsform"),
    ("programme.yaml", 0, "jobcenter: id", "Programm", "B4", "Jobcenter: Kennung"),
    ("programme.yaml", 0, "sha256", "Programm", "B13", "Quelle: Prüfsumme"),
    ("programme.yaml", 0, "folder", "Programm", "B2", "Kurzname"),
    ("programme.yaml", 0, "", "Programm", "B3", ""),
    ("programme.yaml", 0, "sponsors[2].kind", "Träger", "B3", "Art"),
    ("programme.yaml", 0, "source.dates[1].date", "Daten", "B2", "Datum"),
    ("programme.yaml", 0, "area", "Gebiet", "A1", ""),
]


@pytest.mark.parametrize(("file", "row", "column", "sheet", "cell", "header"), PLACES)
def test_places_of_the_record_are_cells_of_the_workbook(
    file: str, row: int, column: str, sheet: str, cell: str, header: str
) -> None:
    sheets = there_and_back(minimal())
    place = sheets.place(Place(f"{SLUG}/{file}", row, column, "x"))
    assert (place.file, place.sheet, place.cell, place.column) == (NAME, sheet, cell, header)
    assert place.record == "x"
    assert place.row == int("".join(mark for mark in cell if mark.isdecimal()))


def test_texts_about_folders_name_the_sheets_and_headers() -> None:
    advice = "printed und start in targets.csv, source.sha256 in programme.yaml angeben."
    assert name_sheets(advice, "de", "Ziele") == (
        "»Gedruckt« und »Zeichenposition« in Blatt »Ziele«, "
        "»Quelle: Prüfsumme« in Blatt »Programm« angeben."
    )
    text = "Fill in the value in figures.csv."
    assert name_sheets(text, "en", "Figures") == "Fill in the value in sheet “Figures”."
    assert name_sheets("k2-value bleibt, Werte auch.", "de", "Zahlen") == (
        "k2-value bleibt, Werte auch."
    )


# --- marks -------------------------------------------------------------------------------------


def make_finding(severity: Severity, sheet: str, cell: str, **more: Any) -> Finding:
    return Finding(
        code="AMIP-A01",
        severity=severity,
        place=Place(NAME, 2, "Wert", "egl-2023", sheet=sheet, cell=cell),
        message={"de": "Die Summe stimmt nicht", "en": "The total is wrong"},
        advice={"de": "Wert prüfen.", "en": "Check the value."},
        **more,
    )


def make_report() -> Report:
    part = Place(NAME, 4, "Wert", sheet="Zahlen", cell="I4")
    cause = {"de": "Zahlendreher", "en": "digits swapped"}
    asked = Expectation(SLUG, "AMIP-C01", {"de": "Eckwert K1", "en": "K1"}, State.NOT_STATED)
    findings = [
        make_finding(Severity.VIOLATION, "Zahlen", "I3", cells=(part,), cause=cause, expected="=1"),
        make_finding(Severity.INFO, "Zahlen", "I3", why={"de": "§ 48b SGB II", "en": "law"}),
        make_finding(Severity.WARNING, "Ziele", "E2"),
        make_finding(Severity.INFO, "", ""),
    ]
    return Report.of(findings, expectations=[asked])


def colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type else ""


def look(workbook: Workbook) -> dict[str, object]:
    """Return what must survive a check: how our sheets look and what they offer."""
    kept: dict[str, object] = {}
    for page in workbook.worksheets:
        if page.title in {"Prüfbericht", "Check report", "amip-marks"}:
            continue
        choices = page.data_validations.dataValidation
        kept[page.title] = (
            sorted((str(c.sqref), c.formula1, c.prompt, c.showErrorMessage) for c in choices),
            {key: dimension.width for key, dimension in page.column_dimensions.items()},
            page.auto_filter.ref,
            page.freeze_panes,
            page.sheet_state,
            {
                cell.coordinate: (cell.value, cell.data_type, cell.number_format, cell.font.b)
                for row in page.iter_rows()
                for cell in row
                if cell.value is not None
            },
        )
    kept["names"] = {name: each.attr_text for name, each in workbook.defined_names.items()}
    return kept


def own_workbook() -> bytes:
    """Return the tiny programme's workbook with a colour and comments of the user's own."""
    workbook = open_workbook(write_workbook(minimal(), "de"))
    workbook["Zahlen"]["I3"].fill = copy(MAROON)
    workbook["Zahlen"]["I3"].comment = Comment("bitte klären", "Frau M.")
    workbook["Ziele"]["A2"].comment = Comment("eigene Notiz", "Frau M.")
    workbook["Zahlen"]["S2"].value = "=1+1"
    workbook["Zahlen"]["S2"].data_type = "s"
    return save(workbook)


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_stand_at_the_cells_and_everything_else_survives(language: str) -> None:
    content = own_workbook()
    marked = annotate_workbook(content, make_report(), language)
    workbook = open_workbook(marked)
    assert look(workbook) == look(open_workbook(content))
    cells: Any = workbook["Zahlen"]
    assert colour(cells["I3"]) == "FFFF9C9B"
    assert colour(cells["I4"]) == "FFFFE1E0"
    assert colour(workbook["Ziele"]["E2"]) == "FFFFD966"
    text = cells["I3"].comment.text
    assert text.startswith("bitte klären\n")
    for part in (
        "AMIP-A01",
        make_report().findings[0].help(language),
        "§ 48b" if language == "de" else "law",
    ):
        assert part in text
    assert ("Zahlendreher" if language == "de" else "digits swapped") in text
    assert workbook["Ziele"]["A2"].comment.text == "eigene Notiz"
    assert read_workbook(marked, NAME).record == read_workbook(content, NAME).record


def test_the_overview_comes_first_and_leads_to_the_cells() -> None:
    workbook = open_workbook(annotate_workbook(own_workbook(), make_report(), "de"))
    page: Any = workbook["Prüfbericht"]
    assert workbook.sheetnames[0] == "Prüfbericht"
    active: Any = workbook.active
    assert active.title == "Prüfbericht"
    assert page["A2"].value == (
        "1 Fehler, 1 Warnung, 2 Hinweise. Das Programm kann noch nicht übernommen werden."
    )
    assert page["E6"].hyperlink.location == "'Zahlen'!I3"
    assert page["I6"].value == "=1"
    assert page["I6"].data_type == "s"
    texts = {cell.value for row in page.iter_rows() for cell in row}
    assert {"Eckwert K1", "nicht angegeben", "AMIP-C01"} <= texts


def test_a_second_check_replaces_the_marks_of_the_first() -> None:
    first = annotate_workbook(own_workbook(), make_report(), "de")
    again = open_workbook(annotate_workbook(first, make_report(), "de"))
    once = open_workbook(first)
    assert look(again) == look(once)
    assert again.sheetnames == once.sheetnames
    for title, cell in (("Zahlen", "I3"), ("Zahlen", "I4"), ("Ziele", "E2")):
        assert colour(again[title][cell]) == colour(once[title][cell])
        assert again[title][cell].comment.text == once[title][cell].comment.text
    clean = open_workbook(annotate_workbook(first, Report(()), "en"))
    assert "Prüfbericht" not in clean.sheetnames
    assert "amip-marks" not in clean.sheetnames
    cells: Any = clean["Zahlen"]
    assert colour(cells["I3"]) == "FF800000"
    assert cells["I3"].comment.text == "bitte klären"
    assert colour(cells["I4"]) == ""
    assert cells["I4"].comment is None


# --- the commands ------------------------------------------------------------------------------


def test_from_a_folder_to_a_workbook_and_back(tmp_path: Path) -> None:
    exported = run("export", str(MINIMAL), "-o", "x.xlsx", folder=tmp_path)
    assert exported.returncode == 0, exported.stderr
    imported = run("import", "x.xlsx", "-o", "out", folder=tmp_path)
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.decode().strip() == f"out/{SLUG}"
    folder = tmp_path / "out" / SLUG
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == read_files(minimal())
    again = run("import", "x.xlsx", "-o", "out", folder=tmp_path)
    assert again.returncode == 3
    assert b"Traceback" not in again.stderr


def test_a_template_goes_through_standard_output_and_input(tmp_path: Path) -> None:
    written = run("template", "--jobcenter", "elbe elster", "--year", "2025", "-o", "-")
    assert written.returncode == 0, written.stderr
    imported = run("import", "-", folder=tmp_path, given=written.stdout, language="de_DE.UTF-8")
    assert imported.returncode == 0, imported.stderr
    assert (tmp_path / "elbe-elster-2025" / "figures.csv").is_file()
    assert "Beispielzeile" in imported.stderr.decode()
    assert "noch nicht ausgefüllt" in imported.stderr.decode()


def test_a_template_without_a_jobcenter_asks_for_its_name(tmp_path: Path) -> None:
    assert run("template", "--year", "2025", "-o", "neu.xlsx", folder=tmp_path).returncode == 0
    imported = run("import", "neu.xlsx", folder=tmp_path, language="de_DE.UTF-8")
    assert imported.returncode == 1
    assert "Sheet" not in imported.stdout.decode()
    assert "AMIP-R06" in imported.stdout.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["neu.xlsx"]


def test_findings_are_told_by_sheet_and_cell_and_nothing_is_written(tmp_path: Path) -> None:
    workbook = open_workbook(write_workbook(minimal(), "de"))
    workbook["Zahlen"]["I2"].value = "2.100.000,50"
    workbook.save(tmp_path / "x.xlsx")
    done = run("import", "x.xlsx", folder=tmp_path, language="de_DE.UTF-8")
    assert done.returncode == 1
    assert "Blatt Zahlen, Zelle I2, Spalte Wert" in done.stdout.decode()
    assert "nichts geschrieben" in done.stderr.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.xlsx"]


WRONG = [
    (("template", "-o", "neu.ods"), 2),
    (("template", "--jobcenter", "Entenhausen", "-o", "x.xlsx"), 2),
    (("template", "--year", "1848", "-o", "x.xlsx"), 2),
    (("template", "--year", "2025", "--to", "2024", "-o", "x.xlsx"), 2),
    (("export", "nowhere", "-o", "x.xlsx"), 3),
    (("import", "nowhere.xlsx"), 3),
    (("import", "."), 3),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG, ids=lambda each: str(each))
def test_wrong_calls_say_what_is_wrong(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


GUIDE = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")


def test_the_commands_of_the_guide_run(tmp_path: Path) -> None:
    (block,) = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
    commands = [shlex.split(line.removeprefix("$ amip")) for line in block.splitlines()]
    shutil.copytree(
        ROOT / "programmes" / "elbe-elster-2022", tmp_path / "programmes" / "elbe-elster-2022"
    )
    for command in commands:
        done = run(*command, folder=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
    checked = open_workbook((tmp_path / "geprueft.xlsx").read_bytes())
    assert checked.sheetnames[0] in {"Prüfbericht", "Check report"}


def test_the_python_of_the_guide_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(block, "workbook.md", "exec"), {})
