"""Open a workbook with openpyxl, with its strings as they are in the file."""

from __future__ import annotations

import io
import re
import warnings
import zipfile

from openpyxl import Workbook
from openpyxl.cell.text import Text
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from amip.errors import Phrase
from amip.workbook.container import check_container, refuse

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}[_\r])")
_UNHELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BROKEN = (
    *(AttributeError, IndexError, KeyError, OSError, OverflowError, TypeError, ValueError),
    *(RecursionError, SyntaxError, zipfile.BadZipFile),
)
_VBA = "xl/vbaProject.bin"


class _Reader(ExcelReader):
    """Openpyxl's reader, which would take the escapes of some strings apart halfway."""

    package: Manifest

    def read_strings(self) -> None:
        """Read the shared strings as they are; `unescape` turns them into text."""
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        strings: list[str] = []
        with self.archive.open(part.PartName.removeprefix("/")) as source:
            for _, node in iterparse(source):
                if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                    text = Text.from_tree(node)
                    strings.append(text.content if text else "")
                    node.clear()
        self.shared_strings = strings


def load_workbook(content: bytes, name: str, *, results: bool = False) -> Workbook:
    """Open a workbook; with `results` a formula cell holds its last result.

    Raises `InputError` when the file is no workbook or cannot be read safely.
    """
    check_container(content, name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        keeps_macros = _VBA in archive.namelist()
    with warnings.catch_warnings():
        # Parts that openpyxl does not know are of no concern to the reader of our sheets.
        warnings.simplefilter("ignore")
        try:
            reader = _Reader(io.BytesIO(content), keep_vba=keeps_macros, data_only=results)
            reader.read()
        except _BROKEN as error:
            why = Phrase("the workbook is damaged ({problem})", problem=_describe(error))
            advice = Phrase("open it in Excel or LibreOffice and save it again as .xlsx")
            raise refuse(name, why, advice) from error
    workbook: Workbook = reader.wb
    return workbook


def save_workbook(workbook: Workbook, name: str) -> bytes:
    """Write a workbook that was opened; raises `InputError` when it cannot be written again."""
    target = io.BytesIO()
    try:
        workbook.save(target)
    except _BROKEN as error:
        why = Phrase("the workbook cannot be given back ({problem})", problem=_describe(error))
        advice = Phrase("copy the data into a workbook of `amip template`")
        raise refuse(name, why, advice) from error
    return target.getvalue()


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def escape(text: str) -> str:
    r"""Write text as a workbook stores it (ECMA-376, ST_Xstring).

    Raises `ValueError` for characters that no workbook holds.

    >>> escape("a\r\nb"), escape("_x000D_")
    ('a_x000D_\nb', '_x005F_x000D_')
    """
    if found := _UNHELD.search(text):
        raise ValueError(f"U+{ord(found[0]):04X}")
    return _LOOKS_ESCAPED.sub("_x005F_", text).replace("\r", "_x000D_")


def unescape(text: str) -> str:
    r"""Read text as a workbook stores it.

    >>> unescape("_x005F_x000D_"), unescape("a_x000D_")
    ('_x000D_', 'a\r')
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
