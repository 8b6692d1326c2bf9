"""The views: each makes the routes of one kind of page."""

from collections.abc import Callable

from starlette.routing import BaseRoute

from amip.serve.site import Site
from amip.serve.views.start import make_routes as make_start

VIEWS: tuple[Callable[[Site], list[BaseRoute]], ...] = (make_start,)

__all__ = ["VIEWS"]
