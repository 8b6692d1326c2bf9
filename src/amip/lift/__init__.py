"""Lift: from the tables of a record to RDF quads, by the mappings in `mappings/`."""

from amip.lift.execute import lift_blocks, lift_record, lift_tables
from amip.lift.graph import CODES_GRAPH, Lifted, lift_programmes, lift_records
from amip.lift.mapping import Mapping, read_mapping_file, read_mappings
from amip.lift.serialise import FORMATS, serialise_quads

__all__ = [
    "CODES_GRAPH",
    "FORMATS",
    "Lifted",
    "Mapping",
    "lift_blocks",
    "lift_programmes",
    "lift_record",
    "lift_records",
    "lift_tables",
    "read_mapping_file",
    "read_mappings",
    "serialise_quads",
]
