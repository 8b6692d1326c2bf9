"""Validate: check a graph against the shapes, and report in words, JSON and Turtle."""

from amip.validate.engine import validate_store
from amip.validate.paths import validate, validate_rdf
from amip.validate.render_json import render_json
from amip.validate.render_text import render_text
from amip.validate.render_turtle import render_turtle

__all__ = [
    "render_json",
    "render_text",
    "render_turtle",
    "validate",
    "validate_rdf",
    "validate_store",
]
