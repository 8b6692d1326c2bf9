"""Measure the endpoint of `amip serve` against rdflib-endpoint: same data, same queries, one run.

    PYTHONPATH=tests python bench/serve.py --peer .venv/rde/bin/rdflib-endpoint [--seconds 10]

Both serve the dataset that `amip build` writes, one after the other. The answers to each query are
compared before a time counts. Every request carries a comment of its own, so that no cache
answers it. Printed are the medians of one client, and what several get through at once.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import amip
from amip.query import find_question
from crowd import Tally, Wish, find_quantile, gather_crowd
from served import serve
from test_remote import free_port
from wishes import RESULTS

QUESTIONS = (
    "programmes-and-sponsors",
    "staff-by-sponsor",
    "integration-rate-targets",
    "budget-committed-in-advance",
)
PLAIN = {
    "nothing": "ASK {}",
    "one programme": "SELECT ?p ?o { <https://w3id.org/amip/id/programme/elbe-elster-2022> ?p ?o }",
    "count by class": "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "highest values": "SELECT ?s ?v { ?s <https://w3id.org/amip/ns#value> ?v }"
    " ORDER BY DESC(?v) ?s LIMIT 20",
}
START_SECONDS = 180
_numbers = itertools.count(1)


def load_queries() -> dict[str, str]:
    """Return the queries by name."""
    return {**PLAIN, **{name: find_question(name).sparql for name in QUESTIONS}}


def read_answer(address: str, query: str) -> Counter[str]:
    """Ask; rows in any order, numbers by their value."""
    wish = make_wish(address, query, "compare")
    request = urllib.request.Request(urljoin(address, wish.path), headers={"Accept": RESULTS})
    with urllib.request.urlopen(request, timeout=120) as response:
        answer = json.load(response)
    if "boolean" in answer:
        return Counter([str(answer["boolean"])])
    rows = (
        {name: _show(term) for name, term in row.items()} for row in answer["results"]["bindings"]
    )
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def _show(term: dict[str, str]) -> str:
    try:
        return f"{float(term['value']):.9g}"
    except ValueError:
        return term["value"]


def make_wish(address: str, query: str, kind: str) -> Wish:
    """Make a request to an endpoint that is new to every cache."""
    fields = urlencode({"query": f"{query}\n# {next(_numbers)}"})
    return Wish(kind, f"{urlsplit(address).path}?{fields}", RESULTS)


@contextmanager
def start_peer(command: Path, data: Path) -> Iterator[str]:
    """Start rdflib-endpoint on a file."""
    port = free_port()
    options = ["serve", "--host", "127.0.0.1", "--port", str(port), str(data)]
    server = subprocess.Popen(
        [command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        server.kill()
        server.wait()


def measure(address: str, queries: dict[str, str], seconds: float, clients: int) -> list[Tally]:
    """Measure one client, then several: the same queries in turn."""

    def mix(number: int) -> Iterator[Wish]:
        names = itertools.islice(itertools.cycle(queries), number, None)
        return (make_wish(address, queries[name], name) for name in names)

    async def work(crowd: int) -> Tally:
        end = time.monotonic() + seconds
        return await gather_crowd(address, crowd, mix, lambda: time.monotonic() > end)

    return [asyncio.run(work(crowd)) for crowd in (1, clients)]


def report(ours: list[Tally], peer: list[Tally], clients: int) -> None:
    """Print medians, throughput and their ratios."""
    print(f"{'median of one client':34}{'amip serve':>12}{'peer':>12}{'ratio':>9}")
    for name in ours[0].seconds:
        here, there = (statistics.median(each[0].seconds[name]) for each in (ours, peer))
        print(f"  {name:32}{1000 * here:9.1f} ms{1000 * there:9.1f} ms{there / here:8.1f}×")
    for place, crowd in enumerate((1, clients)):
        rates = [len(each[place].all) / sum_time(each[place], crowd) for each in (ours, peer)]
        p95 = [1000 * find_quantile(each[place].all, 0.95) for each in (ours, peer)]
        label = f"{crowd} client{'s' if crowd > 1 else ''}"
        print(
            f"{label + ', answers/s':34}{rates[0]:12.1f}{rates[1]:12.1f}{rates[0] / rates[1]:8.1f}×"
        )
        print(f"{label + ', p95':34}{p95[0]:9.1f} ms{p95[1]:9.1f} ms{p95[1] / p95[0]:8.1f}×")


def sum_time(tally: Tally, clients: int) -> float:
    """Return how long a crowd without pauses was at work."""
    return sum(tally.all) / clients


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", type=Path, required=True, help="the command rdflib-endpoint")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    queries = load_queries()
    with tempfile.TemporaryDirectory() as folder:
        dataset = amip.build(Path(folder) / "dist")
        data = Path(folder) / "data.nq"
        data.write_bytes(gzip.decompress((dataset.folder / "amip.nq.gz").read_bytes()))
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
        answers, tallies = [], []
        with serve("--data", str(dataset.folder)) as served:
            address = f"{served.address}sparql"
            answers.append([read_answer(address, query) for query in queries.values()])
            tallies.append(measure(address, queries, options.seconds, options.clients))
        with start_peer(options.peer, data) as address:
            answers.append([read_answer(address, query) for query in queries.values()])
            tallies.append(measure(address, queries, options.seconds, options.clients))
    for name, ours, peer in zip(queries, *answers, strict=True):
        if ours != peer:
            print(f"FAILED: {name}: {ours.total()} rows and {peer.total()} differ")
            return 1
    report(tallies[0], tallies[1], options.clients)
    errors = sum((tally.errors for pair in tallies for tally in pair), Counter())
    for error, count in errors.most_common():
        print(f"{count} × {error}")
    return min(1, errors.total())


if __name__ == "__main__":
    sys.exit(main())
