"""Read a workbook as the record of a programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from openpyxl import Workbook

from amip.cards import make_finding
from amip.errors import InputError, Phrase, quote
from amip.findings import Finding, Place
from amip.records.agree import check_agreement
from amip.records.check import check_head, check_rows
from amip.records.labels import check_labels
from amip.records.record import HEAD, Record, Row
from amip.records.schema import TABLES
from amip.records.skeleton import name_programme, slugify
from amip.records.values import parse_figure
from amip.workbook.cell import Cell, Reading, align_value, read_cell, show_cell
from amip.workbook.container import refuse
from amip.workbook.head import list_paths, make_head
from amip.workbook.ids import fill_ids
from amip.workbook.layout import PROGRAMME, REQUIRED, Sheet, find_sheet, load_layout, load_words
from amip.workbook.load import load_workbook, unescape
from amip.workbook.reword import reword_finding
from amip.workbook.sheets import Grid, Sheets
from amip.workbook.table import Line, Page, Table, read_table, take_page

_NUMBERS = frozenset({"AMIP-R22", "AMIP-R23"})

SHAPE = "head"
"""The column of the hidden sheet that says which entries the head has."""


def read_workbook(content: bytes, name: str) -> Sheets:
    """Read the workbook `content`; `name` is its file name.

    Raises `InputError` when it is no workbook, is damaged or protected, or lacks our sheets; what
    is wrong with its cells are the findings of the result.
    """
    workbook = load_workbook(content, name)
    pages = _take_pages(workbook, content, name)
    shape = _read_shape(workbook)
    entries, rows, wrong = _read_entries(pages[PROGRAMME], name, shape)
    lists: dict[str, tuple[Row, ...]] = {}
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    grids = {PROGRAMME: _entry_grid(pages[PROGRAMME], rows)}
    skipped: dict[str, int] = {}
    slug = _find_slug(entries, name)
    for sheet in load_layout().values():
        if sheet.name == PROGRAMME or sheet.name not in pages:
            continue
        table = _read_sheet(pages[sheet.name], sheet, shape, name)
        grids[sheet.name] = table.grid
        lines = fill_ids(sheet.name, [_complete(sheet.name, line) for line in table.lines])
        if sheet.path:
            lists[".".join(sheet.path)] = lines
        else:
            tables[sheet.name] = lines
        wrong += _place_findings(sheet, table, lines, slug)
        if table.skipped:
            skipped[table.grid.title] = table.skipped
    entries.pop("slug", None)
    record = Record(Path(slug), make_head(entries, lists, shape), tables)
    wrong = [_at_head(finding, slug) for finding in wrong]
    findings = (*wrong, *_check(record, wrong, grids))
    return Sheets(name, record, findings, grids, rows, skipped, _find_others(workbook))


def _take_pages(workbook: Workbook, content: bytes, name: str) -> dict[str, Page]:
    ours = {sheet.title: find_sheet(sheet.title) for sheet in workbook.worksheets}
    found = {sheet.name for sheet in ours.values() if sheet}
    if missing := [each for each in REQUIRED if each not in found]:
        titles = load_layout()[missing[0]].titles
        raise refuse(
            name,
            Phrase(
                "there is no sheet “{german}” ({english}); the sheets are {sheets}",
                german=titles["de"],
                english=titles["en"],
                sheets=quote(workbook.sheetnames),
            ),
            Phrase("copy the data into a workbook that `amip template` writes"),
        )
    known = [sheet.name for sheet in ours.values() if sheet]
    if double := next((each for each in known if known.count(each) > 1), ""):
        twins = [title for title, sheet in ours.items() if sheet and sheet.name == double]
        why = Phrase("several sheets hold the same table: {sheets}", sheets=quote(twins))
        raise refuse(name, why, Phrase("rename one of them, or join the two"))
    formulas = any(
        cell.data_type == "f"
        for sheet in workbook.worksheets
        if ours[sheet.title]
        for cell in sheet._cells.values()
    )
    results = load_workbook(content, name, results=True) if formulas else None
    pages: dict[str, Page] = {}
    for sheet in workbook.worksheets:
        if ours_is := ours[sheet.title]:
            other = results[sheet.title] if results is not None else None
            pages.setdefault(ours_is.name, take_page(sheet, other))
    return pages


def _find_others(workbook: Workbook) -> tuple[str, ...]:
    """Return the sheets with something on them that are not read."""
    ours = {
        words[name]
        for words in (load_words()["de"], load_words()["en"])
        for name in ("guide", "lists", "overview")
    }
    return tuple(
        sheet.title
        for sheet in workbook.worksheets
        if sheet.title not in ours
        and sheet.sheet_state == "visible"
        and not find_sheet(sheet.title)
        and any(cell.value is not None for cell in sheet._cells.values())
    )


def _read_shape(workbook: Workbook) -> list[str]:
    for language in ("de", "en"):
        title = load_words()[language]["lists"]
        if title in workbook.sheetnames:
            for column in workbook[title].iter_cols(values_only=True):
                if column and column[0] == SHAPE:
                    return [unescape(str(value)) for value in column[1:] if value]
    return []


def _read_sheet(page: Page, sheet: Sheet, shape: list[str], name: str) -> Table:
    prefix = f"{list_paths().get(sheet.name, '-')}["
    extra = frozenset(path.rpartition("].")[2] for path in shape if path.startswith(prefix))
    if not page.rows:
        raise refuse(
            name,
            Phrase("the sheet “{sheet}” is empty", sheet=page.title),
            Phrase("copy its header row from a workbook that `amip template` writes"),
        )
    try:
        return read_table(page, sheet, extra)
    except InputError as error:
        raise refuse(name, error.message, error.remedy) from error


def _read_entries(
    page: Page, name: str, shape: list[str]
) -> tuple[dict[str, str], dict[str, int], list[Finding]]:
    """Read the sheet of the programme: entries by path, their rows, and what is wrong."""
    sheet, words = load_layout()[PROGRAMME], load_words()
    keys = {words[language]["key"].casefold() for language in ("de", "en")}
    entries: dict[str, str] = {}
    rows: dict[str, int] = {}
    wrong: list[Finding] = []
    for row, cells in page.rows.items():
        label = show_cell(cells.get(1, Cell())).strip()
        heading = sheet.find_heading(label)
        path = heading.name if heading else label if label in shape else ""
        cell = cells.get(2, Cell())
        if path and path not in entries:
            reading = read_cell(heading.column, cell) if heading else Reading(show_cell(cell))
            entries[path], rows[path] = reading.text, row
            if reading.code:
                wrong.append(_make(reading, Place(HEAD, 0, path), label))
        elif label.casefold() not in keys and show_cell(cell).strip():
            place = Place(HEAD, 0, label, sheet=page.title, cell=f"B{row}")
            wrong.append(make_finding("AMIP-R28", place, found=show_cell(cell)))
    if not entries:
        why = Phrase("the sheet “{sheet}” has none of its entries", sheet=page.title)
        raise refuse(name, why, Phrase("copy it from a workbook that `amip template` writes"))
    _fill_entries(entries)
    return entries, rows, wrong


def _fill_entries(entries: dict[str, str]) -> None:
    if not entries.get("jobcenter.id") and entries.get("jobcenter.name"):
        short = slugify(entries["jobcenter.name"]).removeprefix("jobcenter-")
        entries["jobcenter.id"] = short


def _entry_grid(page: Page, rows: Mapping[str, int]) -> Grid:
    # The header of a place on this sheet is the entry itself, so the column has none.
    return Grid(page.title, 1, {"": (2, "")}, tuple(rows.values()))


def _find_slug(entries: Mapping[str, str], name: str) -> str:
    if slug := entries.get("slug", ""):
        return slug.replace("/", "-")
    years = [entries.get(each, "") for each in ("first_year", "last_year")]
    if entries.get("jobcenter.id") and all(year.isdecimal() for year in years):
        return name_programme(slugify(entries["jobcenter.id"]), int(years[0]), int(years[1]))
    return slugify(PurePath(name).stem) or "programme"


def _complete(table: str, line: Line) -> Row:
    """Fill in what the printed form says: the value, its decimals and the unit."""
    texts = line.texts
    printed, value = texts.get("printed", ""), line.readings.get("value")
    figure = parse_figure(printed)
    if table != "figures" or figure is None or value is None or value.code:
        return texts
    if not value.text:
        texts["value"] = f"{figure.value:f}"
    elif value.loose:
        texts["value"] = align_value(value.text, printed)
    if not texts.get("unit", "-") and figure.unit:
        texts["unit"] = figure.unit
    return texts


def _place_findings(
    sheet: Sheet, table: Table, rows: tuple[Row, ...], slug: str
) -> Iterable[Finding]:
    """Yield the findings of a sheet with their places in the record."""
    path, file = ".".join(sheet.path), f"{slug}/{sheet.name}.csv"
    for finding in table.findings:
        place = finding.place
        if path:
            column = f"{path}[{max(place.row - 1, 1)}].{place.column}".rstrip(".")
            place = replace(place, file=HEAD, row=0, column=column if place.row > 1 else path)
        yield replace(finding, place=replace(place, file=HEAD if path else file), programme=slug)
    for number, (line, row) in enumerate(zip(table.lines, rows, strict=True)):
        for name, reading in line.readings.items():
            if not reading.code:
                continue
            at = Place(file, number + 2, name, row.get("id", ""), row.get("section", ""))
            if path:
                at = Place(HEAD, 0, f"{path}[{number + 1}].{name}")
            yield _make(reading, at, table.grid.columns[name][1])


def _make(reading: Reading, place: Place, header: str) -> Finding:
    finding = make_finding(
        reading.code, place, found=reading.text, expected=reading.expected, column=header
    )
    if reading.code not in _NUMBERS or not reading.expected:
        return finding
    # A German workbook takes the point of a record for the grouping of thousands.
    typed = reading.expected.replace(".", ",")
    advice = {**finding.advice, "de": finding.advice["de"].replace(reading.expected, typed)}
    return replace(finding, advice=advice)


def _at_head(finding: Finding, slug: str) -> Finding:
    """Put the folder before a place in the head, which was read before its name was known."""
    if finding.place.file != HEAD:
        return finding
    return replace(finding, place=replace(finding.place, file=f"{slug}/{HEAD}"), programme=slug)


def _check(
    record: Record, known: Iterable[Finding], grids: Mapping[str, Grid]
) -> Iterable[Finding]:
    """Check the record as a folder would be, without what is known about a cell already."""
    cells = {(f.place.file, f.place.row, f.place.column) for f in known}
    # The check of the head names some entries without their block.
    cells |= {(file, row, column.rpartition(".")[2]) for file, row, column in cells if not row}
    checks = (check_head, check_rows, check_agreement, check_labels)
    found = [finding for check in checks for finding in check(record)]
    unread = {(f.place.file, f.place.row) for f in found if f.code == "AMIP-R07"}
    for finding in found:
        place = finding.place
        follows = (
            finding.code == "AMIP-R06"
            and place.column in {"value", "unit"}
            and (place.file, place.row) in unread
        )
        if not follows and (place.file, place.row, place.column) not in cells:
            yield reword_finding(finding, grids)
