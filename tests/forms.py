"""One small report in every form and language: `python tests/forms.py` writes `reports/` anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from amip.findings import LANGUAGES, Expectation, Finding, Place, Report, Severity, State
from amip.terms import ID
from amip.validate import (
    render_github,
    render_html,
    render_json,
    render_junit,
    render_sarif,
    render_text,
    render_turtle,
)
from amip.version import __version__
from samples import TESTS

REPORTS = TESTS / "reports"
Render: TypeAlias = Callable[[Report, str], str]

FORMS: dict[str, Render] = {
    "txt": render_text,
    "html": render_html,
    "sarif": render_sarif,
    "xml": render_junit,
    "github": render_github,
    "json": lambda report, _: render_json(report),
    "ttl": lambda report, _: render_turtle(report),
}
BILINGUAL = ("json", "ttl")
"""Forms that hold both languages at once."""

BOOK, FOLDER = "musterstadt-2025", "musterland-2024-2025"

IN_A_WORKBOOK = Finding(
    code="AMIP-A01",
    severity=Severity.VIOLATION,
    place=Place(f"{BOOK}.xlsx", 12, "Wert", "entries-2025", sheet="Zahlen", cell="H12"),
    message={
        "de": "Die Teile ergeben 400 + 260,5 = 660,5, gedruckt ist 670,5 (entries-2025).",
        "en": "The parts give 400 + 260.5 = 660.5, but 670.5 is printed (entries-2025).",
    },
    advice={"de": "Abschrift vergleichen.", "en": "Compare the transcript."},
    focus=f"{ID}breakdown/{BOOK}/entries",
    programme=BOOK,
    found="670.5",
    expected="660.5",
    values={"sum": "400 + 260.5 = 660.5", "value": "670.5", "figure": "entries-2025"},
    why={"de": "Eine Aufgliederung geht auf.", "en": "A breakdown adds up."},
    cause={
        "de": "wahrscheinlich: eine Ziffer ist falsch: 670,5 statt 660,5",
        "en": "likely: a digit is wrong: 670.5 instead of 660.5",
    },
    cells=(
        Place(f"{BOOK}.xlsx", 13, "Wert", "entries-f", sheet="Zahlen", cell="H13"),
        Place(f"{BOOK}.xlsx", 14, "Wert", "entries-m", sheet="Zahlen", cell="H14"),
    ),
    also=("AMIP-A05", "AMIP-A10"),
)
WRONG_CODES = tuple(
    Finding(
        code="AMIP-R03",
        severity=Severity.VIOLATION,
        place=Place(f"{FOLDER}/figures.csv", row, "unit", f"k{row}-2024"),
        message={
            "de": "»%« steht nicht in der Liste »units«",
            "en": "“%” is not in the list “units”",
        },
        advice={"de": "Meintest du »PERCENT«?", "en": "Did you mean “PERCENT”?"},
        programme=FOLDER,
        found="%",
        expected="PERCENT",
    )
    for row in (2, 3, 4, 9, 11)
)
REVIEWED = Finding(
    code="AMIP-A10",
    severity=Severity.WARNING,
    place=Place(f"{FOLDER}/breakdowns.csv", 7, "", "svb-change", "2.1 Arbeitsmarkt"),
    message={
        "de": "Neu minus alt ergibt 761 - 830 = -69, gedruckt ist -41.",
        "en": "New less old gives 761 - 830 = -69, but -41 is printed.",
    },
    advice={"de": "Vergleichen.", "en": "Compare."},
    focus=f"{ID}breakdown/{FOLDER}/svb-change",
    programme=FOLDER,
    found="-41",
    expected="-69",
    values={"sum": "761 - 830 = -69"},
    reviewed="So gedruckt, Seite 4.",
)
NOTE = Finding(
    code="AMIP-V02",
    severity=Severity.INFO,
    place=Place(f"{FOLDER}/targets.csv", 3, "relative_change", "k2-2024", "5. Ziele"),
    message={
        "de": "Die Veränderung -1,2 läuft gegen die Richtung.",
        "en": "The change -1.2 runs against the direction.",
    },
    advice={"de": "Vorzeichen prüfen.", "en": "Check the sign."},
    focus=f"{ID}target/{FOLDER}/k2-2024",
    programme=FOLDER,
)


def expect(name: str, german: str, english: str, state: State) -> Expectation:
    """Say what the programme in the workbook states."""
    return Expectation(BOOK, f"AMIP-C01-{name}", {"de": german, "en": english}, state)


SMALL = Report.of(
    [IN_A_WORKBOOK, *WRONG_CODES, REVIEWED, NOTE],
    {
        "AMIP-A01": 12,
        "AMIP-A05": 3,
        "AMIP-A10": 12,
        "AMIP-A07": 0,
        "AMIP-S04-value": 40,
        "AMIP-V02": 9,
    },
    [
        expect("k1", "Ziel K1", "target K1", State.STATED),
        expect("k2", "Ziel K2", "target K2", State.PENDING),
        expect("k3", "Ziel K3", "target K3", State.NONE),
        expect("staff", "Personal", "staff", State.UNREADABLE),
        expect("budget", "Mittel", "budget", State.NOT_STATED),
    ],
    "publish",
)


def render_all() -> dict[str, str]:
    """Return the small report in every form, by the name of its file."""
    rendered = {
        f"report.{form}" if form in BILINGUAL else f"report.{language}.{form}": render(
            SMALL, language
        )
        for form, render in FORMS.items()
        for language in LANGUAGES
    }
    return {name: hide_version(text) for name, text in rendered.items()}


def hide_version(text: str) -> str:
    """Leave out the version of the program, which is not what the files are about."""
    return text.replace(f'"{__version__}"', '"VERSION"').replace(f"amip {__version__}", "amip X")


def main() -> None:
    REPORTS.mkdir(exist_ok=True)
    for name, text in render_all().items():
        (REPORTS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
