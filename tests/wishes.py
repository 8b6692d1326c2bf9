"""What a crowd asks for: a mix of pages, questions and queries, and what an attacker sends."""

from __future__ import annotations

import csv
import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from crowd import Wish

SHARES = {
    "question": 20,
    "api": 15,
    "sparql": 20,
    "entity": 20,
    "trace": 10,
    "search": 5,
    "start": 5,
    "static": 5,
}
"""How many of a hundred requests are of which kind."""
FRESH = 0.3
"""The share of pages asked for by readers whose languages no one else has: new to every cache."""
RESULTS = "application/sparql-results+json"
WORDS = ("eingliederung", "jugend", "ELB", "unemployment", "Kosten der Unterkunft", "FbW", "ledig")
THINGS = """
PREFIX amip: <https://w3id.org/amip/ns#>
SELECT DISTINCT ?kind ?thing {
  { ?thing a amip:Observation BIND("figure" AS ?kind) }
  UNION { ?thing a amip:Programme BIND("programme" AS ?kind) }
  UNION { ?thing a amip:Jobcenter BIND("entity" AS ?kind) }
  UNION { ?thing a amip:District BIND("entity" AS ?kind) }
} ORDER BY ?thing LIMIT 3000
"""
QUERIES = (
    "SELECT ?s ?p ?o { ?s ?p ?o } OFFSET %d LIMIT 20",
    "SELECT ?p (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) LIMIT %d",
    "SELECT ?s ?v { ?s <https://w3id.org/amip/ns#value> ?v FILTER(?v > %d) } LIMIT 50",
    "ASK { ?s <https://w3id.org/amip/ns#printed> '%d' }",
)
_BASE = "https://w3id.org/amip"
_EVERYTHING = "?a%d ?b%d ?c%d"
_CROSS = " . ".join(_EVERYTHING.replace("%d", str(each)) for each in range(4))
RUNAWAYS = (
    f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} FILTER(?a0 != ?c3) }} # %d",
    f"SELECT * {{ {_CROSS} }} ORDER BY ?c3 ?a0 LIMIT 1 # %d",
    "SELECT (COUNT(*) AS ?n) { ?a (!<http://x/>|^!<http://x/>)* ?b . ?b (!<http://y/>)+ ?c } # %d",
    "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a|aa)+$')) } # %d",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } # %d",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?all) { ?a ?b ?c . ?d ?e ?f } # %d",
    "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f } # %d",
)
_REFUSED = (400, 408, 413, 503)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What there is to ask for on a site."""

    questions: Mapping[str, Sequence[str]]
    programmes: Sequence[str]
    entities: Sequence[str]
    figures: Sequence[str]


def explore(address: str) -> Knowledge:
    """Ask a site what it holds."""
    fields = urlencode({"query": THINGS})
    asked = Request(f"{address}sparql?{fields}", headers={"Accept": "text/csv"})
    with urlopen(asked, timeout=60) as response:
        rows = list(csv.DictReader(response.read().decode().splitlines()))
    with urlopen(f"{address}api/questions?lang=en", timeout=60) as response:
        entries = json.load(response)

    def things(*kinds: str) -> list[str]:
        found = (row["thing"] for row in rows if row["kind"] in kinds)
        return [each.removeprefix(_BASE) for each in found]

    return Knowledge(
        {
            entry["name"]: [parameter["name"] for parameter in entry["parameters"]]
            for entry in entries
        },
        [each.rpartition("/")[2] for each in things("programme")],
        things("programme", "entity", "figure"),
        [each.partition("/obs/")[2] for each in things("figure")],
    )


def make_mix(known: Knowledge, seed: int) -> Callable[[int], Iterator[Wish]]:
    """Make the wishes of many clients, the same for the same seed."""
    numbers = itertools.count(seed * 1_000_000)

    def wish(client: int) -> Iterator[Wish]:
        chance = random.Random(f"{seed} {client}")
        kinds = list(itertools.chain.from_iterable([kind] * n for kind, n in SHARES.items()))
        while True:
            kind = chance.choice(kinds)
            path, accept = _choose(kind, known, chance)
            language = "de"
            if accept == "text/html" and chance.random() < FRESH:
                language = f"de, en;q=0.{next(numbers)}"
            yield Wish(kind, path, accept, language)

    return wish


def _choose(kind: str, known: Knowledge, chance: random.Random) -> tuple[str, str]:
    language = chance.choice(("de", "en"))
    match kind:
        case "question":
            return f"{_ask(known, chance, '/questions')}&lang={language}", "text/html"
        case "api":
            return _ask(known, chance, "/api/questions"), "application/json"
        case "sparql":
            query = chance.choice(QUERIES) % chance.randrange(1, 20_000)
            return f"/sparql?{urlencode({'query': query})}", RESULTS
        case "entity":
            return f"{quote(chance.choice(known.entities))}?lang={language}", "text/html"
        case "trace":
            return f"/trace/{quote(chance.choice(known.figures))}?lang={language}", "text/html"
        case "search":
            return (
                f"/search?{urlencode({'q': chance.choice(WORDS), 'lang': language})}",
                "text/html",
            )
        case "start":
            return chance.choice(("/", "/questions", "/lists")) + f"?lang={language}", "text/html"
    return "/static/site.css", "text/css"


def _ask(known: Knowledge, chance: random.Random, folder: str) -> str:
    name, parameters = chance.choice(list(known.questions.items()))
    fields = {each: chance.choice(known.programmes) for each in parameters if each == "programme"}
    return f"{folder}/{name}?{urlencode(fields)}"


def make_attack(seed: int) -> Callable[[int], Iterator[Wish]]:
    """Make what one attacker sends over each of his connections."""
    numbers = itertools.count(seed * 1_000_000)

    def wish(client: int) -> Iterator[Wish]:
        for number in itertools.islice(numbers, client % len(RUNAWAYS), None):
            query = RUNAWAYS[number % len(RUNAWAYS)] % number
            path = f"/sparql?{urlencode({'query': query})}"
            yield Wish("runaway", path, RESULTS, expected=(200, *_REFUSED))
            if number % 5 == 0:
                text = b"ASK { ?s ?p '" + b"x" * (10 << 20) + b"' }"
                yield Wish("ten megabytes", "/sparql", RESULTS, body=text, expected=_REFUSED)

    return wish
