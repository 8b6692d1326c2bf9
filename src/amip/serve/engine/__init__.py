"""The engine: queries in processes of their own, here or at an endpoint elsewhere."""

__all__ = []
