"""Drivers of the overall score and rank: tidy tables in, tidy tables out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parstats.arguments import old_functions
from parstats.drivers.across import across, across_years
from parstats.drivers.change_attribution import change_attribution, change_attributions
from parstats.drivers.compared_scores import comparable_indices
from parstats.drivers.importance import dominance, importance
from parstats.drivers.leave_one_out import leave_one_out
from parstats.drivers.main_effects import main_effects
from parstats.drivers.mcdm import mcdm
from parstats.drivers.nominal_weights import unknown_highest
from parstats.drivers.overview import overview
from parstats.drivers.rank_attribution import rank_attribution, rank_attributions
from parstats.drivers.rank_intervals import rank_intervals, top_set
from parstats.drivers.relative_change import relative_change
from parstats.drivers.robustness import available_normalisations, robustness
from parstats.drivers.score_matrix import has_parts
from parstats.drivers.shares import shares
from parstats.drivers.stability import has_pairs, stability
from parstats.drivers.structure import audit, has_structure, structure
from parstats.drivers.target_weights import target_weights
from parstats.drivers.typology import typology

if TYPE_CHECKING:
    from parstats.drivers.neighbour_likeness import morans_i
    from parstats.drivers.over_time.convergence import convergence
    from parstats.drivers.over_time.leads import leads
    from parstats.drivers.over_time.outside import outside
    from parstats.drivers.over_time.panel_model import panel
    from parstats.drivers.over_time.pooled_shares import pooled_shares
    from parstats.drivers.over_time.predictive import predictive
    from parstats.drivers.over_time.rank_logit import rank_logit
    from parstats.drivers.over_time.shares_without_noise import shares_without_noise

__all__ = [
    "across",
    "across_years",
    "audit",
    "available_normalisations",
    "change_attribution",
    "change_attributions",
    "comparable_indices",
    "convergence",
    "dominance",
    "has_pairs",
    "has_parts",
    "has_structure",
    "importance",
    "leads",
    "leave_one_out",
    "main_effects",
    "mcdm",
    "morans_i",
    "outside",
    "overview",
    "panel",
    "pooled_shares",
    "predictive",
    "rank_attribution",
    "rank_attributions",
    "rank_intervals",
    "rank_logit",
    "relative_change",
    "robustness",
    "shares",
    "shares_without_noise",
    "stability",
    "structure",
    "target_weights",
    "top_set",
    "typology",
    "unknown_highest",
]

# Models over the years need statsmodels and scikit-learn, which take seconds to load.
_LATE = {
    "convergence": "over_time.convergence",
    "leads": "over_time.leads",
    "morans_i": "neighbour_likeness",
    "outside": "over_time.outside",
    "panel": "over_time.panel_model",
    "pooled_shares": "over_time.pooled_shares",
    "predictive": "over_time.predictive",
    "rank_logit": "over_time.rank_logit",
    "shares_without_noise": "over_time.shares_without_noise",
}
_renamed = old_functions(__name__, needed_weights="target_weights")


def __getattr__(name: str) -> object:
    """Import a model over the years on access; name the new name of an old function."""
    from importlib import import_module

    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    return _renamed(name)


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
