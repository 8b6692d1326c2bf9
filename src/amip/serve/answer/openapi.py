"""The description of the interface in OpenAPI 3.1, made from what the questions declare."""

from __future__ import annotations

import copy
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from amip.query import Graph, Question, load_questions
from amip.question import Parameter
from amip.serve.answer.inputs import list_values
from amip.version import __version__

_DEFS = "#/components"


def describe_api(graph: Graph) -> dict[str, object]:
    """Describe the interface: a path for each question, with its parameters and their values."""
    description = copy.deepcopy(_load())
    del description["kinds"]
    description["info"]["version"] = __version__
    schemas = description["components"]["schemas"]
    for question in load_questions().values():
        for parameter in question.parameters:
            schemas[_name_schema(parameter)] = _make_schema(graph, parameter)
        path = f"/api/questions/{question.name}"
        description["paths"][path] = {"get": _describe(question)}
    return description


def _describe(question: Question) -> dict[str, object]:
    shared = [{"$ref": f"{_DEFS}/parameters/{name}"} for name in ("lang", "format")]
    problem = {"$ref": f"{_DEFS}/responses/Problem"}
    return {
        "operationId": question.name,
        "summary": question.titles["en"],
        "description": "\n\n".join((question.texts["en"], *question.caveats["en"])),
        "tags": [question.theme],
        "parameters": [*map(_describe_parameter, question.parameters), *shared],
        "responses": {
            "200": {"$ref": f"{_DEFS}/responses/Answer"},
            **dict.fromkeys(("400", "406", "503"), problem),
        },
    }


def _describe_parameter(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "in": "query",
        "description": _load()["kinds"][parameter.kind].format(codes=parameter.codes),
        "schema": {"$ref": f"{_DEFS}/schemas/{_name_schema(parameter)}"},
    }


def _name_schema(parameter: Parameter) -> str:
    return parameter.codes or parameter.kind


def _make_schema(graph: Graph, parameter: Parameter) -> dict[str, object]:
    if parameter.kind == "year":
        return {"type": "string", "pattern": "^[0-9]{4}$"}
    values = [value.name for value in list_values(graph, parameter, "en")]
    return {"type": "string", "enum": sorted(values)} if values else {"type": "string"}


@cache
def _load() -> dict[str, Any]:
    return tomllib.loads(
        files("amip.serve.answer").joinpath("openapi.toml").read_text(encoding="utf-8")
    )
