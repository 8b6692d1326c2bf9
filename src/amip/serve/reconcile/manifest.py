"""The manifest of the reconciliation service: what it is and where its parts are."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import URL

from amip.serve.page import say
from amip.terms import BASE
from amip.version import __version__

PATH = "/reconcile"
_DEFAULT = ("district", "jobcenter", "instrument", "indicator", "target-group")
_WIDTH, _HEIGHT = 420, 320


def describe_service(url: URL, language: str, kinds: Mapping[str, str]) -> Mapping[str, object]:
    """Describe the service that is asked at `url` (Reconciliation Service API 0.2, section 3)."""
    service = str(url.replace(query="", fragment="")).rstrip("/")
    origin = service.removesuffix(url.path.rstrip("/"))

    def place(path: str) -> dict[str, str]:
        return {"service_url": service, "service_path": path}

    return {
        "versions": ["0.2"],
        "name": say("reconcile-name", language),
        "identifierSpace": BASE,
        "schemaSpace": f"{BASE}ns#",
        "documentation": f"{origin}/?lang={language}",
        "serviceVersion": __version__,
        "logo": f"{origin}/static/icon.svg",
        "view": {"url": f"{service}/view?id={{{{id}}}}"},
        "defaultTypes": [{"id": kind, "name": kinds.get(kind, kind)} for kind in _DEFAULT],
        "suggest": {
            "entity": place("/suggest/entity"),
            "type": place("/suggest/type"),
            "property": place("/suggest/property"),
        },
        "preview": {
            "url": f"{service}/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "extend": {
            "propose_properties": place("/properties"),
            "property_settings": [_describe_limit(language)],
        },
    }


def _describe_limit(language: str) -> Mapping[str, object]:
    """Describe the one setting that a property has: how many values are wanted."""
    return {
        "type": "number",
        "default": 0,
        "name": "limit",
        "label": say("reconcile-limit", language),
        "help_text": say("reconcile-limit-help", language),
    }
