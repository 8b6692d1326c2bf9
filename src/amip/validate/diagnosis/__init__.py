"""Diagnosis: one mistake in one cell is one finding at that cell, with its likeliest cause."""

from amip.validate.diagnosis.diagnose import diagnose

__all__ = ["diagnose"]
