"""Check linksets: known things, known targets, sound predicates, and nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from amip.cards import make_finding
from amip.findings import Finding, Place, Report
from amip.link.linkset import EXACT, PREDICATES, Link, Linkset
from amip.link.target import find_target
from amip.link.thing import load_things
from amip.nearest import find_nearest

JUSTIFICATIONS = frozenset(
    f"semapv:{name}"
    for name in (
        "MappingReview",
        "ManualMappingCuration",
        "LogicalReasoning",
        "LexicalMatching",
        "CompositeMatching",
        "UnspecifiedMatching",
        "SemanticSimilarityThresholdMatching",
        "LexicalSimilarityThresholdMatching",
        "MappingChaining",
    )
)
"""The justifications of SSSOM (https://w3id.org/semapv/vocab/)."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def check_links(linksets: Iterable[tuple[Linkset, Iterable[Finding]]]) -> Report:
    """Check linksets that were read, each with the findings about its reading.

    Works offline: what a target may be is pinned in `mappings/links/targets/`.
    """
    findings: list[Finding] = []
    for linkset, found in linksets:
        findings += found
        findings += _check_head(linkset)
        for link in linkset.links:
            findings += _check_link(linkset, link)
        findings += _find_repetitions(linkset)
        findings += _find_doubles(linkset)
    return Report.of(findings)


def _check_head(linkset: Linkset) -> Iterator[Finding]:
    for slot in ("mapping_date", "publication_date"):
        text = linkset.head.get(slot, "")
        if text and not _is_date(text):
            yield make_finding("AMIP-K09", Place(linkset.file, 1, slot), found=text)


def _check_link(linkset: Linkset, link: Link) -> Iterator[Finding]:
    def blame(code: str, column: str, found: str, expected: str = "", **slots: str) -> Finding:
        return make_finding(
            code, Place(linkset.file, link.line, column), found=found, expected=expected, **slots
        )

    if link.predicate and link.predicate not in PREDICATES:
        curies = [_shorten(linkset, predicate) for predicate in PREDICATES]
        nearest = "".join(find_nearest(link.predicate_id, curies))
        yield blame("AMIP-K03", "predicate_id", link.predicate_id, nearest)
    if link.subject:
        yield from _check_subject(link, blame)
    if link.object:
        yield from _check_object(link, blame)
    if link.justification not in JUSTIFICATIONS:
        nearest = "".join(find_nearest(link.justification, JUSTIFICATIONS))
        yield blame("AMIP-K07", "mapping_justification", link.justification, nearest)
    if not _is_share(link.confidence):
        yield blame("AMIP-K08", "confidence", link.confidence)
    for column in ("mapping_date", "valid_from", "valid_until"):
        text = getattr(link, column)
        if text and not _is_date(text):
            yield blame("AMIP-K09", column, text)
    if link.valid_from and link.valid_until and link.valid_from > link.valid_until:
        yield blame("AMIP-K09", "valid_until", link.valid_until)


def _check_subject(link: Link, blame: Callable[..., Finding]) -> Iterator[Finding]:
    things = load_things()
    thing = things.get(link.subject)
    if thing is None:
        nearest = find_nearest(
            link.subject, [iri for iri in things if iri[:30] == link.subject[:30]]
        )
        yield blame("AMIP-K04", "subject_id", link.subject_id, "".join(nearest))
    elif thing.is_over and not "" < link.valid_until <= (thing.until or link.valid_until):
        until = thing.until or "–"
        yield blame("AMIP-K05", "subject_id", link.subject_id, until=until)


def _check_object(link: Link, blame: Callable[..., Finding]) -> Iterator[Finding]:
    target, local = find_target(link.object)
    if target is None or not target.pattern.fullmatch(local):
        shape = target.pattern.pattern if target else "–"
        yield blame("AMIP-K06", "object_id", link.object_id, shape=shape)
    elif local not in target.known:
        nearest = "".join(find_nearest(local, target.known))
        yield blame("AMIP-K12", "object_id", link.object_id, nearest)


def _find_repetitions(linkset: Linkset) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], int] = {}
    for link in linkset.links:
        key = (link.subject_id, link.predicate_id, link.object_id)
        if key in first:
            place = Place(linkset.file, link.line)
            found = {"found": " ".join(key), "line": str(first[key])}
            yield make_finding("AMIP-K10", place, **found)
        first.setdefault(key, link.line)


def _find_doubles(linkset: Linkset) -> Iterator[Finding]:
    """Find exact matches of one thing with two, in either direction."""
    exact = {
        (link.subject_id, link.object_id): link for link in linkset.links if link.predicate == EXACT
    }
    for column, at in (("subject_id", 0), ("object_id", 1)):
        first: dict[str, Link] = {}
        for pair, link in exact.items():
            other = first.setdefault(pair[at], link)
            if other is not link:
                place = Place(linkset.file, link.line, column)
                found = {"found": pair[at], "line": str(other.line)}
                yield make_finding("AMIP-K11", place, **found)


def _shorten(linkset: Linkset, iri: str) -> str:
    for prefix, namespace in linkset.prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _is_share(text: str) -> bool:
    try:
        return text.isascii() and 0 <= Decimal(text) <= 1
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
