"""Randomization inference for one treatment in a panel, reassignments in batches."""

__all__ = []
