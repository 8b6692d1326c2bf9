"""The forms of a report, by the names that people give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from amip.findings import Report
from amip.validate.render.github import render_github
from amip.validate.render.html import render_html
from amip.validate.render.json import render_json
from amip.validate.render.junit import render_junit
from amip.validate.render.sarif import render_sarif
from amip.validate.render.text import render_text
from amip.validate.render.turtle import render_turtle

_FORMS: Mapping[str, Callable[[Report, str], str]] = MappingProxyType(
    {
        "text": render_text,
        "json": lambda report, _: render_json(report),
        "turtle": lambda report, _: render_turtle(report),
        "html": render_html,
        "sarif": render_sarif,
        "junit": render_junit,
        "github": render_github,
    }
)


def render_as(form: str, report: Report, language: str) -> str:
    """Render a report in the form of that name; where there are no words, in no language."""
    return _FORMS[form](report, language)
