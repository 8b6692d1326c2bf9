"""The table of an answer: cells as people read them, with links, sorted and in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from amip.query import Question, Rows, Term
from amip.question import NUMBERS, OutputColumn
from amip.serve.answer.codes import find_concept, find_label_columns, name_code
from amip.serve.answer.reply import Reply
from amip.serve.answer.scale import find_scales, write_number
from amip.serve.page import WEB, find_page
from amip.serve.thing.label import collate
from amip.terms import BASE

PAGE = 200
"""Rows on one page."""
LONG_PAGE = 1000
"""Rows on one page of an edition, where nobody else can sort all of them."""
_LONG = 40
_GAPS = {"pending": "pending", "not-stated": "not-stated", "graphic-not-readable": "unreadable"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, the IRI or path that it leads to, and which kind of gap it is, if any."""

    text: str
    target: str = ""
    gap: str = ""
    hint: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether it leads to a page of others."""
        return self.target.startswith(WEB)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: `order` is "ascending", "descending" or "" for aria-sort.

    A column is `long` when its texts need room, and `states` when it makes a row a statement.
    """

    name: str
    label: str
    is_number: bool
    is_long: bool
    states: bool
    order: str
    next_sort: str


@dataclass(frozen=True, slots=True)
class Table:
    """A page of the table: each row has cells, and links to its evidence."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[tuple[Cell, ...], tuple[Cell, ...]], ...]
    page: int
    pages: int
    total: int

    @property
    def has_evidence(self) -> bool:
        """Whether any row leads to records that belong to no single number."""
        return any(evidence for _, evidence in self.rows)


def make_table(
    reply: Reply,
    names: Mapping[str, tuple[str, str]],
    sort: str = "",
    page: int = 1,
    size: int = PAGE,
) -> Table:
    """Make a page of the table of an answer; `names` are the programmes: slug → IRI and label.

    `sort` is a column, or `-` and a column for descending order; what has no value comes last.
    A `sort` or a `page` that is not there is passed over.
    """
    question, language, answer = reply.question, reply.language, reply.answer
    rows = _sort(answer.rows, question, sort)
    pages = max(1, -(-len(rows) // size))
    page = min(max(page, 1), pages)
    maker = _RowMaker(question, answer.rows, language, names)
    shown = rows[(page - 1) * size : page * size]
    return Table(
        tuple(_make_headings(question, answer.rows, language, sort)),
        tuple((tuple(maker.cells(row)), tuple(maker.evidence(row))) for row in shown),
        page,
        pages,
        len(rows),
    )


def list_shown(question: Question) -> list[OutputColumn]:
    """List the columns that people see: IRIs become links, and codes are named in their place."""
    labels = set(find_label_columns([column.name for column in question.columns]).values())
    return [
        column for column in question.columns if column.type != "iri" and column.name not in labels
    ]


def _make_headings(question: Question, rows: Rows, language: str, sort: str) -> Iterator[Heading]:
    for column in list_shown(question):
        place = rows.columns.index(column.name)
        longest = max((len(str(row[place] or "")) for row in rows.rows), default=0)
        yield Heading(
            name=column.name,
            label=column.labels[language],
            is_number=column.type in NUMBERS,
            is_long=longest > _LONG,
            states=column.name in question.states,
            order={column.name: "ascending", f"-{column.name}": "descending"}.get(sort, ""),
            next_sort=f"-{column.name}" if sort == column.name else column.name,
        )


class _RowMaker:
    """Makes the cells of rows: numbers lead to their figure, codes to their concept."""

    def __init__(
        self,
        question: Question,
        rows: Rows,
        language: str,
        names: Mapping[str, tuple[str, str]],
    ) -> None:
        self._columns = {column.name: column for column in question.columns}
        self._places = {name: place for place, name in enumerate(rows.columns)}
        self._visible = list_shown(question)
        self._labels = find_label_columns(list(self._columns))
        self._states = question.states
        self._scales = find_scales(question, rows)
        self._language = language
        self._names = names
        shown = {column.name for column in self._visible}
        self._leads = {
            name: f"{name}{ending}"
            for name in shown
            for ending in ("_iri", "_figure")
            if f"{name}{ending}" in self._columns
        }
        if "value" in shown and "figure" in self._columns:
            self._leads["value"] = "figure"
        self._others = [
            column
            for column in question.columns
            if column.type == "iri" and column.name not in self._leads.values()
        ]

    def cells(self, row: Sequence[Term | None]) -> Iterator[Cell]:
        """Make the cells that are shown."""
        for column in self._visible:
            term = self._get(row, column.name)
            if term is None:
                yield Cell("–", gap=self._name_gap(row), hint=self._explain_gap(row))
            elif column.type in NUMBERS:
                lead = self._get(row, self._leads.get(column.name, ""))
                text = write_number(term.text, self._scales.get(column.name, 0), self._language)
                yield Cell(text, find_page(lead.text) if lead else "")
            else:
                yield self._show_text(row, column.name, column.type, term.text)

    def evidence(self, row: Sequence[Term | None]) -> Iterator[Cell]:
        """Make links to the records behind a row that no single number leads to."""
        for column in self._others:
            if term := self._get(row, column.name):
                yield Cell(column.labels[self._language], find_page(term.text))

    def _get(self, row: Sequence[Term | None], name: str) -> Term | None:
        return row[self._places[name]] if name in self._places else None

    def _show_text(self, row: Sequence[Term | None], name: str, kind: str, text: str) -> Cell:
        if name == "programme" and text in self._names:
            iri, label = self._names[text]
            return Cell(label, find_page(iri), hint=text)
        if kind == "boolean":
            return Cell(text, hint="boolean")
        lead = self._get(row, self._leads.get(name, ""))
        concept = find_concept(name, text)
        target = lead.text if lead else concept.iri if concept else ""
        named = self._get(row, self._labels.get(name, ""))
        label = named.text if named else name_code(name, text, self._language)
        # A code of others, such as a unit, has no page here.
        ours = find_page(target) if target.startswith(BASE) else ""
        return Cell(label, ours, hint="" if label == text else text)

    def _name_gap(self, row: Sequence[Term | None]) -> str:
        if all(self._get(row, name) is None for name in self._states):
            return "not-stated"
        status = self._get(row, "status")
        return _GAPS.get(status.text, "none") if status else "none"

    def _explain_gap(self, row: Sequence[Term | None]) -> str:
        status = self._get(row, "status")
        known = status is not None and status.text in _GAPS
        return name_code("status", status.text, self._language) if status and known else ""


def _sort(rows: Rows, question: Question, sort: str) -> tuple[tuple[Term | None, ...], ...]:
    name = sort.removeprefix("-")
    if name not in rows.columns:
        return rows.rows
    place = rows.columns.index(find_label_columns(rows.columns).get(name, name))
    kind = next(column.type for column in question.columns if column.name == name)
    known = [row for row in rows.rows if row[place] is not None]
    unknown = tuple(row for row in rows.rows if row[place] is None)
    known.sort(key=lambda row: _weigh(str(row[place]), kind), reverse=sort.startswith("-"))
    return (*known, *unknown)


def _weigh(text: str, kind: str) -> tuple[Decimal, str]:
    """Weigh a cell for sorting: numbers by size, text as in a German dictionary."""
    if kind in {*NUMBERS, "year"}:
        try:
            return Decimal(text), ""
        except InvalidOperation:
            return Decimal(0), text
    return Decimal(0), collate(text)
