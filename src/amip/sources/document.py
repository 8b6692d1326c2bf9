"""The text of a source document, exactly as it was transcribed from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from amip.errors import Phrase
from amip.sources.content import decode_content, read_content


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
    raw = read_content(path, Phrase("name the folder that holds the source texts"))
    return Document(path, decode_content(raw, path), hashlib.sha256(raw).hexdigest())
