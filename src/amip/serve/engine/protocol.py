"""The SPARQL 1.1 Protocol: from an HTTP request to a job, and from its outcome to a response.

Sources: W3C Recommendation "SPARQL 1.1 Protocol" (21 March 2013), section 2.1; RFC 9110,
section 12 (content negotiation).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl

from amip.errors import Phrase
from amip.serve.accept import pick_media, rank_media
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
_FIELDS = 1000
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
        Ending.DOWN: 503,
        Ending.FAILED: 502,
    }
)


class Refusal(Exception):  # noqa: N818
    """A request that gets no answer: HTTP status, and the reason in one sentence."""

    def __init__(self, status: int, reason: Phrase) -> None:
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
        raise Refusal(415, Phrase("send {form} or {query}", form=FORM_TYPE, query=QUERY_TYPE))
    if kind == UPDATE_TYPE or any(name == "update" for name, _ in fields):
        raise Refusal(403, Phrase("the graph is read-only: updates are refused"))
    texts = [value for name, value in fields if name == "query"]
    if len(texts) > 1:
        raise Refusal(400, Phrase("there is more than one query in the request"))
    if not texts:
        if method == "POST":
            raise Refusal(400, Phrase("there is no query in the request"))
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
    ranked = [_ALIASES.get(media, media) for media in rank_media(accept)]
    results, graphs = pick_media(ranked, RESULTS), pick_media(ranked, GRAPHS)
    if not (results or graphs):
        raise Refusal(406, Phrase("offered are {types}", types=(*RESULTS, *GRAPHS)))
    return results or RESULTS[0], graphs or GRAPHS[0]


def prefers_page(accept: str) -> bool:
    """Tell whether an Accept header asks for a page first, as those of browsers do.

    >>> prefers_page("text/html,application/xml;q=0.9,*/*;q=0.8"), prefers_page("*/*")
    (True, False)
    """
    return next(iter(rank_media(accept)), "") in _PAGES


def name_media(media: str) -> str:
    """Return the offered media type that a name stands for, "" for none.

    >>> name_media("application/json"), name_media("text/html")
    ('application/sparql-results+json', '')
    """
    named = _ALIASES.get(media, media)
    return named if named in {*RESULTS, *GRAPHS} else ""


def refuse(ending: Ending, text: str | Phrase, limits: Limits) -> Refusal:
    """Say why a job has no answer."""
    seconds, memory, size = f"{limits.seconds:g}", limits.memory >> 20, limits.size >> 20
    reasons: Mapping[Ending, Phrase] = {
        Ending.WRONG: Phrase("the query cannot be run: {problem}", problem=text),
        Ending.LATE: Phrase("the query was stopped after {seconds} seconds", seconds=seconds),
        Ending.GREEDY: Phrase(
            "the query was stopped: it needs more than {memory} MiB", memory=memory
        ),
        Ending.LARGE: Phrase(
            "the answer is larger than {size} MiB; ask for less, or LIMIT", size=size
        ),
        Ending.LONG: Phrase(
            "the answer has more than {rows} rows; ask for less, or LIMIT", rows=limits.rows
        ),
        Ending.CROWDED: Phrase("too many long queries are running; ask again later"),
        Ending.LOST: Phrase("the query was lost as the server restarted; ask again"),
        Ending.DOWN: Phrase(
            "the graph cannot be loaded again, the server must be restarted: {problem}",
            problem=text,
        ),
        Ending.FAILED: Phrase(
            "the endpoint behind this site gave no answer: {problem}", problem=text
        ),
    }
    return Refusal(_STATUS[ending], reasons[ending])


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        many = Phrase("the request has more than {most} fields", most=_FIELDS)
        raise Refusal(400, many) from error


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, Phrase("the request is not UTF-8")) from error
