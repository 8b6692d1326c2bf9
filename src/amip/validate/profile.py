"""Profiles: which rules and findings a check is about."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import replace

from amip.findings import Report, Severity
from amip.validate.rule import Rule


class Profile(enum.StrEnum):
    """Who asks: somebody who still writes, somebody who publishes, somebody who compares."""

    DRAFT = "draft"
    PUBLISH = "publish"
    RESEARCH = "research"


def select_rules(rules: Iterable[Rule], profile: Profile) -> tuple[Rule, ...]:
    """Return the rules of a profile.

    Rules that only show what is notable, and comparisons between programmes, are for research
    alone; a draft is checked for what blocks.
    """
    match profile:
        case Profile.RESEARCH:
            return tuple(rules)
        case Profile.PUBLISH:
            return tuple(rule for rule in rules if not rule.research and not rule.across)
        case Profile.DRAFT:
            return tuple(rule for rule in rules if rule.severity is Severity.VIOLATION)


def keep_findings(report: Report, profile: Profile) -> Report:
    """Keep the findings that a profile is about: of a draft, only what blocks."""
    kept = tuple(
        finding
        for finding in report.findings
        if profile is not Profile.DRAFT or finding.severity is Severity.VIOLATION
    )
    return replace(report, findings=kept, profile=profile.value)
