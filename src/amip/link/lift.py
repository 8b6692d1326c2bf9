"""Lift linksets to quads, by `mappings/linked/links.yarrrml.yml`."""

from __future__ import annotations

from functools import cache

from amip.assets import find_folder
from amip.lift import lift_tables, read_mapping_file
from amip.link.linkset import PREDICATES
from amip.link.sssom import load_linksets
from amip.records.cells import Cells, Tables


@cache
def lift_links() -> str:
    """Lift the linksets of the package: N-Quads of the graph `id:graph/links`."""
    path = find_folder("mappings") / "linked" / "links.yarrrml.yml"
    quads, _ = lift_tables(_make_tables(), read_mapping_file(path))
    return quads


def _make_tables() -> Tables:
    tables: Tables = {"links": [], "linksets": [], "predicates": []}
    for linkset in load_linksets():
        for link in linkset.links:
            cells = {"subject": link.subject, PREDICATES[link.predicate]: link.object}
            tables["links"].append(Cells(cells, linkset.file, link.line))
        head = {
            **linkset.head,
            "name": linkset.name,
            "title": linkset.head["mapping_set_title"],
            "triples": str(len(linkset.links)),
        }
        tables["linksets"].append(Cells(head, linkset.file, 1))
        for predicate in sorted({link.predicate for link in linkset.links}):
            cells = {"name": linkset.name, "predicate": predicate}
            tables["predicates"].append(Cells(cells, linkset.file, 1))
    return tables
