"""The files of the dataset folder: format, size, checksum, and the part each belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from amip.publish.folder import list_files
from amip.publish.release import Licence, Part, both, load_release, read_settings

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file: its path in the folder, titles by language, format, size and SHA-256.

    `attribution` says whom to name. `part` is the part of the dataset that it holds, `None` for the
    whole and for descriptions; `is_data` tells the data from descriptions, reports and single
    programmes.
    """

    path: str
    titles: Mapping[str, str]
    part: Part | None
    is_data: bool
    media: str
    file_type: str
    compression: str
    size: int
    sha256: str
    attribution: str

    @property
    def licence(self) -> Licence:
        """The licence of what the file holds."""
        return self.part.licence if self.part else load_release().licence

    @property
    def media_iri(self) -> str:
        """The media type in the register of IANA."""
        return _MEDIA_TYPE + self.media

    @property
    def compression_iri(self) -> str:
        """The media type of the compression in the register of IANA, "" without one."""
        return self.compression and _MEDIA_TYPE + self.compression


def measure_files(folder: Path) -> list[Distribution]:
    """Measure all files of a folder, sorted by path.

    Raises `KeyError` for a file of which `release.toml` does not know pattern or ending.
    """
    return [_measure(folder / name, name) for name in list_files(folder)]


def _measure(path: Path, name: str) -> Distribution:
    settings = read_settings()
    entry = next((entry for entry in settings["files"] if fnmatch(name, entry["pattern"])), None)
    if entry is None:
        raise KeyError(name)
    form = settings["formats"][path.suffix]
    content = path.read_bytes()
    part = entry.get("part", "programmes" if name.startswith("programmes/") else "")
    return Distribution(
        path=name,
        titles=both(entry, "title"),
        part=load_release().part(part) if part else None,
        is_data="part" in entry,
        media=form["media"],
        file_type=_FILE_TYPE + form["eu"],
        compression=form.get("compression", ""),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        attribution=_join_attributions(entry, part),
    )


def _join_attributions(entry: Mapping[str, Any], part: str) -> str:
    """Return whom to name for a file: for its part and those that it also draws from."""
    release = load_release()
    names = [part, *entry.get("also", ())] if part else [part.name for part in release.parts]
    return "; ".join(dict.fromkeys(release.part(name).attribution for name in names))
