"""The text of a source document, exactly as it was transcribed from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from amip.errors import InputError


@dataclass(frozen=True, slots=True)
class Document:
    """A source text and its checksum; offsets count characters of `text` from 0."""

    path: Path
    text: str
    sha256: str

    def line(self, offset: int) -> int:
        """Return the line number, from 1, of a character offset."""
        return self.text.count("\n", 0, offset) + 1


def read_document(path: Path) -> Document:
    """Read a source text as UTF-8, without any translation of line ends.

    Raises `InputError` when the file is missing or not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: the source text cannot be read ({error.strerror})",
            subject=path,
            advice="name the folder that holds the source texts",
        ) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is not UTF-8",
            subject=path,
            advice="save the text as UTF-8",
        ) from error
    return Document(path, text, hashlib.sha256(raw).hexdigest())
