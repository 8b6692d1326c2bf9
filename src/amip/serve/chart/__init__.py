"""Charts: from an answer to a drawing."""

__all__ = []
