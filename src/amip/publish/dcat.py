"""The record of the dataset for open-data portals, in DCAT-AP.de."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from amip.publish.distribution import Distribution
from amip.publish.release import Part, load_release
from amip.publish.template import fill_template
from amip.records import Record
from amip.version import __version__


def describe_dcat(
    records: Iterable[Record], measured: Iterable[str], distributions: Iterable[Distribution]
) -> str:
    """Return dcat.ttl: a catalogue of the whole dataset and of its parts, each with its files.

    `measured` are the years of official statistics. Each part is a dataset of its own, since
    licence, area and years differ. Source: DCAT-AP.de 3.0.
    """
    kept = list(records)
    files = [file for file in distributions if file.is_data]
    parts = [part for part in load_release().parts if any(file.part is part for file in files)]
    planned = {record.text(name) for record in kept for name in ("first_year", "last_year")}
    years = {"programmes": sorted(planned), "statistics": sorted(measured)}
    whole = _describe_whole(files, parts, sorted({*planned, *measured}))
    return fill_template(
        "dcat.ttl",
        release=load_release(),
        version=__version__,
        districts=sorted({area["ags"] for record in kept for area in record.items("area")}),
        datasets=[
            whole,
            *(_describe_part(part, files, years.get(part.name, [])) for part in parts),
        ],
    )


def _describe_whole(
    files: Iterable[Distribution], parts: Sequence[Part], years: Sequence[str]
) -> dict[str, Any]:
    release = load_release()
    return {
        "iri": release.iri,
        "titles": release.titles,
        "descriptions": release.descriptions,
        "is_local": False,
        "level": "administrativeDistrict",
        "years": years,
        "subsets": parts,
        "files": [file for file in files if file.part is None],
    }


def _describe_part(
    part: Part, files: Iterable[Distribution], years: Sequence[str]
) -> dict[str, Any]:
    """Describe a part; only the programmes are of single districts, the rest is of Germany."""
    return {
        "iri": part.iri,
        "titles": part.titles,
        "descriptions": part.descriptions,
        "is_local": part.name == "programmes",
        "level": "federal" if part.name in {"codes", "links"} else "administrativeDistrict",
        "years": years,
        "subsets": (),
        "files": [file for file in files if file.part is part],
    }
