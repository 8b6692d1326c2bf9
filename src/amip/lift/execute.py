"""Execute mappings over tables: quads as N-Quads text.

A column has few distinct values beside its many rows, so each distinct value is checked, escaped
and written as `<predicate> object` once; a row is then a join of ready pieces. Empty cells make
no statement, as RML says of null values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.lift.lexical import is_lexical
from amip.lift.mapping import Mapping, Statement, Template, read_mappings
from amip.records.cells import Cells, Tables
from amip.records.record import Record
from amip.records.tables import make_tables

_BAD_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]|^(?![A-Za-z][A-Za-z0-9+.-]*:)')
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    # Python breaks lines at these too.
    | {mark: f"\\u{ord(mark):04X}" for mark in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"}
)
_PART, _IRI, _TEXT = "part of an IRI", "IRI", ""


def lift_record(record: Record) -> tuple[str, list[Finding]]:
    """Lift a record by the project's mappings.

    Returns N-Quads, one statement a line, no line twice, in an order that depends on the record
    alone, and the findings about values that cannot be lifted (those statements are left out).
    """
    return lift_tables(make_tables(record), read_mappings())


def lift_tables(tables: Tables, mappings: Iterable[Mapping]) -> tuple[str, list[Finding]]:
    """Lift tables, by name, with the mappings given."""
    findings: list[Finding] = []
    return "".join(lift_blocks(tables, mappings, findings)), findings


def lift_blocks(
    tables: Tables, mappings: Iterable[Mapping], findings: list[Finding]
) -> Iterator[str]:
    """Yield the N-Quads of row after row, so that large tables need not fit into one text.

    What cannot be lifted is added to `findings` on the way.
    """
    for mapping in mappings:
        rows = tables.get(mapping.table, [])
        writer = _Writer(mapping, rows, findings)
        subjects = writer.write_template(mapping.subject, "<{}>")
        blocks = _join_rows(
            subjects,
            writer.write_template(mapping.graph, "<{}>"),
            [writer.write_statement(statement) for statement in mapping.statements],
        )
        if len(set(subjects)) == len(rows):
            yield from blocks
        else:
            yield from dict.fromkeys(
                line for block in blocks for line in block.splitlines(keepends=True)
            )


def _join_rows(subjects: list[str], graphs: list[str], columns: list[list[str]]) -> Iterator[str]:
    for subject, graph, *cells in zip(subjects, graphs, *columns, strict=True):
        if subject and graph and any(cells):
            end = f" {graph} .\n"
            yield f"{subject} {f'{end}{subject} '.join(filter(None, cells))}{end}"


class _Writer:
    """Writes the columns of one table as pieces of N-Quads, "" where there is nothing to say."""

    def __init__(self, mapping: Mapping, rows: Sequence[Cells], findings: list[Finding]) -> None:
        self.mapping = mapping
        self.rows = rows
        self.findings = findings
        self.columns: dict[str, list[str]] = {}

    def write_statement(self, statement: Statement) -> list[str]:
        """Write `<predicate> object` for each row."""
        if statement.is_iri:
            return self.write_template(statement.target, f"<{statement.predicate}> <{{}}>")
        suffix = f"^^<{statement.datatype}>" if statement.datatype else ""
        suffix = f"@{statement.language}" if statement.language else suffix
        (column,) = statement.target.columns
        form = f'<{statement.predicate}> "{{}}"{suffix}'
        return self._write_column(column, statement.datatype or _TEXT, form)

    def write_template(self, template: Template, form: str) -> list[str]:
        """Write an IRI for each row, put into the gap of `form`."""
        if not template.columns:
            return [form.format(template.parts[0])] * len(self.rows)
        mode = _IRI if template.is_reference else _PART
        if len(template.columns) == 1:
            return self._write_column(
                template.columns[0], mode, form.format("{}".join(template.parts[::2]))
            )
        columns = [self._write_column(column, mode, "{}") for column in template.columns]
        whole = form.format("%s".join(template.parts[::2]))
        return [whole % values if all(values) else "" for values in zip(*columns, strict=True)]

    def _read_column(self, column: str) -> list[str]:
        if column not in self.columns:
            self.columns[column] = [row.values.get(column, "") for row in self.rows]
        return self.columns[column]

    def _write_column(self, column: str, mode: str, form: str) -> list[str]:
        values = self._read_column(column)
        before, after = form.split("{}")
        written = dict.fromkeys(values, "")
        for value in written:
            if value and (text := _write(value, mode)):
                written[value] = f"{before}{text}{after}"
        if bad := {value for value, text in written.items() if value and not text}:
            self._report(column, mode, values, bad)
        return list(map(written.__getitem__, values))

    def _report(self, column: str, mode: str, values: list[str], bad: set[str]) -> None:
        for row, value in zip(self.rows, values, strict=True):
            if value in bad:
                place = Place(row.file, row.row, column, row.values.get("id", ""))
                slots = {"found": value, "expected": mode, "mapping": self.mapping.name}
                self.findings.append(make_finding("AMIP-R18", place, **slots))


def _write(value: str, mode: str) -> str:
    if mode == _PART:
        return quote(value, safe="")
    if mode == _IRI:
        return "" if _BAD_IRI.search(value) else value
    return value.translate(_ESCAPES) if is_lexical(value, mode) else ""
