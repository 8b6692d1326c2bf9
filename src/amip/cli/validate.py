"""`amip validate`: check before publishing."""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amip.cli.output import write_output
from amip.errors import UsageError

if TYPE_CHECKING:
    from amip.findings import Report

FORMS = ("text", "json", "html", "xlsx", "sarif", "junit", "github", "turtle")
_WORKBOOKS = {".xlsx", ".xlsm"}
_STYLES = {"✗": "red", "!": "yellow", "·": "blue"}
_MARK = re.compile(r"^  (?P<mark>[✗!·]) AMIP-\S+ .*$", re.MULTILINE)


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH…|-]")
@click.option(
    "-f",
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(FORMS),
    help="Form of the report.",
)
@click.option(
    "-o", "--output", "out", metavar="FILE|-", help="File to write; standard output by default."
)
@click.option(
    "--profile",
    default="publish",
    show_default=True,
    type=click.Choice(["draft", "publish", "research"]),
    help="Only what blocks, what matters before publishing, or everything.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Programmes checked at once; all cores by default.",
)
@click.option(
    "--against",
    multiple=True,
    metavar="PATH",
    help="Other programmes to compare with in the profile research (repeatable).",
)
@click.pass_obj
def validate_command(
    language: str,
    paths: tuple[str, ...],
    form: str,
    out: str | None,
    profile: str,
    jobs: int | None,
    against: tuple[str, ...],
) -> None:
    """Check workbooks, programme folders or RDF files, and report in words.

    PATH is a workbook (.xlsx), a programme folder or an RDF file; `-` reads RDF (TriG or Turtle)
    from standard input. Without a PATH, the programmes of the package are checked. Ends with 0
    when there is no error, with 1 when there is one, 2 wrong usage, 3 unreadable input.

    \b
    amip validate neu.xlsx
    amip validate neu.xlsx -f xlsx -o geprueft.xlsx    the errors marked in the cells
    amip validate neu.xlsx -f html -o bericht.html     a page to read and print
    amip validate programmes/* -f sarif -o amip.sarif  for a build server
    amip validate neu.xlsx --profile research --against programmes
    """
    if against and profile != "research":
        raise UsageError(
            "--against compares programmes, which is research", advice="add --profile research"
        )
    check = _Check(profile, jobs, against or None, language)
    if form == "xlsx":
        report = check.mark_workbook(paths, out)
    else:
        report = check.run(paths)
        _write(report, form, out, language, paths)
    sys.exit(0 if report.conforms else 1)


class _Check:
    """A call of `validate` with its options."""

    def __init__(
        self, profile: str, jobs: int | None, against: Sequence[str] | None, language: str
    ) -> None:
        self._profile = profile
        self._jobs = jobs
        self._against = against
        self._language = language

    def run(self, paths: Sequence[str]) -> Report:
        """Check the paths, and standard input for `-`."""
        from amip.findings import Report
        from amip.validate import validate, validate_rdf
        from amip.validate.profile import Profile

        profile = Profile(self._profile)
        report = Report((), profile=profile.value)
        files = [path for path in paths if path != "-"]
        if files or not paths:
            with _show_progress(self._language) as progress:
                report += validate(
                    *files,
                    profile=profile,
                    jobs=self._jobs,
                    against=self._against,
                    progress=progress,
                )
        if "-" in paths:
            report += validate_rdf(sys.stdin.buffer.read(), "stdin.trig", profile=profile)
        return report

    def mark_workbook(self, paths: Sequence[str], out: str | None) -> Report:
        """Check one programme, and write its workbook with the findings in the cells."""
        from amip.workbook import annotate_workbook

        if len(paths) != 1 or paths[0] == "-":
            raise UsageError(
                "-f xlsx needs exactly one workbook or programme folder",
                advice="for example: amip validate neu.xlsx -f xlsx -o geprueft.xlsx",
            )
        if out in {None, "-"} and sys.stdout.isatty():
            raise UsageError("a workbook needs a file", advice="add -o geprueft.xlsx")
        with _open_workbook(Path(paths[0]), self._language) as path:
            report = self.run([str(path)])
            write_output(annotate_workbook(path.read_bytes(), report, self._language), out)
        return report


@contextlib.contextmanager
def _open_workbook(path: Path, language: str) -> Iterator[Path]:
    """Give the path of a workbook; a folder is written as one first."""
    if path.is_file() and path.suffix.lower() not in _WORKBOOKS:
        raise UsageError(
            "{path}: not a workbook or programme folder",
            advice="choose another form with -f",
            path=path,
        )
    if path.is_file():
        yield path
        return
    from amip.records import read_record
    from amip.workbook import write_workbook

    record, _ = read_record(path.resolve())
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{record.slug}.xlsx"
        copy.write_bytes(write_workbook(record, language))
        yield copy


def _write(report: Report, form: str, out: str | None, language: str, paths: Sequence[str]) -> None:
    from amip.validate.render import relocate
    from amip.validate.render.form import render_as

    if form == "text" and out is None and sys.stdout.isatty():
        _show(report, language)
        return
    if form in {"sarif", "github"}:
        report = relocate(report, _find_roots(paths))
    write_output(render_as(form, report, language).encode(), out)


def _find_roots(paths: Sequence[str]) -> dict[str, str]:
    """Return the path from here of every programme folder and workbook, by its name."""
    from amip.assets import list_programmes

    places = [Path(path).resolve() for path in paths if path != "-"]
    here = Path.cwd().resolve()
    return {
        path.name: (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
        for path in (places or list_programmes())
    }


def _show(report: Report, language: str) -> None:
    """Show the report on a terminal, as wide as it is and in colours."""
    from rich.console import Console
    from rich.text import Text

    from amip.validate import render_text
    from amip.validate.render.text import WIDTH

    console = Console(highlight=False)
    text = Text(render_text(report, language, min(console.width, WIDTH)), end="")
    text.highlight_regex(r"\A.*", "bold green" if report.conforms else "bold red")
    for match in _MARK.finditer(text.plain):
        text.stylize(f"bold {_STYLES[match['mark']]}", match.start(), match.end())
    console.print(text, soft_wrap=True, end="")


@contextlib.contextmanager
def _show_progress(language: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show on a terminal how many of many programmes are done."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Prüfe Programme" if language == "de" else "Checking programmes")
        yield lambda done, total: bar.update(task, completed=done, total=total)
