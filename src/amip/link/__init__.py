"""Link: the areas, and the identifiers that others use for our things."""

from amip.link.areas import FormerDistrict, lift_areas, load_former_districts
from amip.link.check import check_links
from amip.link.coverage import Coverage, measure_coverage
from amip.link.lift import lift_links
from amip.link.linkset import Link, Linkset
from amip.link.sssom import load_linksets, read_linkset
from amip.link.thing import load_titles

__all__ = [
    "Coverage",
    "FormerDistrict",
    "Link",
    "Linkset",
    "check_links",
    "lift_areas",
    "lift_links",
    "load_former_districts",
    "load_linksets",
    "load_titles",
    "measure_coverage",
    "read_linkset",
]
