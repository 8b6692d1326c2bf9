"""Reconciliation: the parts of the Reconciliation API."""

__all__ = []
