"""What drives the overall score and rank: tidy tables in, tidy tables out."""

from parstats.drivers.importance import dominance, importance
from parstats.drivers.relative_change import relative_change
from parstats.drivers.shares import shares

__all__ = ["dominance", "importance", "relative_change", "shares"]
