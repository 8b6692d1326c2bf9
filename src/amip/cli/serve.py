"""`amip serve`: the graph in the browser, and as a SPARQL endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import say
from amip.errors import UsageError

if TYPE_CHECKING:
    from amip.serve import AnyEngine


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, help="Port to listen at; 0 for any free.")
@click.option("--data", metavar="PATH", help="Show a dataset folder, programme folder or RDF file.")
@click.option("--endpoint", metavar="URL", help="Show what a SPARQL 1.1 endpoint holds.")
@click.option(
    "--sources",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of source texts; a trace then shows the passage.",
)
@click.option("--timeout", default=20.0, show_default=True, help="Seconds that a query may take.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.pass_obj
def serve_command(
    language: str,
    host: str,
    port: int,
    data: str | None,
    endpoint: str | None,
    sources: Path | None,
    timeout: float,
    no_browser: bool,
) -> None:
    """Show the graph in the browser, with a SPARQL 1.1 endpoint at /sparql.

    Nothing leaves the machine. Every query runs in a process of its own that can be stopped,
    without access to the network; updates are refused. Without --data or --endpoint, the
    programmes of the package are shown.
    """
    if not _is_local(host):
        say(
            f"Achtung: {host} ist auch von anderen Rechnern erreichbar.",
            f"Careful: {host} can be reached from other machines.",
            language,
        )
    engine = _choose_engine(data, endpoint, timeout)
    stopped = contextlib.suppress(KeyboardInterrupt)
    with stopped, _listen(host, port) as listener, asyncio.Runner() as runner:
        runner.run(_serve(listener, engine, sources, not no_browser, language))


def _choose_engine(data: str | None, endpoint: str | None, timeout: float) -> AnyEngine:
    from amip.serve import Engine, Limits, RemoteEngine

    limits = Limits(seconds=timeout)
    if endpoint is None:
        if data is not None and data.startswith(("http://", "https://")):
            raise UsageError(f"{data} is no file", subject=data, advice=f"write: --endpoint {data}")
        return Engine([data] if data else [], limits)
    if data is not None:
        raise UsageError(
            "--data and --endpoint exclude each other",
            subject=data,
            advice="load the file into the endpoint, or leave one of them out",
        )
    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(
            f"{endpoint} is no address of an endpoint",
            subject=endpoint,
            advice="write it as http://localhost:7878/query; for files there is --data",
        )
    return RemoteEngine(endpoint, limits)


async def _serve(
    listener: socket.socket, engine: AnyEngine, texts: Path | None, browse: bool, language: str
) -> None:
    import uvicorn

    from amip.serve import make_app

    await engine.start()
    try:
        host, port = listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        say(f"{address} – Ende mit Strg+C", f"{address} – end with Ctrl+C", language)
        app = make_app(engine, texts)
        config = uvicorn.Config(app, log_level="warning", server_header=False, lifespan="off")
        if browse:
            click.launch(f"{address}?lang={language}")
        await uvicorn.Server(config).serve([listener])
    finally:
        await engine.stop()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"{host}, port {port}: cannot listen there ({error})",
            subject=port,
            advice="choose another port with --port, or any free one with --port 0",
        ) from error


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
