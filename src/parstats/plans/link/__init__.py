"""Linking the criteria of plans to the series of an index."""
