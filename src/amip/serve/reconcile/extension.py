"""Data extension: columns of values for things that were reconciled.

Source: "Reconciliation Service API v0.2", section 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amip.errors import UsageError
from amip.nearest import did_you_mean, find_nearest
from amip.serve.reconcile.properties import Property, load_properties, make_iri, read_values
from amip.serve.request import read_number
from amip.serve.site import Site

MAX_THINGS = 1000
"""The most things in one request."""


def extend(
    site: Site, given: object, language: str, kinds: Mapping[str, str]
) -> Mapping[str, object]:
    """Answer a data extension query; raises `UsageError` for what is none."""
    things, wanted = _read(given)
    properties = [load_properties()[name] for name in wanted]
    values = read_values(site, map(make_iri, things), properties, language)
    return {
        "meta": [_describe(each, language, kinds) for each in properties],
        "rows": {
            thing: {
                name: list(values.get(make_iri(thing), {}).get(name, ()))[: limit or None]
                for name, limit in wanted.items()
            }
            for thing in things
        },
    }


def describe_properties(kind: str, limit: str, language: str) -> Mapping[str, object]:
    """Propose the properties that things of a type have."""
    most = read_number(limit)
    suitable = [each for each in load_properties().values() if not kind or each.suits(kind)]
    return {
        "type": kind,
        **({"limit": most} if most is not None else {}),
        "properties": [
            {"id": each.name, "name": each.labels[language]} for each in suitable[: most or None]
        ],
    }


def _describe(wanted: Property, language: str, kinds: Mapping[str, str]) -> Mapping[str, object]:
    described: dict[str, object] = {"id": wanted.name, "name": wanted.labels[language]}
    if wanted.target:
        described["type"] = {"id": wanted.target, "name": kinds.get(wanted.target, wanted.target)}
    return described


def _read(given: object) -> tuple[Sequence[str], Mapping[str, int]]:
    """Read which things are asked for, and which properties with how many values (0: all)."""
    match given:
        case {"ids": list(things), "properties": list(properties)}:
            pass
        case _:
            raise UsageError("“extend” needs ids and properties", subject="extend")
    if len(things) > MAX_THINGS or len(properties) > len(load_properties()):
        raise UsageError(
            "at most {most} ids, and each property once",
            advice="send smaller batches",
            most=MAX_THINGS,
        )
    if not all(isinstance(thing, str) for thing in things):
        raise UsageError("an id is no text", subject="extend")
    return things, dict(map(_read_property, properties))


def _read_property(given: object) -> tuple[str, int]:
    if not isinstance(given, dict) or not isinstance(name := given.get("id"), str):
        raise UsageError("a property has no id", subject="extend")
    if name not in load_properties():
        near = did_you_mean(find_nearest(name, load_properties(), limit=3))
        raise UsageError("there is no property “{subject}”", subject=name, advice=near)
    settings = given.get("settings")
    return name, _read_limit(settings.get("limit") if isinstance(settings, dict) else None)


def _read_limit(given: object) -> int:
    try:
        return max(int(str(given or 0)), 0)
    except ValueError as error:
        raise UsageError("“{given}” is no limit", subject="limit", given=given) from error
