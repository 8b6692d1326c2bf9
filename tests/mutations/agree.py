"""Whether pySHACL and the fast path say the same about a mutant."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from amip.findings import Finding, Report
from amip.validate import validate_store
from amip.validate.reference import validate_reference
from mutations.cut import cut_mutant
from mutations.plan import Mutant

_seen: dict[str, Agreement] = {}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What differs between the engines, and the size of the graph that both checked."""

    triples: int
    findings: int
    differences: tuple[str, ...]
    digest: str


def compare_engines(mutant: Mutant) -> Agreement | None:
    """Check the connected part of a mutant with both engines; None when it has no graph."""
    with tempfile.TemporaryDirectory() as parent:
        store = cut_mutant(mutant, Path(parent))
    if store is None:
        return None
    lines = "".join(sorted(f"{quad.triple} .\n" for quad in store))
    digest = sha256(lines.encode()).hexdigest()
    if digest not in _seen:
        fast, slow = validate_store(store), validate_reference(store)
        _seen[digest] = Agreement(len(store), len(fast.findings), _differ(fast, slow), digest)
    return _seen[digest]


def _differ(fast: Report, slow: Report) -> tuple[str, ...]:
    """Return the findings that only one engine has.

    The numbers of a finding are compared as its messages write them: pySHACL gives messages, and
    where two texts stand side by side there, they cannot be told apart again.
    """
    ours, theirs = ({_strip(each) for each in report.findings} for report in (fast, slow))
    return (
        *(f"fast path only: {line}" for line in sorted(ours - theirs)),
        *(f"pySHACL only: {line}" for line in sorted(theirs - ours)),
        *(("other focus nodes",) if fast.focus_nodes != slow.focus_nodes else ()),
    )


def _strip(finding: Finding) -> str:
    return repr(replace(finding, values=dict.fromkeys(finding.values, "")))
