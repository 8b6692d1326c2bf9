"""The start page: what is in the graph, and what one can do with it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from amip.publish.release import load_release
from amip.query import Answer
from amip.question import find_question
from amip.serve.chart.chart import make_graphic
from amip.serve.once import Once
from amip.serve.programme import draw_timeline, list_programmes
from amip.serve.site import Site, choose_language
from amip.version import __version__

QUESTIONS = ("integration-rate-targets", "instrument-mix", "unemployment-before-during-and-after")
"""The questions that the start page answers."""
COUNTS = ("programmes", "figures", "targets", "statements", "statistics", "districts")


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with its answer and its chart (SVG, "" where there is none)."""

    name: str
    title: str
    text: str
    answer: Answer
    chart: Markup


def make_routes(site: Site) -> list[BaseRoute]:
    """Make the route of the start page."""

    samples = Once(lambda language: [_answer(site, name, language) for name in QUESTIONS])

    def show_start(request: Request) -> Response:
        language = choose_language(request)
        counts = {str(kind): str(number) for kind, number in site.select("counts").rows}
        context = {
            "timeline": draw_timeline(list_programmes(site)),
            "counts": [(kind, counts.get(kind, "0")) for kind in COUNTS],
            "triples": site.engine.triples,
            "version": __version__,
            "state": site.engine.state,
            "release": load_release(),
            "samples": samples.get(site.engine.state, language),
        }
        return site.show(request, "start.html", context)

    return [Route("/", show_start)]


def _answer(site: Site, name: str, language: str) -> Sample:
    question = find_question(name)
    answer = site.graph.answer(name, lang=language)
    chart = make_graphic(question, answer, language, site.graph.programmes).draw()
    return Sample(name, question.titles[language], question.texts[language], answer, chart)
