"""The description of the dataset in VoID: parts, graphs, linksets, and what each counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from pyoxigraph import Literal, RdfFormat, parse

from amip.publish.census import Census
from amip.publish.distribution import Distribution
from amip.publish.linkset import count_linksets, find_linksets
from amip.publish.release import Part, load_release
from amip.publish.template import fill_template
from amip.terms import ID, PREFIXES

_CUBE = f"{ID}cube/statistics/"
_GRAPH = f"{ID}graph/statistics/"
_ATTRIBUTION = "http://dcat-ap.de/def/dcatde/licenseAttributionByText"


def describe_void(
    censuses: Mapping[str, Census],
    quads: Iterable[str],
    distributions: Iterable[Distribution],
    examples: Iterable[str],
) -> str:
    """Return void.ttl: what the graphs count, by part, class and property, and the linksets.

    `censuses` are by graph, the whole under ""; `quads` are the lines that were counted.
    Source: W3C Interest Group Note "Describing Linked Datasets with the VoID Vocabulary".
    """
    release = load_release()
    whole = censuses[""]
    files = [file for file in distributions if file.is_data]
    lines = list(quads)
    attributions = _read_attributions(lines)
    return fill_template(
        "void.ttl",
        release=release,
        whole=whole,
        dumps=[file.path for file in files if file.part is None],
        examples=list(examples),
        vocabularies=_find_vocabularies(whole),
        parts=[
            _describe_part(part, censuses, files, attributions)
            for part in release.parts
            if any(graph and release.part_of(graph) is part for graph in censuses)
        ],
        classes=_name_all(whole.classes),
        properties=_name_all(whole.properties),
        linksets=count_linksets(lines),
        mapped=find_linksets(lines),
    )


def _describe_part(
    part: Part,
    censuses: Mapping[str, Census],
    files: Iterable[Distribution],
    attributions: Mapping[str, str],
) -> dict[str, object]:
    release = load_release()
    graphs = [graph for graph in censuses if graph and release.part_of(graph) is part]
    own = [file.path for file in files if file.part is part and file.media == "text/turtle"]
    return {
        "iri": part.iri,
        "titles": part.titles,
        "descriptions": part.descriptions,
        "licence": part.licence,
        "attribution": part.attribution,
        "triples": sum(censuses[graph].triples for graph in graphs),
        "dumps": own,
        "graphs": [
            {
                "iri": graph,
                "census": censuses[graph],
                "licence": part.licence.dcat,
                "attribution": attributions.get(graph, part.attribution),
                "dumps": [path for path in own if path == name_file(graph) == f"{part.name}.ttl"],
            }
            for graph in graphs
        ],
    }


def name_file(graph: str) -> str:
    """Return the path of the Turtle file of a named graph.

    The editions of a table of official statistics share one file.

    >>> name_file("https://w3id.org/amip/id/graph/statistics/22811-01-01-4/2024-12-31")
    'statistics/22811-01-01-4.ttl'
    """
    first, *more = graph.removeprefix(f"{ID}graph/").split("/")
    return f"{first}/{more[0]}.ttl" if more else f"{first}.ttl"


def _read_attributions(lines: Iterable[str]) -> dict[str, str]:
    """Read from the cubes of official statistics whom to name, by graph."""
    start, middle = f"<{_CUBE}", f"> <{_ATTRIBUTION}> "
    stated = "".join(line for line in lines if line.startswith(start) and middle in line)
    return {
        str(quad.subject).strip("<>").replace(_CUBE, _GRAPH): quad.object.value
        for quad in parse(stated.encode(), format=RdfFormat.N_QUADS)
        if isinstance(quad.object, Literal)
    }


def _find_vocabularies(census: Census) -> list[str]:
    """Return the vocabularies whose classes and properties occur, by their namespaces."""
    spaces = {_namespace(iri) for iri in (*census.classes, *census.properties)}
    return sorted(space.removesuffix("#") if "w3id.org" in space else space for space in spaces)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _name_all(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return IRI, short name and number of classes or properties, sorted by name."""
    return sorted(
        ((iri, _shorten(iri), number) for iri, number in counts.items()), key=lambda row: row[1]
    )


def _shorten(iri: str) -> str:
    """Return a short name for the end of an IRI: prefix and local name."""
    for prefix, namespace in PREFIXES.items():
        if namespace == _namespace(iri):
            return f"{prefix}-{iri.removeprefix(namespace)}"
    return quote(iri, safe="")
