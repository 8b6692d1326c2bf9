"""Workbook: a programme as a spreadsheet to fill in, to read, and to give back with marks."""

from amip.workbook.annotate import annotate_workbook
from amip.workbook.blank import make_blank
from amip.workbook.naming import name_sheets
from amip.workbook.read import read_workbook
from amip.workbook.sheets import Sheets
from amip.workbook.write import write_workbook

__all__ = [
    "Sheets",
    "annotate_workbook",
    "make_blank",
    "name_sheets",
    "read_workbook",
    "write_workbook",
]
