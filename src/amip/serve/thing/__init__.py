"""Things: what the graph says of one, and where a number is from."""

__all__ = []
