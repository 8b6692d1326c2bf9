"""Open a graph to ask: packaged programmes, a dataset folder, an RDF file or an endpoint."""

from __future__ import annotations

from pathlib import Path

from amip.assets import find_turtle
from amip.errors import InputError
from amip.lift import lift_programmes
from amip.query.ask import Graph
from amip.query.store import EmbeddedStore, RemoteStore

DATASET = "amip.nq.gz"


def open_graph(source: str | Path | None = None) -> Graph:
    """Open a graph to ask.

    `source` is a dataset folder that `amip build` wrote, an RDF file, a programme folder, or the
    URL of a SPARQL 1.1 endpoint. Without it, the programmes that come with the package are lifted
    in memory.

    Raises `InputError` when `source` is none of these.
    """
    if source is None:
        return Graph(EmbeddedStore(lift_programmes().make_store()))
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        return Graph(RemoteStore(source))
    path = Path(source)
    if (path / DATASET).is_file():
        return Graph(_load_dataset(path / DATASET))
    if (path / "programme.yaml").is_file():
        return Graph(EmbeddedStore(lift_programmes([path]).readable.make_store()))
    if path.is_file():
        return Graph(EmbeddedStore.load([path, *find_turtle("ontology")]))
    raise InputError(
        f"{path}: neither a dataset folder, a programme folder, an RDF file nor a URL",
        subject=path,
        advice="write a dataset with: amip build -o dist",
    )


def _load_dataset(path: Path) -> EmbeddedStore:
    import gzip

    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(input=gzip.decompress(path.read_bytes()), format=pyoxigraph.RdfFormat.N_QUADS)
    return EmbeddedStore(store)
