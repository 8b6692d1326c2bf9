"""How a workbook looks: fonts, fills and number formats."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from amip.findings import Severity

AUTHOR = "amip"
HEADER = PatternFill("solid", fgColor="FF1F3864")
HEADER_OPTIONAL = PatternFill("solid", fgColor="FF5B7BB4")
EXAMPLE = PatternFill("solid", fgColor="FFEDEDED")
HEADER_FONT = Font("Calibri", 11, bold=True, color="FFFFFFFF")
EXAMPLE_FONT = Font("Calibri", 11, italic=True, color="FF808080")
HINT_FONT = Font("Calibri", 10, italic=True, color="FF595959")
TITLE_FONT = Font("Calibri", 16, bold=True, color="FF1F3864")
HEAD_FONT = Font("Calibri", 12, bold=True, color="FF1F3864")
BOLD = Font("Calibri", 11, bold=True)
LINK = Font("Calibri", 11, underline="single", color="FF0563C1")
WRAP = Alignment(wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")
MIDDLE = Alignment(vertical="center", wrap_text=True)
INPUT = Border(bottom=Side("thin", color="FFBFBFBF"))

MARKS: Mapping[Severity, PatternFill] = MappingProxyType(
    {
        Severity.VIOLATION: PatternFill("solid", fgColor="FFFF9C9B"),
        Severity.WARNING: PatternFill("solid", fgColor="FFFFD966"),
        Severity.INFO: PatternFill("solid", fgColor="FF9DC3E7"),
    }
)
LIGHT_MARKS: Mapping[Severity, PatternFill] = MappingProxyType(
    {
        Severity.VIOLATION: PatternFill("solid", fgColor="FFFFE1E0"),
        Severity.WARNING: PatternFill("solid", fgColor="FFFFF2CD"),
        Severity.INFO: PatternFill("solid", fgColor="FFDEEBF8"),
    }
)
MARK_COLOURS = frozenset(
    str(fill.fgColor.rgb) for marks in (MARKS, LIGHT_MARKS) for fill in marks.values()
)
"""The colours of marks, by which the marks of an earlier check are recognised."""

EMPTY_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "CCY_EUR": "#,##0.00;-#,##0.00",
        "NUM": "#,##0;-#,##0",
        "PERCENT": "0.0;-0.0",
        "percentage-point": "0.0;-0.0",
    }
)
"""Formats of cells still to be filled, by unit. Two sections look the same as one, but tell the
reader that the decimals are not those of a printed figure."""


def fit_width(page: Worksheet, *, landscape: bool = True) -> None:
    """Print a sheet as wide as the paper and as long as it takes."""
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def make_comment(text: str, width: int = 320) -> Comment:
    """Make a comment that is large enough for its text."""
    comment = Comment(text, AUTHOR)
    lines = sum(1 + len(line) * 7 // width for line in text.splitlines())
    comment.width, comment.height = width, 24 + 17 * lines
    return comment
