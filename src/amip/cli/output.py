"""Where output goes: a file, written whole or not at all, or standard output."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from amip.errors import InputError


def write_output(content: bytes, target: str | None) -> None:
    """Write to the file `target`, or to standard output for `-` and `None`."""
    if target in {None, "-"}:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(str(target))
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}-", delete=False
        ) as scratch:
            scratch.write(content)
        Path(scratch.name).replace(path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror})",
            subject=path,
            advice="choose another place with -o",
        ) from error


def say(german: str, english: str, language: str) -> None:
    """Talk to the user on standard error, in their language."""
    click.echo(german if language == "de" else english, err=True)
