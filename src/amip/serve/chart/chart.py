"""Charts: a question's declaration and answer as a Vega-Lite specification, and as SVG.

The templates in `charts` hold all that is the same for every chart of a mark. What has no value is
never drawn as zero. Lines and letters have the colour of the text around them (`currentColor`),
so that a chart fits a dark page, too. Source: Vega-Lite 5.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from amip.query import Answer, Question
from amip.question import NUMBERS, Chart
from amip.serve.chart.marks import NO_NAMES, Marks, Names
from amip.serve.chart.studio import STUDIO

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MOST = 150
"""How many values a chart shows at most; more than that nobody can read."""
_SLACK = 1.15
"""How much wider the letters of a reader may be than those that the chart is laid out with."""
_LINE = 17
_NARROW = 26


@dataclass(frozen=True, slots=True)
class Graphic:
    """The chart of an answer: its Vega-Lite specification, {} when nothing is drawn.

    `silent` are the programmes of which it shows nothing; it is crowded, and then not drawn, when
    the answer has more than `MOST` values.
    """

    title: str
    spec: Mapping[str, Any]
    silent: tuple[str, ...] = ()
    is_crowded: bool = False

    def draw(self) -> Markup:
        """Draw it as SVG that is safe in a page, "" when there is nothing to draw."""
        if not self.spec:
            return Markup()
        svg = _draw(json.dumps(self.spec, ensure_ascii=False), self.title)
        return Markup(svg)  # noqa: S704 (made anew of shapes and escaped texts)


def make_graphic(
    question: Question, answer: Answer, language: str, names: Names = NO_NAMES
) -> Graphic:
    """Make the chart of an answer.

    `names` are the programmes (`Graph.programmes`), to be written out in the chart.
    """
    title = question.titles[language]
    if question.chart is None:
        return Graphic(title, {})
    marks = Marks(question, question.chart, answer, language, names)
    is_crowded = len(marks.records) > MOST
    if is_crowded or not marks.has_any:
        return Graphic(title, {}, marks.silent, is_crowded)
    spec = {
        "$schema": SCHEMA,
        "description": title,
        "data": {"values": marks.records},
        **_arrange(question.chart, marks),
        "config": {**_load("config"), "locale": {"number": _load("numbers")[language]}},
    }
    return Graphic(title, spec, marks.silent)


def _arrange(chart: Chart, marks: Marks) -> dict[str, Any]:
    """Fill in the template of a mark: titles, orders, colours, and one panel for each facet."""
    is_table = chart.mark == "grid" and marks.kind(chart.channels["color"]) in NUMBERS
    panel: dict[str, Any] = copy.deepcopy(_load("table" if is_table else chart.mark))
    encoding = panel["encoding"]
    for channel in ("x", "y"):
        if encoding[channel].get("type") == "nominal":
            encoding[channel]["sort"] = marks.order(channel)
        if "title" not in encoding[channel]:
            encoding[channel]["title"] = marks.title(channel)
    lines = max((str(label).count("\n") + 1 for label in marks.order("y")), default=1)
    if isinstance(panel["height"], dict) and lines > 1:
        panel["height"]["step"] = lines * _LINE + 4
    if marks.order("color") and not is_table:
        _color(chart, panel, marks, lines)
    if not (facets := marks.order("facet")):
        return panel
    return {
        "facet": {"field": "facet", "type": "nominal", "sort": facets},
        "columns": 1,
        "spec": panel,
        "resolve": {"scale": {"y": "independent"}},
        "spacing": 14,
    }


def _color(chart: Chart, panel: dict[str, Any], marks: Marks, lines: int) -> None:
    """Tell series apart by colour, and by place, shape or dashes for who sees no colours."""
    order = marks.order("color")
    longest, number = max(len(str(name)) for name in order), len(order)
    columns = (1 if number < 4 else 2) if longest > _NARROW else min(number, 3)
    series = {
        "field": "color",
        "type": "nominal",
        "scale": {"domain": list(order)},
        "legend": {"columns": columns},
    }
    match chart.mark:
        case "bar":
            panel["layer"][0]["encoding"]["color"] = series
            offset = {"field": "color", "type": "nominal", "sort": list(order)}
            for layer in panel["layer"][:-1]:
                layer["encoding"]["yOffset"] = offset
            del panel["layer"][0]["mark"]["size"]
            panel["height"] = {"step": max(18, lines * _LINE // len(order)), "for": "offset"}
        case "dot":
            panel["layer"][1]["encoding"] |= {"color": series, "shape": series}
        case "line":
            panel["encoding"] |= {"color": series, "shape": series, "strokeDash": series}
        case _:
            for channel in ("color", "shape"):
                panel["encoding"][channel] = _mark_statuses(series, channel, marks)


def _mark_statuses(series: dict[str, Any], channel: str, marks: Marks) -> dict[str, Any]:
    """Give each status a colour and a shape of its own, the same in all charts."""
    statuses = _load("statuses")
    found = [name for name in statuses if name in marks.codes]
    scale = {
        "domain": [marks.codes[name] for name in found],
        "range": [statuses[name][channel] for name in found],
    }
    return {**series, "scale": scale}


@lru_cache(maxsize=256)
def _draw(spec: str, title: str) -> str:
    config = {
        part: {name: size * _SLACK for name, size in style.items() if name.endswith("ontSize")}
        for part, style in _load("config").items()
        if isinstance(style, dict)
    }
    return STUDIO.draw(spec, json.dumps(config), title, _SLACK)


@cache
def _load(name: str) -> Any:
    path = files("amip.serve").joinpath(f"charts/{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))
