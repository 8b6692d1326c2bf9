"""Equations between printed figures, and what each figure must be for one to hold.

A figure stands for value ± rounding, so an equation allows an interval of values for each of its
operands. The tests are those of `shapes/arithmetic.ttl`, solved for one operand at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

_INFINITE = Decimal("Infinity")
_HUNDRED = Decimal(100)
QUOTIENTS = frozenset({"share", "relative-change", "relative-difference"})
"""The kinds of equation whose operands are result, dividend and divisor, in this order."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`, both included."""

    low: Decimal = -_INFINITE
    high: Decimal = _INFINITE

    def __and__(self, other: Interval) -> Interval:
        """Return what both have in common; empty when `low` exceeds `high`."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def __contains__(self, number: Decimal) -> bool:
        """Tell whether a number lies in the interval."""
        return self.low <= number <= self.high

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low > self.high

    def widen(self, slack: Decimal) -> Interval:
        """Move both ends outwards."""
        return Interval(self.low - slack, self.high + slack)

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Both ends."""
        return self.low, self.high


EVERYTHING = Interval()


@dataclass(frozen=True, slots=True)
class Operand:
    """One number of an equation: its node, value, rounding, sign and role."""

    node: str
    value: Decimal
    within: Decimal
    sign: int = 1
    role: str = "part"

    @property
    def span(self) -> Interval:
        """The values that the rounding allows."""
        return Interval(self.value - self.within, self.value + self.within)


@dataclass(frozen=True, slots=True)
class Equation:
    """A claim about operands; the first is the total, the result or the figure in question.

    `kind` is `sum` (signed values make 0), `at-most` (signed values make no more than 0),
    `between` (the first lies between the two others) or one of `QUOTIENTS`. `code` and `focus`
    are rule and node of the finding when it fails.

    >>> parts = [Operand(name, Decimal(n), Decimal("0.5")) for name, n in (("a", 2), ("b", 3))]
    >>> total = Operand("t", Decimal(9), Decimal("0.5"), -1, "total")
    >>> equation = Equation("AMIP-A01", "sum", "x", (total, *parts))
    >>> equation.holds, equation.implied("b").ends
    (False, (Decimal('5.5'), Decimal('8.5')))
    """

    code: str
    kind: str
    focus: str
    operands: tuple[Operand, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes of the operands."""
        return tuple(operand.node for operand in self.operands)

    @property
    def is_tight(self) -> bool:
        """Whether it fixes a value; others only set a limit."""
        return self.kind == "sum" or self.kind in QUOTIENTS

    @property
    def holds(self) -> bool:
        """Whether some values within the roundings satisfy it, or it says nothing."""
        allowed = self.implied(self.operands[0].node)
        return allowed is None or self.operands[0].value in allowed

    @property
    def fits(self) -> bool:
        """Whether it says something and holds."""
        return self.implied(self.operands[0].node) is not None and self.holds

    @property
    def gap(self) -> Decimal:
        """What the signed values make."""
        return _add(operand.sign * operand.value for operand in self.operands)

    @property
    def slack(self) -> Decimal:
        """What all roundings make."""
        return _add(operand.within for operand in self.operands)

    def operand(self, node: str) -> Operand:
        """Return the operand that stands for a node."""
        return next(operand for operand in self.operands if operand.node == node)

    def implied(self, node: str) -> Interval | None:
        """Return the values of an operand for which it holds; `None` when it says nothing."""
        operand = self.operand(node)
        if self.kind in {"sum", "at-most"}:
            return self._solve_sum(operand)
        if self.kind == "between":
            return self._solve_between(operand)
        spans = [each.span for each in self.operands]
        found = _solve_quotient(self.kind, self.operands.index(operand), *spans)
        return found and found.widen(operand.within)

    def center(self, node: str) -> Decimal | None:
        """Return the value of an operand that balances a sum exactly; `None` for other kinds."""
        if self.kind != "sum":
            return None
        operand = self.operand(node)
        return operand.value - operand.sign * self.gap

    def _solve_sum(self, operand: Operand) -> Interval:
        exact = Interval(*(operand.value - operand.sign * self.gap,) * 2).widen(self.slack)
        if self.kind == "sum":
            return exact
        return Interval(high=exact.high) if operand.sign > 0 else Interval(low=exact.low)

    def _solve_between(self, operand: Operand) -> Interval:
        middle, *others = self.operands
        if operand is middle:
            spans = [other.span for other in others]
            low, high = min(each.low for each in spans), max(each.high for each in spans)
            return Interval(low, high).widen(middle.within)
        (other,) = (each for each in others if each is not operand)
        if middle.span.low > other.span.high:
            return Interval(low=middle.span.low - operand.within)
        if middle.span.high < other.span.low:
            return Interval(high=middle.span.high + operand.within)
        return EVERYTHING


def _add(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def _solve_quotient(
    kind: str, index: int, result: Interval, dividend: Interval, divisor: Interval
) -> Interval | None:
    """Solve for result (0), dividend (1) or divisor (2) by the corners of the other two.

    In between the functions are monotone, unless a denominator passes 0: then nothing follows.
    """
    known = [interval for at, interval in enumerate((result, dividend, divisor)) if at != index]
    found: list[Decimal] = []
    signs: set[bool] = set()
    for one, other in product(known[0].ends, known[1].ends):
        over, under = _fraction(kind, index, one, other)
        if not under:
            return None
        signs.add(under > 0)
        found.append(over / under)
    # As in the shapes: a divisor that may be 0 proves nothing.
    if len(signs) > 1 or (index < 2 and divisor.low <= 0):
        return None
    shift = _HUNDRED if kind == "relative-change" and index == 0 else 0
    return Interval(min(found) - shift, max(found) - shift)


def _fraction(kind: str, index: int, one: Decimal, other: Decimal) -> tuple[Decimal, Decimal]:
    """Return numerator and denominator of the unknown, from the two known numbers."""
    if index == 0:
        base = other - one if kind == "relative-difference" else other
        return _HUNDRED * one, base
    # In percent: by how much the dividend exceeds nothing, the divisor or their difference.
    whole = _HUNDRED + one if kind != "share" else _HUNDRED
    rate = _HUNDRED + one if kind == "relative-change" else one
    under = _HUNDRED if kind == "relative-change" else whole
    return (rate * other, under) if index == 1 else (under * other, rate)
