"""The description of the tables for tools that read Croissant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from amip.publish.column import Column, load_columns
from amip.publish.distribution import Distribution
from amip.publish.release import load_release
from amip.version import __version__

_TYPES = {"iri": "sc:URL", "decimal": "sc:Float", "count": "sc:Integer", "date": "sc:Date"}
_OWN = ("column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty")
_MORE = ("fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField")
_LAST = ("path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate")
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in (*_OWN, *_MORE, *_LAST)},
    **{name: f"cr:{name}" for name in ("separator", "source", "subField", "transform")},
}
"""The context that the specification of Croissant 1.0 gives."""


def describe_croissant(distributions: Iterable[Distribution]) -> str:
    """Return croissant.json: the tables as files with checksums and as record sets with fields.

    Rows are read from Parquet, which is exact; the CSV files are named with their checksums.

    Source: MLCommons, Croissant Format Specification 1.0.
    """
    release = load_release()
    tables = [file for file in distributions if file.path.endswith((".csv", ".parquet"))]
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": release.iri,
        "name": "amip-kg",
        "alternateName": [release.titles["de"], release.titles["en"]],
        "description": release.descriptions["en"],
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "url": release.page,
        "version": __version__,
        "datePublished": release.issued,
        "inLanguage": ["de", "en"],
        "keywords": [*release.keywords["de"], *release.keywords["en"]],
        "license": sorted({file.licence.page for file in tables}),
        "citeAs": f"{release.publisher_name}: {release.titles['en']}, version {__version__}",
        "creator": _describe_publisher(),
        "publisher": _describe_publisher(),
        "isLiveDataset": False,
        "distribution": [_describe_file(file) for file in tables],
        # Readers of CSV take keys such as 07312 for numbers; Parquet says that they are text.
        "recordSet": [_describe_records(file) for file in tables if "parquet" in file.media],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _describe_publisher() -> dict[str, str]:
    release = load_release()
    return {
        "@type": "sc:Organization",
        "@id": release.publisher,
        "name": release.publisher_name,
        "url": release.page,
    }


def _describe_file(file: Distribution) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": file.titles["en"],
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet" if "parquet" in file.media else file.media,
        "sha256": file.sha256,
    }


def _describe_records(file: Distribution) -> dict[str, Any]:
    """Describe the rows of a table and its columns."""
    name = PurePath(file.path).stem
    columns = load_columns(name)
    key = next(column.name for column in columns if column.is_key)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": file.titles["en"],
        "key": {"@id": f"{name}/{key}"},
        "field": [_describe_field(name, column, file) for column in columns],
    }


def _describe_field(records: str, column: Column, file: Distribution) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": f"{records}/{column.name}",
        "name": f"{records}/{column.name}",
        "description": column.titles["en"],
        "dataType": _TYPES.get(column.kind, "sc:Text"),
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": column.name}},
    }
    if column.property:
        field["equivalentProperty"] = column.property
    return field
