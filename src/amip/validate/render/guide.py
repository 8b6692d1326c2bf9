"""What each code of a report means: from its shape in `shapes/`, or its card in `cards.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from amip.assets import find_turtle
from amip.cards import load_cards
from amip.errors import UsageError
from amip.findings import LANGUAGES, Finding, Severity
from amip.nearest import find_nearest
from amip.terms import FINDING, PREFIXES
from amip.validate.profile import Profile
from amip.validate.render.words import load_words
from amip.validate.rule import Rule
from amip.validate.shape_graph import ShapeGraph
from amip.validate.shapes import load_rules
from amip.validate.wording import find_variables, normalise_number, write_number

_SLOT = re.compile(r"\{[?$]?\w+\}")
_EQUATION = " = "


@dataclass(frozen=True, slots=True)
class Entry:
    """The meaning of one code, in both languages.

    `message` and `advice` have slots (`{?value}`); `numbers` names those that hold numbers. `why`
    is the law or the reason; `file` and `shape` lead to the shape, "" for what is found while the
    tables are read; `target` is the class of the nodes that are checked; `profiles`
    names the profiles that report it.
    """

    code: str
    severity: Severity
    label: Mapping[str, str]
    message: Mapping[str, str]
    advice: Mapping[str, str]
    why: Mapping[str, str]
    numbers: frozenset[str] = frozenset()
    file: str = ""
    shape: str = ""
    target: str = ""
    reviewable: bool = False
    profiles: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The address of the help page."""
        return find_page(self.code)


def find_page(code: str) -> str:
    """Return the address of the help page of a code.

    >>> find_page("AMIP-A01")
    'https://w3id.org/amip/finding/AMIP-A01'
    """
    return f"{FINDING}{code}"


@cache
def load_guide() -> Mapping[str, Entry]:
    """Load what every code means, sorted by code."""
    files = {
        node.value: path.name
        for path in find_turtle("shapes")
        for node in ShapeGraph([path]).subjects(f"{PREFIXES['dct']}identifier")
        if hasattr(node, "value")
    }
    entries = [_from_rule(rule, files[rule.iri]) for rule in load_rules()]
    entries += [_from_card(code, card) for code, card in load_cards().items()]
    return MappingProxyType({entry.code: entry for entry in sorted(entries, key=_order)})


def _order(entry: Entry) -> str:
    return entry.code


def _from_rule(rule: Rule, file: str) -> Entry:
    return Entry(
        code=rule.code,
        severity=rule.severity,
        label=rule.label,
        message=rule.message,
        advice=rule.advice,
        why=rule.comment,
        numbers=frozenset(
            name
            for text in rule.message.values()
            for name, is_number in find_variables(text).items()
            if is_number
        ),
        file=f"shapes/{file}",
        shape=f"ash:{rule.iri.rpartition('#')[2]}",
        target=rule.target,
        reviewable=rule.reviewable,
        profiles=_find_profiles(rule.severity, across=rule.across),
    )


def _find_profiles(severity: Severity, *, across: bool = False) -> tuple[str, ...]:
    """Name the profiles that report findings of a severity, in the words of `amip.validate`."""
    if across:
        return (Profile.RESEARCH.value,)
    blocks = severity is Severity.VIOLATION
    return tuple(profile.value for profile in Profile if blocks or profile is not Profile.DRAFT)


def _from_card(code: str, card: Mapping[str, str]) -> Entry:
    message = {language: card[language] for language in LANGUAGES}
    severity = Severity(card.get("severity", Severity.VIOLATION))
    return Entry(
        code=code,
        severity=severity,
        profiles=_find_profiles(severity),
        label={language: card[f"label_{language}"] for language in LANGUAGES},
        message=message,
        advice={
            language: card[f"advice_{language}"].replace("{hint}", "") for language in LANGUAGES
        },
        why={
            language: card.get(f"why_{language}") or load_words(language)[f"why_{code[5]}"]
            for language in LANGUAGES
        },
    )


def empty_slots(text: str) -> str:
    """Write `…` for every slot of a message.

    >>> empty_slots("unknown column “{found}”")
    'unknown column “…”'
    """
    return _SLOT.sub("…", text)


def find_entry(code: str) -> Entry:
    """Find the meaning of a code, however it is written: `AMIP-A01`, `amip-a01` or `a01`.

    Raises `UsageError` naming the nearest code when there is none.
    """
    folded = {known.casefold(): known for known in load_guide()}
    wanted = code.strip().casefold()
    for name in (wanted, f"amip-{wanted}"):
        if name in folded:
            return load_guide()[folded[name]]
    nearest = "".join(find_nearest(f"amip-{wanted.removeprefix('amip-')}", load_guide()))
    raise UsageError(
        "there is no code “{subject}”; did you mean “{nearest}”?"
        if nearest
        else "there is no code “{subject}”",
        subject=code,
        advice="list them: amip explain --list",
        nearest=nearest,
    )


def name_finding(finding: Finding, language: str) -> str:
    """Return the name of what a finding is about, "" for a code that is not known."""
    entry = load_guide().get(finding.code)
    return entry.label.get(language, "") if entry else ""


def explain_why(finding: Finding, language: str) -> str:
    """Return the law or the reason behind a finding."""
    entry = load_guide().get(finding.code)
    texts = finding.why or (entry.why if entry else {})
    return texts.get(language) or texts.get("en", "")


def read_number(finding: Finding, text: str, language: str) -> str:
    """Write what is found or expected in the manner of a language, when it is a number.

    A code or a key of an area consists of digits too, so only what a message of the rule gives as
    a number is one.
    """
    entry = load_guide().get(finding.code)
    numbers = {finding.values.get(name, "") for name in entry.numbers} if entry else set()
    known = numbers | {number.rpartition(_EQUATION)[2] for number in numbers if _EQUATION in number}
    is_number = {normalise_number(text), normalise_number(finding.found)} & (known - {""})
    return write_number(normalise_number(text), language) if is_number else text


def find_arithmetic(finding: Finding, language: str) -> tuple[str, ...]:
    """Return the calculations of a finding, written out.

    >>> from amip.findings import Place
    >>> values = {"sum": "400 + 260.5 = 660.5"}
    >>> one = Finding("AMIP-A01", Severity.VIOLATION, Place(), {}, values=values)
    >>> find_arithmetic(one, "de")
    ('400 + 260,5 = 660,5',)
    """
    return tuple(
        write_number(text, language)
        for _, text in sorted(finding.values.items())
        if _EQUATION in text
    )
