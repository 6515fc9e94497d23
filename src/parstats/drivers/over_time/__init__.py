"""Drivers over the years: convergence, panels, what leads and what foretells the next year."""
