"""`amip explain`: what a code of a report means."""

from __future__ import annotations

import click

from amip.cli.output import write_output
from amip.errors import UsageError


@click.command("explain")
@click.argument("code", required=False)
@click.option("--list", "show_list", is_flag=True, help="List all codes with a line each.")
@click.pass_obj
def explain_command(language: str, code: str | None, show_list: bool) -> None:
    """Say what a CODE of a report means, why it matters and what to do.

    \b
    amip explain AMIP-A01
    amip explain a01
    amip explain --list
    """
    from amip.validate.render.guide import find_entry, load_guide
    from amip.validate.render.page import read_page

    if show_list == (code is not None):
        raise UsageError("give a CODE of a report", advice="list them: amip explain --list")
    if code is not None:
        write_output(read_page(find_entry(code).code, language).encode(), None)
        return
    width = max(len(known) for known in load_guide())
    lines = (f"{entry.code:<{width}}  {entry.label[language]}\n" for entry in load_guide().values())
    write_output("".join(lines).encode(), None)
