"""Checks: uploads, examined in processes of their own."""

__all__ = []
