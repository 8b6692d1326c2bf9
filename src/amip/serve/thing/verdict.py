"""Verdicts: what the checks say of the figures of a programme and of the sums they are part of."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import pyoxigraph

from amip.assets import find_turtle
from amip.findings import Finding
from amip.serve.site import Site
from amip.serve.thing.fact import Value, show_iri
from amip.serve.thing.label import read_labels
from amip.serve.thing.literal import write_literal
from amip.serve.thing.portrait import find_trace
from amip.terms import NS
from amip.validate import Profile, validate_store
from amip.validate.batch import choose_rules
from amip.validate.rule import Rule

_MANY = 200


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
    rows = [
        (str(relation), str(cls), str(kind or ""), str(role), str(member), value)
        for relation, cls, kind, role, member, value in site.select("relations", figure=figure).rows
        if value
    ]
    labels = read_labels(
        site, {name for row in rows for name in (row[2], row[4])}, language, brief=True
    )
    relations: dict[str, list[Member]] = {}
    heads: dict[str, tuple[str, bool]] = {}
    for relation, cls, kind, role, member, value in rows:
        number = write_literal(value, language)
        shown = Member(show_iri(member, labels, language), role, number, find_trace(member))
        relations.setdefault(relation, [])
        if shown not in relations[relation]:
            relations[relation].append(shown)
        heads[relation] = (kind, cls == f"{NS}Ratio")
    return [
        Relation(
            relation,
            show_iri(heads[relation][0], labels, language) if heads[relation][0] else None,
            heads[relation][1],
            tuple(sorted(members, key=lambda each: _ROLES.index(each.role))),
            findings.get(relation, ()),
            tuple(read_reviews(site, relation, language)),
        )
        for relation, members in relations.items()
    ]


_ROLES = ("part", "deduction", "total", "dividend", "divisor", "result")


def read_reviews(site: Site, thing: str, language: str) -> list[Review]:
    """Read what people noted of a figure, a breakdown or a ratio."""
    rows = site.select("reviews", thing=thing).rows
    needed = {term.text for row in rows for term in row if term and term.is_iri}
    labels = read_labels(site, needed, language)
    return [
        Review(
            str(review),
            show_iri(kind.text, labels, language) if kind else None,
            show_iri(decision.text, labels, language) if decision else None,
            str(note or ""),
            note.language if note else "",
        )
        for review, kind, decision, note in rows
    ]
