"""Serve: the graph in the browser and as a SPARQL endpoint, on one's own machine."""

from amip.serve.app import make_app
from amip.serve.engine.engine import Engine
from amip.serve.engine.job import Ending, Job, Limits, Outcome
from amip.serve.engine.remote import AnyEngine, RemoteEngine, replace_faulty

__all__ = [
    "AnyEngine",
    "Ending",
    "Engine",
    "Job",
    "Limits",
    "Outcome",
    "RemoteEngine",
    "make_app",
    "replace_faulty",
]
