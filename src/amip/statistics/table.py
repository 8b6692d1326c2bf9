"""What is read from a file: the cells of a table, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from amip.findings import Finding
from amip.statistics.description import Description, Measure

TRANSCRIBED = "transcribed"
"""The edition of cells whose day of publication (Stand) is not known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table.

    `area` is `DE`, the key of a Land or of a district; `printed` is the text of the cell, "" where
    only the number is known; `value` is that number, "" when the cell holds a sign. `file`, `line`
    and `column` say where the statistical offices print it, as far as that is known; `row` is the
    line of the file that was read.
    """

    area: str
    period: str
    measure: Measure
    sector: str
    printed: str
    value: str
    sign: str
    edition: str
    file: str
    line: int
    column: int
    row: int

    @property
    def name(self) -> str:
        """The measure, with the sector where there is one."""
        return f"{self.measure.id}.{self.sector}" if self.sector else self.measure.id


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one file, in its order, with what was found on the way.

    `file` is its name; `sha256` the checksum of what was read.
    """

    description: Description
    file: str
    sha256: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
