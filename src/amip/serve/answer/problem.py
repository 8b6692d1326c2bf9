"""Problems: errors of the interface for programs (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from amip.errors import AmipError, RemoteError, UsageError

MEDIA = "application/problem+json"


class NoSuchQuestionError(UsageError):
    """There is no question of that name."""


class NotOfferedError(UsageError):
    """None of the media types that a client accepts is offered."""


def find_status(error: AmipError) -> int:
    """Find the HTTP status that tells of an error (RFC 9110, section 15).

    >>> find_status(RemoteError("stopped")), find_status(AmipError("wrong"))
    (503, 400)
    """
    match error:
        case NoSuchQuestionError():
            return 404
        case NotOfferedError():
            return 406
        case RemoteError():
            return 503
        case _:
            return 400


def report_problem(
    error: AmipError, language: str, status: int = 0, headers: Mapping[str, str] | None = None
) -> Response:
    """Report an error in a language: what is wrong, with what, and what to do.

    The `status` follows from the error when none is given.
    """
    status = status or find_status(error)
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.text(language),
        "subject": str(error.subject) if error.subject is not None else "",
        "advice": error.help(language),
    }
    text = json.dumps(content, ensure_ascii=False) + "\n"
    headers = {**(headers or {}), "Content-Language": language, "Vary": "Accept, Accept-Language"}
    return Response(text, status, headers, media_type=MEDIA)
