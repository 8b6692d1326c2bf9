"""A value that differs from its printed form: which of the two is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from amip.findings import Finding
from amip.records.values import parse_decimal
from amip.terms import ID
from amip.validate.diagnosis.cause import Detective
from amip.validate.diagnosis.equation import Equation, Interval
from amip.validate.diagnosis.placing import find_cells

DIFFERS = "AMIP-R08"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a finding about a printed form says of a figure, and what the equations say to it.

    `number` is the printed one; `settled` are the equations that only fail for the typed value,
    `against` those that only hold with it.
    """

    finding: Finding
    node: str
    number: Decimal
    settled: tuple[Equation, ...]
    against: tuple[Equation, ...]

    @property
    def is_value_wrong(self) -> bool:
        """Whether nothing speaks for the typed value."""
        return not self.against

    @property
    def is_printed_wrong(self) -> bool:
        """Whether equations hold with the typed value alone."""
        return bool(self.against) and not self.settled


def read_node(finding: Finding) -> str:
    """Return the figure that a finding about a row of figures.csv is about."""
    slug, _, file = finding.place.file.partition("/")
    return f"{ID}obs/{slug}/{finding.place.record}" if file == "figures.csv" else ""


def find_readings(
    case: Detective,
    findings: Iterable[Finding],
    failing: Sequence[Equation],
    holding: Sequence[Equation],
) -> list[Reading]:
    """Weigh every finding about a printed form against the equations of its figure."""
    found: list[Reading] = []
    for finding in findings:
        node = read_node(finding)
        figure = case.network.figures.get(node)
        number = parse_decimal(finding.values.get("reads", ""))
        if finding.code != DIFFERS or figure is None or number is None:
            continue
        if figure.kind.endswith("/change") and number > 0:
            # A word such as "sinken" may carry the sign.
            number = number.copy_sign(figure.value)
        settled = tuple(each for each in failing if _allows(each, node, number))
        against = tuple(each for each in holding if _allows(each, node, number) is False)
        found.append(Reading(finding, node, number, settled, against))
    return found


def _allows(equation: Equation, node: str, number: Decimal) -> bool | None:
    """Tell whether an equation holds with another number; `None` when it says nothing."""
    allowed = equation.implied(node) if node in equation.nodes else None
    return None if allowed is None else number in allowed


def use_number(equation: Equation, reading: Reading) -> Equation:
    """Return an equation with the printed number in place of the typed one."""
    operands = tuple(
        replace(each, value=reading.number) if each.node == reading.node else each
        for each in equation.operands
    )
    return replace(equation, operands=operands)


def place_reading(case: Detective, reading: Reading) -> Finding:
    """Put the finding at the value or at the printed form, whichever is wrong."""
    finding, node = reading.finding, reading.node
    if reading.is_printed_wrong:
        place = replace(finding.place, column="printed")
        return replace(finding, place=place, cells=find_cells(case, reading.against, place))
    if not reading.is_value_wrong:
        return finding
    value = case.network.figures[node].value
    place = replace(finding.place, column="value")
    stand_in = Equation(DIFFERS, "sum", node, (case.network.figures[node].operand("total"),))
    only = Interval(reading.number, reading.number)
    causes = list(dict.fromkeys(case.explain_cell(stand_in, node, only, signed=True)))
    # Without an equation, the slip may as well be in the printed form.
    proven = len(causes) == 1 and reading.settled
    return replace(
        finding,
        place=place,
        found=case.write(node, value),
        expected=case.write(node, reading.number),
        cause=causes[0].sentences if proven else {},
        cells=find_cells(case, reading.settled, place)
        or (replace(finding.place, column="printed"),),
    )
