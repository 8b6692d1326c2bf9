"""Hold a record against its source text: every stated place, and every number of the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from amip.cards import make_finding
from amip.findings import Finding, Place
from amip.records.record import Record, Spot
from amip.sources import Document, find_numbers


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a record and its text agree.

    `places` counts the stated places and `right` those that hold; `unplaced` counts what is said
    to be printed without an offset, which cannot be looked up. `numbers` counts the number tokens
    of the text and `covered` those that a row, the head or left-out.csv accounts for.
    """

    slug: str
    figures: int
    places: int
    right: int
    numbers: int
    covered: int
    findings: tuple[Finding, ...]
    unplaced: int = 0

    @property
    def complete(self) -> bool:
        """Whether both ways agree fully."""
        whole = self.places == self.right and self.numbers == self.covered
        return whole and not self.findings and not self.unplaced


def measure_coverage(record: Record, document: Document) -> Coverage:
    """Look up every place of `record` in the text, and every number of the text in the record.

    A record without any offset is not checkable: then no number of the text counts as covered,
    and none is reported.
    """
    spots = list(record.spots())
    wrong = [list(_check_spot(record, spot, document)) for spot in spots]
    missed = list(_find_missed(record, spots, document))
    numbers = sum(1 for _ in find_numbers(document.text))
    unplaced = record.count_unplaced()
    if unplaced and not spots:
        missed = []
    return Coverage(
        slug=record.slug,
        figures=len(record.rows("figures")),
        places=len(spots),
        right=wrong.count([]),
        numbers=numbers,
        covered=numbers - len(missed) if spots else 0,
        findings=(*_check_sum(record, document), *chain.from_iterable(wrong), *missed),
        unplaced=unplaced,
    )


def _check_sum(record: Record, document: Document) -> Iterator[Finding]:
    stated = record.section("source").get("sha256", "")
    if stated and stated != document.sha256:
        place = Place(f"{record.slug}/programme.yaml", 0, "sha256")
        yield make_finding("AMIP-Q01", place, found=stated, expected=document.sha256)


def _check_spot(record: Record, spot: Spot, document: Document) -> Iterator[Finding]:
    place = Place(f"{record.slug}/{spot.file}", spot.row, "start", section=spot.section)
    there = document.text[spot.start : spot.end]
    if not spot.printed or " ".join(there.split()) != " ".join(spot.printed.split()):
        yield make_finding(
            "AMIP-Q02",
            place,
            found=spot.printed,
            expected=there,
            start=str(spot.start),
            line=str(document.line(spot.start)),
        )
    elif spot.section and (section := _section_at(record, spot.start)) != spot.section:
        yield make_finding(
            "AMIP-Q03", place, found=spot.section, expected=section, start=str(spot.start)
        )


def _section_at(record: Record, offset: int) -> str:
    """Return the last heading at or before `offset`."""
    headings = sorted(
        (int(item["start"]), item["label"])
        for item in record.items("sections")
        if item.get("start")
    )
    index = bisect_right([start for start, _ in headings], offset)
    return headings[index - 1][1] if index else ""


def _find_missed(record: Record, spots: list[Spot], document: Document) -> Iterator[Finding]:
    """Find the numbers of the text that no place covers."""
    covered = _merge(sorted((spot.start, spot.end) for spot in spots))
    starts = [start for start, _ in covered]
    for token in find_numbers(document.text):
        index = bisect_right(starts, token.start) - 1
        if index < 0 or covered[index][1] < token.end:
            place = Place(f"{record.slug}/left-out.csv", section=_section_at(record, token.start))
            line = str(document.line(token.start))
            yield make_finding(
                "AMIP-Q04", place, found=token.text, start=str(token.start), line=line
            )


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join overlapping spans; touching ones stay apart, since a number never spans two."""
    if not spans:
        return []
    merged = [spans[0]]
    for start, end in spans[1:]:
        if start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
