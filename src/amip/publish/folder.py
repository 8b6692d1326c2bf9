"""Folders that appear whole or not at all; that of a dataset with checksums of all its files."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from amip.errors import InputError, Phrase, UsageError

SUMS = "SHA256SUMS"
_DATASET = Phrase("dataset")


def check_folder(target: Path, mark: str = SUMS, kind: Phrase = _DATASET) -> None:
    """Check that a folder may be written: new, empty, or an older one of that kind.

    `mark` is the file by which one is known. Raises `UsageError` when the folder holds something
    else, or is a file.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(
            "{subject}: not a folder", subject=target, advice="choose another folder with -o"
        )
    if target.is_dir() and any(target.iterdir()) and not (target / mark).is_file():
        raise UsageError(
            "{subject}: the folder holds something that is no {kind}",
            subject=target,
            advice="choose another folder with -o, or empty this one",
            kind=kind,
        )


def write_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Replace a folder by what `write` writes and the checksums of it (see `replace_folder`)."""

    def write_with_sums(folder: Path) -> None:
        write(folder)
        (folder / SUMS).write_text(_sum_files(folder), encoding="utf-8")

    replace_folder(target, write_with_sums)


def replace_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder, and put it in the place of the target.

    Raises `InputError` when that fails; what was there then stays in place.
    """
    try:
        _replace(target, write)
    except OSError as error:
        raise InputError(
            "{subject}: cannot be written ({problem})",
            subject=target,
            advice="choose another folder with -o",
            problem=error.strerror,
        ) from error


def _replace(target: Path, write: Callable[[Path], None]) -> None:
    """Write into a temporary folder beside the target, then change places."""
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


def _sum_files(folder: Path) -> str:
    return "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in list_files(folder)
    )


def list_files(folder: Path) -> list[str]:
    """List all files in a folder by their paths from there, sorted."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
