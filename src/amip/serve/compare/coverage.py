"""Sections of the comparison that answers to canned questions fill: who, for whom, about what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amip.query import Answer
from amip.serve.compare.cell import Cell, Gap, Item, Row, Section
from amip.serve.compare.figure import read_records
from amip.serve.page import find_trace, say
from amip.serve.programme import Programme
from amip.terms import CODE, ID, load_list

_COVERAGE = ("mention", "measure", "figure")
"""What a programme can have on a target group: the column with its IRI; with `s`, how many."""


def make_profile(programmes: Iterable[Programme], sponsors: Answer, language: str) -> Section:
    """Make the rows that say whose programme it is: Jobcenter, years, form, district, sponsors."""
    known = {each.slug: each for each in programmes}
    rows = {
        name: Row(say(f"compare-profile-{name}", language))
        for name in ("jobcenter", "years", "form", "district")
    }
    kinds = load_list("sponsor-kinds")
    forms = load_list("organisation-forms")
    for each in known.values():
        rows["jobcenter"].add(each.slug, Item(text=each.jobcenter_label, link=each.jobcenter))
        rows["years"].add(each.slug, Item(text=each.years))
    for record in read_records(sponsors.rows):
        slug, form, kind = record["programme"], record["organisation_form"], record["sponsor_kind"]
        if form in forms:
            label = forms[form].labels[language]
            rows["form"].add(slug, Item(text=f"{label} ({form})", link=forms[form].iri))
        if record["ags"]:
            item = Item(text=record["district"], link=f"{ID}area/{record['ags']}")
            rows["district"].add(slug, item)
        if kind in kinds:
            row = rows.setdefault(kind, Row(kinds[kind].labels[language], kinds[kind].iri))
            row.add(slug, Item(text=record["sponsor"], link=record["sponsor_iri"]))
            if form == "zkT":
                _rule_out_agency(rows, slug, language)
    return Section("profile", tuple(rows.values()))


def _rule_out_agency(rows: dict[str, Row], slug: str, language: str) -> None:
    """Say that a Jobcenter of a municipality alone has no employment agency as sponsor."""
    agency = load_list("sponsor-kinds")["employment-agency"]
    row = rows.setdefault("employment-agency", Row(agency.labels[language], agency.iri))
    if slug not in row.cells:
        row.cells[slug] = Cell(gap=Gap("not-applicable", say("compare-gap-no-agency", language)))


def make_groups(coverage: Answer, language: str) -> Section:
    """Make the rows of the target groups: named, with measures, with figures."""
    rows: dict[str, Row] = {}
    for record in read_records(coverage.rows):
        name = record["target_group"]
        row = rows.setdefault(name, Row(record["target_group_label"], f"{CODE}{name}"))
        for kind in _COVERAGE:
            if not record[kind]:
                continue
            number = record[f"{kind}s"]
            name = kind if number in {"", "1"} else f"{kind}s"
            text = say(f"compare-group-{name}", language, number=number)
            link = find_trace(record[kind]) or record[kind]
            row.add(record["programme"], Item(text=text, link=link))
    return Section("groups", tuple(sorted(rows.values(), key=_by_agreement)))


def make_fields(compared: Answer) -> Section:
    """Make the rows of the fields of action, each as the document words it."""
    rows: dict[str, Row] = {}
    for record in read_records(compared.rows):
        name = record["field_of_action"]
        row = rows.setdefault(name, Row(record["field_label"] or name, record["theme"]))
        if record["statement"]:
            row.add(
                record["programme"],
                Item(text=record["printed"], link=record["statement"], language="de"),
            )
    return Section("fields", tuple(sorted(rows.values(), key=_by_agreement)))


def _by_agreement(row: Row) -> tuple[int, str]:
    return -row.stated_by, row.label


def list_gaps(stated: Answer, language: str) -> Mapping[tuple[str, str], Gap]:
    """List why programmes state nothing on an item, where there is a reason to name."""
    gaps = {}
    for record in read_records(stated.rows):
        if record["status"] == "graphic-not-readable":
            label = say("compare-gap-unreadable", language)
            gaps[record["programme"], record["item"]] = Gap("unreadable", label, record["evidence"])
    return gaps
