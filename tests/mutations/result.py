"""Count the verdicts, and write the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from amip.findings import Severity
from mutations.agree import Agreement
from mutations.cover import count_tied
from mutations.kind import Kind, Why
from mutations.plan import Mutant
from mutations.trial import Cause, Verdict, Where, is_found, read_baseline

Trial = tuple[Mutant, Verdict]


@dataclass
class Tally:
    """The verdicts about some mutants."""

    trials: list[Trial] = field(default_factory=list)

    def count(self, *where: Where) -> int:
        return sum(verdict.where in where for _, verdict in self.trials)

    @property
    def found(self) -> int:
        return sum(is_found(verdict.where) for _, verdict in self.trials)

    @property
    def findings(self) -> float:
        """Return the mean number of findings of a mistake that was noticed."""
        noticed = [verdict.findings for _, verdict in self.trials if verdict.findings]
        return sum(noticed) / len(noticed) if noticed else 0.0

    @property
    def rate(self) -> float:
        return 100 * self.found / len(self.trials) if self.trials else 0.0


def split_by_kind(trials: Iterable[Trial]) -> dict[str, Tally]:
    """Group the verdicts by kind of mistake."""
    found: dict[str, Tally] = {}
    for mutant, verdict in trials:
        found.setdefault(mutant.kind.name, Tally()).trials.append((mutant, verdict))
    return found


def select_detectable(trials: Iterable[Trial]) -> list[Trial]:
    """Keep the mistakes that the record itself contradicts."""
    return [
        trial for trial in trials if trial[0].site.hidden is None and not trial[0].kind.harmless
    ]


def write_table(trials: Sequence[Trial]) -> Iterator[str]:
    """Yield a line per kind: mutants, exact, with its row, elsewhere, missed, rate."""
    head = ("mutants", "cell", "row", "elsewh.", "missed", "crashed", "finds", "rate")
    yield f"{'kind of mistake':<34}" + "".join(f"{name:>9}" for name in head)
    for name, tally in split_by_kind(select_detectable(trials)).items():
        counts = [len(tally.trials), *(tally.count(where) for where in Where)]
        numbers = "".join(f"{number:>9}" for number in counts)
        yield f"{name:<34}{numbers}{tally.findings:>9.2f}{tally.rate:>8.1f}%"


def write_hidden(trials: Sequence[Trial], kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Yield what cannot be detected and why, with what was tried and found all the same."""
    programmes = dict.fromkeys(mutant.programme for mutant, _ in trials)
    tied = sum(count_tied(programme) for programme in programmes)
    figures = sum(len(programme.figures) for programme in programmes)
    yield f"figures tied to another by a sum, ratio, change or second place: {tied} of {figures}"
    yield "cannot be detected in the record alone:"
    for why in Why:
        groups = split_by_kind(trial for trial in trials if trial[0].site.hidden is why)
        if groups:
            yield f"  {why.en}:"
        for name, tally in groups.items():
            found = len(tally.trials) - tally.count(Where.MISSED)
            yield (
                f"    {kinds[name].en} ({name}): {len(tally.trials)} tried, "
                f"{found} noticed all the same"
            )


def find_false(trials: Sequence[Trial]) -> list[str]:
    """Return what is reported about programmes without a mistake."""
    programmes = dict.fromkeys(mutant.programme for mutant, _ in trials)
    return [
        *(
            f"{finding.code} {finding.place}"
            for programme in programmes
            for finding in read_baseline(programme).findings
            if finding.severity is Severity.VIOLATION
        ),
        *(
            f"{mutant.name}: {verdict.texts}"
            for mutant, verdict in trials
            if mutant.kind.harmless and verdict.where is not Where.MISSED
        ),
    ]


def write_agreement(pairs: Sequence[tuple[Mutant, Agreement | None]]) -> Iterator[str]:
    """Yield every difference between the engines; the last line counts."""
    graphs = {answer.digest: answer for _, answer in pairs if answer}
    differing = [(mutant, answer) for mutant, answer in pairs if answer and answer.differences]
    for mutant, answer in differing:
        yield f"{mutant.name}: {'; '.join(answer.differences)}"
    lifted = sum(answer is not None for _, answer in pairs)
    yield (
        f"pySHACL and the fast path agree on {lifted - len(differing)} of {lifted} mutants "
        f"({len(graphs)} graphs, {sum(each.triples for each in graphs.values())} triples, "
        f"{sum(each.findings for each in graphs.values())} findings)"
    )


def write_summary(trials: Sequence[Trial], false: int) -> Iterator[str]:
    """Yield the figures over all kinds; the last line is the one that is quoted."""
    detectable = select_detectable(trials)
    tally = Tally(detectable)
    total = len(detectable)
    noticed = [verdict.findings for _, verdict in detectable if verdict.findings]
    once = sum(number == 1 for number in noticed)
    yield f"exactly the wrong cell:          {100 * tally.count(Where.CELL) / total:5.1f} %"
    yield f"wrong cell, or its row named:    {tally.rate:5.1f} %"
    unnoticed = tally.count(Where.MISSED, Where.CRASHED)
    yield f"noticed anywhere:                {100 - 100 * unnoticed / total:5.1f} %"
    yield _write_causes(detectable)
    yield f"findings per noticed mistake:    {tally.findings:5.2f}"
    yield f"one mistake, one finding:        {100 * once / len(noticed):5.1f} %"
    yield (
        f"overall: {tally.rate:.1f} % of {total} mutants found at the right cell, "
        f"{false} false violations"
    )


def _write_causes(trials: Sequence[Trial]) -> str:
    """Say how often a cause is named for a wrong number, and how often it is the right one."""
    causes = [verdict.cause for _, verdict in trials if verdict.cause is not None]
    named = [cause for cause in causes if cause is not Cause.UNNAMED]
    right = sum(cause is Cause.RIGHT for cause in named)
    return (
        f"cause of a wrong number named:   {_share(len(named), len(causes)):5.1f} %, "
        f"naming the number that was there in {_share(right, len(named)):.1f} % of these"
    )


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
