"""The release: what it says of itself, its parts, and their licences."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from amip.terms import ID


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its IRI in the list of DCAT-AP.de, its page, its name, and what it allows."""

    dcat: str
    page: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the dataset, with texts by language; `graphs` is how its graphs' IRIs begin."""

    name: str
    graphs: str
    licence: Licence
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    attribution: str

    @property
    def iri(self) -> str:
        """The IRI of the part as a dataset."""
        return f"{ID}dataset/{self.name}"


@dataclass(frozen=True, slots=True)
class Release:
    """The release as a whole; `issued` is the day of this version."""

    issued: str
    page: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    publisher: str
    publisher_name: str
    licences: Mapping[str, Licence]
    parts: tuple[Part, ...]

    @property
    def iri(self) -> str:
        """The IRI of the whole dataset."""
        return f"{ID}dataset"

    @property
    def licence(self) -> Licence:
        """The licence of the dataset as a whole; parts of others keep their own."""
        return self.licences["cc-by"]

    def part(self, name: str) -> Part:
        """Return a part by its name.

        >>> load_release().part("areas").licence.page
        'https://www.govdata.de/dl-de/by-2-0'
        """
        return next(part for part in self.parts if part.name == name)

    def part_of(self, graph: str) -> Part:
        """Return the part that a named graph belongs to: the one that names it most closely.

        >>> load_release().part_of(f"{ID}graph/statistics/a/2020").name
        'statistics'
        """
        fitting = [part for part in self.parts if graph.startswith(part.graphs)]
        return max(fitting, key=lambda part: len(part.graphs))


@cache
def read_settings() -> dict[str, Any]:
    """Read `release.toml`, which holds all texts and lists of the descriptions."""
    return tomllib.loads((files("amip.publish") / "release.toml").read_text(encoding="utf-8"))


@cache
def load_release() -> Release:
    """Load what the release says of itself.

    >>> load_release().titles["en"]
    'Knowledge graph of Jobcenter programmes'
    """
    settings = read_settings()
    licences = {name: Licence(**licence) for name, licence in settings["licences"].items()}
    parts = tuple(
        Part(
            part["name"],
            ID + part["graphs"],
            licences[part["licence"]],
            both(part, "title"),
            both(part, "description"),
            part["attribution"],
        )
        for part in settings["parts"]
    )
    return Release(
        issued=settings["issued"],
        page=settings["page"],
        titles=both(settings, "title"),
        descriptions=both(settings, "description"),
        keywords={tag: tuple(settings[f"keywords_{tag}"]) for tag in ("de", "en")},
        publisher=settings["publisher"],
        publisher_name=settings["publisher_name"],
        licences=licences,
        parts=parts,
    )


def both(settings: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a text in German and English.

    >>> both({"title_de": "Kreise", "title_en": "districts"}, "title")
    {'de': 'Kreise', 'en': 'districts'}
    """
    return {tag: settings[f"{name}_{tag}"] for tag in ("de", "en")}
