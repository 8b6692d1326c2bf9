"""The static edition: the site as plain files, and as one file."""

from amip.serve.edition.address import Scope
from amip.serve.edition.write import Edition, Order, write_edition

__all__ = ["Edition", "Order", "Scope", "write_edition"]
