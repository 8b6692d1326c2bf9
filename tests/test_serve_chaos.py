"""What happens to a server: its processes die, its disk is full, clients misbehave.

After each of these it answers as before.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from amip.serve import door
from amip.serve.door import Door, Porter
from samples import MINIMAL, SLUG, copy_minimal
from served import (
    Served,
    count_memory,
    find_state,
    heed_signals,
    list_children,
    list_queries,
    serve,
)
from terminal import AMIP

RUNAWAY = "SELECT (COUNT(*) AS ?n) {{ {0} FILTER(?a0 != ?c5) }} # {1}"
CROSS = " . ".join(f"?a{each} ?b{each} ?c{each}" for each in range(6))
NORMAL = "SELECT (COUNT(?p) AS ?n) { ?p a <https://w3id.org/amip/ns#Programme> }"
SECONDS = 3
IDLE = 10_000
_CLONE_NEWNS, _MS_PRIVATE, _MS_REC = 0x20000, 1 << 18, 1 << 14


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve("--data", str(MINIMAL), "--timeout", str(SECONDS)) as served:
        yield served


@pytest.fixture(autouse=True)
def _answers_as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "served" in request.fixturenames:
        check_normal(request.getfixturevalue("served"))


def check_normal(served: Served) -> None:
    """Ask something that no cache has, and look at a page."""
    answer = served.ask(f"{NORMAL} # {time.monotonic_ns()}")
    assert (answer.status_code, answer.text) == (200, "n\r\n1\r\n"), answer.text
    page = httpx2.get(served.address, params={"at": str(time.monotonic_ns())}, timeout=20)
    assert page.status_code == 200
    assert page.text.rstrip().endswith("</html>")


def wait_until(true: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def running(served: Served, number: int) -> Iterator[tuple[Future[httpx2.Response], int]]:
    """Ask a query that takes too long; the process that runs it."""
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(served.ask, RUNAWAY.format(CROSS, number))
        wait_until(lambda: list_queries(served.nursery))
        yield asked, list_queries(served.nursery)[0]


def test_query_that_is_killed_is_asked_again_then_given_up(served: Served) -> None:
    with running(served, 1) as (asked, child):
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: set(list_queries(served.nursery)) - {child})
        os.kill((set(list_queries(served.nursery)) - {child}).pop(), signal.SIGKILL)
        answer = asked.result()
    assert answer.status_code == 503
    assert "ask again" in answer.text


def test_query_that_is_stopped_from_outside_is_ended(served: Served) -> None:
    with running(served, 2) as (asked, child):
        os.kill(child, signal.SIGSTOP)
        assert asked.result().status_code == 503
    wait_until(lambda: not list_queries(served.nursery))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_nursery_is_brought_up_again(number: signal.Signals, served: Served) -> None:
    before = served.nursery
    os.kill(before, number)
    check_normal(served)
    assert served.nursery != before
    assert find_state(served.nursery) in {"R", "S"}


def find_nursery(served: Served) -> int:
    """Return the process that holds the graph, 0 while there is none."""
    with suppress(LookupError):
        return served.nursery
    return 0


def test_client_who_leaves_while_the_nursery_is_brought_up(served: Served) -> None:
    before = served.nursery
    os.kill(before, signal.SIGKILL)
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        query = httpx2.QueryParams({"query": f"{NORMAL} # leaving"})
        client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_until(lambda: find_nursery(served) not in {0, before})
    nursery = served.nursery
    check_normal(served)
    assert served.nursery == nursery


def test_graph_that_has_changed_does_not_take_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = copy_minimal(tmp_path)
    head = folder / "programme.yaml"
    with serve("--data", str(folder)) as served:
        check_normal(served)
        text = head.read_text(encoding="utf-8")
        head.write_text(text.replace("title:", "title: Neu"), encoding="utf-8")
        os.kill(served.nursery, signal.SIGKILL)
        answer = served.ask(NORMAL)
        page = httpx2.get(f"{served.address}code/AGH", timeout=20)
        head.write_text(text, encoding="utf-8")
        wait_until(lambda: served.ask(NORMAL).status_code == 200)
        check_normal(served)
    assert (answer.status_code, page.status_code) == (503, 503)
    assert "has changed" in answer.text


def test_nursery_that_is_stopped_goes_on_where_it_was(served: Served) -> None:
    os.kill(served.nursery, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(served.ask, f"{NORMAL} # stopped {each}") for each in range(4)]
        time.sleep(0.5)
        assert not any(each.done() for each in asked)
        os.kill(served.nursery, signal.SIGCONT)
        assert {each.result().text for each in asked} == {"n\r\n1\r\n"}


def test_query_of_a_client_who_has_gone_is_stopped(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        query = httpx2.QueryParams({"query": RUNAWAY.format(CROSS, 3)})
        client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_until(lambda: list_queries(served.nursery))
    wait_until(lambda: not list_queries(served.nursery), seconds=SECONDS - 1)


def test_all_places_taken_are_free_again(served: Served) -> None:
    """More runaway queries than there is room for; clients leave as they wait."""
    with ExitStack() as stack:
        for each in range(40):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            query = httpx2.QueryParams({"query": RUNAWAY.format(CROSS, 100 + each)})
            client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_until(lambda: len(list_queries(served.nursery)) > 2)
        check_normal(served)
    wait_until(lambda: not list_queries(served.nursery), seconds=SECONDS)


def test_many_who_leave_at_once_leave_nothing_running(served: Served) -> None:
    """More packets than the nursery, which stands still meanwhile, takes in at once."""
    query = httpx2.QueryParams({"query": RUNAWAY.format(CROSS, 400)})
    request = f"GET /sparql?{query}&n={{}} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        for each in range(400):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            client.sendall(request.format(each).encode())
        wait_until(lambda: list_queries(served.nursery))
        os.kill(served.nursery, signal.SIGSTOP)
    time.sleep(1.5)
    os.kill(served.nursery, signal.SIGCONT)
    wait_until(lambda: not list_queries(served.nursery), seconds=SECONDS + 2)


def fill_disk(folder: Path) -> None:
    """Give this process, and nobody else, a folder on a disk that is full."""
    libc = ctypes.CDLL(None, use_errno=True)
    target = str(folder).encode()
    for failed in (
        libc.unshare(_CLONE_NEWNS),
        libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None),
        libc.mount(b"tmpfs", target, b"tmpfs", 0, b"size=4096"),
    ):
        if failed:
            raise OSError(ctypes.get_errno(), "no mount")
    os.write(os.open(folder / "full", os.O_WRONLY | os.O_CREAT), b"x" * 4096)


def test_full_disk_stops_nothing(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can make a full disk")
    environment = {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    with serve(
        "--data", str(MINIMAL), environment=environment, prepare=partial(fill_disk, tmp_path)
    ) as served:
        check_normal(served)
        root = Path(f"/proc/{served.process.pid}/root")
        assert (root / tmp_path.relative_to("/") / "full").stat().st_size == 4096
        large = {"file": ("programme.ttl", b"# nothing\n" * 300_000)}
        assert httpx2.post(f"{served.address}check", files=large, timeout=30).status_code < 500
        os.kill(served.nursery, signal.SIGKILL)
        check_normal(served)


BROKEN = {
    "nothing": b"",
    "garbage": bytes(range(256)) * 64,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-",
    "bare line feeds": b"GET / HTTP/1.1\nHost: localhost\n\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    "an old version": b"GET / HTTP/0.9\r\n\r\n",
    "a new version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a huge header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * (1 << 20) + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "a huge address": b"GET /" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bytes in the address": b"GET /\xff\xfe\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    b"Content-Length: 30\r\n\r\nabc",
    "a negative length": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "a length that is none": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: x\r\n\r\n",
    "length and chunks": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
    "a chunk that is none": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nASK",
    "a body for a page": b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nASK",
    "another protocol": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n",
    "an unknown method": b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a proxy's request": b"CONNECT x.org:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a foreign address": b"GET http://x.org/ HTTP/1.1\r\nHost: x.org\r\n\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_request_harms_nobody(kind: str, served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as client:
        try:
            client.sendall(BROKEN[kind])
            client.shutdown(socket.SHUT_WR)
            said = client.recv(1 << 16)
        except OSError:
            said = b""
    status = said.split(b" ")[1] if said else b"400"
    good = {"bare line feeds", "a body for a page", "another protocol"}
    assert status == b"200" if kind in good and said else status.startswith(b"4"), said[:200]
    assert b"Traceback" not in said


def test_ten_thousand_idle_connections(served: Served) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < IDLE + 200:
        pytest.skip(f"only {hard} files may be open here (ulimit -Hn)")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (IDLE + 200, hard))
    try:
        with ExitStack() as stack:
            for each in range(IDLE):
                client = stack.enter_context(socket.socket())
                client.bind((f"127.0.0.{1 + each % 5}", 0))
                client.settimeout(10)
                client.connect(("127.0.0.1", served.port))
                if each % 1000 == 999:
                    check_normal(served)
            check_normal(served)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_memory_stays(served: Served) -> None:
    def use(start: int) -> int:
        with httpx2.Client(base_url=served.address) as client:
            for each in range(start, start + 100):
                query = f"SELECT * {{ ?s ?p ?o }} LIMIT {1 + each % 7} # {each}"
                assert client.get("/sparql", params={"query": query}).status_code == 200
                client.get("/sparql", params={"query": f"SELEC {each}"})
                client.get(f"/nowhere/{each}")
        return count_memory(served.process.pid)

    first = use(0)
    assert use(1000) - first < 30 << 10


def small_server(porter: Porter) -> uvicorn.Server:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        size = int(scope["path"].strip("/") or 2)
        if scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
        await PlainTextResponse("x" * size)(scope, receive, send)

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=partial(Door, porter),  # type: ignore[arg-type]
            lifespan="off",
            log_level="error",
        )
    )


@asynccontextmanager
async def attending(porter: Porter) -> AsyncIterator[tuple[str, int]]:
    """Serve at an address with a porter."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = small_server(porter)
        serving = asyncio.create_task(server.serve([listener]))
        watching = asyncio.create_task(porter.watch())
        try:
            yield listener.getsockname()
        finally:
            watching.cancel()
            server.should_exit = True
            await serving


