"""SPARQL: the endpoint, and help with queries."""

__all__ = []
