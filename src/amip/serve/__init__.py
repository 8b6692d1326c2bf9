"""Serve: the graph as a SPARQL endpoint on one's own machine."""

from amip.serve.app import make_app
from amip.serve.engine import Engine
from amip.serve.job import Ending, Job, Limits, Outcome

__all__ = ["Ending", "Engine", "Job", "Limits", "Outcome", "make_app"]
