"""Read linksets in the Simple Standard for Sharing Ontological Mappings (SSSOM/TSV).

The head is YAML behind `#`, the body tab-separated with a line of column names. Source:
https://mapping-commons.github.io/sssom/ (version 1.0). `valid_from` and `valid_until` are extension
slots that the head declares.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from amip.assets import find_folder
from amip.cards import make_finding
from amip.errors import InputError
from amip.findings import Finding, Place
from amip.link.linkset import Link, Linkset
from amip.sources.content import decode_content
from amip.terms import PREFIXES

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
BUILT_IN: Mapping[str, str] = MappingProxyType(
    {name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "skos")}
    | {"semapv": "https://w3id.org/semapv/vocab/", "sssom": "https://w3id.org/sssom/"}
)
"""The prefixes of SSSOM itself, which a head need not declare."""


@cache
def load_linksets() -> tuple[Linkset, ...]:
    """Load the linksets that come with the package, sorted by name."""
    folder = find_folder("mappings") / "links"
    return tuple(
        read_linkset(path.read_bytes(), path.name)[0] for path in sorted(folder.glob(f"*{ENDING}"))
    )


def read_linkset(content: bytes, file: str) -> tuple[Linkset, list[Finding]]:
    """Read a linkset, with the findings about its head and its CURIEs.

    Raises `InputError` when it is no text, has no head, lacks a column or is no sound table.
    """
    lines = _decode(content, file).split("\n")
    size = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    fields = _read_head([line[1:].rstrip("\r") for line in lines[:size]], file)
    prefixes = _read_prefixes(fields.pop("curie_map", None) or {}, file)
    head = {name: str(value) for name, value in fields.items() if isinstance(value, str | int)}
    findings = [
        make_finding("AMIP-K01", Place(file, 1), expected=slot)
        for slot in (*HEAD, "curie_map")
        if not (prefixes if slot == "curie_map" else head.get(slot))
    ]
    rows = _split("\n".join(lines[size:]), size, file)
    _, columns = next(rows, (size, []))
    _check_columns(columns, file)
    known = {**BUILT_IN, **prefixes}
    links = []
    for line, cells in rows:
        if len(cells) > len(columns):
            raise InputError(
                "{file}, line {subject}: {cells} cells under {columns} columns",
                subject=line,
                advice="separate the cells with single tabs",
                file=file,
                cells=len(cells),
                columns=len(columns),
            )
        link = _read_link(line, dict(zip(columns, cells, strict=False)), known)
        links.append(link)
        findings += _find_unknown_prefixes(link, file, known)
    name = Path(file).name.removesuffix(ENDING)
    return Linkset(name, file, head, known, tuple(links)), findings


def _decode(content: bytes, file: str) -> str:
    text = decode_content(content, file).removeprefix("\ufeff")
    if not text.startswith("#"):
        raise InputError(
            "{subject}: the head of a linkset is missing",
            subject=file,
            advice="begin with lines such as “#mapping_set_id: …” and “#curie_map:” (SSSOM/TSV)",
        )
    return text


def _read_head(lines: list[str], file: str) -> dict[str, Any]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        head = yaml.load("\n".join(lines), Loader=loader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(
            "{subject}: the head is no YAML: {problem}",
            subject=file,
            advice="see SSSOM/TSV; texts with a colon stand in quotes",
            problem=" ".join(str(error).split()),
        ) from error
    if not isinstance(head, dict):
        raise InputError("{subject}: the head names no slots", subject=file, advice="see SSSOM/TSV")
    return head


def _read_prefixes(declared: object, file: str) -> dict[str, str]:
    prefixes = declared if isinstance(declared, dict) else {"curie_map": declared}
    for name, iri in prefixes.items():
        if not isinstance(iri, str) or prefixes is not declared:
            raise InputError(
                "{file}: “{name}” in the head is no prefix with an IRI",
                subject=str(name),
                advice="under “#curie_map:” write lines such as “#  wd: http://…”, indented",
                file=file,
                name=name,
            )
    return dict(prefixes)


def _split(text: str, size: int, file: str) -> Iterator[tuple[int, list[str]]]:
    """Split the body into rows, each with its line; a cell in quotes may hold several lines.

    An open quote would swallow all further rows, therefore quotes are read strictly.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter="\t", strict=True)
    line = size + 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = size + reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            "{file}, line {subject}: the row cannot be split into cells: {problem}",
            subject=line,
            advice="close every quotation mark; inside quotes write it twice",
            file=file,
            problem=error,
        ) from error


def _check_columns(found: list[str], file: str) -> None:
    for name in COLUMNS:
        if name not in found:
            raise InputError(
                "{file}: the column {subject} is missing",
                subject=name,
                advice="needed are {columns}, separated by tabs",
                file=file,
                columns=COLUMNS,
            )
    for at, name in enumerate(found):
        if name in found[:at]:
            raise InputError(
                "{file}: the column {subject} stands there twice",
                subject=name,
                advice="delete or rename one of the two",
                file=file,
            )


def _read_link(line: int, cells: Mapping[str, str], prefixes: Mapping[str, str]) -> Link:
    curies = [cells.get(column, "") for column in _CURIES]
    others = [cells.get(column, "") for column in _OTHERS]
    return Link(line, *curies, *(_expand(curie, prefixes) for curie in curies), *others)


def _expand(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = curie.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else ""


def _find_unknown_prefixes(link: Link, file: str, prefixes: Mapping[str, str]) -> Iterator[Finding]:
    known = ", ".join(prefixes)
    for column in _CURIES:
        curie = getattr(link, column)
        if not _expand(curie, prefixes):
            place = Place(file, link.line, column)
            yield make_finding("AMIP-K02", place, found=curie, known=known)


_CURIES = ("subject_id", "predicate_id", "object_id")
_OTHERS = ("mapping_justification", "confidence", "mapping_date", "valid_from", "valid_until")
