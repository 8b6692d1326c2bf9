"""Query: canned questions and SPARQL, asked of an embedded, remote or rdflib graph."""

from amip.query.answer import Answer
from amip.query.ask import Graph
from amip.query.copy import copy_endpoint, find_faults
from amip.query.open import open_graph, write_dataset
from amip.query.store import (
    EmbeddedStore,
    GraphStore,
    RemoteStore,
    Rows,
    Store,
    Term,
    read_results,
)
from amip.question import Question, find_question, load_questions

__all__ = [
    "Answer",
    "EmbeddedStore",
    "Graph",
    "GraphStore",
    "Question",
    "RemoteStore",
    "Rows",
    "Store",
    "Term",
    "copy_endpoint",
    "find_faults",
    "find_question",
    "load_questions",
    "open_graph",
    "read_results",
    "write_dataset",
]
