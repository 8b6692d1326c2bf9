"""The context of the programmes: areas, linksets and official statistics, as quads."""

from __future__ import annotations

from functools import cache

from amip.link import lift_areas, lift_links
from amip.statistics import lift_statistics


@cache
def lift_context() -> str:
    """Lift all that comes with the package beside the programmes: N-Quads, in graphs of their own.

    The graphs are `id:graph/areas`, `id:graph/links` and `id:graph/statistics/<table>/<edition>`.
    """
    statistics, _ = lift_statistics()
    return lift_areas() + lift_links() + statistics
