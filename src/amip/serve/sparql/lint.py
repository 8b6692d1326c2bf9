"""Lint: what in a query cannot be right: syntax, prefixes, and terms that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import islice

from amip.assets import find_folder
from amip.nearest import find_nearest
from amip.serve.engine.job import Ending, Job, Outcome
from amip.serve.page import say
from amip.serve.site import Site
from amip.serve.sparql.lexicon import shorten
from amip.terms import ID, PREFIXES
from amip.vocabulary import Mention, read_mentions, read_vocabulary, read_words, suggest_term

MAX_QUERY = 100_000
"""The longest query that is looked at, in characters."""
_MOST = 20
_EMPTY = f"{ID}graph/none"
_PLACE = re.compile(r"error at (?P<line>\d+):(?P<column>\d+)")
_SHOWN = 60
_UPDATES = frozenset({"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE"})


class Severity(StrEnum):
    """An `error` cannot be run; a `warning` can, but finds nothing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """What is wrong at a place of a query (both count from 1), and what may be meant ("" if none).

    `suggestion` is the text to put in place of the `length` characters there, or, where that is 0,
    before them.
    """

    line: int
    column: int
    length: int
    severity: Severity
    message: str
    suggestion: str = ""


def make_check(text: str) -> Job | None:
    """Make the job whose outcome tells `lint_query` whether a query can be parsed.

    It is run over an empty dataset, in the engine because there it can be stopped. `None` for a
    query that is known to be wrong, or that would call another endpoint.
    """
    wrong = [*_check_words(text, "en"), *_check_prefixes(text, read_mentions(text, {}), "en")]
    if wrong or any(word.upper() == "SERVICE" for _, word in read_words(text)):
        return None
    return Job(text, default_graphs=(_EMPTY,), named_graphs=(_EMPTY,))


def lint_query(site: Site, text: str, language: str, outcome: Outcome | None) -> list[Remark]:
    """Find what is wrong in a query, in the order of its places; to be called from a thread.

    `outcome` is that of the job of `make_check`.
    """
    mentions = list(read_mentions(text, {}))
    return sorted(
        [
            *_check_words(text, language),
            *_check_prefixes(text, mentions, language),
            *_check_syntax(text, outcome, language),
            *_check_terms(site, text, mentions, language),
        ]
    )


@cache
def load_vocabulary() -> frozenset[str]:
    """Load the terms that the project knows: its own, and of other vocabularies those it uses."""
    return read_vocabulary(find_folder("ontology").rglob("*.ttl"))


