"""`/sparql` in a browser: the editor, and what it asks the server for."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from importlib.resources import files

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from amip.errors import Phrase, UsageError
from amip.publish.executables import cut_head
from amip.query import Term, read_results
from amip.question import Question, find_question, load_questions
from amip.serve.engine.job import Ending, Job, Limits, Outcome
from amip.serve.engine.protocol import FORMATS, RESULTS, refuse
from amip.serve.engine.store import CLIENT
from amip.serve.page import find_page, load_words, say
from amip.serve.request import read_body, unless_gone
from amip.serve.site import Site, choose_language
from amip.serve.sparql.lexicon import list_entries, shorten
from amip.serve.sparql.lint import MAX_QUERY, Remark, lint_query, make_check
from amip.serve.thing.literal import is_number
from amip.terms import BASE, PREFIXES

_ROWS = 1000
_CHARACTERS = 100_000


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the routes that the editor uses: terms to complete, and the lint."""

    def show_terms(_: Request) -> Response:
        entries = [entry.to_json() for entry in list_entries(site)]
        return JSONResponse({"prefixes": dict(PREFIXES), "terms": entries})

    async def lint(request: Request) -> Response:
        text = await _read_text(request)
        if text is None:
            said = Phrase("more than {most} characters", most=MAX_QUERY)
            return JSONResponse({"error": said.text(choose_language(request))}, 413)
        remarks = await _lint(site, request, text)
        return JSONResponse([asdict(remark) for remark in remarks])

    return [
        Route("/sparql/terms.json", show_terms),
        Route("/sparql/lint", lint, methods=["POST"]),
    ]


def make_editor(site: Site) -> Callable[[Request], Awaitable[Response]]:
    """Make the page with the editor.

    Queries of strangers are awaited here, not in the threads that make the other pages.
    """

    async def show_editor(request: Request) -> Response:
        language, asked = choose_language(request), request.query_params.get("query", "")
        context: dict[str, object] = {
            "questions": sorted(
                load_questions().values(), key=lambda each: each.titles[language].casefold()
            ),
            "formats": ("html", *FORMATS),
            "remarks": [],
            "prefixes": PREFIXES,
            "editor_words": _list_words(language),
        }
        if 0 < len(asked) <= MAX_QUERY:
            context["remarks"] = await _lint(site, request, asked)
        outcome = None
        if request.query_params.get("format") == "html":
            outcome = await _run(site, request, Job(asked))

        def show() -> Response:
            # A long answer takes long to read, and nobody else is to wait for that.
            answer = _show_outcome(outcome, site.engine.limits, language) if outcome else {}
            query = _choose_query(site, request, language)
            return site.show(request, "sparql.html", {"query": query, **context, **answer})

        return await run_in_threadpool(show)

    return show_editor


async def _lint(site: Site, request: Request, text: str) -> list[Remark]:
    check = await run_in_threadpool(make_check, text)
    outcome = await _run(site, request, check) if check else None
    language = choose_language(request)
    return await run_in_threadpool(lint_query, site, text, language, outcome)


async def _run(site: Site, request: Request, job: Job) -> Outcome:
    return await unless_gone(request, site.engine.run(job, CLIENT.get()))


def _choose_query(site: Site, request: Request, language: str) -> str:
    """Choose what stands in the editor: the query of the URL, an example, or a first query."""
    asked = request.query_params.get("query", "")
    if asked.strip():
        return asked
    if name := request.query_params.get("example", ""):
        return write_example(site, find_question(name), language)
    first = files("amip.serve").joinpath("queries/first-query.rq").read_text(encoding="utf-8")
    return _entitle(first, say("sparql-first", language))


def write_example(site: Site, question: Question, language: str) -> str:
    """Write a question as an example in a language: its title in place of its head."""
    sparql = site.graph.fill_in(question, language, {})
    return _entitle(sparql, question.titles[language])


def _entitle(sparql: str, title: str) -> str:
    """Put a title in place of the comments at the head of a query."""
    return f"# {title}\n\n{cut_head(sparql)}"


def _show_outcome(outcome: Outcome, limits: Limits, language: str) -> dict[str, object]:
    """Return what the page shows of an answer: rows or text, or why there is none."""
    if outcome.ending is not Ending.DONE:
        reason = refuse(outcome.ending, outcome.text, limits).reason
        return {"failure": reason.text(language)}
    try:
        rows = read_results(outcome.body) if outcome.media == RESULTS[0] else None
    except UsageError:
        # The answer to ASK has no rows, either.
        rows = None
    except ValueError as error:
        reason = refuse(Ending.FAILED, str(error), limits).reason
        return {"failure": reason.text(language)}
    if rows is None:
        return {"text": outcome.body.decode("utf-8", "replace")[:_CHARACTERS]}
    places = {name: place for place, name in enumerate(rows.columns)}
    figures = [places.get(f"{name}_figure") for name in rows.columns]
    cells = [
        [
            _show_term(term, row[figure] if figure is not None else None)
            for term, figure in zip(row, figures, strict=True)
        ]
        for row in rows.rows[:_ROWS]
    ]
    return {"columns": rows.columns, "rows": cells, "count": len(rows.rows)}


def _show_term(term: Term | None, figure: Term | None) -> dict[str, object]:
    """Return what the page shows of a value: its text, the page about it, whether it counts.

    `figure` is the value of the column `x_figure` for one of the column `x`.
    """
    if term is None:
        return {"text": "", "page": "", "counts": False}
    counts = is_number(term)
    about = figure if counts and figure is not None else term
    page = find_page(about.text) if about.is_iri and about.text.startswith(BASE) else ""
    text = shorten(term.text).replace("\\", "") if term.is_iri and page else term.text
    return {"text": text, "page": page, "counts": counts}


def _list_words(language: str) -> str:
    """Return the words that the scripts of the editor need, as JSON."""
    words = load_words()
    prefix = "editor-"
    return json.dumps(
        {
            name.removeprefix(prefix): texts[language]
            for name, texts in words.items()
            if name.startswith(prefix)
        },
        ensure_ascii=False,
    )


async def _read_text(request: Request) -> str | None:
    """Read the body of a request; `None` when it is too long."""
    content = await read_body(request, 4 * MAX_QUERY)
    if content is None:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("the query is not UTF-8", subject="query") from error
    return text if len(text) <= MAX_QUERY else None
