"""Sections of the comparison that are made of figures: targets, budget, instruments, staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from amip.query import Answer
from amip.serve.compare.cell import Cell, Gap, Item, Row, Section
from amip.serve.compare.figure import Coded, Figure, find_label, read_records
from amip.serve.page import say
from amip.terms import CODE, load_list

_GOALS = ("goal-1", "goal-2", "goal-3", "goal-4")
_MISSING = {
    "explicitly-not-quantified": "none",
    "pending": "pending",
    "expectation-unpublished": "pending",
    "not-stated": "not-stated",
}
_LINES = (
    "total-budget",
    "total-allocation",
    "egl",
    "bez",
    "receipts",
    "carry-over",
    "shift",
    "egl-available",
    "prior-commitment",
    "new-business",
    "expenditure",
    "vk",
    "vk-federal",
    "kfa",
    "kfa-share",
)
"""The rows of the budget, from the whole down to what is spent."""
_TOPICS = {
    "egl": "egl",
    "vk": "vk",
    "vk-federal": "vk",
    "shift": "shift",
    "kfa": "kfa",
    "kfa-share": "kfa",
    "prior-commitment": "prior-commitments",
    "new-business": "new-business",
    "expenditure": "money-per-instrument",
}
"""Which item of the question `what-each-programme-states` tells why a row is empty."""
_MONEY = frozenset(
    {"budget-amount", "prior-commitment", "new-business", "expenditure", "kfa-share"}
)


def make_targets(
    records: Iterable[Mapping[str, str]], figures: Mapping[str, Figure], language: str
) -> Section:
    """Make the rows of the targets: one for each goal, indicator and sex."""
    rows: dict[tuple[bool, str, str, str], Row] = {}
    for record in records:
        goal, indicator, sex = record["goal"], record["indicator"], record["sex"]
        key = (goal not in _GOALS, goal, indicator, "" if sex == "T" else sex)
        label = find_label("goals", goal, language)
        if indicator:
            label = f"{label}: {find_label('indicators', indicator, language)}"
        if sex != "T":
            label = f"{label}, {say(f'compare-sex-{sex}', language)}"
        row = rows.setdefault(key, Row(label, record["indicator_iri"]))
        for item in _list_target_items(record, figures, language):
            row.add(record["programme"], item)
        if record["programme"] not in row.cells:
            row.cells[record["programme"]] = Cell(gap=_explain(record, language))
    return Section("targets", tuple(rows[key] for key in sorted(rows)))


def _list_target_items(
    record: Mapping[str, str], figures: Mapping[str, Figure], language: str
) -> Iterable[Item]:
    if (value := figures.get(record["value_figure"])) is not None:
        yield show_figure(value, language, say("compare-target-value", language))
    if (change := figures.get(record["change_figure"])) is not None:
        base = change.base or record["base_period"]
        yield show_figure(change, language, say("compare-target-change", language, base=base[:4]))
    elif record["change"]:
        text = f"{record['change']} {find_label('units', record['change_unit'], language)}"
        yield Item(say("compare-target-change", language, base=record["base_period"]), text=text)
    if (basis := figures.get(record["base_figure"])) is not None:
        yield show_figure(basis, language, say("compare-target-base", language))
    if record["status"] == "qualitative":
        label = _label_status(record, language)
        yield Item(label, text=record["printed"], link=record["target"], language="de")


def _explain(record: Mapping[str, str], language: str) -> Gap:
    kind = _MISSING.get(record["status"], "not-stated")
    silent = kind == "not-stated"
    label = say("compare-gap-not-stated", language) if silent else _label_status(record, language)
    return Gap(kind, label, record["target"], record["printed"])


def _label_status(record: Mapping[str, str], language: str) -> str:
    return find_label("target-status", record["status"], language)


def make_budget(figures: Iterable[Figure], language: str) -> Section:
    """Make the rows of the budget, from the total down to what instruments may cost."""
    rows: dict[str, Row] = {}
    lines = load_list("budget-lines")
    for figure in _order(figures):
        if figure.indicator.code not in _MONEY or "instrument=" in figure.key:
            continue
        line = (
            figure.line.code if figure.indicator.code == "budget-amount" else figure.indicator.code
        )
        name = "egl" if line.startswith("egl-") and line != "egl-available" else line
        if name not in rows:
            label = lines[name].labels[language] if name in lines else figure.indicator.label
            rows[name] = Row(label, f"{CODE}{name}", topic=_TOPICS.get(name, ""))
        label = figure.line.label if figure.line.code not in {"", name} else ""
        if figure.is_change:
            label = say("compare-target-change", language, base=figure.base[:4])
        rows[name].add(figure.programme, show_figure(figure, language, label))
    order = {name: place for place, name in enumerate(_LINES)}
    names = sorted(rows, key=lambda name: (order.get(name, len(order)), name))
    return Section("budget", tuple(rows[name] for name in names))


def make_instruments(
    mix: Answer, entries: Answer, figures: Mapping[str, Figure], language: str
) -> Section:
    """Make the rows of the instruments: money, share and planned entries of each."""
    rows: dict[str, Row] = {}
    for record in read_records(mix.rows):
        if not record["instrument"]:
            continue
        row = _find_instrument(rows, record, language)
        for item in _list_money(record, figures, language):
            row.add(record["programme"], item)
    for record in read_records(entries.rows):
        figure = figures.get(record["entries_figure"])
        if figure is not None:
            row = _find_instrument(rows, record, language)
            label = say("compare-planned-entries", language)
            row.add(record["programme"], show_figure(figure, language, label))
    names = sorted(rows, key=lambda name: (name.startswith("local-"), rows[name].label))
    return Section("instruments", tuple(rows[name] for name in names))


def _find_instrument(rows: dict[str, Row], record: Mapping[str, str], language: str) -> Row:
    name = record["instrument"]
    if name not in rows:
        label = record["instrument_label"] or say("compare-all-instruments", language)
        topic = "money-per-instrument" if name else "entries-per-instrument"
        rows[name] = Row(label, f"{CODE}{name}" if name else "", topic=topic)
    return rows[name]


def _list_money(
    record: Mapping[str, str], figures: Mapping[str, Figure], language: str
) -> Iterable[Item]:
    amount = figures.get(record["amount_eur_figure"])
    printed = figures.get(record["share_percent_figure"])
    if amount is not None:
        yield show_figure(amount, language, amount.indicator.label)
    if printed is not None:
        yield show_figure(printed, language, say("compare-share-printed", language))
    elif amount is not None and record["share_percent"]:
        label = say("compare-share-computed", language)
        share = replace(
            amount,
            iri="",
            indicator=Coded("share-of-expenditure", label),
            value=Decimal(record["share_percent"]),
            unit=Coded("PERCENT", "%"),
            tolerance=Decimal("0.005"),
        )
        yield replace(show_figure(share, language, label), link=amount.trace)


def make_staff(figures: Iterable[Figure], shares: Answer, language: str) -> Section:
    """Make the rows of the staff: heads or posts, by kind of work, sponsor and sex."""
    kinds = {
        record["share_percent_figure"]: record["sponsor_kind"]
        for record in read_records(shares.rows)
        if record["share_percent_figure"]
    }
    rows: dict[tuple[str, ...], Row] = {}
    for figure in _order(figures):
        if not figure.indicator.code.startswith("staff-"):
            continue
        kind = kinds.get(figure.iri, "")
        parts = [figure.indicator.label]
        if kind:
            parts.append(find_label("sponsor-kinds", kind, language))
        parts += [figure.category.label] if figure.category.label else []
        parts += [say(f"compare-sex-{figure.sex}", language)] if figure.sex != "T" else []
        key = (
            figure.indicator.code,
            kind,
            figure.category.code,
            "" if figure.sex == "T" else figure.sex,
        )
        topic = "staff-by-sponsor" if kind else "staff"
        row = rows.setdefault(
            key, Row(", ".join(parts), f"{CODE}{figure.indicator.code}", topic=topic)
        )
        row.add(figure.programme, show_figure(figure, language))
    return Section("staff", tuple(rows[key] for key in sorted(rows)))


def show_figure(figure: Figure, language: str, label: str = "") -> Item:
    """Make the item of a figure: what it is, and what one should know of it."""
    notes = [figure.hedge, "" if figure.is_change else figure.kind.label, figure.form.label]
    notes += [
        say(name, language)
        for name, holds in (
            ("compare-amount-spent", figure.spent),
            ("compare-period-inferred", figure.inferred),
            ("compare-figure-doubted", figure.doubted),
        )
        if holds
    ]
    return Item(label, figure, link=figure.trace, notes=tuple(note for note in notes if note))


def _order(figures: Iterable[Figure]) -> list[Figure]:
    """Order figures as they are shown: values before changes, the latest time first."""
    known = sorted(figures, key=lambda figure: figure.iri)
    known.sort(key=lambda figure: figure.period, reverse=True)
    return sorted(known, key=lambda figure: figure.is_change)
