"""Where output goes: a file, written whole or not at all, or standard output."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from amip.errors import InputError, Phrase


def write_output(content: bytes, target: str | None) -> None:
    """Write to the file `target`, or to standard output for `-` and `None`."""
    if target in {None, "-"}:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(str(target))
    try:
        _write_whole(path, content)
    except OSError as error:
        raise InputError(
            "{subject}: cannot be written ({problem})",
            subject=path,
            advice="choose another place with -o",
            problem=error.strerror,
        ) from error


def _write_whole(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        path.write_bytes(content)
        return
    scratch = path.resolve().with_name(f".{path.name}-{os.getpid()}")
    try:
        scratch.write_bytes(content)
        scratch.replace(path.resolve())
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink()


def say(german: str, english: str, language: str) -> None:
    """Talk to the user on standard error, in their language."""
    click.echo(german if language == "de" else english, err=True)


def tell_of_copy(endpoint: str, faults: Iterable[Phrase], language: str) -> None:
    """Say why a copy of an endpoint's data is asked, and not the endpoint."""
    why = Phrase("{faults}", faults=tuple(faults)).text(language)
    say(
        f"{endpoint} antwortet anders, als SPARQL 1.1 es vorschreibt ({why}); "
        "gefragt wird eine Kopie seiner Daten von jetzt.",
        f"{endpoint} answers otherwise than SPARQL 1.1 says ({why}); "
        "a copy of its data as of now is asked instead.",
        language,
    )
