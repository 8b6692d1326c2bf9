"""`amip serve`: the graph in the browser, and as a SPARQL endpoint."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import signal
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from amip.cli.output import say, tell_of_copy
from amip.errors import UsageError

if TYPE_CHECKING:
    from amip.serve import AnyEngine
    from amip.serve.engine.federation import Host

_FAREWELL = 2
_LONGEST = 3600
# Pages wait in threads for their queries; files must not wait behind them.
_THREADS = 256

data_option = click.option(
    "--data", metavar="PATH", help="Show a dataset folder, programme folder or RDF file."
)
sources_option = click.option(
    "--sources",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of source texts; a trace then shows the passage.",
)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, help="Port to listen at; 0 for any free.")
@data_option
@click.option("--endpoint", metavar="URL", help="Show what a SPARQL 1.1 endpoint holds.")
@sources_option
@click.option("--timeout", default=20.0, show_default=True, help="Seconds that a query may take.")
@click.option(
    "--allow-federation",
    "federation",
    multiple=True,
    metavar="HOST[:PORT]",
    help="Let queries ask endpoints at this host with SERVICE; repeatable.",
)
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
    federation: tuple[str, ...],
    no_browser: bool,
) -> None:
    """Show the graph in the browser, with a SPARQL 1.1 endpoint at /sparql.

    Nothing leaves the machine. Every query runs in a process of its own that can be stopped,
    without access to the network; updates are refused. Without --data or --endpoint, the
    programmes of the package are shown.

    With --allow-federation, a query may send parts of itself, and of its results, to the endpoints
    at that host: at ports 80 and 443, or at the port that is given. The address has to stand
    in the query as it is, as SERVICE <https://host/path>. Redirects are not followed.
    """
    if not _is_local(host):
        say(
            f"Achtung: {host} ist auch von anderen Rechnern erreichbar.",
            f"Careful: {host} can be reached from other machines.",
            language,
        )
    engine = _choose_engine(data, endpoint, timeout)
    hosts = _read_hosts(federation, endpoint)
    _end_in_good_order()
    stopped = contextlib.suppress(KeyboardInterrupt)
    with (
        stopped,
        contextlib.ExitStack() as stack,
        _listen(host, port) as listener,
        asyncio.Runner() as runner,
    ):
        engine = _replace_faulty(engine, stack, language)
        runner.run(_serve(listener, engine, sources, hosts, not no_browser, language))


def _end_in_good_order() -> None:
    """Let SIGTERM and a terminal that is closed end the server as Ctrl+C does, leaving nothing."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def _choose_engine(data: str | None, endpoint: str | None, timeout: float) -> AnyEngine:
    from amip.serve import Engine, Limits, RemoteEngine

    if not 0 < timeout <= _LONGEST:
        raise UsageError(
            "{seconds} seconds are no time for a query",
            subject=timeout,
            advice="choose a number up to {most}",
            seconds=f"{timeout:g}",
            most=_LONGEST,
        )
    limits = Limits(seconds=timeout)
    if endpoint is None:
        if data is not None and data.startswith(("http://", "https://")):
            raise UsageError(
                "{subject} is no file", subject=data, advice="write: --endpoint {subject}"
            )
        return Engine([data] if data else [], limits)
    if data is not None:
        raise UsageError(
            "--data and --endpoint exclude each other",
            subject=data,
            advice="load the file into the endpoint, or leave one of them out",
        )
    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(
            "{subject} is no address of an endpoint",
            subject=endpoint,
            advice="write it as http://localhost:7878/query; for files there is --data",
        )
    return RemoteEngine(endpoint, limits)


def _replace_faulty(engine: AnyEngine, stack: contextlib.ExitStack, language: str) -> AnyEngine:
    from amip.serve.engine.remote import RemoteEngine, replace_faulty

    if not isinstance(engine, RemoteEngine):
        return engine
    chosen, faults = replace_faulty(engine, stack)
    if faults:
        tell_of_copy(engine.endpoint, faults, language)
    return chosen


async def _serve(
    listener: socket.socket,
    engine: AnyEngine,
    texts: Path | None,
    federation: list[Host],
    browse: bool,
    language: str,
) -> None:
    import uvicorn
    from anyio.to_thread import current_default_thread_limiter

    from amip.serve import make_app
    from amip.serve.authority import name_site
    from amip.serve.door import Door, make_porter

    try:
        await engine.start()
        host, port = listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        say(f"{address} – Ende mit Strg+C", f"{address} – end with Ctrl+C", language)
        app = make_app(engine, texts, name_site(host) if _is_local(host) else (), federation)
        porter = make_porter()
        config = uvicorn.Config(
            app,
            http=cast("type[asyncio.Protocol]", partial(Door, porter)),
            ws="none",
            log_level="error",
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=_FAREWELL,
        )
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        watch = asyncio.create_task(porter.watch())
        current_default_thread_limiter().total_tokens = _THREADS
        if browse:
            click.launch(f"{address}?lang={language}")
        await uvicorn.Server(config).serve([listener])
        watch.cancel()
    finally:
        await engine.stop()


def _is_news(record: logging.LogRecord) -> bool:
    """Say whether a failure is worth telling; requests cut off at the end are none."""
    cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not (cancelled or record.getMessage().startswith("Cancel "))


def _read_hosts(federation: tuple[str, ...], endpoint: str | None) -> list[Host]:
    from amip.serve.engine.federation import read_host

    if federation and endpoint is not None:
        raise UsageError(
            "--allow-federation and --endpoint exclude each other",
            subject=federation,
            advice="the endpoint itself decides what SERVICE may ask",
        )
    return [read_host(text) for text in federation]


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            "{host}, port {subject}: cannot listen there ({problem})",
            subject=port,
            advice="choose another port with --port, or any free one with --port 0",
            host=host,
            problem=error,
        ) from error


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
