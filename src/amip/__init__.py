"""German Jobcenter programmes (AMIP) as a validated, queryable knowledge graph."""

from amip.errors import AmipError, InputError, RefusedError, RemoteError, UsageError
from amip.findings import Finding, Place, Report, Severity
from amip.publish import Dataset, build
from amip.query import Graph
from amip.query import open_graph as open  # noqa: A004
from amip.validate.paths import validate
from amip.version import __version__

__all__ = [
    "AmipError",
    "Dataset",
    "Finding",
    "Graph",
    "InputError",
    "Place",
    "RefusedError",
    "RemoteError",
    "Report",
    "Severity",
    "UsageError",
    "__version__",
    "build",
    "open",
    "validate",
]
