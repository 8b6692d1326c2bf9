"""Measure `amip serve` under load, then under load and attack; see that its memory stays.

    PYTHONPATH=tests python bench/load.py [--seconds 60] [--clients 200] [--attackers 8]

Clients ask one request after the other, each over a connection of its own, without a pause: pages
of questions, things and figures, searches, the API and SPARQL queries (`wishes.SHARES`), of which
a part is new to every cache. Then the same is done while one more client sends runaway queries and
10 MB of text over several connections. Every answer is checked to be whole. It fails when one is
not, when the attack makes the 95th percentile of the others twice as long or more, or when the
server's processes take too much memory. Clients and server share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from crowd import Tally, find_quantile, gather_crowd
from served import Served, count_memory, serve
from wishes import Knowledge, explore, make_attack, make_mix

FACTOR = 2.0
_LOOK = 2.0
_GRACE = 5.0


@dataclass
class Phase:
    """A time of load: what the crowd has seen, and memory in MiB as it went."""

    name: str
    seconds: float
    tally: Tally = field(default_factory=Tally)
    attack: Tally = field(default_factory=Tally)
    memory: list[int] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return find_quantile(self.tally.all, 0.95)


async def run_phase(
    served: Served, known: Knowledge, phase: Phase, clients: int, attackers: int, pause: float
) -> Phase:
    """Let the crowd in, and the attacker, if there is one."""
    end = time.monotonic() + phase.seconds
    seed = time.monotonic_ns() % 1_000_000

    def over() -> bool:
        return time.monotonic() > end

    async def watch() -> None:
        while not over():
            phase.memory.append(await asyncio.to_thread(count_memory, served.process.pid) >> 10)
            await asyncio.sleep(_LOOK)

    watching = asyncio.create_task(watch())
    attack = asyncio.create_task(
        gather_crowd(served.address, attackers, make_attack(seed), lambda: False)
    )
    phase.tally = await gather_crowd(served.address, clients, make_mix(known, seed), over, pause)
    attack.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        phase.attack = await attack
    await watching
    return phase


def report(phase: Phase) -> None:
    """Print what a phase was like."""
    print(f"{phase.name}, {phase.seconds:g} s")
    kinds = {**phase.tally.seconds, "all": phase.tally.all}
    for kind, seconds in kinds.items():
        quantiles = "".join(f"{1000 * find_quantile(seconds, q):9.0f}" for q in (0.5, 0.95, 0.99))
        print(f"  {kind:10}{len(seconds):8}{len(seconds) / phase.seconds:8.1f}/s{quantiles} ms")
    last = len(phase.memory) - 1
    quarters = " → ".join(str(phase.memory[round(last * each / 4)]) for each in range(5))
    print(f"  memory {quarters} MiB from quarter to quarter, {max(phase.memory)} at most")
    print(f"  errors {phase.tally.errors.total()}")
    for error, count in phase.tally.errors.most_common(5):
        print(f"    {count} × {error}")
    print()


def judge(calm: Phase, stormy: Phase, most: int) -> Iterator[str]:
    """Yield what is not as it has to be."""
    if errors := calm.tally.errors.total() + stormy.tally.errors.total():
        yield f"{errors} answers were bad or missing"
    if not calm.tally.all or stormy.p95 >= FACTOR * calm.p95:
        yield f"the attack made the 95th percentile {stormy.p95 / (calm.p95 or 1):.2f} × as long"
    memory = max(*calm.memory, *stormy.memory)
    if memory > most:
        yield f"the server took {memory} MiB, more than {most}"


async def measure_all(served: Served, options: argparse.Namespace) -> int:
    """Run both phases after a short one to warm up; return how many things were wrong."""
    known = await asyncio.to_thread(explore, served.address)
    warm = min(5.0, options.seconds)
    await run_phase(served, known, Phase("warm", warm), options.clients, 0, options.pause)
    print(f"{options.clients} clients, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"  {'':10}{'answers':>8}{'':10}{'p50':>9}{'p95':>9}{'p99':>9}")
    phases = []
    for name, attackers in (("calm", 0), ("attack", options.attackers)):
        phase = Phase(name, options.seconds)
        await run_phase(served, known, phase, options.clients, attackers, options.pause)
        report(phase)
        phases.append(phase)
    calm, stormy = phases
    print(f"p95 under attack: {stormy.p95 / (calm.p95 or 1):.2f} × as long")
    wrong = list(judge(calm, stormy, options.memory))
    for each in wrong:
        print(f"FAILED: {each}")
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="of each phase")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--attackers", type=int, default=8, help="connections of the attacker")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between requests")
    parser.add_argument("--memory", type=int, default=3500, help="MiB at most")
    options = parser.parse_args()
    with serve() as served:
        return min(1, asyncio.run(measure_all(served, options)))


if __name__ == "__main__":
    sys.exit(main())
