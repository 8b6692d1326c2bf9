"""The kinds of mistakes, one module for each part of a record."""
