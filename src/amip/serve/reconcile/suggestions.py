"""Suggestions: things, types and properties while one types.

Source: "Reconciliation Service API v0.2", section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from amip.reconcile import default_kinds, list_kinds
from amip.reconcile.keys import load_other_areas
from amip.reconcile.kinds import load_kinds
from amip.serve.once import Once
from amip.serve.page import say
from amip.serve.reconcile.properties import AREAS, load_properties, make_identifier
from amip.serve.request import read_number
from amip.serve.search import Hit, Index, build_index, fold
from amip.serve.site import Site
from amip.terms import ID

_MOST = 20


class Suggestions:
    """What the service suggests from the graph of a site."""

    def __init__(self, site: Site) -> None:
        """Suggest from `site`, whose names are read when they are first needed."""
        self._site = site
        self._index: Once[Index] = Once(lambda _: build_index(site))
        self._names: Once[Mapping[str, str]] = Once(self._read_names)

    def name_kinds(self, language: str) -> Mapping[str, str]:
        """Name the types in a language: type → name."""
        return self._names.get(self._site.engine.state, language)

    def entities(self, fields: Mapping[str, str], language: str) -> Mapping[str, object]:
        """Suggest things; `type` asks for those of one type."""
        names, wanted = self.name_kinds(language), fields.get("type", "")
        found = []
        index = self._index.get(self._site.engine.state)
        for hit in index.search(fields.get("prefix", ""), language):
            kind = _find_kind(hit)
            label = hit.thing.labels[language]
            if kind == wanted if wanted else kind in default_kinds():
                found.append(
                    {
                        "id": make_identifier(hit.thing.target),
                        "name": label,
                        "description": hit.name.text if hit.name.text != label else names[kind],
                        "notable": [{"id": kind, "name": names[kind]}],
                    }
                )
        return _window(found, fields)

    def types(self, fields: Mapping[str, str], language: str) -> Mapping[str, object]:
        """Suggest types."""
        known = self.name_kinds(language)
        return _choose(((kind, known[kind]) for kind in list_kinds()), fields)

    def properties(self, fields: Mapping[str, str], language: str) -> Mapping[str, object]:
        """Suggest properties."""
        known = load_properties().values()
        return _choose(((each.name, each.labels[language]) for each in known), fields)

    def _read_names(self, language: str) -> Mapping[str, str]:
        rows = self._site.select("list-names").rows
        lists = {
            str(iri).rpartition("/")[2]: str(name)
            for iri, name, spoken in rows
            if str(spoken) == language
        }
        names = {kind: lists.get(many, kind) for kind, many in load_kinds().items()}
        return names | {kind: say(f"kind-{kind}", language) for kind in AREAS}


def _find_kind(hit: Hit) -> str:
    """Find the type of what the search has found, "" for what has none."""
    former = load_other_areas().get(hit.thing.target.removeprefix(f"{ID}area/"))
    if former is not None:
        return former.kind
    return _load_types().get(hit.thing.kind, "")


@cache
def _load_types() -> Mapping[str, str]:
    """Load the types by what the search calls them, which is the name of a whole list."""
    lists = {many: kind for kind, many in load_kinds().items()}
    return MappingProxyType(lists | {kind: kind for kind in AREAS})


def _choose(known: Iterable[tuple[str, str]], fields: Mapping[str, str]) -> Mapping[str, object]:
    """Choose by the beginning of a word in the identifier or the name; all for no text."""
    prefix = fold(fields.get("prefix", ""))
    found = [
        {"id": identifier, "name": name}
        for identifier, name in known
        if not prefix or f" {prefix}" in f" {fold(identifier)} {fold(name)}"
    ]
    return _window(found, fields)


def _window(
    found: Sequence[Mapping[str, object]], fields: Mapping[str, str]
) -> Mapping[str, object]:
    """Keep some results; `cursor` says how many were seen already."""
    first = read_number(fields.get("cursor", "")) or 0
    return {"result": found[first : first + _MOST]}
