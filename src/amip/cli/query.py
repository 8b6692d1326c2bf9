"""`amip query`: canned questions and SPARQL of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from amip.cli.output import say, tell_of_copy, write_output
from amip.errors import UsageError
from amip.query import Answer, Graph, Question, load_questions, open_graph
from amip.sources.content import decode_content, read_content


@click.command("query")
@click.argument("name", required=False)
@click.option("--list", "show_list", is_flag=True, help="List the questions by theme.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter (repeatable)."
)
@click.option(
    "-q", "--query-file", metavar="FILE|-", help="Run the SELECT query in a file instead."
)
@click.option(
    "-f",
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "json", "md", "parquet"]),
    help="Form of the answer.",
)
@click.option(
    "-o", "--output", "out", metavar="FILE|-", help="File to write; standard output by default."
)
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL 1.1 endpoint.")
@click.option("--data", metavar="PATH", help="Ask a dataset folder, programme folder or RDF file.")
@click.option(
    "--with",
    "more",
    multiple=True,
    metavar="FILE",
    help="Ask an RDF file too, such as imported statistics (repeatable).",
)
@click.pass_obj
def query_command(
    language: str,
    name: str | None,
    show_list: bool,
    settings: tuple[str, ...],
    query_file: str | None,
    form: str,
    out: str | None,
    endpoint: str | None,
    data: str | None,
    more: tuple[str, ...],
) -> None:
    """Ask a canned question by NAME, or run SPARQL of your own.

    Without --endpoint or --data, the programmes of the package are asked.
    """
    if show_list:
        _show_list(language)
        return
    if (name is None) == (query_file is None):
        raise UsageError(
            "give the NAME of a question or a query with -q", advice="list them: amip query --list"
        )
    if form == "parquet" and out in {None, "-"}:
        raise UsageError("Parquet needs a file", advice="add -o answer.parquet")
    graph = open_graph(endpoint or data, *more)
    if name is not None and graph.faults:
        tell_of_copy(str(endpoint or data), graph.faults, language)
    answer = _ask(graph, name, query_file, _parse_settings(settings), language)
    _write(answer, form, out, language)


def _parse_settings(settings: tuple[str, ...]) -> dict[str, str]:
    parsed = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise UsageError(
                "--set {setting} is not NAME=VALUE",
                advice="for example: --set instrument=AGH",
                setting=repr(setting),
            )
        parsed[name.strip()] = value.strip()
    return parsed


def _ask(
    graph: Graph,
    name: str | None,
    query_file: str | None,
    parameters: dict[str, str],
    language: str,
) -> Answer:
    if name is not None:
        language = parameters.pop("lang", language)
        return graph.answer(name, lang=language, **parameters)
    path = Path(str(query_file))
    content = sys.stdin.buffer.read() if query_file == "-" else read_content(path)
    return graph.select(decode_content(content, path))


def _write(answer: Answer, form: str, out: str | None, language: str) -> None:
    from amip.query.answer import WRITERS, write_markdown

    match form:
        case "md":
            write_output(write_markdown(answer, language), out)
        case "table" if out in {None, "-"}:
            _show_table(answer, language)
        case "table":
            write_output(write_markdown(answer, language), out)
        case _:
            write_output(WRITERS[form](answer), out)


def _show_table(answer: Answer, language: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from amip.query.answer import numeric_columns, visible_cells

    console = Console()
    headings, rows = visible_cells(answer, language)
    question = answer.question
    table = Table(
        title=question.texts[language] if question else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for heading, numeric in zip(headings, numeric_columns(answer), strict=True):
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    # A pipe or a narrow terminal must not cut numbers off.
    console.width = max(console.width, 1000 if not console.is_terminal else 0)
    console.print(table, crop=False)
    if question:
        _show_notes(answer, question, language)


def _show_notes(answer: Answer, question: Question, language: str) -> None:
    if answer.stated_by is not None:
        say(
            f"{answer.stated_by} von {answer.of_programmes} Programmen machen dazu eine Angabe.",
            f"{answer.stated_by} of {answer.of_programmes} programmes state this.",
            language,
        )
    for caveat in question.caveats[language]:
        click.echo(f"• {caveat}", err=True)


def _show_list(language: str) -> None:
    questions = load_questions().values()
    width = max((len(question.name) for question in questions), default=0)
    for theme in sorted({question.theme for question in questions}):
        click.secho(theme, bold=True)
        for question in questions:
            if question.theme == theme:
                names = " ".join(f"{item.name}=…" for item in question.parameters)
                click.echo(
                    f"  {question.name:<{width}}  {question.texts[language]} {names}".rstrip()
                )
