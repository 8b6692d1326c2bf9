"""The comparison of programmes: what they state side by side, and how that differs."""

from amip.serve.compare.cell import Cell, Gap, Item, Matrix, Row, Section
from amip.serve.compare.comparison import Block, Line, make_matrix, select_columns
from amip.serve.compare.difference import (
    Difference,
    Obstacle,
    Overlap,
    find_obstacle,
    list_differences,
    list_overlaps,
)
from amip.serve.compare.figure import Coded, Figure

__all__ = [
    "Block",
    "Cell",
    "Coded",
    "Difference",
    "Figure",
    "Gap",
    "Item",
    "Line",
    "Matrix",
    "Obstacle",
    "Overlap",
    "Row",
    "Section",
    "find_obstacle",
    "list_differences",
    "list_overlaps",
    "make_matrix",
    "select_columns",
]
