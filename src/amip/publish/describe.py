"""Describe the dataset itself: VoID for machines, DCAT-AP.de for open-data portals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from string import Template

from amip.records import Record
from amip.version import __version__

_MEDIA = {
    "amip.trig": "application/trig",
    "amip.nq.gz": "application/n-quads",
    "figures.csv": "text/csv",
    "figures.parquet": "application/vnd.apache.parquet",
}
ISSUED = "2026-11-20"
"""The day of this version; the description changes with the version, not with the clock."""


def describe_dataset(folder: Path, records: Iterable[Record], counts: dict[str, int]) -> str:
    """Return void.ttl for the files in `folder`, with counts and SHA-256 checksums.

    Sources: W3C Note "Describing Linked Datasets with the VoID Vocabulary"; DCAT-AP.de 3.0.
    """
    slots = {
        "version": __version__,
        "issued": ISSUED,
        **{name: str(value) for name, value in counts.items()},
    }
    parts = [_template("dataset").substitute(slots | _spatial(records))]
    for name, media in _MEDIA.items():
        content = (folder / name).read_bytes()
        parts.append(
            _template("distribution").substitute(
                slots,
                file=name,
                media=media,
                size=str(len(content)),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )
    return "\n".join(parts)


def _spatial(records: Iterable[Record]) -> dict[str, str]:
    keys = sorted({area["ags"] for record in records for area in record.items("area")})
    years = sorted(
        year for record in records for year in (record.text("first_year"), record.text("last_year"))
    )
    places = " ,\n    ".join(
        f"<http://dcat-ap.de/def/politicalGeocoding/districtKey/{key}>" for key in keys
    )
    return {"districts": places, "first": years[0], "last": years[-1]}


def _template(name: str) -> Template:
    return Template((files("amip.publish") / f"{name}.ttl.template").read_text(encoding="utf-8"))
