"""Many clients at once, with an attacker among them: every answer is whole, and none is missing.

How long answers take is measured by `bench/load.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from crowd import Tally, Wish, find_quantile, gather_crowd
from served import Served, count_memory, list_queries, serve
from wishes import SHARES, Knowledge, explore, make_attack, make_mix

CLIENTS, ATTACKERS, SECONDS = 30, 4, 6
MEMORY = 3500


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def known(served: Served) -> Knowledge:
    return explore(served.address)


def test_site_has_what_the_crowd_wants(known: Knowledge) -> None:
    assert len(known.questions) > 40
    assert len(known.programmes) == 5
    assert len(known.figures) > 500
    assert sum(bool(parameters) for parameters in known.questions.values()) >= 3


@pytest.mark.parametrize("attackers", [0, ATTACKERS])
def test_all_are_answered(attackers: int, served: Served, known: Knowledge) -> None:
    async def work() -> Tally:
        end = time.monotonic() + SECONDS
        attack = asyncio.create_task(
            gather_crowd(served.address, attackers, make_attack(attackers), lambda: False)
        )
        mix = make_mix(known, attackers)
        tally = await gather_crowd(served.address, CLIENTS, mix, lambda: time.monotonic() > end)
        assert attackers == 0 or not attack.done()
        attack.cancel()
        await asyncio.gather(attack, return_exceptions=True)
        return tally

    tally = asyncio.run(work())
    assert dict(tally.errors) == {}
    assert len(tally.all) >= CLIENTS
    assert set(tally.seconds) <= set(SHARES)
    assert count_memory(served.process.pid) >> 10 < MEMORY


def test_nothing_is_left_of_an_attack(served: Served) -> None:
    """The clients have gone, and so has what they had begun."""
    end = time.monotonic() + 20
    while list_queries(served.nursery):
        assert time.monotonic() < end, list_queries(served.nursery)
        time.sleep(0.1)


BAD = [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "IncompleteReadError"),
    (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "500"),
    (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", "not whole"),
    (b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 0\r\n\r\n", "not text/html"),
    (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
        "broken gzip",
    ),
    (b"", "IncompleteReadError"),
]


@pytest.mark.parametrize(("said", "error"), BAD)
def test_crowd_notices_a_bad_answer(said: bytes, error: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async def work() -> Tally:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            asked = iter([Wish("page", "/")])
            done = iter([False, True])
            return await gather_crowd(
                f"http://{host}:{port}/", 1, lambda _: asked, lambda: next(done)
            )

    tally = asyncio.run(work())
    assert tally.all == []
    assert [error in each for each in tally.errors] == [True], tally.errors


def test_quantiles() -> None:
    assert [find_quantile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.95, 1.0)] == [
        1,
        2,
        3,
        3,
    ]
    assert find_quantile([], 0.5) == 0.0