async def said_in(reader: asyncio.StreamReader, seconds: float) -> bytes:
    async with asyncio.timeout(seconds):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


WAITING = {
    "says nothing": (b"", b"408"),
    "half a head": (b"GET / HT", b"408"),
    "half a second head": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT", b"200"),
    "half a body": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx", b""),
    "reads nothing": (b"GET /60000000 HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
}


@pytest.mark.parametrize("kind", WAITING)
def test_who_stands_still_is_shown_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("HEAD", 0.3), ("PAUSE", 0.3), ("_LOOK", 0.05)):
        monkeypatch.setattr(door, name, seconds)
    sent, expected = WAITING[kind]
    porter = Porter(most=100)

    async def visit() -> None:
        async with attending(porter) as address:
            reader, writer = await asyncio.open_connection(*address, limit=1024)
            writer.write(sent)
            if kind == "reads nothing":
                await asyncio.sleep(1)
            said = await said_in(reader, 8)
            assert said[9:12] == expected, said[:100]
            assert len(said) < 60_000_000
            assert not porter.inside
            writer.close()

    asyncio.run(visit())


def test_who_takes_his_time_but_moves_may_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("HEAD", 0.5), ("PAUSE", 0.5), ("_LOOK", 0.05)):
        monkeypatch.setattr(door, name, seconds)
    porter = Porter(most=100)

    async def visit() -> None:
        async with attending(porter) as address:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
            for _ in range(5):
                await asyncio.sleep(0.2)
                writer.write(b"x")
            await asyncio.sleep(0.2)
            assert (await reader.readuntil(b"xx")).startswith(b"HTTP/1.1 200")
            # A connection that is kept between two requests is no head that is late.
            await asyncio.sleep(1)
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert (await said_in(reader, 5)).endswith(b"xx")
            writer.close()

    asyncio.run(visit())


