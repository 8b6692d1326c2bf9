"""`/check`: a workbook, a programme folder or an RDF file is checked and never kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.serve.check.archive import MAX_MEMBERS, MAX_UNPACKED
from amip.serve.check.examination import Examinations
from amip.serve.check.form import MARKED, PAGE, REPORTS
from amip.serve.check.upload import (
    ENDINGS,
    MAX_UPLOAD,
    RDF,
    RejectedError,
    Upload,
    read_upload,
)
from amip.serve.engine.job import Ending, Outcome
from amip.serve.page import say
from amip.serve.request import unless_gone
from amip.serve.site import Site, choose_language
from amip.validate import Profile
from amip.validate.render.words import load_words as load_report_words

PATH = "/check"
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
        "files": {name: form.label for name, form in REPORTS.items()},
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
        context |= {"problem": "check-unreadable", "told": json.loads(str(outcome.text))}
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
    if upload.form == MARKED:
        said, ending = "check-marked-name", "xlsm" if upload.ending == ".xlsm" else "xlsx"
    else:
        said, ending = "check-report-name", REPORTS[upload.form].ending
    stem, added = PurePosixPath(upload.name).stem, f"-{say(said, upload.language)}.{ending}"
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in stem)
    whole = quote(f"{stem}{added}", safe="")
    return f"filename=\"{plain}{added}\"; filename*=UTF-8''{whole}"
