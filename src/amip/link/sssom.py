"""Read linksets in the Simple Standard for Sharing Ontological Mappings (SSSOM/TSV).

The head is YAML behind `#`, the body tab-separated with a line of column names. Source:
https://mapping-commons.github.io/sssom/ (version 1.0). `valid_from` and `valid_until` are extension
slots that the head declares.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from amip.assets import find_folder
from amip.cards import make_finding
from amip.errors import InputError
from amip.findings import Finding, Place
from amip.link.linkset import Link, Linkset

ENDING = ".sssom.tsv"
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "confidence",
    "author_label",
    "mapping_date",
)
"""The columns that every linkset of ours has."""
HEAD = (
    "mapping_set_id",
    "mapping_set_title",
    "mapping_set_version",
    "license",
    "subject_source",
    "object_source",
    "mapping_date",
)
"""The slots that every head has, besides `curie_map`."""


@cache
def load_linksets() -> tuple[Linkset, ...]:
    """Load the linksets that come with the package, sorted by name."""
    folder = find_folder("mappings") / "links"
    return tuple(
        read_linkset(path.read_bytes(), path.name)[0] for path in sorted(folder.glob(f"*{ENDING}"))
    )


def read_linkset(content: bytes, file: str) -> tuple[Linkset, list[Finding]]:
    """Read a linkset, with the findings about its head and its CURIEs.

    Raises `InputError` when it is no text, has no head or lacks a column.
    """
    lines = _decode(content, file).splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    skipped = len(lines) - len(rows)
    fields = _read_head([line[1:] for line in lines[:skipped]], file)
    reader = csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
    _check_columns(reader.fieldnames or (), file)
    prefixes = {str(name): str(iri) for name, iri in (fields.pop("curie_map", None) or {}).items()}
    head = {name: str(value) for name, value in fields.items() if isinstance(value, str | int)}
    findings = [
        make_finding("AMIP-K01", Place(file, 1), expected=slot)
        for slot in (*HEAD, "curie_map")
        if not (prefixes if slot == "curie_map" else head.get(slot))
    ]
    links = tuple(_read_rows(reader, skipped + 2, file, prefixes, findings))
    return Linkset(Path(file).name.removesuffix(ENDING), file, head, prefixes, links), findings


def _decode(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}: byte {error.start} is no UTF-8", subject=file, advice="save the file as UTF-8"
        ) from error
    if not text.startswith("#"):
        raise InputError(
            f"{file}: the head of a linkset is missing",
            subject=file,
            advice="begin with lines such as “#mapping_set_id: …” and “#curie_map:” (SSSOM/TSV)",
        )
    return text


def _read_head(lines: list[str], file: str) -> dict[str, Any]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        head = yaml.load("\n".join(lines), Loader=loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise InputError(
            f"{file}: the head is no YAML: {' '.join(str(error).split())}",
            subject=file,
            advice="see SSSOM/TSV; texts with a colon stand in quotes",
        ) from error
    if not isinstance(head, dict):
        raise InputError(f"{file}: the head names no slots", subject=file, advice="see SSSOM/TSV")
    return head


def _check_columns(found: object, file: str) -> None:
    names = tuple(str(name) for name in found) if isinstance(found, list | tuple) else ()
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise InputError(
            f"{file}: the column {missing[0]} is missing",
            subject=missing[0],
            advice=f"needed are {', '.join(COLUMNS)}, separated by tabs",
        )


def _read_rows(
    reader: csv.DictReader[str],
    first: int,
    file: str,
    prefixes: Mapping[str, str],
    findings: list[Finding],
) -> Iterator[Link]:
    for line, row in enumerate(reader, start=first):
        iris = {}
        for column in ("subject_id", "predicate_id", "object_id"):
            curie = row[column] or ""
            prefix, _, local = curie.partition(":")
            iris[column] = prefixes[prefix] + local if prefix in prefixes else ""
            if not iris[column]:
                place = Place(file, line, column)
                known = ", ".join(prefixes)
                findings.append(make_finding("AMIP-K02", place, found=curie, known=known))
        yield Link(
            line,
            *(row[name] or "" for name in ("subject_id", "predicate_id", "object_id")),
            *iris.values(),
            *(row.get(name) or "" for name in _OTHERS),
        )


_OTHERS = ("mapping_justification", "confidence", "mapping_date", "valid_from", "valid_until")
