"""Linksets: how many links lead to which dataset of others, and by which property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from amip.publish.release import Part, load_release, read_settings
from amip.terms import BASE, ID, PREFIXES, SKOS

_KINDS = ("broad", "close", "exact", "narrow", "related")
_LINKS = f"<{ID}graph/links>"
_TYPE = f"<{PREFIXES['rdf']}type>"
_LINKSET = f"<{ID}linkset/"
_MATCHES = tuple(f"<{SKOS}{kind}Match>" for kind in _KINDS)


@dataclass(frozen=True, slots=True)
class Linkset:
    """Links of one property from a part of our dataset into one dataset of others."""

    part: Part
    predicate: str
    target: str
    title: str
    space: str
    triples: int

    @property
    def iri(self) -> str:
        """The IRI of the linkset."""
        local = self.predicate.rpartition("#")[2].rpartition("/")[2]
        return f"{ID}dataset/linkset/{self.part.name}/{self.target}/{local}"

    @property
    def objects(self) -> str:
        """The IRI that stands for the dataset of the others in our description."""
        return f"{ID}dataset/target/{self.target}"


def count_linksets(lines: Iterable[str]) -> list[Linkset]:
    """Count the links of N-Quads that leave our namespace, sorted by IRI.

    Links are the SKOS matches, and everything in the graph of links.

    >>> quad = f'<{ID}area/1> <{SKOS}exactMatch> <http://qudt.org/x> <{ID}graph/areas> .'
    >>> [(found.target, found.triples) for found in count_linksets([quad])]
    [('qudt', 1)]
    """
    release = load_release()
    counts: Counter[tuple[str, str, str, str, str]] = Counter()
    for line in lines:
        if "Match> <" not in line and _LINKS not in line:
            continue
        subject, predicate, rest = line.split(" ", 2)
        value, _, graph = rest.rstrip().removesuffix(" .").rpartition(" ")
        is_link = predicate in _MATCHES or (graph == _LINKS and not subject.startswith(_LINKSET))
        if is_link and value.startswith("<") and not value.startswith(f"<{BASE}"):
            part = release.part_of(graph.strip("<>")).name
            counts[part, predicate.strip("<>"), *_find_target(value.strip("<>"))] += 1
    linksets = (
        Linkset(release.part(part), predicate, target, title, space, triples)
        for (part, predicate, target, title, space), triples in counts.items()
    )
    return sorted(linksets, key=lambda linkset: linkset.iri)


def find_linksets(lines: Iterable[str]) -> list[str]:
    """Find the linksets that the graph of links itself describes, one for each mapping file.

    >>> find_linksets([f'{_LINKSET}nuts> {_TYPE} <{PREFIXES["void"]}Linkset> {_LINKS} .'])
    ['https://w3id.org/amip/id/linkset/nuts']
    """
    stated = f"> {_TYPE} <{PREFIXES['void']}Linkset> "
    found = (line for line in lines if line.startswith(_LINKSET) and stated in line)
    return sorted(line[1 : line.index(">")] for line in found)


def _find_target(iri: str) -> tuple[str, str, str]:
    """Return name, title and namespace of the dataset that an IRI belongs to.

    An unknown one is called by its host.
    """
    for target in read_settings()["targets"]:
        if iri.startswith(target["space"]):
            return target["name"], target["title"], target["space"]
    scheme, host, *_ = urlsplit(iri)
    return host, host, f"{scheme}://{host}/"
