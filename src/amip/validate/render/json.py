"""Write a report as JSON, as `report.schema.json` beside this file describes it."""

from __future__ import annotations

import json

from amip.findings import Finding, Place, Report, Severity
from amip.validate.render.guide import find_page


def render_json(report: Report) -> str:
    """Return the report as JSON text, the same for the same report; it holds both languages."""
    content = {
        "conforms": report.conforms,
        "profile": report.profile or None,
        "counts": {severity.value: report.count(severity) for severity in Severity},
        "findings": [_finding(finding) for finding in report.findings],
        "expectations": [
            {
                "programme": each.programme,
                "code": each.code,
                "label": dict(each.label),
                "state": each.state.value,
            }
            for each in report.expectations
        ],
        "focusNodes": dict(sorted(report.focus_nodes.items())),
        "unchecked": list(report.unchecked),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "programme": finding.programme,
        "focus": finding.focus,
        "place": _place(finding.place),
        "message": dict(finding.message),
        "cause": dict(finding.cause),
        "advice": dict(finding.advice),
        "why": dict(finding.why),
        "help": find_page(finding.code),
        "found": finding.found,
        "expected": finding.expected,
        "values": dict(finding.values),
        "cells": [_place(place) for place in finding.cells],
        "also": list(finding.also),
        "reviewed": finding.reviewed,
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "file": place.file,
        "sheet": place.sheet,
        "cell": place.cell,
        "row": place.row or None,
        "column": place.column,
        "record": place.record,
        "section": place.section,
    }
