"""Check a folder with the validator of RO-Crate: `python check.py CONTEXT FOLDER`, offline.

The validator pins another version of one of our libraries, so it lives in an environment of its
own. It wants the JSON-LD context from the web; CONTEXT is a copy, put into its cache. Prints the
issues as JSON, each as [severity, check, message].
"""

import json
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests_cache import CachedSession
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.services import validate
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.3/context"


class _Copy(BaseAdapter):
    """Answers every request with the copy."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        answer = Response()
        answer.status_code = 200
        answer.url = str(request.url)
        answer.request = request
        answer.headers["Content-Type"] = "application/ld+json"
        answer.raw = HTTPResponse(
            body=BytesIO(self.path.read_bytes()),
            headers=answer.headers,
            status=200,
            preload_content=False,
            request_url=answer.url,
        )
        return answer

    def close(self) -> None:
        """Nothing is open."""


def check(context: Path, folder: Path) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch) / "http"
        session = CachedSession(cache, backend="sqlite", expire_after=-1)
        session.mount("https://", _Copy(context))
        session.get(CONTEXT)
        session.close()
        settings = ValidationSettings(
            rocrate_uri=str(folder),
            profile_identifier="ro-crate-1.3",
            requirement_severity=Severity.RECOMMENDED,
            offline=True,
            cache_path=cache,
        )
        issues = validate(settings).get_issues()
    return sorted([issue.severity.name, issue.check.name, issue.message or ""] for issue in issues)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(check(*map(Path, sys.argv[1:])), indent=1))
