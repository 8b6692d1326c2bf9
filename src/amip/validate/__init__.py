"""Validate: check programmes against the shapes, and report in words and in many forms."""

from amip.validate.engine import validate_store
from amip.validate.paths import validate, validate_rdf
from amip.validate.profile import Profile
from amip.validate.render import (
    render_github,
    render_html,
    render_json,
    render_junit,
    render_sarif,
    render_text,
    render_turtle,
)

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
