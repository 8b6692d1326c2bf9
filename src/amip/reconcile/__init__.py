"""Reconcile: which of our IRIs the names in somebody else's table mean, and why."""

from amip.reconcile.kinds import default_kinds, list_kinds, parse_kinds
from amip.reconcile.match import Match, Status, Thing
from amip.reconcile.matcher import reconcile
from amip.reconcile.sheet import Sheet, parse_sheet, read_sheet
from amip.reconcile.write import COLUMNS, write_csv, write_json

__all__ = [
    "COLUMNS",
    "Match",
    "Sheet",
    "Status",
    "Thing",
    "default_kinds",
    "list_kinds",
    "parse_kinds",
    "parse_sheet",
    "read_sheet",
    "reconcile",
    "write_csv",
    "write_json",
]
