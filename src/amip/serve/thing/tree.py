"""Trees: the concepts of the code lists, each under what is broader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amip.query import Term
from amip.serve.site import Site
from amip.serve.thing.fact import Value, show_iri
from amip.serve.thing.label import Label, choose, collate
from amip.serve.thing.literal import write_literal
from amip.terms import NS, PREFIXES, SKOS

_LABEL, _NOTATION, _BROADER = (f"{SKOS}{name}" for name in ("prefLabel", "notation", "broader"))
_ELI = PREFIXES["eli"]
_SINCE = (f"{NS}newBusinessFrom", f"{NS}validFrom", f"{_ELI}first_date_entry_in_force")
_UNTIL = (f"{NS}newBusinessUntil", f"{NS}validUntil", f"{_ELI}date_no_longer_in_force")
_DEPRECATED = f"{PREFIXES['owl']}deprecated"


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept with those below it: how often it is used, and since and until when it is valid."""

    value: Value
    notation: str
    uses: int
    since: str
    until: str
    retired: bool
    branches: tuple[Branch, ...]

    @property
    def size(self) -> int:
        """The number of concepts in this branch."""
        return 1 + sum(branch.size for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Tree:
    """The concepts of a code list: how many, and those at the top."""

    size: int
    branches: tuple[Branch, ...] = ()


_Known = dict[str, dict[str, list[Term]]]


def read_forest(site: Site, language: str) -> Mapping[str, Tree]:
    """Read the concepts of all code lists as trees, by the IRI of the list."""
    lists: dict[str, _Known] = {}
    for scheme, concept, key, value in site.select("lists-tree").rows:
        if scheme and concept and key and value:
            known = lists.setdefault(scheme.text, {}).setdefault(concept.text, {})
            known.setdefault(key.text, []).append(value)
    rows = site.select("lists-uses").rows
    uses = {concept.text: int(number.text) for concept, number in rows if concept and number}
    return {
        scheme: Tree(len(known), _grow(known, uses, language)) for scheme, known in lists.items()
    }


def _grow(known: _Known, uses: Mapping[str, int], language: str) -> tuple[Branch, ...]:
    """Make the trees of one list; what is in a circle of broader concepts becomes a root."""
    below: dict[str, list[str]] = {}
    for concept, parts in known.items():
        above = [term.text for term in parts.get(_BROADER, ()) if term.text in known]
        for parent in above or [""]:
            below.setdefault(parent, []).append(concept)
    placed: set[str] = set()

    def branch(concept: str, path: frozenset[str]) -> Branch:
        placed.add(concept)
        inside = path | {concept}
        names = [name for name in below.get(concept, ()) if name not in inside]
        parts = known[concept]
        until = _read_day(parts, _UNTIL, language)
        return Branch(
            value=_show(concept, parts, language),
            notation=parts[_NOTATION][0].text if _NOTATION in parts else "",
            uses=uses.get(concept, 0),
            since=_read_day(parts, _SINCE, language),
            until=until,
            retired=bool(until) or _DEPRECATED in parts,
            branches=_sort([branch(name, inside) for name in names]),
        )

    roots = [branch(concept, frozenset()) for concept in below.get("", ())]
    roots.extend(branch(concept, frozenset()) for concept in known if concept not in placed)
    return _sort(roots)


def _sort(branches: list[Branch]) -> tuple[Branch, ...]:
    return tuple(sorted(branches, key=lambda each: (collate(each.value.text), each.value.iri)))


def _show(concept: str, parts: Mapping[str, list[Term]], language: str) -> Value:
    label = choose(parts.get(_LABEL, ()), language)
    labels = {concept: Label(label.text, label.language)} if label else {}
    return show_iri(concept, labels, language)


def _read_day(parts: Mapping[str, list[Term]], keys: tuple[str, ...], language: str) -> str:
    terms = [term for key in keys for term in parts.get(key, ())]
    return write_literal(terms[0], language) if terms else ""
