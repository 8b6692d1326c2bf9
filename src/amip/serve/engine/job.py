"""What is asked of the engine and what comes of it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from amip.errors import Phrase

_FLEETING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)


class Ending(StrEnum):
    """How a query ended; only `DONE` has an answer, and then the whole of it."""

    DONE = "done"
    WRONG = "wrong"
    LATE = "late"
    GREEDY = "greedy"
    LARGE = "large"
    LONG = "long"
    CROWDED = "crowded"
    LOST = "lost"
    DOWN = "down"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: seconds of time, bytes of memory and of answer, rows of answer."""

    seconds: float = 20.0
    memory: int = 1 << 30
    size: int = 64 << 20
    rows: int = 200_000


@dataclass(frozen=True, slots=True)
class Job:
    """A SPARQL query and how it is to be answered.

    `results` and `graphs` are the media types wanted for SELECT and ASK, and for CONSTRUCT and
    DESCRIBE. `default_graphs` and `named_graphs` are the dataset of the SPARQL 1.1 Protocol
    (section 2.1.4); without them the default graph is the union of all. With `sockets` the query
    may ask other endpoints, see `federation`.
    """

    sparql: str
    results: str = "application/sparql-results+json"
    graphs: str = "text/turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    sockets: bool = False

    @property
    def is_fleeting(self) -> bool:
        """Whether the same query may have another answer the next time, of the same graph."""
        return self.sockets or _FLEETING.search(self.sparql) is not None

    def pack(self) -> bytes:
        """Write the job as bytes."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Job:
        """Read what `pack` has written."""
        fields = json.loads(packed)
        for name in ("default_graphs", "named_graphs"):
            fields[name] = tuple(fields[name])
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: the answer with its media type, or in `text` why there is none."""

    ending: Ending
    body: bytes = b""
    media: str = ""
    text: str | Phrase = ""
