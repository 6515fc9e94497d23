"""Charts: one function for each kind of result table."""

from parstats.arguments import old_functions
from parstats.figures.chart import Chart
from parstats.figures.charts.boundary_map import boundary_map
from parstats.figures.charts.data_coverage import availability, coverage, series_timeline
from parstats.figures.charts.driver_importance import importance
from parstats.figures.charts.driver_shares import share_trend, shares
from parstats.figures.charts.index_agreement import agreement, parts_together, rank_pairs
from parstats.figures.charts.plan_outcomes import plan_matrix, plan_results
from parstats.figures.charts.priority_gains import priorities
from parstats.figures.charts.province_history import available_scores, history
from parstats.figures.charts.province_profile import position, profile
from parstats.figures.charts.rank_lines import bumps
from parstats.figures.charts.rank_ranges import rank_ranges
from parstats.figures.charts.rank_waterfall import rank_attribution, rank_change
from parstats.figures.charts.remedy_forest import remedies_forest
from parstats.figures.charts.remedy_placebo import mean_reversion, placebo
from parstats.figures.charts.remedy_power import event_study, power_curves
from parstats.figures.charts.score_movement import movement

__all__ = [
    "Chart",
    "agreement",
    "availability",
    "available_scores",
    "boundary_map",
    "bumps",
    "coverage",
    "event_study",
    "history",
    "importance",
    "mean_reversion",
    "movement",
    "parts_together",
    "placebo",
    "plan_matrix",
    "plan_results",
    "position",
    "power_curves",
    "priorities",
    "profile",
    "rank_attribution",
    "rank_change",
    "rank_pairs",
    "rank_ranges",
    "remedies_forest",
    "series_timeline",
    "share_trend",
    "shares",
]

__getattr__ = old_functions(
    "parstats.charts",
    known_years="available_scores",
    rebound="mean_reversion",
)
