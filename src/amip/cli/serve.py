"""`amip serve`: the graph as a SPARQL endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import time

import click

from amip.cli.output import say
from amip.errors import UsageError


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, help="Port to listen at; 0 for any free.")
@click.option(
    "--data", metavar="PATH", help="Serve a dataset folder, programme folder or RDF file."
)
@click.option("--timeout", default=20.0, show_default=True, help="Seconds that a query may take.")
@click.pass_obj
def serve_command(language: str, host: str, port: int, data: str | None, timeout: float) -> None:
    """Serve the graph as a SPARQL 1.1 endpoint on this machine, at /sparql.

    Every query runs in a process of its own that can be stopped, without access to the network;
    updates are refused. Without --data, the programmes of the package are served.
    """
    if data is not None and data.startswith(("http://", "https://")):
        raise UsageError("an endpoint is served already", subject=data, advice="name a file")
    if not _is_local(host):
        say(
            f"Achtung: {host} ist auch von anderen Rechnern erreichbar.",
            f"Careful: {host} can be reached from other machines.",
            language,
        )
    stopped = contextlib.suppress(KeyboardInterrupt)
    with stopped, _listen(host, port) as listener, asyncio.Runner() as runner:
        runner.run(_serve(listener, [data] if data else [], timeout, language))


async def _serve(
    listener: socket.socket, sources: list[str], timeout: float, language: str
) -> None:
    import uvicorn

    from amip.serve import Engine, Limits, make_app
    from amip.version import __version__

    engine = Engine(sources, Limits(seconds=timeout))
    await engine.start()
    try:
        host, port = listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/sparql"
        say(f"{address} – Ende mit Strg+C", f"{address} – end with Ctrl+C", language)
        app = make_app(engine, f"{__version__} {time.time_ns()}")
        config = uvicorn.Config(app, log_level="warning", server_header=False, lifespan="off")
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
