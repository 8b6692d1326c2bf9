"""The folder of an edition: it appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from amip.errors import InputError, UsageError

MARK = "edition.json"
"""The file by which an edition is known."""


def check_target(target: Path) -> None:
    """Check that an edition may be written: to a new or empty folder, or over an older one.

    Raises `UsageError` when the folder holds something else, or is a file.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(
            f"{target}: not a folder", subject=target, advice="choose another folder with -o"
        )
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise UsageError(
            f"{target}: the folder holds something that is no static edition",
            subject=target,
            advice="choose another folder with -o, or empty this one",
        )


def check_file(target: Path) -> None:
    """Check that a single file may be written: HTML, to a folder that is there.

    Raises `UsageError` otherwise.
    """
    if target.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(
            f"{target}: the single file is HTML", subject=target, advice="name it: amip.html"
        )
    if target.is_dir() or not target.resolve().parent.is_dir():
        raise UsageError(
            f"{target}: not a file in a folder that is there",
            subject=target,
            advice="choose another place with --single",
        )


def replace_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder, and put it in the place of the target.

    Raises `InputError` when that fails; an older edition then stays in place.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
            fresh, old = Path(scratch) / "new", Path(scratch) / "old"
            fresh.mkdir()
            write(fresh)
            if target.exists():
                target.rename(old)
            try:
                fresh.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
    except OSError as error:
        raise InputError(
            f"{target}: cannot be written ({error.strerror})",
            subject=target,
            advice="choose another folder with -o",
        ) from error
