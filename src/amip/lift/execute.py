"""Execute mappings over tables: quads as N-Quads text.

For each mapping the rows are grouped by which of its columns are empty. Each group has one row
template, the N-Quads of a whole row with numbered gaps, so that a row costs one `str.format`.
Empty cells make no statement, as RML says of null values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from urllib.parse import quote

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.lift.lexical import is_lexical
from amip.lift.mapping import Mapping, Statement, Template, read_mappings
from amip.records.record import Record
from amip.records.tables import Cells, Tables, make_tables

_BAD_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]|^(?![A-Za-z][A-Za-z0-9+.-]*:)')
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    # Python breaks lines at these too.
    | {mark: f"\\u{ord(mark):04X}" for mark in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"}
)

_Slot: TypeAlias = tuple[str, str]
"""A column and how its value is written: in an IRI template, as a whole IRI, or in a literal."""


def lift_record(record: Record) -> tuple[str, list[Finding]]:
    """Lift a record by the project's mappings.

    Returns N-Quads, one statement a line, no line twice, in an order that depends on the record
    alone, and the findings about values that cannot be lifted (those statements are left out).
    """
    return lift_tables(make_tables(record), read_mappings())


def lift_tables(tables: Tables, mappings: Iterable[Mapping]) -> tuple[str, list[Finding]]:
    """Lift tables, by name, with the mappings given."""
    findings: list[Finding] = []
    blocks: list[str] = []
    for mapping in mappings:
        rows = tables.get(mapping.table, [])
        blocks += _lift_mapping(mapping, rows, findings)
    return "".join(blocks), findings


def _lift_mapping(
    mapping: Mapping, rows: Sequence[Cells], findings: list[Finding]
) -> Iterable[str]:
    slots = _slots(mapping)
    columns = [_write_column(mapping, slot, rows, findings) for slot in slots]
    templates: dict[tuple[bool, ...], str] = {}
    blocks: list[str] = []
    for values in zip(*columns, strict=True):
        filled = tuple(map(bool, values))
        template = templates.get(filled)
        if template is None:
            template = templates[filled] = _row_template(mapping, slots, filled)
        if template:
            blocks.append(template.format(*values))
    subjects = set(zip(*columns[: len(mapping.subject.columns)], strict=True))
    if len(subjects) == len(rows):
        return blocks
    return dict.fromkeys(line for block in blocks for line in block.splitlines(keepends=True))


def _slots(mapping: Mapping) -> list[_Slot]:
    found: dict[_Slot, None] = {}
    for template in (mapping.subject, mapping.graph):
        found |= dict.fromkeys(_template_slots(template))
    for statement in mapping.statements:
        found |= dict.fromkeys(_statement_slots(statement))
    return list(found)


def _template_slots(template: Template) -> list[_Slot]:
    return [(name, "iri" if template.is_reference else "part") for name in template.columns]


def _statement_slots(statement: Statement) -> list[_Slot]:
    if statement.is_iri:
        return _template_slots(statement.target)
    return [(name, statement.datatype or "text") for name in statement.target.columns]


def _write_column(
    mapping: Mapping, slot: _Slot, rows: Sequence[Cells], findings: list[Finding]
) -> list[str]:
    """Return the escaped values of a column; each distinct value is checked and escaped once."""
    column, mode = slot
    values = [row.values.get(column, "") for row in rows]
    written = {value: _write(value, mode) if value else "" for value in set(values)}
    if bad := {value for value, text in written.items() if value and not text}:
        for row, value in zip(rows, values, strict=True):
            if value in bad:
                place = Place(row.file, row.row, column, row.values.get("id", ""))
                slots = {"found": value, "expected": mode, "mapping": mapping.name}
                findings.append(make_finding("AMIP-L01", place, **slots))
    return list(map(written.__getitem__, values))


def _write(value: str, mode: str) -> str:
    if mode == "part":
        return quote(value, safe="")
    if mode == "iri":
        return "" if _BAD_IRI.search(value) else value
    if mode != "text" and not is_lexical(value, mode):
        return ""
    return value.translate(_ESCAPES)


def _row_template(mapping: Mapping, slots: list[_Slot], is_filled: tuple[bool, ...]) -> str:
    """Return the N-Quads of one row with gaps `{0}`, `{1}` …; "" when subject or graph is empty."""
    filled = {slot for slot, full in zip(slots, is_filled, strict=True) if full}
    if not filled.issuperset([*_template_slots(mapping.subject), *_template_slots(mapping.graph)]):
        return ""
    gaps = {slot: f"{{{index}}}" for index, slot in enumerate(slots)}
    subject, graph = _iri(mapping.subject, gaps), _iri(mapping.graph, gaps)
    return "".join(
        f"{subject} <{statement.predicate}> {_object(statement, gaps)} {graph} .\n"
        for statement in mapping.statements
        if filled.issuperset(_statement_slots(statement))
    )


def _iri(template: Template, gaps: dict[_Slot, str]) -> str:
    gap = iter(gaps[slot] for slot in _template_slots(template))
    text = (next(gap) if index % 2 else part for index, part in enumerate(template.parts))
    return f"<{''.join(text)}>"


def _object(statement: Statement, gaps: dict[_Slot, str]) -> str:
    if statement.is_iri:
        return _iri(statement.target, gaps)
    (slot,) = _statement_slots(statement)
    if statement.datatype:
        return f'"{gaps[slot]}"^^<{statement.datatype}>'
    return f'"{gaps[slot]}"' + (f"@{statement.language}" if statement.language else "")
