"""Places of print: where a figure stands in its document, and the passage around it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from amip.errors import InputError
from amip.query import Term
from amip.serve.site import Site
from amip.sources import Document, read_document

AROUND = 300
"""Characters of the text that are shown on either side of a figure."""
_TEXTS = (
    *("place", "printed", "page", "section", "table", "row", "column"),
    *("document", "file", "hash"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in which a figure is printed; `start` is -1 where the offset is not known."""

    place: str
    printed: str
    start: int
    end: int
    page: str
    section: str
    table: str
    row: str
    column: str
    document: str
    file: str
    hash: str
    reads: Term | None


@dataclass(frozen=True, slots=True)
class Passage:
    """The text around a figure.

    `same` tells whether the text is the one that was transcribed, by its checksum; `found`
    whether the figure is printed at that place of it; `cut_…` whether there is more text.
    """

    before: str
    printed: str
    after: str
    line: int
    same: bool
    found: bool
    cut_before: bool
    cut_after: bool


def read_places(site: Site, figure: str) -> list[Place]:
    """Read the places in which a figure is printed, in the order of the document."""
    return [
        Place(
            **{name: str(row[name] or "") for name in _TEXTS},
            start=int(str(row["start"] or -1)),
            end=int(str(row["end"] or -1)),
            reads=row["reads"],
        )
        for row in site.select("places", figure=figure).records
    ]


def find_passage(folder: Path, place: Place) -> Passage | None:
    """Find the passage of a place in a folder of source texts; `None` when the text is not there.

    Only files of that folder are read, whatever the graph says that a document is called.
    """
    name = Path(place.file).name
    if not name or name != place.file or place.start < 0:
        return None
    try:
        document = read_document(folder / name)
    except InputError:
        return None
    return cut_passage(document, place)


def cut_passage(document: Document, place: Place) -> Passage:
    """Cut the passage of a place out of a text."""
    text, start, end = document.text, place.start, place.end
    printed = text[start:end]
    return Passage(
        before=text[max(0, start - AROUND) : start],
        printed=printed,
        after=text[end : end + AROUND],
        line=document.line(start),
        same=document.sha256 == place.hash,
        found=printed == place.printed,
        cut_before=start > AROUND,
        cut_after=end + AROUND < len(text),
    )
