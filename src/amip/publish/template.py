"""The Turtle templates of the descriptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def fill_template(name: str, **slots: object) -> str:
    """Fill the Turtle template `templates/<name>.j2`.

    Raises `jinja2.UndefinedError` when a slot is missing.
    """
    text = (files("amip.publish") / "templates" / f"{name}.j2").read_text(encoding="utf-8")
    return _make_environment().from_string(text).render(**slots)


def quote_text(text: str) -> str:
    r"""Write a text as a Turtle string; JSON's escapes are among Turtle's.

    >>> print(quote_text('a "b" \\ ä'))
    "a \"b\" \\ ä"
    """
    return json.dumps(text, ensure_ascii=False)


def quote_texts(texts: Mapping[str, str]) -> str:
    """Write texts by language as Turtle strings with language tags.

    >>> quote_texts({"de": "Kreis", "en": "district"})
    '"Kreis"@de , "district"@en'
    """
    return " , ".join(f"{quote_text(text)}@{tag}" for tag, text in texts.items())


@cache
def _make_environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(  # noqa: S701 - Turtle, not HTML
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"text": quote_text, "texts": quote_texts}
    return environment
