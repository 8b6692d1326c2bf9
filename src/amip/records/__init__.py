"""Records: a programme as plain tables, read and checked cell by cell."""

from amip.records.periods import Period, parse_period
from amip.records.read import read_record
from amip.records.record import Record
from amip.records.tables import make_tables
from amip.records.values import Figure, format_figure, parse_decimal, parse_figure
from amip.records.write import write_record

__all__ = [
    "Figure",
    "Period",
    "Record",
    "format_figure",
    "make_tables",
    "parse_decimal",
    "parse_figure",
    "parse_period",
    "read_record",
    "write_record",
]
