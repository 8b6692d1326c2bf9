"""The dataset folder: it appears whole or not at all, with the checksums of all its files."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from amip.errors import InputError, UsageError

SUMS = "SHA256SUMS"


def check_folder(target: Path) -> None:
    """Check that a folder may be written: new, empty, or an older dataset.

    Raises `UsageError` when it holds something else, or is a file.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(
            f"{target}: not a folder", subject=target, advice="choose another folder with -o"
        )
    if target.is_dir() and any(target.iterdir()) and not (target / SUMS).is_file():
        raise UsageError(
            f"{target}: the folder holds something that is no dataset",
            subject=target,
            advice="choose another folder with -o, or empty this one",
        )


def write_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder, add the checksums, and put it in the place of the target.

    Raises `InputError` when that fails; an older dataset then stays in place.
    """
    try:
        _replace(target, write)
    except OSError as error:
        raise InputError(
            f"{target}: cannot be written ({error.strerror})",
            subject=target,
            advice="choose another folder with -o",
        ) from error


def _replace(target: Path, write: Callable[[Path], None]) -> None:
    """Write into a temporary folder beside the target, then change places."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        fresh, old = Path(scratch) / "new", Path(scratch) / "old"
        fresh.mkdir()
        write(fresh)
        (fresh / SUMS).write_text(_sum_files(fresh), encoding="utf-8")
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