@cache
def load_keywords() -> frozenset[str]:
    """Load the keywords of SPARQL, in capitals."""
    text = files("amip.serve.sparql").joinpath("keywords.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(" ".join(lines).split())


def _check_words(text: str, language: str) -> Iterator[Remark]:
    """Yield a remark for each word that is no keyword; for an update only that it is one."""
    seen: set[str] = set()
    for start, word in read_words(text):
        name = word.upper()
        if name in seen or name in load_keywords() or len(seen) == _MOST:
            continue
        seen.add(name)
        if name in _UPDATES:
            message = say("sparql-update", language)
            yield Remark(*_locate(text, start), len(word), Severity.ERROR, message)
            return
        nearest = "".join(find_nearest(name, load_keywords()))
        message = say("sparql-term-unknown", language, term=word)
        message += _did_you_mean(nearest, language)
        yield Remark(*_locate(text, start), len(word), Severity.ERROR, message, nearest)


def _check_prefixes(text: str, mentions: Iterable[Mention], language: str) -> Iterator[Remark]:
    """Yield a remark for each prefix that the query uses but does not declare."""
    seen: set[str] = set()
    for mention in mentions:
        name = mention.prefix
        if not name or name in seen or len(seen) == _MOST:
            continue
        seen.add(name)
        known = PREFIXES.get(name[:-1])
        if known:
            message = say("sparql-prefix-missing", language, prefix=name, namespace=known)
            yield Remark(1, 1, 0, Severity.ERROR, message, f"PREFIX {name} <{known}>\n")
            continue
        nearest = "".join(f"{each}:" for each in find_nearest(name[:-1], PREFIXES))
        message = say("sparql-prefix-unknown", language, prefix=name)
        message += _did_you_mean(nearest, language)
        place = _locate(text, mention.start)
        yield Remark(*place, len(name), Severity.ERROR, message, nearest)


def _check_terms(
    site: Site, text: str, mentions: Iterable[Mention], language: str
) -> Iterator[Remark]:
    """Yield a remark for each term that no vocabulary defines and that the graph does not have."""
    vocabulary = load_vocabulary()
    written: dict[str, Mention] = {}
    for mention in mentions:
        if mention.declared is not None:
            yield from _check_namespace(text, mention, language)
        else:
            prefix, _, local = mention.iri.partition(":") if mention.prefix else ("", "", "")
            iri = PREFIXES[prefix] + local if prefix in PREFIXES else mention.iri
            if iri == mention.iri and mention.prefix:
                continue
            written.setdefault(iri, mention)
    things = [iri for iri in written if iri.startswith(ID)][:_MOST]
    known = _find_known(site, things)
    unknown = [iri for iri in things if iri not in known]
    unknown += islice((iri for iri in written if suggest_term(iri, vocabulary) != ""), _MOST)
    for iri in dict.fromkeys(unknown):
        mention = written[iri]
        length = mention.end - mention.start
        term = text[mention.start : mention.end]
        is_thing = iri.startswith(ID)
        nearest = _near_thing(site, iri, term) if is_thing else suggest_term(iri, vocabulary) or ""
        name = "sparql-thing-unknown" if is_thing else "sparql-term-unknown"
        message = say(name, language, term=term)
        message += _did_you_mean(nearest, language)
        place = _locate(text, mention.start)
        yield Remark(*place, length, Severity.WARNING, message, nearest)


def _check_namespace(text: str, mention: Mention, language: str) -> Iterator[Remark]:
    """Yield a remark for a well-known prefix that is declared for another namespace."""
    usual = PREFIXES.get(mention.declared or "", mention.iri)
    if usual != mention.iri:
        message = say("sparql-namespace-other", language, prefix=mention.declared, usual=usual)
        length = mention.end - mention.start
        place = _locate(text, mention.start)
        yield Remark(*place, length, Severity.WARNING, message, usual)


def _check_syntax(text: str, outcome: Outcome | None, language: str) -> Iterator[Remark]:
    """Yield a remark if the query cannot be parsed.

    The engine says how far it has read, which is at the error or behind it.
    """
    if outcome is None or outcome.ending is not Ending.WRONG:
        return
    found = _PLACE.search(str(outcome.text))
    if found is None:
        return
    line, column = int(found["line"]), int(found["column"])
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1].strip()
    shown = shown[:_SHOWN] + "…" * (len(shown) > _SHOWN)
    yield Remark(line, column, 0, Severity.ERROR, say("sparql-syntax", language, found=shown))


def _find_known(site: Site, iris: list[str]) -> set[str]:
    if not iris:
        return set()
    return {str(row[0]) for row in site.select("known-things", thing=iris).rows}


def _near_thing(site: Site, iri: str, term: str) -> str:
    """Return the thing of the same kind that is nearest to an IRI, written as the query does."""
    space = iri[: iri.rfind("/") + 1]
    names = [str(row[0]) for row in site.select("neighbours", folder=space).rows]
    nearest = "".join(find_nearest(iri, names))
    if not nearest:
        return ""
    return f"<{nearest}>" if term.startswith("<") else shorten(nearest)


def _locate(text: str, start: int) -> tuple[int, int]:
    """Return the line and the column of a place, counted from 1."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _did_you_mean(nearest: str, language: str) -> str:
    return " " + say("sparql-did-you-mean", language, term=nearest) if nearest else ""
