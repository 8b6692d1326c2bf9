"""Uploads: a file handed in for a check, read from a form without ever touching a disk."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from amip.serve.check.form import MARKED, PAGE, REPORTS
from amip.serve.origin import is_foreign
from amip.validate import Profile

MAX_UPLOAD = 20 << 20
"""The longest file that is taken, in bytes."""
RDF = frozenset({".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf"})
ARCHIVE = ".zip"
ENDINGS = (".xlsx", ".xlsm", ARCHIVE, *sorted(RDF))
_FIELDS = 64 << 10
_DRAINED = 4 * MAX_UPLOAD
_SECONDS = 120
_LONGEST_NAME = 120
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MULTIPART = "multipart/form-data"


class RejectedError(Exception):
    """An upload that is not checked: HTTP status, and the name of the words that say why."""

    def __init__(self, status: int, reason: str) -> None:
        """Reject with an HTTP status and the name of words."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and what is wanted of it; `name` is its file name, whose ending tells the kind."""

    name: str
    content: bytes
    profile: str = Profile.PUBLISH
    form: str = PAGE
    language: str = "de"

    @property
    def ending(self) -> str:
        """The ending of the file name in lower case, with the dot."""
        return PurePosixPath(self.name).suffix.lower()

    def pack(self) -> bytes:
        """Write the upload as bytes."""
        head = asdict(self)
        del head["content"]
        return json.dumps(head).encode() + b"\n" + self.content

    @classmethod
    def unpack(cls, packed: bytes) -> Upload:
        """Read what `pack` has written."""
        head, _, content = packed.partition(b"\n")
        return cls(content=content, **json.loads(head))


class _MemoryParser(MultiPartParser):
    """Starlette's parser, whose files stay in memory: no upload is longer than the limit."""

    spool_max_size = 2 * MAX_UPLOAD


async def read_upload(request: Request, language: str) -> Upload:
    """Read the form of a check. Raises `RejectedError` for what cannot be checked."""
    if is_foreign(request):
        raise RejectedError(403, "check-foreign")
    if not request.headers.get("content-type", "").lower().startswith(_MULTIPART):
        raise RejectedError(415, "check-no-form")
    try:
        async with asyncio.timeout(_SECONDS):
            fields = await _parse(request)
    except MultiPartException as error:
        raise RejectedError(400, "check-broken-form") from error
    except TimeoutError as error:
        raise RejectedError(408, "check-slow") from error
    try:
        upload = _read_fields(fields, language)
    finally:
        await fields.close()
    _check(upload)
    return upload


def _read_fields(fields: FormData, language: str) -> Upload:
    profile, form = fields.get("profile", Profile.PUBLISH), fields.get("form", PAGE)
    if profile not in list(Profile) or form not in {PAGE, MARKED, *REPORTS}:
        raise RejectedError(400, "check-broken-form")
    file = fields.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise RejectedError(400, "check-no-file")
    # The file is in memory, so that this read blocks nobody.
    return Upload(clean_name(file.filename), file.file.read(), str(profile), str(form), language)


def _check(upload: Upload) -> None:
    if len(upload.content) > MAX_UPLOAD:
        raise RejectedError(413, "check-too-large")
    if upload.ending not in ENDINGS:
        raise RejectedError(415, "check-unknown-kind")
    if not upload.content:
        raise RejectedError(400, "check-empty")
    if upload.form == MARKED and upload.ending in RDF:
        raise RejectedError(400, "check-no-workbook")


async def _parse(request: Request) -> FormData:
    parser = _MemoryParser(
        request.headers, _read(request), max_files=1, max_fields=8, max_part_size=1 << 10
    )
    return await parser.parse()


async def _read(request: Request) -> AsyncGenerator[bytes, None]:
    """Yield the body up to the limit.

    What is longer is taken and dropped, so that a browser gets to read why it is not checked.
    """
    most = MAX_UPLOAD + _FIELDS
    length = 0
    async for part in request.stream():
        length += len(part)
        if length <= most:
            yield part
        elif length > _DRAINED:
            break
    if length > most:
        raise RejectedError(413, "check-too-large")


def clean_name(name: str) -> str:
    """Return a file name without folders and without characters that nobody sees.

    >>> clean_name("C:\\\\Daten\\\\Programm\\n2023.xlsx")
    'Programm 2023.xlsx'
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = " ".join(_UNSEEN.sub(" ", last).split())
    path = PurePosixPath(plain)
    return path.stem[:_LONGEST_NAME] + path.suffix[:_LONGEST_NAME]
