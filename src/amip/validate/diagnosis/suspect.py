"""Which cell is at fault when equations fail.

A cell can be at fault when one other number in it makes every failing equation that it takes part
in hold, and breaks none that holds now. Equations that only one cell can explain together are one
mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from amip.validate.diagnosis.equation import EVERYTHING, Equation, Interval

_MOST = 200
"""So many failing equations in one piece are a different table, not one mistake."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Failing equations that one mistake may explain, and the cells that may hold it.

    `suspects` maps a node to the numbers that would make everything fit. An `isolated` mistake
    shares no cell with another one, and no other sum is off by the same amount: only then does a
    single equation prove a cause.
    """

    equations: tuple[Equation, ...]
    suspects: Mapping[str, Interval]
    isolated: bool = True

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes that take part, once each."""
        nodes = (node for equation in self.equations for node in equation.nodes)
        return tuple(dict.fromkeys(nodes))


def find_mistakes(
    failing: Sequence[Equation], holding: Mapping[str, Sequence[Equation]]
) -> Iterator[Mistake]:
    """Yield mistakes that explain all failing equations; `holding` are the others, by node."""
    for piece in _find_pieces(failing):
        left = list(piece)
        while left:
            mistake = _find_largest(left, holding) if len(left) <= _MOST else None
            if mistake is None:
                alone = len(left) == 1 == len(piece)
                yield from (
                    _look_at(equation, holding, alone and not _is_echoed(equation, failing))
                    for equation in left
                )
                break
            yield mistake
            left = [equation for equation in left if equation not in mistake.equations]


def _find_pieces(failing: Sequence[Equation]) -> Iterator[list[Equation]]:
    """Yield the failing equations in pieces that share no cell."""
    by_node = _group(failing)
    seen: set[int] = set()
    for first in failing:
        piece: list[Equation] = []
        queue = [first]
        while queue:
            equation = queue.pop()
            if id(equation) not in seen:
                seen.add(id(equation))
                piece.append(equation)
                queue += [other for node in equation.nodes for other in by_node[node]]
        if piece:
            yield sorted(piece, key=lambda equation: (equation.code, equation.focus))


def _group(equations: Iterable[Equation]) -> dict[str, list[Equation]]:
    found: dict[str, list[Equation]] = {}
    for equation in equations:
        for node in dict.fromkeys(equation.nodes):
            found.setdefault(node, []).append(equation)
    return found


def _find_largest(
    left: Sequence[Equation], holding: Mapping[str, Sequence[Equation]]
) -> Mistake | None:
    """Return the mistake that explains most equations, at least two; `None` when several do."""
    found: dict[tuple[int, ...], tuple[list[Equation], dict[str, Interval]]] = {}
    for node, equations in _group(left).items():
        allowed = find_allowed(node, equations, holding)
        if len(equations) > 1 and not allowed.is_empty:
            key = tuple(map(id, equations))
            found.setdefault(key, (equations, {}))[1][node] = allowed
    most = max(map(len, found), default=0)
    largest = [each for key, each in found.items() if len(key) == most]
    if len(largest) != 1:
        return None
    ((equations, suspects),) = largest
    return Mistake(tuple(equations), suspects)


def _is_echoed(equation: Equation, failing: Iterable[Equation]) -> bool:
    """Tell whether another sum is off by the same amount: one figure stands in another's place."""
    return equation.kind == "sum" and any(
        other is not equation
        and other.kind == "sum"
        and abs(abs(other.gap) - abs(equation.gap)) <= other.slack + equation.slack
        for other in failing
    )


def _look_at(
    equation: Equation, holding: Mapping[str, Sequence[Equation]], isolated: bool
) -> Mistake:
    allowed = {
        node: find_allowed(node, [equation], holding) for node in dict.fromkeys(equation.nodes)
    }
    suspects = {node: interval for node, interval in allowed.items() if not interval.is_empty}
    return Mistake((equation,), suspects, isolated)


def find_allowed(
    node: str, failing: Iterable[Equation], holding: Mapping[str, Sequence[Equation]]
) -> Interval:
    """Return the numbers for a cell that make failing equations hold and keep the others."""
    nothing = Interval(EVERYTHING.high, EVERYTHING.low)
    wanted = [equation.implied(node) or nothing for equation in failing]
    kept = [
        interval
        for equation in holding.get(node, ())
        if (interval := equation.implied(node)) is not None
    ]
    return reduce(Interval.__and__, [*wanted, *kept], EVERYTHING)
