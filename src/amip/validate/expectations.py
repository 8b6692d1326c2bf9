"""What programmes are expected to state, and whether they do.

Each query in `expected/` asks for some expectations of all programmes at once; it returns a row
for every programme that an expectation applies to. A gap that is explicit (none agreed, pending,
only in a graphic) is no mistake, only a state in this list.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pyoxigraph import Store

from amip.findings import Expectation, State
from amip.validate.select import select
from amip.validate.shapes import load_rules

_SUFFIX = ".rq"
_ORDER = (State.STATED, State.NONE, State.PENDING, State.UNREADABLE, State.NOT_STATED)
"""Of several states, the one that says most is kept."""


def list_expectations(store: Store) -> tuple[Expectation, ...]:
    """List what each programme of a store is expected to state, and whether it does.

    The order is that of programmes, then of the rules.
    """
    states: dict[tuple[str, str], State] = {}
    for query in _read_queries():
        for row in select(store, query):
            key = row["slug"].value, row["code"].value
            given = row["state"]
            state = State(given.value) if given is not None else State.NOT_STATED
            states[key] = _better(state, states.get(key, state))
    return tuple(
        Expectation(slug, rule.code, rule.label, states[slug, rule.code])
        for slug in sorted({slug for slug, _ in states})
        for rule in load_rules()
        if (slug, rule.code) in states
    )


def count_stated(expectations: Iterable[Expectation], programme: str) -> tuple[int, int]:
    """Count how many of the expectations of a programme are stated, and how many there are.

    >>> label = {"de": "Ziel", "en": "target"}
    >>> count_stated([Expectation("x-2023", "AMIP-C01-K1", label, State.NONE)], "x-2023")
    (0, 1)
    """
    states = [each.state for each in expectations if each.programme == programme]
    return states.count(State.STATED), len(states)


def _better(one: State, other: State) -> State:
    return min(one, other, key=_ORDER.index)


@cache
def _read_queries() -> tuple[str, ...]:
    folder = files("amip.validate").joinpath("expected")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(_SUFFIX))
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
