"""The forms of the dataset folder, each read as its own community reads it.

Every function takes a dataset folder and returns what its reader complains about, one line each;
an empty list is a pass. A reader may raise: that is a complaint as well, made in `complain`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pyshacl
import rdflib
from rdflib import RDF, SH, BNode, Graph
from rdflib.term import Node
from rdflib.util import from_n3
from rdflib.void import generateVoID

from amip.terms import ID, PREFIXES
from samples import TESTS

DCAT = TESTS / "schemas" / "dcat"
VOID = PREFIXES["void"]


def complain(form: str, folder: Path) -> list[str]:
    """Return the complaints of the reader of a form."""
    return READERS[form](folder)


def read_turtle(path: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=str(path), base_iri=f"{ID}dataset/")
    return store


@cache
def load_dcat_shapes() -> Graph:
    """Load the pinned shapes, made well-formed.

    As published, `sh:node` leads to property shapes and `sh:property` to shapes without a path.
    Some engines let that pass; SHACL does not.
    """
    shapes = Graph()
    for path in sorted(DCAT.glob("*.ttl")):
        if path.name != "vocabularies.ttl":
            shapes.parse(path)
    with_path = set(shapes.subjects(SH.path))
    for subject, shape in list(shapes.subject_objects(SH.node)):
        if shape in with_path:
            between = BNode()
            shapes.remove((subject, SH.node, shape))
            shapes.add((subject, SH.node, between))
            shapes.add((between, SH.property, shape))
    for subject, shape in list(shapes.subject_objects(SH.property)):
        if shape not in with_path:
            shapes.remove((subject, SH.property, shape))
            shapes.add((subject, SH.node, shape))
    return shapes


def read_dcat(folder: Path) -> list[str]:
    """Check dcat.ttl with the pinned shapes of DCAT-AP and DCAT-AP.de, warnings included."""
    data = Graph().parse(folder / "dcat.ttl", publicID=f"{ID}dataset/")
    data.parse(DCAT / "vocabularies.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=load_dcat_shapes())
    assert isinstance(report, Graph)
    return sorted(
        f"{report.value(result, SH.focusNode)}: {report.value(result, SH.resultMessage)}"
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )


def read_void(folder: Path) -> list[str]:
    """Count the programmes again, with rdflib's generator of VoID, and compare with void.ttl."""
    stated = read_turtle(folder / "void.ttl")
    programmes = {path.stem for path in (folder / "programmes").glob("*.ttl")}
    graphs = {f"{ID}graph/{name}": Graph() for name in (*programmes, "review")}
    for quad in pyoxigraph.parse(path=str(folder / "amip.trig")):
        name = str(quad.graph_name).strip("<>")
        if name in graphs:
            subject, predicate, value = map(_convert, quad.triple)
            graphs[name].add((subject, predicate, value))
    return [
        line for name, graph in graphs.items() if graph for line in _recount(name, graph, stated)
    ]


def _convert(node: object) -> Node:
    converted = from_n3(str(node))
    assert isinstance(converted, Node)
    return converted


def _recount(name: str, graph: Graph, stated: pyoxigraph.Store) -> list[str]:
    counted, dataset = generateVoID(graph, dataset=rdflib.URIRef(name))
    lines = []
    for local in ("triples", "distinctSubjects", "distinctObjects", "classes", "properties"):
        found = counted.value(dataset, rdflib.URIRef(VOID + local))
        said = _value(stated, name, VOID + local)
        if said != str(found):
            lines.append(f"{name}: void:{local} is {found}, not {said}")
    return lines


def _value(store: pyoxigraph.Store, subject: str, predicate: str) -> str:
    found = store.quads_for_pattern(
        pyoxigraph.NamedNode(subject), pyoxigraph.NamedNode(predicate), None
    )
    return " ".join(
        quad.object.value for quad in found if isinstance(quad.object, pyoxigraph.Literal)
    )


def read_csvw(folder: Path) -> list[str]:
    """Check every row of the tables with the reader of CSV on the Web by the CLLD project."""
    from csvw import CSVW

    complaints = []
    for path in sorted(folder.glob("*.csv-metadata.json")):
        # The reader warns of what is not valid, and raises at a key that occurs twice.
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            try:
                table = CSVW(str(path), validate=True)
                is_valid = table.is_valid
            except ValueError as error:
                complaints.append(f"{path.name}: {error}")
                continue
        complaints += [f"{path.name}: {warning.message}" for warning in table.warnings]
        assert is_valid == (not table.warnings)
    return complaints


def read_croissant(folder: Path) -> list[str]:
    """Check croissant.json with the reader of MLCommons, and load all its records.

    It runs in a process of its own, since it uses what its libraries call deprecated.
    """
    script = TESTS / "published" / "load_croissant.py"
    command = [sys.executable, str(script), str(folder / "croissant.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return [done.stderr.strip().splitlines()[-1]]
    return [line for line in done.stdout.splitlines() if line]


def read_crate(folder: Path) -> list[str]:
    """Read the folder with the library of RO-Crate; every file is there and has its checksum."""
    from rocrate.rocrate import ROCrate

    crate = ROCrate(str(folder))
    complaints = []
    for entity in crate.data_entities:
        path = folder / entity.id
        if not path.is_file():
            complaints.append(f"{entity.id}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entity["sha256"]:
            complaints.append(f"{entity.id}: another checksum")
    listed = {entity.id for entity in crate.data_entities} | {crate.metadata.id, "SHA256SUMS"}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    complaints += [f"{name}: not in the crate" for name in sorted(files - listed)]
    return complaints + _find_loose_ends(folder / crate.metadata.id)


def _find_loose_ends(path: Path) -> list[str]:
    graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
    known = {entity["@id"] for entity in graph}
    used = {reference for entity in graph for reference in _references(entity)}
    profile = "https://w3id.org/ro/crate/1.3"
    return [f"{iri}: refers to nothing" for iri in sorted(used - known - {profile})]


def _references(entity: dict[str, Any]) -> set[str]:
    values = [value if isinstance(value, list) else [value] for value in entity.values()]
    return {item["@id"] for value in values for item in value if isinstance(item, dict)}


READERS: dict[str, Callable[[Path], list[str]]] = {
    "csvw": read_csvw,
    "croissant": read_croissant,
    "dcat": read_dcat,
    "ro-crate": read_crate,
    "void": read_void,
}
