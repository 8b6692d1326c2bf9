"""Our executor against morph-kgc, a known RML engine: the same mappings, the same quads.

morph-kgc pins other versions of our libraries and so lives in an environment of its own; the
variable AMIP_MORPH_KGC names its Python (`make conformance` sets both up).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Quad, RdfFormat

from amip.lift import lift_programmes, read_mappings
from amip.records import Record, make_tables
from samples import PROGRAMMES, ROOT, copy_minimal, edit_cell, write_rows

AWKWARD = ("NA", "null", "nan", 'a "b" \\ c', "x\ny", "ä € 😀 {0} %20", "\tz ", "\u2028")
VARIABLE = "AMIP_MORPH_KGC"
CONFIG = """\
[CONFIGURATION]
output_format=N-QUADS
output_file=out.nq
logging_level=WARNING
number_of_processes=2
na_values=

[AMIP]
mappings={mappings}
"""


def write_tables(folder: Path, records: Iterable[Record]) -> None:
    """Write the tables of all records, one CSV file per table, as the mappings expect them."""
    columns: dict[str, dict[str, None]] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    for mapping in read_mappings():
        templates = [mapping.subject, mapping.graph, *(s.target for s in mapping.statements)]
        names = [name for template in templates for name in template.columns]
        columns.setdefault(mapping.table, {}).update(dict.fromkeys(names))
        rows.setdefault(mapping.table, [])
    for record in records:
        for table, cells in make_tables(record).items():
            rows[table] += [
                {name: row.values.get(name, "") for name in columns[table]} for row in cells
            ]
    for table, header in columns.items():
        write_rows(folder / f"{table}.csv", list(header), rows[table])


def run_morph_kgc(python: str, folder: Path) -> set[Quad]:
    mappings = ",".join(str(path) for path in sorted((ROOT / "mappings").glob("*.yarrrml.yml")))
    (folder / "config.ini").write_text(CONFIG.format(mappings=mappings), encoding="utf-8")
    command = [python, "-m", "morph_kgc", "config.ini"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    content = (folder / "out.nq").read_bytes()
    return set(pyoxigraph.parse(content, format=RdfFormat.N_QUADS))


def test_morph_kgc_makes_the_same_quads(tmp_path: Path) -> None:
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"{VARIABLE} does not name the Python of morph-kgc; run: make conformance")
    folder = copy_minimal(tmp_path)
    for row, text in enumerate(AWKWARD, start=2):
        edit_cell(folder, "figures.csv", row, "note", text)
    lifted = lift_programmes([*PROGRAMMES, folder])
    assert not lifted.findings
    ours = set(pyoxigraph.parse("".join(lifted.quads).encode(), format=RdfFormat.N_QUADS))
    write_tables(tmp_path, lifted.records)
    theirs = run_morph_kgc(str((ROOT / python).absolute()), tmp_path)
    assert len(ours) > 1000
    assert sorted(map(str, ours - theirs)) == []
    assert sorted(map(str, theirs - ours)) == []
