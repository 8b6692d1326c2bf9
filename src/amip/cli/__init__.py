"""The command line: one verb per stage."""

from amip.cli.root import main

__all__ = ["main"]
