"""Validate programme folders and RDF files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph

from amip.assets import find_turtle, list_programmes
from amip.errors import InputError
from amip.findings import Report
from amip.lift import CODES_GRAPH, lift_programmes
from amip.validate.engine import validate_store


def validate(*paths: Path | str) -> Report:
    """Check programme folders, or RDF files, against the shapes.

    Without a path, the programmes that come with the package are checked. The report holds the
    findings about cells (`AMIP-R…`) and those of the shapes. Raises `InputError` for a path that
    cannot be read.
    """
    places = [Path(path) for path in paths] or list(list_programmes())
    folders = [path for path in places if not path.is_file()]
    report = _validate_folders(folders) if folders else Report(())
    for path in places:
        if path.is_file():
            report += validate_rdf(path.read_bytes(), path.name)
    return report


def _validate_folders(folders: Iterable[Path]) -> Report:
    lifted = lift_programmes(folders)
    return Report.of(lifted.findings) + validate_store(lifted.make_store(), locate=lifted.locate)


def validate_rdf(content: bytes, name: str) -> Report:
    """Check RDF in the syntax that the ending of `name` stands for (Turtle when it has none)."""
    syntax = (
        pyoxigraph.RdfFormat.from_extension(Path(name).suffix.lstrip("."))
        or pyoxigraph.RdfFormat.TURTLE
    )
    store = pyoxigraph.Store()
    try:
        store.bulk_load(input=content, format=syntax)
    except (SyntaxError, ValueError) as error:
        raise InputError(
            f"{name}: not {syntax.name}: {error}",
            subject=name,
            advice="correct the syntax at that place",
        ) from error
    if not len(store):
        raise InputError(
            f"{name}: the file is empty", subject=name, advice="it needs at least one statement"
        )
    for path in find_turtle("ontology"):
        store.bulk_load(path=str(path), to_graph=pyoxigraph.NamedNode(CODES_GRAPH))
    return validate_store(store)
