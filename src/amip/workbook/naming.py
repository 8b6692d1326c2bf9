"""Texts about a folder in the words of a workbook: sheets for files, headers for columns."""

from __future__ import annotations

import re

from amip.workbook.layout import PROGRAMME, find_sheet, load_layout, load_words


def name_sheets(text: str, language: str, title: str = "") -> str:
    """Name sheets and columns where a text names the files and columns of a folder.

    Columns are those of the sheet `title`; in English their names are ordinary words, and stay.

    >>> name_sheets("value in figures.csv angeben.", "de", "Zahlen")
    '»Wert« in Blatt »Zahlen« angeben.'
    """
    word, start, end = load_words()[language]["sheet"]
    layout = load_layout()
    for heading in layout[PROGRAMME].headings:
        if "." in heading.name:
            text = text.replace(heading.name, f"{start}{heading.labels[language]}{end}")
    for sheet in layout.values():
        shown = f"{word} {start}{sheet.titles[language]}{end}"
        file = f"{sheet.name}.{'yaml' if sheet.name == PROGRAMME else 'csv'}"
        text = text.replace(file, shown)
        if len(sheet.path) > 1:
            text = text.replace(".".join(sheet.path), shown)
    return _name_columns(text, title) if language == "de" else text


def _name_columns(text: str, title: str) -> str:
    sheet = find_sheet(title)
    if sheet is None:
        return text
    labels = {heading.name: heading.labels["de"] for heading in sheet.headings}
    pattern = rf"(?<![\w.»-])({'|'.join(map(re.escape, labels))})(?![\w-]|\.\w)"
    return re.sub(pattern, lambda match: f"»{labels[match[1]]}«", text)
