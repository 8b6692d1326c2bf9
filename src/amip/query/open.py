"""Open a graph to ask: packaged programmes, a dataset folder, an RDF file or an endpoint."""

from __future__ import annotations

import zlib
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from amip.assets import find_turtle
from amip.errors import InputError, UsageError
from amip.lift import lift_programmes
from amip.publish.context import lift_context
from amip.query.ask import Graph
from amip.query.store import EmbeddedStore, RemoteStore

DATASET = "amip.nq.gz"


def open_graph(source: str | Path | None = None, *more: str | Path) -> Graph:
    """Open a graph to ask.

    `source` is a dataset folder that `amip build` wrote, an RDF file, a programme folder, or the
    URL of a SPARQL 1.1 endpoint. Without it, the programmes that come with the package are lifted
    in memory. Programmes come with their context: areas, linksets and official statistics.
    `more` are RDF files to ask together with it, such as those that `amip statistics import`
    writes.

    An endpoint that gets SPARQL wrong is not asked canned questions: they go to a copy of its data,
    and `Graph.faults` says why.

    Raises `InputError` when `source` is none of these, or a file cannot be read, and `UsageError`
    for more files beside an endpoint.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        if more:
            raise UsageError(
                "files cannot be added to an endpoint",
                subject=source,
                advice="load them into the endpoint, or ask without --endpoint",
            )
        return Graph(RemoteStore(source))
    try:
        store = lift_programmes().make_store() if source is None else _read_store(Path(source))
    except (OSError, EOFError, zlib.error, SyntaxError) as error:
        raise InputError(
            "{subject}: the file cannot be read ({problem})",
            subject=source,
            advice="check the name and the rights of the file",
            problem=getattr(error, "strerror", None) or error,
        ) from error
    if source is None or not (Path(source) / DATASET).is_file():
        store.bulk_load(input=lift_context().encode(), format=RdfFormat.N_QUADS)
    return Graph(EmbeddedStore.load(map(Path, more), store))


def _read_store(path: Path) -> Store:
    """Read a dataset folder, a programme folder with the ontology, or an RDF file with it."""
    if (path / DATASET).is_file():
        return _read_dataset(path / DATASET)
    if (path / "programme.yaml").is_file():
        return lift_programmes([path]).readable.make_store()
    if path.is_file():
        return EmbeddedStore.load([path, *find_turtle("ontology")]).store
    raise InputError(
        "{subject}: neither a dataset folder, a programme folder, an RDF file nor a URL",
        subject=path,
        advice="write a dataset with: amip build -o dist",
    )


def _read_dataset(path: Path) -> Store:
    import gzip

    store = Store()
    store.bulk_load(input=gzip.decompress(path.read_bytes()), format=RdfFormat.N_QUADS)
    return store


def write_dataset(store: Store, folder: Path) -> None:
    """Write a store as a dataset folder to open, without what else a published one holds."""
    import gzip

    quads = store.dump(format=RdfFormat.N_QUADS) or b""
    (folder / DATASET).write_bytes(gzip.compress(quads, compresslevel=1))
