"""Write a report as JUnit XML, which every build server shows: a suite for each programme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from amip.findings import Finding, Report, Severity
from amip.validate.render.guide import load_guide
from amip.validate.render.outline import list_programmes, say_verdict
from amip.validate.render.words import Words, load_words

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""


def render_junit(report: Report, language: str) -> str:
    """Return the report as JUnit XML: a test case for each programme and rule.

    An error is a failure; warnings and notes are output of the case; a rule that found nothing to
    check is skipped.
    """
    words = load_words(language)
    suites = ET.Element("testsuites", name="amip validate")
    for programme in list_programmes(report) or ("",):
        found = [each for each in report.findings if each.programme == programme]
        suites.append(_suite(programme or words["elsewhere"], found, report, words))
    for name in ("tests", "failures", "errors", "skipped"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    properties = ET.Element("properties")
    ET.SubElement(properties, "property", name="verdict", value=say_verdict(report, words))
    suites[0].insert(0, properties)
    ET.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, "unicode") + "\n"


def _suite(programme: str, findings: Sequence[Finding], report: Report, words: Words) -> ET.Element:
    by_code = {code: list(group) for code, group in groupby(sorted(findings, key=_code), key=_code)}
    codes = sorted({*report.focus_nodes, *by_code})
    cases = [_case(programme, code, by_code.get(code, []), report, words) for code in codes]
    suite = ET.Element(
        "testsuite",
        name=_text(programme),
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors="0",
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
    )
    suite.extend(cases)
    return suite


def _code(finding: Finding) -> str:
    return finding.code


def _case(
    programme: str, code: str, findings: Iterable[Finding], report: Report, words: Words
) -> ET.Element:
    entry = load_guide().get(code)
    label = entry.label[words.language] if entry else ""
    case = ET.Element("testcase", classname=_text(programme), name=f"{code} {label}".strip())
    failures = [each for each in findings if each.severity is Severity.VIOLATION]
    others = [each for each in findings if each.severity is not Severity.VIOLATION]
    if failures:
        first = _text(failures[0].text(words.language))
        failure = ET.SubElement(case, "failure", message=first, type=code)
        failure.text = _describe(failures, words)
    elif not others and report.focus_nodes.get(code) == 0:
        ET.SubElement(case, "skipped", message=words["unchecked"])
    if others:
        ET.SubElement(case, "system-out").text = _describe(others, words)
    return case


def _describe(findings: Iterable[Finding], words: Words) -> str:
    language = words.language
    lines = []
    for each in findings:
        review = f"{words['reviewed']}: {each.reviewed}" if each.reviewed else each.help(language)
        lines += [
            f"{words.severity(each.severity)}: {each.text(language)}",
            *(part for part in (words.place(each.place), each.cause.get(language), review) if part),
            "",
        ]
    return _text("\n".join(lines).strip())


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
