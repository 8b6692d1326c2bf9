"""Where an edition may be written."""

from __future__ import annotations

from pathlib import Path

from amip.errors import Phrase, UsageError
from amip.publish.folder import check_folder

MARK = "edition.json"
"""The file by which an edition is known."""


def check_target(target: Path) -> None:
    """Check that an edition may be written: to a new or empty folder, or over an older one.

    Raises `UsageError` when the folder holds something else, or is a file.
    """
    check_folder(target, MARK, Phrase("static edition"))


def check_file(target: Path) -> None:
    """Check that a single file may be written: HTML, to a folder that is there.

    Raises `UsageError` otherwise.
    """
    if target.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(
            "{subject}: the single file is HTML", subject=target, advice="name it: amip.html"
        )
    if target.is_dir() or not target.resolve().parent.is_dir():
        raise UsageError(
            "{subject}: not a file in a folder that is there",
            subject=target,
            advice="choose another place with --single",
        )
