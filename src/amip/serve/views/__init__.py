"""The views: each makes the routes of one kind of page."""

__all__ = []
