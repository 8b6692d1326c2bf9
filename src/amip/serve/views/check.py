"""`/check`: a workbook, a programme folder or an RDF file is checked and never kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.serve.check.archive import MAX_MEMBERS, MAX_UNPACKED
from amip.serve.check.examination import Examinations
from amip.serve.check.upload import (
    ENDINGS,
    MAX_UPLOAD,
    PAGE,
    RDF,
    RejectedError,
    Upload,
    read_upload,
)
from amip.serve.engine.job import Ending, Outcome
from amip.serve.page import load_words
from amip.serve.site import Site, choose_language
from amip.serve.sparql.endpoint import unless_gone
from amip.validate import Profile
from amip.validate.render.words import load_words as load_report_words

PATH = "/check"
_ASCII = 127
_FILES: Mapping[str, str] = MappingProxyType(
    {
        "html": "HTML",
        "json": "JSON",
        "sarif": "SARIF",
        "junit": "JUnit XML",
        "turtle": "Turtle (SHACL)",
        "text": "TXT",
    }
)
"""The forms of the report as a file, by what they are called."""
_ENDINGS: Mapping[str, str] = MappingProxyType(
    {"sarif": "sarif.json", "junit": "xml", "turtle": "ttl", "text": "txt"}
)
_REASONS: Mapping[Ending, tuple[int, str]] = MappingProxyType(
    {
        Ending.LATE: (503, "check-late"),
        Ending.GREEDY: (503, "check-greedy"),
        Ending.LARGE: (503, "check-full"),
    }
)
_LOST = (500, "check-lost")


def make_routes(site: Site, examinations: Examinations | None = None) -> list[BaseRoute]:
    """Make the route of the check."""
    work = examinations or Examinations()

    async def check(request: Request) -> Response:
        language = choose_language(request)
        if request.method != "POST":
            return await run_in_threadpool(_show, site, request, {})
        try:
            with work.admit():
                upload = await read_upload(request, language)
                outcome = await unless_gone(request, work.run(upload))
        except RejectedError as rejected:
            context = {"problem": rejected.reason}
            return await run_in_threadpool(_show, site, request, context, rejected.status)
        except ClientDisconnect:
            return Response(status_code=499)
        response = await run_in_threadpool(_answer, site, request, upload, outcome)
        response.headers["Cache-Control"] = "no-store"
        return response

    return [Route(PATH, check, methods=["GET", "POST"])]


def _show(
    site: Site, request: Request, context: Mapping[str, object], status: int = 200
) -> Response:
    """Show the form, or what came of a check and the form again."""
    words = load_report_words(choose_language(request))
    given = {
        "action": PATH,
        "profiles": [(each.value, words[f"profile_{each}"]) for each in Profile],
        "chosen": Profile.PUBLISH.value,
        "files": _FILES,
        "accept": ",".join(ENDINGS),
        "endings": ", ".join(ENDINGS),
        "rdf": ", ".join(sorted(RDF)),
        "bytes": MAX_UPLOAD,
        "most": MAX_UPLOAD >> 20,
        "members": MAX_MEMBERS,
        "unpacked": MAX_UNPACKED >> 20,
        "words": words,
        "problem": "",
        "told": {},
        "report": None,
        "file": "",
    }
    return site.show(request, "check.html", {**given, **context}, status)


def _answer(site: Site, request: Request, upload: Upload, outcome: Outcome) -> Response:
    """Answer with a page, or with the file that was asked for."""
    context: dict[str, object] = {"chosen": upload.profile, "file": upload.name}
    if outcome.ending is Ending.WRONG:
        context |= {"problem": "check-unreadable", "told": json.loads(outcome.text)}
        return _show(site, request, context, 422)
    if outcome.ending is not Ending.DONE:
        status, reason = _REASONS.get(outcome.ending, _LOST)
        return _show(site, request, {**context, "problem": reason}, status)
    if upload.form == PAGE:
        return _show(site, request, {**context, "report": json.loads(outcome.body)})
    return Response(
        outcome.body,
        media_type=outcome.media,
        headers={"Content-Disposition": f"attachment; {_name_file(upload)}"},
    )


def _name_file(upload: Upload) -> str:
    """Name the file of an answer after the file that was checked (RFC 6266, section 4.3)."""
    path = PurePosixPath(upload.name)
    marked = upload.form == "xlsx"
    ending = _ENDINGS.get(upload.form, upload.form)
    if marked and upload.ending == ".xlsm":
        ending = "xlsm"
    said = load_words()["check-marked-name" if marked else "check-report-name"]
    name = f"{path.stem}-{said[upload.language]}.{ending}"
    plain = "".join(sign if sign.isalnum() and ord(sign) <= _ASCII else "-" for sign in path.stem)
    return (
        f'filename="{plain}-{said[upload.language]}.{ending}"; '
        f"filename*=UTF-8''{quote(name, safe='')}"
    )
