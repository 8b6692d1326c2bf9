"""Answers: what was asked, its table, files and citation."""

__all__ = []
