"""Write quads in the formats people ask for."""

from __future__ import annotations

from types import MappingProxyType

from pyoxigraph import Quad, RdfFormat, parse, serialize

from amip.terms import PREFIXES

FORMATS = MappingProxyType(
    {
        "nquads": RdfFormat.N_QUADS,
        "trig": RdfFormat.TRIG,
        "turtle": RdfFormat.TURTLE,
        "jsonld": RdfFormat.JSON_LD,
    }
)
"""The names of the formats; Turtle drops the named graphs."""


def serialise_quads(nquads: str, name: str) -> bytes:
    """Write N-Quads text in the format `name`, sorted, with the project's prefixes.

    The same quads give the same bytes. The decimals stay as they were printed ("12.50").
    """
    if name == "nquads":
        return "".join(sorted(set(nquads.splitlines(keepends=True)))).encode()
    quads = sorted({*parse(nquads.encode(), format=RdfFormat.N_QUADS)}, key=_order)
    prefixes = dict(PREFIXES)
    if name == "turtle":
        triples = dict.fromkeys(quad.triple for quad in quads)
        return serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""
    return serialize(quads, format=FORMATS[name], prefixes=prefixes) or b""


def _order(quad: Quad) -> tuple[str, str, bool, str, str]:
    is_type = quad.predicate.value.endswith("#type")
    return (
        str(quad.graph_name),
        str(quad.subject),
        not is_type,
        quad.predicate.value,
        str(quad.object),
    )
