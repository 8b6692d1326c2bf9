"""Candidates: what a reconciliation query may mean, best first.

Source: W3C Community Group, "Reconciliation Service API v0.2", section 4 (queries and results).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from amip.errors import UsageError
from amip.reconcile import Match, Thing, reconcile
from amip.serve.reconcile.properties import (
    Property,
    Value,
    Values,
    load_properties,
    make_identifier,
    make_iri,
    read_values,
)
from amip.serve.search import fold
from amip.serve.site import Site

MAX_BATCH = 1000
"""The most queries in one batch."""
_CERTAIN = 90
_NEAR = 40
_MISFIT = 30
_MOST = 50


@dataclass(frozen=True, slots=True)
class Query:
    """A name to be reconciled: of which types, and what else is known of the thing."""

    text: str
    kinds: tuple[str, ...] = ()
    limit: int = _MOST
    known: tuple[tuple[Property, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a query may mean; `features` says which known values it has."""

    thing: Thing
    score: int
    reason: str
    match: bool = False
    features: tuple[tuple[str, bool], ...] = ()


def read_queries(given: object) -> Mapping[str, Query]:
    """Read a batch of queries; raises `UsageError` for what is none."""
    if not isinstance(given, dict):
        raise UsageError("queries are a JSON object", subject="queries")
    if len(given) > MAX_BATCH:
        raise UsageError(
            "{count} queries in a batch, more than {most}",
            subject="queries",
            advice="send smaller batches",
            count=len(given),
            most=MAX_BATCH,
        )
    return {str(key): _read_query(str(key), each) for key, each in given.items()}


def _read_query(key: str, given: object) -> Query:
    if not isinstance(given, dict) or not isinstance(text := given.get("query"), str):
        raise UsageError("the query {subject} has no text", subject=key, advice='give "query"')
    limit = given.get("limit", _MOST)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise UsageError("the limit of {subject} is no number from 1 on", subject=key)
    kinds = given.get("type") or ()
    listed = (kinds,) if isinstance(kinds, str | dict) else kinds
    if not isinstance(listed, list | tuple):
        raise UsageError("the type of {subject} is neither text nor a list", subject=key)
    names = tuple(
        str(each["id"]) if isinstance(each, dict) and "id" in each else each for each in listed
    )
    if not all(isinstance(name, str) for name in names):
        raise UsageError("a type of {subject} is no text", subject=key)
    return Query(text, names, min(limit, _MOST), tuple(_read_known(given.get("properties"))))


def _read_known(given: object) -> Iterator[tuple[Property, tuple[str, ...]]]:
    """Yield what is known of a thing; properties that we do not have say nothing."""
    for each in given if isinstance(given, list) else ():
        match each:
            case {"pid": str(name), "v": value} if name in load_properties():
                values = value if isinstance(value, list) else [value]
                yield load_properties()[name], tuple(_write_known(one) for one in values)
            case _:
                pass


def _write_known(value: object) -> str:
    match value:
        case {"id": str(identifier)}:
            return identifier
        case _:
            return str(value)


def find_candidates(
    site: Site, queries: Mapping[str, Query], language: str
) -> Mapping[str, Sequence[Candidate]]:
    """Find the candidates of every query, best first.

    Raises `UsageError` for a type that there is not.
    """
    found: dict[str, list[Candidate]] = {}
    alike: dict[tuple[str, ...], list[str]] = {}
    for key, query in queries.items():
        alike.setdefault(query.kinds, []).append(key)
    for kinds, keys in alike.items():
        matches = reconcile([queries[key].text for key in keys], kinds)
        for key, match in zip(keys, matches, strict=True):
            found[key] = list(_list_candidates(match, language))
    values = _read_known_values(site, queries, found, language)
    return {
        key: _weigh(found[key], query.known, values)[: query.limit]
        for key, query in queries.items()
    }


def _list_candidates(match: Match, language: str) -> Iterator[Candidate]:
    reason = match.reason.text(language)
    if match.thing is not None:
        yield Candidate(match.thing, match.score, reason, match=match.score >= _CERTAIN)
    for thing in match.candidates:
        yield Candidate(thing, match.score, reason)
    if match.thing is None and not match.candidates:
        for rank, thing in enumerate(match.reason.things):
            yield Candidate(thing, max(_NEAR - rank, 1), reason)


def _read_known_values(
    site: Site,
    queries: Mapping[str, Query],
    found: Mapping[str, Iterable[Candidate]],
    language: str,
) -> Values:
    """Read from the graph what the queries know something of."""
    things: set[str] = set()
    properties: dict[str, Property] = {}
    for key, query in queries.items():
        if query.known:
            things |= {each.thing.iri for each in found[key]}
            properties |= {known.name: known for known, _ in query.known}
    return read_values(site, things, properties.values(), language)


def _weigh(
    found: list[Candidate],
    known: Sequence[tuple[Property, tuple[str, ...]]],
    values: Values,
) -> list[Candidate]:
    """Put the candidates that have what is known first; a single one of them is a match."""
    if not known:
        return found
    weighed = []
    for each in found:
        own = values.get(each.thing.iri, {})
        features = tuple(
            (one.name, _agrees(own.get(one.name, ()), wanted)) for one, wanted in known
        )
        misses = sum(not agrees for _, agrees in features)
        score = max(each.score - _MISFIT * misses, 1)
        weighed.append(
            replace(each, score=score, match=each.match and not misses, features=features)
        )
    fitting = [each for each in weighed if all(agrees for _, agrees in each.features)]
    if len(fitting) == 1 and fitting[0].score >= _CERTAIN:
        weighed[weighed.index(fitting[0])] = replace(fitting[0], match=True)
    return sorted(weighed, key=lambda each: -each.score)


def _agrees(values: Iterable[Value], wanted: Iterable[str]) -> bool:
    own = {fold(str(part)) for value in values for part in value.values()}
    own |= {fold(make_iri(value["id"])) for value in values if "id" in value}
    return any(fold(each) in own for each in wanted)


def write_candidate(
    candidate: Candidate, language: str, kinds: Mapping[str, str]
) -> Mapping[str, object]:
    """Write a candidate as the results of a batch have it; `kinds` are the names of types."""
    thing = candidate.thing
    written: dict[str, object] = {
        "id": make_identifier(thing.iri),
        "name": thing.label(language),
        "description": candidate.reason,
        "score": candidate.score,
        "match": candidate.match,
        "type": [{"id": thing.kind, "name": kinds.get(thing.kind, thing.kind)}],
    }
    if candidate.features:
        written["features"] = [{"id": name, "value": agrees} for name, agrees in candidate.features]
    return written
