"""Render: one report in the forms that people and machines read."""

from amip.validate.render.github import render_github
from amip.validate.render.html import render_html
from amip.validate.render.json import render_json
from amip.validate.render.junit import render_junit
from amip.validate.render.relocate import relocate
from amip.validate.render.sarif import render_sarif
from amip.validate.render.text import render_text
from amip.validate.render.turtle import render_turtle

__all__ = [
    "relocate",
    "render_github",
    "render_html",
    "render_json",
    "render_junit",
    "render_sarif",
    "render_text",
    "render_turtle",
]
