"""Verdicts: what the checks say of the figures of a programme and of the sums they are part of."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import pyoxigraph

from amip.assets import find_turtle
from amip.findings import Finding
from amip.query import Term
from amip.serve.page import find_trace
from amip.serve.site import Site
from amip.serve.thing.fact import Value, show_iri
from amip.serve.thing.label import Label, read_labels
from amip.serve.thing.literal import write_literal
from amip.terms import NS
from amip.validate import Profile, validate_store
from amip.validate.batch import choose_rules
from amip.validate.rule import Rule

_MANY = 200
_ROLES = ("part", "deduction", "total", "dividend", "divisor", "result")
_Row = Mapping[str, Term | None]


@dataclass(frozen=True, slots=True)
class Member:
    """A figure in a sum or a ratio: its number as it is written, and its role."""

    figure: Value
    role: str
    number: str
    trace: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A breakdown or a ratio that a figure takes part in, and what the checks found in it."""

    iri: str
    kind: Value | None
    ratio: bool
    members: tuple[Member, ...]
    findings: tuple[Finding, ...]
    reviews: tuple[Review, ...]

    @property
    def rules(self) -> list[Rule]:
        """The rules that looked at it."""
        return list_rules(f"{NS}{'Ratio' if self.ratio else 'Breakdown'}")


@dataclass(frozen=True, slots=True)
class Review:
    """What a person noted of a conflict in print."""

    iri: str
    kind: Value | None
    decision: Value | None
    note: str
    language: str


@dataclass
class Checker:
    """Checks each programme once and keeps what was found, by the IRI it is about."""

    site: Site
    _kept: dict[str, Mapping[str, tuple[Finding, ...]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, programme: str) -> Mapping[str, tuple[Finding, ...]]:
        """Check what the graph holds of a programme."""
        with self._lock:
            if programme in self._kept:
                return self._kept[programme]
            found = check_programme(self.site, programme)
            if self.site.engine.state:
                while len(self._kept) >= _MANY:
                    del self._kept[next(iter(self._kept))]
                self._kept[programme] = found
            return found


def check_programme(site: Site, programme: str) -> Mapping[str, tuple[Finding, ...]]:
    """Check a programme by all rules that look at one; findings by the IRIs they are about."""
    content = site.construct("stated", "application/n-triples", programme=programme)
    store = pyoxigraph.Store()
    store.bulk_load(input=content, format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.bulk_extend(_load_ontology())
    report = validate_store(store, rules=choose_rules(Profile.PUBLISH, across=False))
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in report.findings:
        for about in {finding.focus, finding.found} if ":" in finding.found else {finding.focus}:
            found[about] = (*found.get(about, ()), finding)
    return MappingProxyType(found)


def list_rules(kind: str) -> list[Rule]:
    """List the rules that look at the things of a class, by code."""
    rules = {rule.code: rule for rule in choose_rules(Profile.PUBLISH, across=False)}
    return [rules[code] for code in sorted(rules) if rules[code].target == kind]


@cache
def _load_ontology() -> tuple[pyoxigraph.Quad, ...]:
    return tuple(quad for path in find_turtle("ontology") for quad in pyoxigraph.parse(path=path))


def read_relations(
    site: Site, figure: str, findings: Mapping[str, tuple[Finding, ...]], language: str
) -> list[Relation]:
    """Read the breakdowns and ratios of a figure, with what was found in each."""
    groups: dict[str, list[_Row]] = {}
    for row in site.select("relations", figure=figure).records:
        groups.setdefault(str(row["relation"]), []).append(row)
    linked = (row[name] for rows in groups.values() for row in rows for name in ("kind", "member"))
    labels = read_labels(site, {term.text for term in linked if term}, language, brief=True)
    reviews = read_reviews(site, list(groups), language)
    return [
        Relation(
            iri=relation,
            kind=show_iri(str(rows[0]["kind"]), labels, language) if rows[0]["kind"] else None,
            ratio=any(str(row["class"]) == f"{NS}Ratio" for row in rows),
            members=_list_members(rows, labels, language),
            findings=findings.get(relation, ()),
            reviews=tuple(reviews[relation]),
        )
        for relation, rows in groups.items()
    ]


def _list_members(
    rows: Iterable[_Row], labels: Mapping[str, Label], language: str
) -> tuple[Member, ...]:
    members = dict.fromkeys(
        Member(
            figure=show_iri(str(row["member"]), labels, language),
            role=str(row["role"]),
            number=write_literal(row["value"] or Term(""), language),
            trace=find_trace(str(row["member"])),
        )
        for row in rows
    )
    return tuple(sorted(members, key=lambda each: _ROLES.index(each.role)))


def read_reviews(site: Site, things: Sequence[str], language: str) -> Mapping[str, list[Review]]:
    """Read what people noted of figures, breakdowns or ratios: IRI → notes."""
    rows = site.select("reviews", thing=things).rows if things else ()
    kinds = {term.text for row in rows for term in row[2:4] if term}
    labels = read_labels(site, kinds, language)
    reviews: dict[str, list[Review]] = {thing: [] for thing in things}
    for thing, review, kind, decision, note in rows:
        reviews[str(thing)].append(
            Review(
                str(review),
                show_iri(kind.text, labels, language) if kind else None,
                show_iri(decision.text, labels, language) if decision else None,
                str(note or ""),
                note.language if note else "",
            )
        )
    return reviews
