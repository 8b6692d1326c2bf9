"""The metadata of a table for the readers of CSV on the Web."""

from __future__ import annotations

import json
from typing import Any

from amip.publish.column import Column, load_columns
from amip.publish.distribution import Distribution
from amip.publish.release import load_release

_TYPES = {"iri": "anyURI", "year": "gYear", "date": "date", "decimal": "decimal"}


def describe_csvw(table: str, file: Distribution) -> str:
    """Return the metadata of a CSV file: what its columns hold, and how to make triples of them.

    Sources: W3C Recommendations "Metadata Vocabulary for Tabular Data" and "Model for Tabular Data
    and Metadata on the Web".
    """
    columns = load_columns(table)
    key = next(column.name for column in columns if column.is_key)
    release = load_release()
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
        "url": file.path,
        "dc:title": [{"@value": title, "@language": tag} for tag, title in file.titles.items()],
        "dc:license": {"@id": file.licence.page},
        "dc:publisher": {"@id": release.publisher},
        "dc:rights": file.attribution,
        "dc:issued": {"@value": release.issued, "@type": "xsd:date"},
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True},
        "tableSchema": {
            "aboutUrl": f"{{+{key}}}",
            "primaryKey": key,
            "columns": [_describe(column) for column in columns],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _describe(column: Column) -> dict[str, Any]:
    """Describe a column; its header is among the titles, as the standard wants it."""
    described: dict[str, Any] = {
        "name": column.name,
        "titles": {**column.titles, "und": column.name},
        "datatype": _datatype(column),
        "null": "",
    }
    if column.is_key:
        described["required"] = True
    optional = {
        "separator": column.separator,
        "lang": column.language,
        "propertyUrl": column.property,
        "valueUrl": column.value,
        "aboutUrl": column.about,
    }
    described |= {name: value for name, value in optional.items() if value}
    # A column has one type and one form of IRI; periods and units of the graph have several.
    if not column.property or column.kind in {"period", "unit"}:
        described["suppressOutput"] = True
    return described


def _datatype(column: Column) -> str | dict[str, str]:
    if column.kind == "count":
        return {"base": "nonNegativeInteger"}
    if column.pattern:
        return {"base": "string", "format": column.pattern}
    return _TYPES.get(column.kind, "string")
