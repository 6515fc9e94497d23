"""Printed tables: one function for each kind of result table."""

from parstats.figures.tables.available_scores import parts, statistics, years
from parstats.figures.tables.data_quality import breaks, conflicts, coverage, limits
from parstats.figures.tables.driver_results import (
    choices,
    main_effects,
    opposed,
    reliability,
    shares,
    stability,
)
from parstats.figures.tables.plan_cases import cards, contrasts, standings, to_collect
from parstats.figures.tables.plan_targets import measures, province_plans, register, target, targets
from parstats.figures.tables.province_scores import dimensions, extremes, peers, printed
from parstats.figures.tables.remedy_estimates import (
    both,
    estimates,
    events,
    hidden,
    losses,
    make_table,
    needed_plans,
    robustness,
    unmatched_measures,
)

__all__ = [
    "both",
    "breaks",
    "cards",
    "choices",
    "conflicts",
    "contrasts",
    "coverage",
    "dimensions",
    "estimates",
    "events",
    "extremes",
    "hidden",
    "limits",
    "losses",
    "main_effects",
    "make_table",
    "measures",
    "needed_plans",
    "opposed",
    "parts",
    "peers",
    "printed",
    "province_plans",
    "register",
    "reliability",
    "robustness",
    "shares",
    "stability",
    "standings",
    "statistics",
    "target",
    "targets",
    "to_collect",
    "unmatched_measures",
    "years",
]
