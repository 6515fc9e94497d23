"""From the criterion that a plan names to the series of an index."""
