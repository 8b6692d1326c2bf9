"""How many of our things are linked, list by list and target by target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amip.link.linkset import Linkset
from amip.link.thing import load_things


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many things of a group (a code list, or `districts`) have a link in a linkset.

    `linkset` is "" for the row of the whole group.
    """

    group: str
    linkset: str
    linked: int
    total: int


def measure_coverage(linksets: Iterable[Linkset]) -> list[Coverage]:
    """Count linked things: for each group that has links one row, then one per linkset.

    Groups without any link have one row with 0.
    """
    things = load_things()
    totals: dict[str, int] = {}
    for thing in things.values():
        totals[thing.group] = totals.get(thing.group, 0) + 1
    linked: dict[str, dict[str, set[str]]] = {}
    for linkset in linksets:
        for link in linkset.links:
            if link.subject in things:
                sets = linked.setdefault(things[link.subject].group, {})
                sets.setdefault(linkset.name, set()).add(link.subject)
    rows = []
    for group, total in sorted(totals.items()):
        sets = linked.get(group, {})
        rows.append(Coverage(group, "", len(set().union(*sets.values())), total))
        rows += [Coverage(group, name, len(found), total) for name, found in sorted(sets.items())]
    return rows
