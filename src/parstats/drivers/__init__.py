"""What drives the overall score and rank: tidy tables in, tidy tables out."""

from parstats.drivers.change_attribution import change_attribution, change_attributions
from parstats.drivers.importance import dominance, importance
from parstats.drivers.rank_attribution import rank_attribution, rank_attributions
from parstats.drivers.relative_change import relative_change
from parstats.drivers.shares import shares

__all__ = [
    "change_attribution",
    "change_attributions",
    "dominance",
    "importance",
    "rank_attribution",
    "rank_attributions",
    "relative_change",
    "shares",
]
