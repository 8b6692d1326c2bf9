"""The engine: many clients, long queries beside short ones, processes that are killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from amip.serve import Ending, Engine, Job, Limits
from amip.serve.engine.children import PARKED, SLOW
from served import list_queries

RUNAWAY = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }} # {0}"
QUICK = "ASK {{}} # {0}"


def with_engine(work: Callable[[Engine], Awaitable[None]], seconds: float = 30.0) -> None:
    """Run `work` with an engine over the programmes of the package."""

    async def live() -> None:
        engine = Engine(limits=Limits(seconds=seconds), slots=2)
        await engine.start()
        try:
            await work(engine)
        finally:
            await engine.stop()

    asyncio.run(live())


def start(engine: Engine, query: str, number: int, client: str = "") -> asyncio.Task[Ending]:
    async def ask() -> Ending:
        return (await engine.run(Job(query.format(number)), client or f"client {number}")).ending

    return asyncio.create_task(ask())


async def stop(tasks: list[asyncio.Task[Ending]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("clients", [1, 12])
def test_long_queries_do_not_keep_short_ones_waiting(clients: int) -> None:
    async def work(engine: Engine) -> None:
        long = [start(engine, RUNAWAY, each, f"greedy {each % clients}") for each in range(12)]
        await asyncio.sleep(0.1)
        for number in range(20):
            assert await start(engine, QUICK, number) is Ending.DONE
        assert not any(task.done() for task in long)
        await stop(long)

    with_engine(work)


def test_long_queries_beyond_all_places_are_refused() -> None:
    async def work(engine: Engine) -> None:
        size = SLOW + PARKED + 3
        long = [start(engine, RUNAWAY, each, f"greedy {each % 5}") for each in range(size)]
        refused = 0
        while refused < 3:
            await asyncio.wait(long, return_when=asyncio.FIRST_COMPLETED)
            ended = [task for task in long if task.done()]
            assert {task.result() for task in ended} == {Ending.CROWDED}
            refused += len(ended)
            long = [task for task in long if not task.done()]
        assert await start(engine, QUICK, 0) is Ending.DONE
        assert refused == 3
        await stop(long)

    with_engine(work)


def test_parked_queries_get_their_time() -> None:
    """More long queries than places: all run until their own time is over."""

    async def work(engine: Engine) -> None:
        long = [start(engine, RUNAWAY, each) for each in range(SLOW + 2)]
        assert Counter(await asyncio.gather(*long)) == {Ending.LATE: SLOW + 2}

    with_engine(work, seconds=1.0)


def test_engine_comes_back_when_its_process_is_killed() -> None:
    """A query that was lost is asked again; what it had begun ends with the process."""

    async def work(engine: Engine) -> None:
        long = start(engine, RUNAWAY, 0)
        await asyncio.sleep(0.2)
        children = list_queries(engine.process)
        killed = engine.process
        os.kill(killed, signal.SIGKILL)
        assert await start(engine, QUICK, 0) is Ending.DONE
        assert engine.process != killed
        assert await long is Ending.LATE
        assert not any(Path(f"/proc/{pid}/exe").exists() for pid in children)

    with_engine(work, seconds=2.0)


def test_engine_comes_back_when_its_process_stands_still() -> None:
    async def work(engine: Engine) -> None:
        stopped = engine.process
        os.kill(stopped, signal.SIGSTOP)
        assert await start(engine, QUICK, 0) is Ending.DONE
        assert engine.process != stopped

    with_engine(work, seconds=0.1)


def test_query_whose_client_goes_away_is_stopped() -> None:
    async def work(engine: Engine) -> None:
        long = start(engine, RUNAWAY, 0)
        while not list_queries(engine.process):
            await asyncio.sleep(0.01)
        await stop([long])
        while list_queries(engine.process):
            await asyncio.sleep(0.01)

    with_engine(work)


def test_answers_need_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")

    async def work(engine: Engine) -> None:
        assert await start(engine, "SELECT * {{ ?a ?b ?c }} LIMIT 9 # {0}", 0) is Ending.DONE

    with_engine(work)
