"""Write a report as JSON, as `report.schema.json` beside this file describes it."""

from __future__ import annotations

import json

from amip.findings import Finding, Report, Severity


def render_json(report: Report) -> str:
    """Return the report as JSON text, the same for the same report."""
    content = {
        "conforms": report.conforms,
        "counts": {severity.value: report.count(severity) for severity in Severity},
        "findings": [_finding(finding) for finding in report.findings],
        "focusNodes": dict(sorted(report.focus_nodes.items())),
        "unchecked": list(report.unchecked),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "programme": finding.programme,
        "focus": finding.focus,
        "place": {
            "file": place.file,
            "row": place.row or None,
            "column": place.column,
            "record": place.record,
            "section": place.section,
        },
        "message": dict(finding.message),
        "advice": dict(finding.advice),
        "found": finding.found,
        "expected": finding.expected,
        "values": dict(finding.values),
        "reviewed": finding.reviewed,
    }
