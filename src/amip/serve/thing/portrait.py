"""Portraits: what is most worth knowing of a thing, put before its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from amip.query import Rows, Term
from amip.question import load_questions
from amip.serve.page import find_trace
from amip.serve.programme import list_programmes
from amip.serve.site import Site
from amip.serve.thing.fact import Facts, Value, show_iri, show_term
from amip.serve.thing.label import collate, read_labels
from amip.serve.thing.place import Place, read_places
from amip.serve.thing.tree import Tree, read_forest
from amip.terms import ID, NS, PREFIXES, SKOS

_GRAPH = f"{ID}graph/"


@dataclass(frozen=True, slots=True)
class Portrait:
    """The template of a portrait and what it needs; `template` is "" for most things."""

    template: str = ""
    context: Mapping[str, object] = field(default_factory=dict)


def make_portrait(site: Site, thing: str, facts: Facts, language: str) -> Portrait:
    """Make the portrait of a thing by its class."""
    if thing.startswith(_GRAPH):
        return Portrait("portrait/graph.html", _portray_graph(site, thing, language))
    for kind, (name, portray) in _PORTRAITS.items():
        if kind in facts.kinds:
            return Portrait(f"portrait/{name}.html", portray(site, thing, facts, language))
    return Portrait()


def _portray_programme(site: Site, thing: str, facts: Facts, language: str) -> dict[str, object]:
    parts = _read_parts(site, site.select("programme-parts", programme=thing), language)
    identifier = facts.terms.get(f"{PREFIXES['dct']}identifier", ())
    questions = [
        (name, question.titles[language], parameter.name)
        for name, question in load_questions().items()
        for parameter in question.parameters
        if parameter.kind == "programme"
    ]
    return {
        "parts": parts,
        "slug": identifier[0].text if identifier else "",
        "years": _read_years(facts),
        "questions": questions,
    }


def _read_years(facts: Facts) -> str:
    ends = [facts.terms.get(f"{NS}{name}", ())[:1] for name in ("firstYear", "lastYear")]
    return "–".join(dict.fromkeys(term.text for end in ends for term in end))


def _portray_jobcenter(site: Site, thing: str, facts: Facts, language: str) -> dict[str, object]:
    return {
        "programmes": [each for each in list_programmes(site) if each.jobcenter == thing],
        "form": _show(facts, "organisationForm", language),
        "sponsors": _show(facts, "sponsor", language),
        "areas": _show(facts, "responsibleFor", language),
    }


def _show(facts: Facts, name: str, language: str, space: str = NS) -> list[Value]:
    """Show the values of a property."""
    terms = facts.terms.get(f"{space}{name}", ())
    return [show_term(term, facts.labels, language) for term in terms]


@dataclass(frozen=True, slots=True)
class _Statistic:
    trace: str
    indicator: Value
    period: Value
    value: Value
    unit: str


def _portray_area(site: Site, thing: str, facts: Facts, language: str) -> dict[str, object]:
    latest: dict[str, tuple[Term, ...]] = {}
    for figure, indicator, period, value, unit in site.select(
        "district-statistics", area=thing
    ).rows:
        if figure and indicator and period and value:
            latest.setdefault(indicator.text, (figure, period, value, unit or Term("")))
    labels = read_labels(site, latest, language)
    statistics = [
        _Statistic(
            find_trace(figure.text),
            show_iri(indicator, labels, language),
            show_term(period, {}, language),
            show_term(value, {}, language),
            unit.text,
        )
        for indicator, (figure, period, value, unit) in latest.items()
    ]
    return {
        "statistics": sorted(statistics, key=lambda each: collate(each.indicator.text)),
        "parts": _read_parts(site, site.select("area-jobcenters", area=thing), language),
        "form": _show(facts, "jobcenterForm", language),
        "state": _show(facts, "state", language),
    }


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that belongs to another: how often, and the page of a law section elsewhere."""

    thing: Value
    number: int = 0
    page: str = ""


