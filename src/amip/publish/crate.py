"""The folder as a research object: files, licences, programmes, sources and how it was made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from amip.publish.distribution import Distribution
from amip.publish.release import load_release
from amip.records import Record
from amip.terms import ID
from amip.version import __version__

CRATE = "ro-crate-metadata.json"
_PROFILE = "https://w3id.org/ro/crate/1.3"
_SOFTWARE = "#amip-kg"

Entity: TypeAlias = dict[str, Any]


def describe_crate(records: Iterable[Record], distributions: Iterable[Distribution]) -> str:
    """Return ro-crate-metadata.json for the folder.

    The source documents are named by title and SHA-256; they are not part of the folder.
    Source: RO-Crate Metadata Specification 1.3.
    """
    kept, files = list(records), list(distributions)
    graph = [
        _describe_metadata(),
        _describe_root(files),
        *(_describe_file(file) for file in files),
        *(entity for record in kept for entity in _describe_programme(record)),
        *_describe_licences(),
        *_describe_bodies(kept),
        *_describe_making(kept, files),
    ]
    document = {"@context": f"{_PROFILE}/context", "@graph": graph}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _refer(iri: str) -> dict[str, str]:
    return {"@id": iri}


def _describe_metadata() -> Entity:
    return {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": _refer("./"),
        "conformsTo": _refer(_PROFILE),
    }


def _describe_root(files: Iterable[Distribution]) -> Entity:
    release = load_release()
    return {
        "@id": "./",
        "@type": "Dataset",
        "identifier": _refer("#identifier"),
        "name": release.titles["en"],
        "alternateName": release.titles["de"],
        "description": release.descriptions["en"],
        "url": release.page,
        "version": __version__,
        "datePublished": release.issued,
        "keywords": ", ".join((*release.keywords["de"], *release.keywords["en"])),
        "license": _refer(release.licence.page),
        "author": _refer(release.publisher),
        "publisher": _refer(release.publisher),
        "hasPart": [_refer(file.path) for file in files],
        "mentions": _refer("#build"),
    }


def _describe_file(file: Distribution) -> Entity:
    entity: Entity = {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "description": f"{file.titles['de']} / {file.titles['en']}",
        "encodingFormat": file.compression or file.media,
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }
    if file.is_data:
        entity["copyrightNotice"] = file.attribution
    # A file without a licence has that of the folder.
    if file.licence is not load_release().licence:
        entity["license"] = _refer(file.licence.page)
    if file.path.startswith("programmes/"):
        slug = file.path.removeprefix("programmes/").partition(".")[0]
        entity["about"] = _refer(f"{ID}programme/{slug}")
    return entity


def _describe_programme(record: Record) -> Iterator[Entity]:
    """Describe a programme and the document that it was transcribed from."""
    source = record.section("source")
    document = f"{ID}document/{record.slug}"
    years = sorted({record.text("first_year"), record.text("last_year")})
    yield {
        "@id": f"{ID}programme/{record.slug}",
        "@type": "CreativeWork",
        "name": record.text("title"),
        "temporalCoverage": "/".join(years),
        "sourceOrganization": _refer(_name_jobcenter(record)),
        "isBasedOn": _refer(document),
    }
    yield {
        "@id": document,
        "@type": "CreativeWork",
        "name": source.get("title", ""),
        "sha256": source.get("sha256", ""),
        "description": "Source document, identified by its checksum and not shipped.",
    }


def _describe_licences() -> Iterator[Entity]:
    for licence in load_release().licences.values():
        yield {
            "@id": licence.page,
            "@type": "CreativeWork",
            "name": licence.name,
            "description": licence.summary,
        }


def _describe_bodies(records: Iterable[Record]) -> Iterator[Entity]:
    """Describe who published the folder, and the Jobcenters whose programmes it holds."""
    release = load_release()
    yield {
        "@id": release.publisher,
        "@type": "Organization",
        "name": release.publisher_name,
        "url": release.page,
    }
    names = {_name_jobcenter(record): record.section("jobcenter")["name"] for record in records}
    for iri, name in names.items():
        yield {"@id": iri, "@type": "Organization", "name": name}


def _name_jobcenter(record: Record) -> str:
    return f"{ID}jobcenter/{record.section('jobcenter')['id']}"


def _describe_making(records: Iterable[Record], files: Iterable[Distribution]) -> Iterator[Entity]:
    """Describe what the folder is called, which software wrote it, and from what."""
    release = load_release()
    yield {
        "@id": "#identifier",
        "@type": "PropertyValue",
        "name": "IRI",
        "propertyID": "https://www.rfc-editor.org/rfc/rfc3987",
        "value": release.iri,
        "url": release.iri,
    }
    yield {
        "@id": _SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "amip-kg",
        "url": release.page,
        "version": __version__,
        "softwareVersion": __version__,
        "license": _refer(release.licences["apache"].page),
    }
    yield {
        "@id": "#build",
        "@type": "CreateAction",
        "name": "amip build",
        "description": "Lifted, checked and published from the records of the programmes.",
        "endTime": release.issued,
        "agent": _refer(release.publisher),
        "instrument": _refer(_SOFTWARE),
        "object": [_refer(f"{ID}document/{record.slug}") for record in records],
        "result": [_refer(file.path) for file in files],
    }
