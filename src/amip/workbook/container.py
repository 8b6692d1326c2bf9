"""The container of a workbook: a ZIP of XML parts, looked through before anything is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from amip.errors import InputError, Phrase

MAX_FILE = 20 * 2**20
MAX_UNPACKED = 40 * 2**20
_MAX_PARTS = 2000
_MAX_RATIO = 200
_SMALL = 2**20
_CHUNK = 2**16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MANIFEST = "[Content_Types].xml"
_SAVE_AS = Phrase("open it in Excel or LibreOffice and save it as “Excel workbook (.xlsx)”")
_TEMPLATE = Phrase("start from a workbook that `amip template` writes")
_AGAIN = Phrase("fetch or save the file again; it was cut off or changed on the way")
_LARGE = Phrase(
    "remove pictures, further sheets and formatted empty rows, or start from `amip template`"
)


def check_container(content: bytes, name: str) -> None:
    """Raise `InputError` when `content` is no workbook that can be read safely.

    Looks at the kind of file, at the sizes that the ZIP directory states and at those that come
    out, and at every XML part: it has to be well-formed and must not define entities.
    """
    _check_kind(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive, name)
            _check_parts(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        why = Phrase("the workbook is damaged ({problem})", problem=error)
        raise refuse(name, why, _AGAIN) from error


def refuse(name: str, why: Phrase, advice: Phrase) -> InputError:
    """Make the error that says why a workbook is not read, and what to do."""
    return InputError("{subject}: {why}", subject=name, advice=advice, why=why)


def _check_kind(content: bytes, name: str) -> None:
    if not content:
        raise refuse(name, Phrase("the file is empty"), _TEMPLATE)
    if len(content) > MAX_FILE:
        size = f"{len(content) / 2**20:.0f}"
        why = Phrase("the file has {size} MB, more than {most} MB", size=size, most=MAX_FILE >> 20)
        raise refuse(name, why, _LARGE)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            advice = Phrase("open it, remove the password, and save it")
            raise refuse(name, Phrase("the workbook is protected by a password"), advice)
        if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
            why = Phrase("the file is an old workbook (.xls), whatever its name")
            raise refuse(name, why, _SAVE_AS)
        raise refuse(name, Phrase("the file is an old Office document, no workbook"), _SAVE_AS)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<?xml", b"<html", b"<!DOCTYPE", b"<")):
        raise refuse(name, Phrase("the file is XML or HTML, no workbook"), _SAVE_AS)
    if not content.startswith(_ZIP):
        if b"\0" in content[:_CHUNK]:
            raise refuse(name, Phrase("the file is no workbook"), _TEMPLATE)
        raise refuse(name, Phrase("the file is a text file such as CSV, no workbook"), _SAVE_AS)


def _check_directory(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        why = Phrase("the file is protected by a password")
        raise refuse(name, why, Phrase("remove the password"))
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if (
        len(parts) > _MAX_PARTS
        or total > MAX_UNPACKED
        or (total > _SMALL and total > _MAX_RATIO * max(packed, 1))
    ):
        why = Phrase("unpacked, the workbook has {size} MB", size=f"{total / 2**20:.0f}")
        raise refuse(name, why, _LARGE)
    names = {part.filename for part in parts}
    if "mimetype" in names and archive.read("mimetype").startswith(
        b"application/vnd.oasis.opendocument"
    ):
        raise refuse(name, Phrase("the file is an OpenDocument file (.ods)"), _SAVE_AS)
    if "xl/workbook.bin" in names:
        raise refuse(name, Phrase("the file is a binary workbook (.xlsb)"), _SAVE_AS)
    if _MANIFEST not in names or not any(part.startswith("xl/") for part in names):
        raise refuse(name, Phrase("the file is a ZIP archive, but no workbook"), _TEMPLATE)


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    total = 0
    for part in archive.infolist():
        is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
        parser = _make_parser(name, part.filename) if is_xml else None
        try:
            for chunk in _read_chunks(archive, part):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    most = MAX_UNPACKED >> 20
                    why = Phrase("unpacked, the workbook has more than {most} MB", most=most)
                    raise refuse(name, why, _LARGE)
                if parser is not None:
                    parser.Parse(chunk, False)
            if parser is not None:
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            if not part.filename.endswith(".vml"):  # Excel's own drawings are not always XML
                why = Phrase(
                    "the part {part} of the workbook is broken ({problem})",
                    part=part.filename,
                    problem=error,
                )
                raise refuse(name, why, _AGAIN) from error


def _read_chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _make_parser(name: str, part: str) -> expat.XMLParserType:
    def stop(*_: object) -> None:
        why = Phrase("the part {part} declares a document type, which no workbook has", part=part)
        raise refuse(name, why, _TEMPLATE)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = stop
    return parser