def test_the_longest_idle_one_goes_when_there_are_too_many() -> None:
    porter = Porter(most=3)

    async def visit() -> None:
        async with attending(porter) as address:
            pairs = []
            for _ in range(5):
                pairs.append(await asyncio.open_connection(*address))
                await asyncio.sleep(0.05)
            for reader, _ in pairs[:2]:
                assert await said_in(reader, 2) == b""
            for reader, writer in pairs[2:]:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert (await said_in(reader, 2)).endswith(b"xx")
            for _, writer in pairs:
                writer.close()

    asyncio.run(visit())


def test_slow_heads_keep_nobody_out(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            client.sendall(b"GET / HTTP/1.1\r\nX-")
        check_normal(served)


def find_room(served: Served) -> Path | None:
    """Find the folder in the main memory of the check that is under way."""
    for pid in list_children(served.process.pid):
        *_, last, _ = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"amip-check-" in last:
            return Path(last.decode())
    return None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ends_at_once_while_clients_wait(number: signal.Signals) -> None:
    triples = b"".join(b"<x:s%d> <x:p> <x:o> .\n" % each for each in range(100_000))
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.nt"\r\n\r\n'
    body += triples + b"\r\n--x--\r\n"
    query = httpx2.QueryParams({"query": RUNAWAY.format(CROSS, 9)})
    with serve("--data", str(MINIMAL)) as served, ExitStack() as stack:
        for request in (
            f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
            b"POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n" % len(body)
            + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            + body,
        ):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            client.sendall(request)
        wait_until(lambda: list_queries(served.nursery) and find_room(served))
        nursery, room = served.nursery, find_room(served)
        began = time.monotonic()
        served.process.send_signal(number)
        served.process.wait(timeout=15)
        assert time.monotonic() - began < 10
        assert not Path(f"/proc/{nursery}").exists()
        assert room is not None
        assert not room.exists()


def test_end_before_the_graph_is_loaded_is_quiet() -> None:
    command = [str(AMIP), "serve", "--no-browser", "--port", "0", "--data", str(MINIMAL)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=heed_signals
    )
    wait_until(lambda: list_children(process.pid))
    nursery = list_children(process.pid)[0]
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=15)
    assert (process.returncode, said) == (0, b"")
    assert not Path(f"/proc/{nursery}").exists()


def test_long_answers_that_nobody_reads_leave_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ROOM", 80_000_000)
    porter = Porter(most=100)

    async def visit() -> None:
        async with attending(porter) as address:
            readers = []
            for size in (60_000_000, 30_000_000):
                reader, writer = await asyncio.open_connection(*address, limit=1024)
                writer.write(f"GET /{size} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                readers.append((reader, writer))
            async with asyncio.timeout(door.PAUSE / 2):
                while len(porter.inside) > 1:
                    await asyncio.sleep(0.05)
            longest, other = readers
            assert len(await said_in(longest[0], 8)) < 60_000_000
            assert (await other[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            for _, writer in readers:
                writer.close()

    asyncio.run(visit())


def test_graph_is_the_one_that_was_given(served: Served) -> None:
    answer = served.ask("SELECT ?p { ?p a <https://w3id.org/amip/ns#Programme> }")
    assert answer.text.split() == ["p", f"https://w3id.org/amip/id/programme/{SLUG}"]
