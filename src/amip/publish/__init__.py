"""Publish: the dataset folder that others use."""

from amip.publish.dataset import Dataset, build

__all__ = ["Dataset", "build"]
