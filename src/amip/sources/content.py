"""The content of a file that somebody has named: its bytes, and the text in them."""

from __future__ import annotations

from pathlib import Path

from amip.errors import InputError, Phrase

_CHECK = Phrase("check the name and the rights of the file")


def read_content(path: Path, advice: Phrase = _CHECK) -> bytes:
    """Read a file; raises `InputError` with the `advice` when that is not possible."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            "{subject}: the file cannot be read ({problem})",
            subject=path,
            advice=advice,
            problem=error.strerror,
        ) from error


def decode_content(content: bytes, name: object) -> str:
    """Decode the content of a file of that name; raises `InputError` when it is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            "{subject}: byte {byte} is not UTF-8",
            subject=name,
            advice="save the file as UTF-8",
            byte=error.start,
        ) from error
