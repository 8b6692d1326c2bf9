"""The SPARQL 1.1 Protocol: from an HTTP request to a job, and from its outcome to a response.

Sources: W3C Recommendation "SPARQL 1.1 Protocol" (21 March 2013), section 2.1; RFC 9110,
section 12 (content negotiation).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from urllib.parse import parse_qsl

from amip.serve.engine.job import Ending, Job, Limits

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"

RESULTS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
GRAPHS = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
)
_ALIASES = MappingProxyType(
    {
        "application/json": RESULTS[0],
        "application/xml": RESULTS[1],
        "text/xml": RESULTS[1],
        "text/n3": GRAPHS[0],
        "text/plain": GRAPHS[1],
    }
)
_NAMES = MappingProxyType(
    {
        **dict(zip(("json", "xml", "csv", "tsv"), RESULTS, strict=True)),
        **dict(zip(("turtle", "ntriples", "jsonld", "rdfxml"), GRAPHS, strict=True)),
    }
)
FORMATS = tuple(_NAMES)
"""What the field `format` may ask for."""
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_STATUS = MappingProxyType(
    {
        Ending.WRONG: 400,
        Ending.LATE: 503,
        Ending.GREEDY: 503,
        Ending.LARGE: 503,
        Ending.LONG: 503,
        Ending.CROWDED: 503,
        Ending.LOST: 503,
        Ending.FAILED: 502,
    }
)


class Refusal(Exception):  # noqa: N818
    """A request that gets no answer: HTTP status, and the reason in one sentence."""

    def __init__(self, status: int, reason: str) -> None:
        """Refuse with an HTTP status and a reason."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


def read_request(
    method: str, query: str, content_type: str, body: bytes, accept: str
) -> Job | None:
    """Read a request of the query operation; `None` for a GET without a query.

    Raises `Refusal` for what the protocol does not allow, for updates (403) and for media types
    that are not offered (406).
    """
    fields = _fields(query)
    kind = content_type.partition(";")[0].strip().lower()
    if method == "POST" and kind == FORM_TYPE:
        fields += _fields(_decode(body))
    elif method == "POST" and kind == QUERY_TYPE:
        fields.append(("query", _decode(body)))
    elif method == "POST" and kind != UPDATE_TYPE:
        raise Refusal(415, f"send {FORM_TYPE} or {QUERY_TYPE}")
    if kind == UPDATE_TYPE or any(name == "update" for name, _ in fields):
        raise Refusal(403, "the graph is read-only: updates are refused")
    texts = [value for name, value in fields if name == "query"]
    if len(texts) > 1:
        raise Refusal(400, "there is more than one query in the request")
    if not texts:
        if method == "POST":
            raise Refusal(400, "there is no query in the request")
        return None
    wanted = dict(fields).get("format", "")
    results, graphs = choose_media(_NAMES.get(wanted, accept))
    return Job(
        texts[0],
        results,
        graphs,
        tuple(value for name, value in fields if name == "default-graph-uri"),
        tuple(value for name, value in fields if name == "named-graph-uri"),
    )


def choose_media(accept: str) -> tuple[str, str]:
    """Choose the media types for rows and for graphs by an Accept header.

    >>> choose_media("text/csv, text/turtle;q=0.5")
    ('text/csv', 'text/turtle')

    Raises `Refusal` (406) when neither is offered.
    """
    ranges = sorted(read_ranges(accept), key=lambda each: -each[1])
    results, graphs = pick_media(ranges, RESULTS), pick_media(ranges, GRAPHS)
    if not (results or graphs):
        raise Refusal(406, f"offered are {', '.join((*RESULTS, *GRAPHS))}")
    return results or RESULTS[0], graphs or GRAPHS[0]


def prefers_page(accept: str) -> bool:
    """Tell whether an Accept header asks for a page first, as those of browsers do.

    >>> prefers_page("text/html,application/xml;q=0.9,*/*;q=0.8"), prefers_page("*/*")
    (True, False)
    """
    ranges = sorted(read_ranges(accept), key=lambda each: -each[1])
    return bool(ranges) and ranges[0][0] in _PAGES


def read_ranges(accept: str) -> Iterable[tuple[str, float]]:
    """Yield the media types of an Accept header, each with its weight (RFC 9110, 12.5.1)."""
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if weight > 0:
            yield _ALIASES.get(media.lower(), media.lower()), weight


def pick_media(ranges: Sequence[tuple[str, float]], offered: Sequence[str]) -> str:
    """Return what is offered of the first media type asked for that is, "" for none."""
    for wanted, _ in ranges:
        for media in offered:
            if wanted in {media, "*/*", f"{media.partition('/')[0]}/*"}:
                return media
    return ""


def refuse(ending: Ending, text: str, limits: Limits) -> Refusal:
    """Say why a job has no answer."""
    reasons: Mapping[Ending, str] = {
        Ending.WRONG: f"the query cannot be run: {text}",
        Ending.LATE: f"the query was stopped after {limits.seconds:g} seconds",
        Ending.GREEDY: f"the query was stopped: it needs more than {limits.memory >> 20} MiB",
        Ending.LARGE: f"the answer is larger than {limits.size >> 20} MiB; ask for less, or LIMIT",
        Ending.LONG: f"the answer has more than {limits.rows} rows; ask for less, or LIMIT",
        Ending.CROWDED: "too many long queries are running; ask again later",
        Ending.LOST: "the query was lost as the server restarted; ask again",
        Ending.FAILED: f"the endpoint behind this site gave no answer: {text}",
    }
    return Refusal(_STATUS[ending], reasons[ending])


def _fields(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True)


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, "the request is not UTF-8") from error
