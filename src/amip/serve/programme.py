"""The programmes of the graph: of which Jobcenter, for which years, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from amip.serve.site import Site


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme; `replaces` is the IRI of the one before it, where a document names it."""

    iri: str
    slug: str
    label: str
    jobcenter: str
    jobcenter_label: str
    first: int
    last: int
    replaces: str

    @property
    def years(self) -> str:
        """The years it is for.

        >>> Programme("", "a-2021-2022", "", "", "", 2021, 2022, "").years
        '2021–2022'
        """
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """`width` columns of a timeline: a programme, or years without one."""

    width: int
    programme: Programme | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the timeline; a Jobcenter has several when its programmes overlap."""

    jobcenter: str
    label: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Years as columns, Jobcenters as rows."""

    years: tuple[int, ...]
    lanes: tuple[Lane, ...]


def list_programmes(site: Site) -> tuple[Programme, ...]:
    """List the programmes by Jobcenter and year."""
    found: dict[str, Programme] = {}
    for row in site.select("programmes").records:
        iri = str(row["programme"])
        programme = Programme(
            iri=iri,
            slug=str(row["slug"]),
            label=str(row["label"]),
            jobcenter=str(row["jobcenter"]),
            jobcenter_label=str(row["jobcenter_label"]),
            first=int(str(row["first"])[:4]),
            last=int(str(row["last"])[:4]),
            replaces=str(row["replaces"] or ""),
        )
        found.setdefault(iri, programme)
    return tuple(found.values())


def find_previous(programme: Programme, programmes: Iterable[Programme]) -> Programme | None:
    """Find the programme before it of the same Jobcenter: as printed, else by its years."""
    same = [each for each in programmes if each.jobcenter == programme.jobcenter]
    named = [each for each in same if each.iri == programme.replaces]
    before = [each for each in same if each.first < programme.first]
    return max(named or before, key=lambda each: (each.first, each.last), default=None)


def draw_timeline(programmes: Iterable[Programme]) -> Timeline:
    """Lay programmes out on a timeline."""
    known = sorted(programmes, key=lambda each: (each.jobcenter_label, each.jobcenter, each.first))
    if not known:
        return Timeline((), ())
    years = tuple(range(min(each.first for each in known), max(each.last for each in known) + 1))
    groups = groupby(known, key=lambda each: (each.jobcenter_label, each.jobcenter))
    lanes = [
        Lane(iri, label, tuple(_lay_out(row, years)))
        for (label, iri), group in groups
        for row in _stack(group)
    ]
    return Timeline(years, tuple(lanes))


def _stack(programmes: Iterable[Programme]) -> list[list[Programme]]:
    """Put programmes into as few rows as keep those of the same year apart."""
    rows: list[list[Programme]] = []
    for each in programmes:
        free = next((row for row in rows if row[-1].last < each.first), None)
        if free is None:
            rows.append([each])
        else:
            free.append(each)
    return rows


def _lay_out(row: list[Programme], years: tuple[int, ...]) -> list[Stretch]:
    stretches, year = [], years[0]
    for each in row:
        stretches += [Stretch(1, None)] * (each.first - year)
        stretches.append(Stretch(each.last - each.first + 1, each))
        year = each.last + 1
    return stretches + [Stretch(1, None)] * (years[-1] + 1 - year)
