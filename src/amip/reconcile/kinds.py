"""The kinds of things that a name can mean: districts, Jobcenters, and each code list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from amip.assets import find_folder
from amip.errors import UsageError
from amip.nearest import did_you_mean, find_nearest

DISTRICT, FORMER, JOBCENTER = "district", "former-district", "jobcenter"
AREAS = frozenset({DISTRICT, FORMER, JOBCENTER})
INSTRUMENT, PROVISION = "instrument", "legal-provision"

# The lists that keep the books of a record. Their entries have everyday names (»Name«, »Datum«,
# »Liste«), which in somebody else's table mean something else.
_BOOKKEEPING = frozenset(
    {
        *("absence-kind", "approximation", "breakdown-kind", "date-kind", "decision"),
        *("desired-direction", "discrepancy-kind", "left-out-reason", "ratio-kind"),
        *("statement-kind", "target-level", "target-status", "value-sign"),
    }
)


@cache
def load_kinds() -> Mapping[str, str]:
    """Load the kinds that are code lists, each with the name of its list.

    >>> load_kinds()["target-group"]
    'target-groups'
    """
    lists = sorted(path.stem for path in (find_folder("ontology") / "codes").glob("*.ttl"))
    return MappingProxyType({_name_one(name): name for name in lists})


def list_kinds() -> tuple[str, ...]:
    """List every kind, areas first."""
    return (DISTRICT, JOBCENTER, FORMER, *load_kinds())


def default_kinds() -> frozenset[str]:
    """Return the kinds that are looked for when none is named.

    >>> "indicator" in default_kinds(), "former-district" in default_kinds()
    (True, False)
    """
    return frozenset(list_kinds()) - _BOOKKEEPING - {FORMER}


def parse_kinds(names: Iterable[str] | None) -> frozenset[str]:
    """Read names of kinds, one or many (`target-group`, `target-groups`).

    None, or no name at all, means the default kinds. Raises `UsageError` with the nearest names.

    >>> sorted(parse_kinds(["districts", "Jobcenter"]))
    ['district', 'jobcenter']
    """
    parsed = frozenset(_find_kind(name) for name in names or ())
    return parsed or default_kinds()


def _find_kind(name: str) -> str:
    known = {_plain(kind): kind for kind in list_kinds()}
    known |= {_plain(name): kind for kind, name in load_kinds().items()}
    if _plain(name) in known:
        return known[_plain(name)]
    if _plain(name).removesuffix("s") in known:
        return known[_plain(name).removesuffix("s")]
    hint = did_you_mean(find_nearest(name, list_kinds()))
    raise UsageError(
        "there is no kind “{subject}”",
        subject=name,
        advice="{hint} known: {names}" if hint else "known: {names}",
        hint=hint,
        names=list_kinds(),
    )


def _plain(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")


def _name_one(many: str) -> str:
    if many.endswith("ies"):
        return f"{many.removesuffix('ies')}y"
    return many if many.endswith("status") else many.removesuffix("s")
