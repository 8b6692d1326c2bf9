"""Federation: which other endpoints a query may ask with `SERVICE`.

A query that may ask others runs with sockets, and nothing but its text then says whom it asks:
so the text is read more strictly than SPARQL does. Every `SERVICE` must stand before a whole
`http` or `https` address in angle brackets whose host is allowed, without escapes; the word must
stand nowhere else, so that no two readings of comments, texts and `<` can differ about where it
is a clause. Queries that do not pass are refused. What never came here has no sockets at all.

Source: W3C Recommendation "SPARQL 1.1 Federated Query" (21 March 2013).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from amip.errors import Phrase, UsageError
from amip.serve.engine.job import Job
from amip.serve.engine.protocol import Refusal

_PORTS = {"http": 80, "https": 443}
_HOST = r"(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
_PORT = r"(?::(?P<port>[0-9]{1,5}))?"
# No quote, bracket, sign of a comment or space: read by anybody, this is one IRI and no more.
_TAIL = r"(?:[/?][a-z0-9._~/%:@!$&*+,;=?-]*)?"
_ADDRESS = rf"(?P<scheme>https?)://{_HOST}{_PORT}{_TAIL}"
_PLAIN = re.IGNORECASE | re.ASCII
_ALLOWED = re.compile(_HOST + _PORT, _PLAIN)
_IRI = re.compile(rf"<{_ADDRESS}>", _PLAIN)
_CLAUSE = re.compile(rf"\bservice\s*(?:silent\s*)?<{_ADDRESS}>", _PLAIN)
_ASKS = re.compile(r"(?<![\w?$:])service\s*(?:silent\s*)?(?:[?$<]|[\w.-]{0,99}:)", re.IGNORECASE)
_WORD = re.compile(r"service", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u", re.IGNORECASE)
_REMARK = re.compile(r"^[ \t]*#[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Host:
    """A host that may be asked: its name and port, `None` for the usual ones (80 and 443)."""

    name: str
    port: int | None = None

    def __str__(self) -> str:
        """Write the host as it was given."""
        return self.name if self.port is None else f"{self.name}:{self.port}"

    def covers(self, scheme: str, name: str, port: int | None) -> bool:
        """Say whether an address is at this host."""
        usual = _PORTS[scheme.lower()]
        wanted = usual if self.port is None else self.port
        return name.lower() == self.name and (usual if port is None else port) == wanted


def read_host(text: str) -> Host:
    """Read `HOST` or `HOST:PORT`; raises `UsageError` for anything else.

    >>> read_host("Query.Wikidata.org"), read_host("[::1]:7879")
    (Host(name='query.wikidata.org', port=None), Host(name='[::1]', port=7879))
    """
    found = _ALLOWED.fullmatch(text)
    if found is None:
        raise UsageError(
            "“{subject}” is no host",
            subject=text,
            advice="write the name alone, as query.wikidata.org or localhost:7879",
        )
    return Host(found["host"].lower(), _read_port(found))


def admit(job: Job, hosts: Iterable[Host]) -> Job:
    """Give a job sockets if all that it asks with `SERVICE` is at allowed hosts.

    Without hosts, and for a query without `SERVICE`, the job stays as it is. Lines that are only a
    comment are left out of the query where that can change nothing else. Raises `Refusal` (403)
    with the reason.
    """
    allowed = tuple(hosts)
    if not (allowed and _WORD.search(job.sparql)):
        return job
    sparql = _drop_remarks(job.sparql)
    rest = _IRI.sub(" ", _CLAUSE.sub(" ", sparql))
    asked = list(_find_asked(sparql))
    if not asked:
        if _ASKS.search(rest):
            raise Refusal(403, _explain(Phrase("SERVICE needs the whole address in <…>"), allowed))
        return job
    if _ESCAPE.search(sparql):
        reason = Phrase("a query with SERVICE must not have escapes (\\u…)")
        raise Refusal(403, _explain(reason, allowed))
    for scheme, name, port in asked:
        if not any(host.covers(scheme, name, port) for host in allowed):
            place = name if port is None else f"{name}:{port}"
            reason = Phrase("SERVICE is not allowed to ask {place}", place=place)
            raise Refusal(403, _explain(reason, allowed))
    if _WORD.search(rest):
        reason = Phrase(
            "SERVICE stands also where there is no whole address in <…> after it: in a text, "
            "comment, name or variable"
        )
        raise Refusal(403, _explain(reason, allowed))
    return replace(job, sparql=sparql, sockets=True)


def _find_asked(sparql: str) -> Iterator[tuple[str, str, int | None]]:
    for found in _CLAUSE.finditer(sparql):
        yield found["scheme"], found["host"], _read_port(found)


def _read_port(found: re.Match[str]) -> int | None:
    return int(found["port"]) if found["port"] else None


def _drop_remarks(sparql: str) -> str:
    """Leave out lines that are only a comment; in long strings they might be text."""
    if '"""' in sparql or "'''" in sparql:
        return sparql
    return _REMARK.sub("", sparql)


def _explain(reason: Phrase, allowed: Iterable[Host]) -> Phrase:
    return Phrase(
        "{reason}; allowed with --allow-federation: {hosts}", reason=reason, hosts=list(allowed)
    )