def _read_parts(site: Site, answer: Rows, language: str) -> dict[str, list[Part]]:
    """Read the parts of a thing by role; each row names a role, a thing and maybe a number."""
    rows = [row for row in answer.records if row["role"] and row["thing"]]
    labels = read_labels(site, [str(row["thing"]) for row in rows], language)
    parts: defaultdict[str, list[Part]] = defaultdict(list)
    for row in rows:
        part = Part(
            show_iri(str(row["thing"]), labels, language),
            int(str(row.get("number") or 0)),
            str(row.get("page") or ""),
        )
        parts[str(row["role"])].append(part)
    for found in parts.values():
        found.sort(key=lambda each: collate(each.thing.text))
    return parts


def _portray_concept(site: Site, thing: str, facts: Facts, language: str) -> dict[str, object]:
    texts = {
        name: _find_values(facts, key)
        for name, key in (
            ("definition", f"{SKOS}definition"),
            ("scope", f"{SKOS}scopeNote"),
            ("notation", f"{SKOS}notation"),
            ("synonyms", f"{SKOS}altLabel"),
            ("since", f"{NS}newBusinessFrom"),
            ("until", f"{NS}newBusinessUntil"),
            ("page", f"{PREFIXES['foaf']}page"),
        )
    }
    return {
        **texts,
        "parts": _read_parts(site, site.select("concept-context", concept=thing), language),
        "programmes": len(site.graph.programmes),
    }


def _portray_figure(site: Site, thing: str, facts: Facts, language: str) -> dict[str, object]:
    places: list[Place] = read_places(site, thing)
    printed = [place.printed for place in places]
    printed += [term.text for term in facts.terms.get(f"{NS}printed", ())]
    return {
        "printed": list(dict.fromkeys(printed)),
        "values": _show(facts, "value", language),
        "signs": _show(facts, "valueSign", language),
        "indicators": _show(facts, "indicator", language),
        "periods": _show(facts, "refPeriod", language),
        "units": _show(facts, "unitMeasure", language, PREFIXES["sdmx-attribute"]),
        "programmes": _show(facts, "statedIn", language),
        "areas": _show(facts, "area", language),
        "trace": find_trace(thing),
    }


def _portray_list(site: Site, thing: str, facts: Facts, language: str) -> dict[str, object]:
    return {
        "definition": _find_values(facts, f"{SKOS}definition"),
        "tree": read_forest(site, language).get(thing, Tree(0)),
    }


def _find_values(facts: Facts, key: str) -> list[Value]:
    """Find the values of a property as they are shown among the facts."""
    return [value for fact in facts.own if fact.property.iri == key for value in fact.values]


def _portray_graph(site: Site, thing: str, language: str) -> dict[str, object]:
    rows = site.select("graph-content", thing=thing).rows
    labels = read_labels(site, [kind.text for kind, _ in rows if kind], language)
    total = sum(int(number.text) for kind, number in rows if number and not kind)
    kinds = [
        Part(show_iri(kind.text, labels, language), int(number.text))
        for kind, number in rows
        if kind and number
    ]
    return {
        "total": total,
        "kinds": sorted(kinds, key=lambda each: (-each.number, each.thing.text)),
    }


_Portray = Callable[[Site, str, Facts, str], dict[str, object]]
_PORTRAITS: Mapping[str, tuple[str, _Portray]] = {
    f"{NS}Programme": ("programme", _portray_programme),
    f"{NS}Jobcenter": ("jobcenter", _portray_jobcenter),
    f"{NS}Observation": ("figure", _portray_figure),
    f"{NS}StatisticalObservation": ("figure", _portray_figure),
    f"{NS}StatisticalGap": ("figure", _portray_figure),
    f"{NS}District": ("area", _portray_area),
    f"{PREFIXES['dct']}Location": ("area", _portray_area),
    f"{SKOS}ConceptScheme": ("list", _portray_list),
    f"{SKOS}Concept": ("concept", _portray_concept),
}
