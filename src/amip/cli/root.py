"""The `amip` command: global options, verbs loaded when they are used, errors as sentences."""

from __future__ import annotations

import importlib
import locale
import os
import sys

import click

from amip.errors import AmipError, UsageError
from amip.version import __version__

VERBS = {
    "build": ("amip.cli.build", "build_command"),
    "check-sources": ("amip.cli.sources", "check_sources_command"),
    "explain": ("amip.cli.explain", "explain_command"),
    "export": ("amip.cli.workbook", "export_command"),
    "import": ("amip.cli.workbook", "import_command"),
    "lift": ("amip.cli.lift", "lift_command"),
    "link": ("amip.cli.link", "link_command"),
    "new": ("amip.cli.new", "new_command"),
    "query": ("amip.cli.query", "query_command"),
    "reconcile": ("amip.cli.reconcile", "reconcile_command"),
    "serve": ("amip.cli.serve", "serve_command"),
    "site": ("amip.cli.site", "site_command"),
    "statistics": ("amip.cli.statistics", "statistics_command"),
    "template": ("amip.cli.workbook", "template_command"),
    "trace": ("amip.cli.trace", "trace_command"),
    "validate": ("amip.cli.validate", "validate_command"),
}


class VerbGroup(click.Group):
    """A group that imports a verb only when it is used, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the verbs in the order of the work."""
        return list(_SUMMARIES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Import one verb."""
        if name not in VERBS:
            return None
        module, attribute = VERBS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _SUMMARIES[name]) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest verb when there is none of that name."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from amip.nearest import did_you_mean, find_nearest

            near = did_you_mean(find_nearest(args[0], VERBS))
            raise UsageError("there is no command “{subject}”", subject=args[0], advice=near)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a verb; every expected error becomes one sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except AmipError as error:
            language = ctx.params["lang"]
            click.echo(f"amip: {error.text(language)}", err=True)
            if error.remedy:
                click.echo(f"      → {error.help(language)}", err=True)
            ctx.exit(error.exit_code)


_SUMMARIES = {
    "template": "Write a workbook to fill in for a new programme.",
    "new": "Start a programme folder.",
    "import": "Turn a filled workbook into a programme folder.",
    "export": "Turn a programme folder into a workbook.",
    "validate": "Check workbooks, programme folders or RDF files.",
    "explain": "Say what a code of a report means and what to do.",
    "check-sources": "Hold records against their source texts, figure by figure.",
    "build": "Lift, validate and publish programmes as a dataset folder.",
    "lift": "Turn programme folders into RDF.",
    "query": "Ask a canned question, or run SPARQL of your own.",
    "trace": "Show where a figure is printed.",
    "serve": "Show the graph in the browser, with a SPARQL endpoint.",
    "site": "Write the site as plain files, for any web space.",
    "link": "Check the links to other vocabularies, and count them.",
    "statistics": "Turn tables of official statistics into RDF.",
    "reconcile": "Find the identifiers of districts, instruments and indicators in a table.",
}


def default_language() -> str:
    """Return `de` in a German locale, else `en`."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "de" if (name or locale.getlocale()[0] or "").startswith(("de", "German")) else "en"


@click.group(
    cls=VerbGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 errors found, 2 wrong use, 3 unreadable input, 4 remote failure.",
)
@click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    default=default_language,
    help="Language of the output.",
)
@click.version_option(__version__, prog_name="amip")
@click.pass_context
def cli(ctx: click.Context, lang: str) -> None:
    """Jobcenter programmes (AMIP) as a knowledge graph: build it, check it, ask it."""
    ctx.obj = lang


def main() -> None:
    """Run the command line."""
    try:
        cli()
    except BrokenPipeError:
        # The reader (head, less) has gone; say nothing more, not even while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
