"""The bytes of a file: what they are, and the text in them."""

from __future__ import annotations

import codecs
import re

from amip.cards import make_finding
from amip.errors import InputError, Phrase
from amip.findings import Finding, Place

_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|!--|script)", re.IGNORECASE)
_AGAIN = Phrase(
    "download the table again as CSV from regionalstatistik.de and import that file unchanged"
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_source(data: bytes, file: str) -> tuple[str, list[Finding]]:
    """Decode the bytes of a table: Latin-1 as the offices write it, or UTF-8 where it is that.

    Umlauts of a Latin-1 file are no valid UTF-8, so that the two cannot be mistaken; UTF-8 is read
    right and said. Lines end with a line feed in the result, whatever ends them in the file. Raises
    `InputError` for an empty file, a web page and binary data.
    """
    if not data.strip():
        raise InputError("{subject}: is empty", subject=file, advice=_AGAIN)
    plain = data.removeprefix(codecs.BOM_UTF8)
    if _MARKUP.match(plain):
        raise InputError(
            "{subject}: is a web page, not a table",
            subject=file,
            advice="open it in a browser to see what went wrong; {again}",
            again=_AGAIN,
        )
    if data.startswith(_WIDE) or b"\0" in data:
        raise InputError(
            "{subject}: is no CSV text (UTF-16, a workbook or other binary data)",
            subject=file,
            advice=_AGAIN,
        )
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError:
        return _unify(data.decode("latin-1")), []
    return _unify(text), [make_finding("AMIP-G17", Place(file))] if not text.isascii() else []


def _unify(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
