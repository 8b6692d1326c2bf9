"""Say what is wrong with a record in the words of its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from amip.cards import make_finding
from amip.findings import Finding
from amip.records.record import HEAD
from amip.records.schema import TABLES
from amip.workbook.head import list_paths
from amip.workbook.layout import PROGRAMME, load_layout
from amip.workbook.sheets import Grid

_MISSING, _EMPTY = "AMIP-R14", "AMIP-R06"
_TWICE, _DANGLING = "AMIP-R09", "AMIP-R11"


def reword_finding(finding: Finding, grids: Mapping[str, Grid]) -> Finding:
    """Name columns and rows of the workbook where a finding names those of the record."""
    table = PurePosixPath(finding.place.file).stem
    language = _find_language(grids)
    column = finding.place.column
    match finding.code:
        case code if code == _MISSING:
            path = (column or finding.found).replace(": ", ".")
            place = replace(finding.place, column=path)
            return make_finding(_EMPTY, place, column=_name_entry(path, language))
        case code if code == _EMPTY and table in TABLES:
            label = load_layout()[table].heading(column).labels[language]
            return make_finding(code, finding.place, column=label)
        case code if code == _TWICE and table in grids:
            rows, line = grids[table].rows, int(finding.expected) - 2
            row = str(rows[line]) if 0 <= line < len(rows) else finding.expected
            return make_finding(code, finding.place, found=finding.found, expected=row)
        case code if code == _DANGLING:
            named = "sponsors" if finding.values.get("list") == HEAD else "figures"
            title = load_layout()[named].titles[language]
            slots = {"found": finding.found, "expected": finding.expected}
            return make_finding(code, finding.place, **slots, list=title)
    return finding


def _find_language(grids: Mapping[str, Grid]) -> str:
    grid, titles = grids.get(PROGRAMME), load_layout()[PROGRAMME].titles
    return "en" if grid and grid.title == titles["en"] else "de"


def _name_entry(path: str, language: str) -> str:
    """Return the header of an entry of the head, or the title of the sheet that lacks rows."""
    layout = load_layout()
    for heading in layout[PROGRAMME].headings:
        if heading.name == path:
            return heading.labels[language]
    name, _, column = path.partition("].")
    name = name.partition("[")[0]
    for sheet, known in list_paths().items():
        if name == known:
            labels = {each.name: each.labels[language] for each in layout[sheet].headings}
            return labels.get(column, layout[sheet].titles[language])
    return path
