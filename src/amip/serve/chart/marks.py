"""The marks of a chart: what is drawn of the rows of an answer, in plain records."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from amip.query import Answer, Question, Term
from amip.question import Chart
from amip.serve.answer.codes import name_code
from amip.serve.answer.scale import find_scales, write_number
from amip.serve.page import read_decimal, say

Names = Mapping[str, tuple[str, str]]
"""The programmes: slug → IRI and label."""
NO_NAMES: Names = MappingProxyType({})
Record = dict[str, str | int | float | None]
Row = Sequence[Term | None]

_MEASURED = {"bar": "x", "dot": "x", "line": "y", "grid": "color"}
_WIDTH = 40
_LARGE = 10_000
"""Labels have no decimals where some numbers are as large; the table has them."""


class Marks:
    """What is drawn of an answer: a record per mark, with a value for each channel.

    A record has `label`, the number as people write it, and `side`, where that stands beside a
    dot. A record without a number is of a programme that states nothing.
    """

    def __init__(
        self, question: Question, chart: Chart, answer: Answer, language: str, names: Names
    ) -> None:
        """Read the marks of an answer's chart."""
        self._chart = chart
        self._language = language
        self._names = names
        self._measured = _MEASURED[chart.mark]
        self._places = {name: place for place, name in enumerate(answer.rows.columns)}
        self._labels = {column.name: column.labels[language] for column in question.columns}
        self._types = {column.name: column.type for column in question.columns}
        self._rows = answer.rows.rows
        self._scales = find_scales(question, answer.rows)

    @cached_property
    def records(self) -> list[Record]:
        """The records, in the order of the rows."""
        records = [record for row in self._kept for record in self._read(row)]
        if self._chart.mark == "dot":
            _place_labels(records)
        return records

    @property
    def has_any(self) -> bool:
        """Whether there is anything to draw."""
        return any(record.get(self._measured) is not None for record in self.records)

    @property
    def silent(self) -> tuple[str, ...]:
        """The programmes in the answer of which nothing is drawn."""
        if "programme" not in self._places:
            return ()
        place = self._places["programme"]
        slugs = dict.fromkeys(str(row[place]) for row in self._rows)
        measured = self._chart.channels[self._measured]
        drawn = {str(row[place]) for row in self._kept if any(self._get(row, measured))}
        return tuple(self._name("programme", slug) for slug in slugs if slug not in drawn)

    def kind(self, columns: Sequence[str]) -> str:
        """The type of the first of some columns."""
        return self._types[columns[0]]

    def title(self, channel: str) -> str | None:
        """The title of an axis; several columns are told apart by a legend instead."""
        columns = self._chart.channels[channel]
        return self._labels[columns[0]] if len(columns) == 1 else None

    def order(self, channel: str) -> list[str | int | float | None]:
        """The values of a channel in their order: that of the columns, of years, of the rows."""
        columns = self._chart.channels.get(channel, ())
        if channel == "color" and not columns:
            several = self._chart.channels[self._measured]
            return [self._labels[name] for name in several] if len(several) > 1 else []
        found = {record[channel] for record in self.records if channel in record}
        if columns and self.kind(columns) == "year":
            return sorted(found, key=str)
        # Rows of which nothing is drawn have their say, too: they keep the order of programmes.
        written = dict.fromkeys(self._write(row, columns) for row in self._kept)
        ordered = [_wrap(text) if channel == "y" else text for text in written]
        return [text for text in ordered if text in found]

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The codes that colours stand for, with the names that are written."""
        (column,) = self._chart.channels["color"]
        terms = (row[self._places[column]] for row in self._kept)
        return {term.text: self._name(column, term.text) for term in terms if term}

    @cached_property
    def _large(self) -> frozenset[str]:
        """The columns with large numbers."""
        columns = self._chart.channels[self._measured]
        cells = {name: [row[self._places[name]] for row in self._rows] for name in columns}
        return frozenset(
            name
            for name, terms in cells.items()
            if any(_is_large(term.text) for term in terms if term)
        )

    @cached_property
    def _kept(self) -> list[Row]:
        only = self._chart.only
        if only is None:
            return list(self._rows)
        return [row for row in self._rows if str(row[self._places[only[0]]]) in only[1]]

    def _read(self, row: Row) -> Iterator[Record]:
        shared: Record = {
            channel: self._write(row, columns)
            for channel, columns in self._chart.channels.items()
            if channel != self._measured or self._chart.mark == "grid"
        }
        if not all(shared.values()):
            return
        if self._chart.mark == "grid":
            yield {**shared, "y": _wrap(str(shared["y"]))}
            return
        if self._chart.mark == "line":
            year = read_decimal(str(shared["x"]))
            if year is None:
                return
            shared["x"] = int(year)
        else:
            shared["y"] = _wrap(str(shared["y"]))
        columns = self._chart.channels[self._measured]
        numbers = dict(zip(columns, self._get(row, columns), strict=True))
        yield from self._measure(shared, numbers)

    def _measure(self, shared: Record, numbers: Mapping[str, Term | None]) -> Iterator[Record]:
        if self._chart.channels.get("y") == ("programme",) and not any(numbers.values()):
            silent = say("answer-gap-not-stated", self._language)
            yield {**shared, self._measured: None, "label": silent}
        for name, term in numbers.items():
            if term is None or read_decimal(term.text) is None:
                continue
            yield {
                **shared,
                **({"color": self._labels[name]} if len(numbers) > 1 else {}),
                self._measured: float(term.text),
                "label": self._label(name, term.text),
            }

    def _label(self, name: str, text: str) -> str:
        if name in self._large:
            return write_number(f"{Decimal(text):.0f}", 0, self._language)
        return write_number(text, self._scales.get(name, 0), self._language)

    def _get(self, row: Row, columns: Sequence[str]) -> list[Term | None]:
        return [row[self._places[name]] for name in columns]

    def _write(self, row: Row, columns: Sequence[str]) -> str:
        terms = zip(columns, self._get(row, columns), strict=True)
        return ", ".join(self._name(name, term.text) for name, term in terms if term and term.text)

    def _name(self, column: str, text: str) -> str:
        if column == "programme" and text in self._names:
            return self._names[text][1].removeprefix("Jobcenter ")
        return name_code(column, text, self._language)


def _is_large(text: str) -> bool:
    number = read_decimal(text)
    return number is not None and abs(number) >= _LARGE


def _wrap(text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH, max_lines=4, placeholder=" …")
    return "\n".join(lines)


def _place_labels(records: Sequence[Record]) -> None:
    """Put the label of the least of the dots on a line to its left, that of the greatest right."""
    lines: dict[tuple[object, object], list[Record]] = {}
    for record in records:
        if record["x"] is not None:
            lines.setdefault((record.get("facet"), record["y"]), []).append(record)
    for dots in lines.values():
        dots.sort(key=lambda record: float(record["x"] or 0))
        dots[0]["side"] = "left"
        dots[-1]["side"] = "right"
