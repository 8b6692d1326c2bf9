"""Validate: check programmes against the shapes, and report in words and in many forms."""

from amip.validate.engine import validate_store
from amip.validate.paths import validate, validate_rdf
from amip.validate.profile import Profile
from amip.validate.render_github import render_github
from amip.validate.render_html import render_html
from amip.validate.render_json import render_json
from amip.validate.render_junit import render_junit
from amip.validate.render_sarif import render_sarif
from amip.validate.render_text import render_text
from amip.validate.render_turtle import render_turtle

__all__ = [
    "Profile",
    "render_github",
    "render_html",
    "render_json",
    "render_junit",
    "render_sarif",
    "render_text",
    "render_turtle",
    "validate",
    "validate_rdf",
    "validate_store",
]
