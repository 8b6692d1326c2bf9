"""The comparison of programmes: what they state side by side, and how that differs."""

__all__ = []
