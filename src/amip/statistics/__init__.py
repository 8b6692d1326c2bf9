"""Statistics: tables of the statistical offices of Germany, from their own CSV form to RDF."""

from amip.statistics.description import Description, Measure, find_description, load_descriptions
from amip.statistics.lift import choose_entries, lift_chosen, lift_statistics
from amip.statistics.read import parse_table, read_table
from amip.statistics.shipped import list_shipped
from amip.statistics.table import Entry, Table
from amip.statistics.tidy import write_tidy

__all__ = [
    "Description",
    "Entry",
    "Measure",
    "Table",
    "choose_entries",
    "find_description",
    "lift_chosen",
    "lift_statistics",
    "list_shipped",
    "load_descriptions",
    "parse_table",
    "read_table",
    "write_tidy",
]
