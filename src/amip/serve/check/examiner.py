"""The examiner: a process that checks one upload and ends.

What a stranger hands in is read and checked here, with limits on time, memory and files, so that
nothing it does reaches the server. Workbooks and RDF stay in this process; the files of a
programme folder lie in a folder of the main memory until they are read, which is at once.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from amip.errors import AmipError, InputError
from amip.serve.check.archive import unpack
from amip.serve.check.form import MARKED, PAGE, REPORTS
from amip.serve.check.upload import ARCHIVE, RDF, Upload
from amip.serve.engine.job import Ending, Limits
from amip.serve.parent import end_with_parent
from amip.validate import Profile

if TYPE_CHECKING:
    from amip.findings import Report
    from amip.records import Record
    from amip.validate.submission import Submission
    from amip.workbook import Sheets

_FILES = 64
_NICE = 5
_NESTED_ENTITY = re.compile(
    rb"<!ENTITY\s[^>\"']*(?:\"[^\"&]*&(?!#)[^\"]*\"|'[^'&]*&(?!#)[^']*')", re.IGNORECASE
)
_WORKBOOKS: Mapping[str, str] = MappingProxyType(
    {
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    }
)


def examine(upload: Upload, room: Path) -> tuple[str, bytes]:
    """Check an upload: media type and content of the answer.

    `room` is an empty folder of the main memory, which is empty again when this returns. For a
    page, that is JSON of what the page shows. Raises `InputError` for what cannot be read.
    """
    report, workbook = _check(upload, room)
    if upload.form == PAGE:
        from amip.serve.check.findings import describe_report

        described = describe_report(report, upload.language)
        return "application/json", json.dumps(described).encode()
    if upload.form == MARKED:
        from amip.workbook import annotate_workbook

        ending = ".xlsx" if upload.ending == ARCHIVE else upload.ending
        return _WORKBOOKS[ending], annotate_workbook(workbook, report, upload.language)
    from amip.validate.render.form import render_as

    rendered = render_as(upload.form, report, upload.language)
    return REPORTS[upload.form].media, rendered.encode()


def _check(upload: Upload, room: Path) -> tuple[Report, bytes]:
    """Check what was handed in; the workbook is empty where there is none to mark."""
    profile = Profile(upload.profile)
    if upload.ending in RDF:
        from amip.validate import validate_rdf

        _check_entities(upload)
        return validate_rdf(upload.content, upload.name, profile=profile), b""
    if upload.ending == ARCHIVE:
        records = list(_read_folders(upload, room))
        if upload.form == MARKED:
            return _check_as_workbook(records, upload, profile)
        return _validate([each for each, _ in records], {}, profile), b""
    from amip.validate.submission import take_sheets

    submission, sheets = take_sheets(upload.content, Path(upload.name))
    return _validate([submission], {submission.slug: sheets}, profile), upload.content


def _check_entities(upload: Upload) -> None:
    """Refuse entities made of entities, which a few lines of XML can make endless."""
    if upload.ending == ".rdf" and _NESTED_ENTITY.search(upload.content):
        raise InputError(
            "{subject}: an entity is made of other entities",
            subject=upload.name,
            advice="write namespaces out, or hand in Turtle",
        )


def _check_as_workbook(
    records: list[tuple[Submission, Record]], upload: Upload, profile: Profile
) -> tuple[Report, bytes]:
    """Check a programme folder as the workbook that it makes."""
    from amip.validate.submission import take_sheets
    from amip.workbook import write_workbook

    if len(records) != 1:
        raise InputError(
            "{subject}: {count} programmes, and a workbook holds one",
            subject=upload.name,
            advice="hand in one programme folder",
            count=len(records),
        )
    _, record = records[0]
    workbook = write_workbook(record, upload.language)
    submission, sheets = take_sheets(workbook, Path(f"{record.slug}.xlsx"))
    return _validate([submission], {submission.slug: sheets}, profile), workbook


def _validate(
    submissions: list[Submission], workbooks: Mapping[str, Sheets], profile: Profile
) -> Report:
    from amip.validate.paths import validate_submissions

    return validate_submissions(submissions, workbooks, profile=profile, jobs=1)


def _read_folders(upload: Upload, room: Path) -> Iterator[tuple[Submission, Record]]:
    """Read the programme folders of an archive, which are gone from the memory after that."""
    from amip.records import read_record
    from amip.records.record import HEAD
    from amip.validate.submission import take_record

    files = unpack(upload.content, upload.name)
    heads = sorted(path for path in files if PurePosixPath(path).name == HEAD)
    if not heads:
        raise InputError(
            "{subject}: no programme folder, there is no {head} in it",
            subject=upload.name,
            advice="pack a folder with programme.yaml and its tables; a workbook is "
            "handed in by itself",
            head=HEAD,
        )
    # A name of dots alone would lead out of the room.
    name = PurePosixPath(upload.name).stem.strip(". ") or "programme"
    with _lay_out(files, room / name) as folder:
        for head in heads:
            record, findings = read_record((folder / head).parent.resolve())
            yield take_record(record, findings), record


@contextmanager
def _lay_out(files: Mapping[str, bytes], folder: Path) -> Iterator[Path]:
    """Lay files out in a folder, which is removed at the end."""
    try:
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        yield folder
    finally:
        shutil.rmtree(folder)


def _confine(limits: Limits) -> None:
    # Python ignores this signal; a file that grows too large has to end the process.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    # A server that is killed takes its checks along.
    end_with_parent()
    # Those who read are not to wait for those who check.
    os.nice(_NICE)
    # When the machine runs out of memory, this is what has to go.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, int(2 * limits.seconds) + 1),
        (resource.RLIMIT_FSIZE, limits.size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(kind, (most, most))


def main() -> None:
    """Check the upload of standard input under the limits given; write what came of it to a file.

    The first line is how the check ended; after it stands the media type and the content of the
    answer, or as JSON why there is none.
    """
    answer, limits, room = sys.argv[1:]
    _confine(Limits(**json.loads(limits)))
    try:
        upload = Upload.unpack(sys.stdin.buffer.read())
        media, body = examine(upload, Path(room))
        ending, content = Ending.DONE, media.encode() + b"\n" + body
    except AmipError as error:
        # Where the files lie for a moment says nothing to who has packed them.
        reason = error.text(upload.language).replace(f"{room}/", "")
        told = {"reason": reason, "advice": error.help(upload.language)}
        ending, content = Ending.WRONG, json.dumps(told).encode()
    except MemoryError:
        ending, content = Ending.GREEDY, b""
    except OSError:
        ending, content = Ending.LARGE, b""
    with os.fdopen(int(answer), "wb") as file:
        file.write(ending.encode() + b"\n" + content)


def describe_limits(limits: Limits) -> str:
    """Write limits as `main` reads them."""
    return json.dumps(asdict(limits))
