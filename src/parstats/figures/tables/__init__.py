"""Printed tables: one function for each kind of result table, each giving a `Table`."""

from parstats.arguments import old_functions
from parstats.figures.column import Column, count_column, number_column, text_column
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table
from parstats.figures.tables.advised_series import priorities, target_checks
from parstats.figures.tables.available_scores import parts, statistics, years
from parstats.figures.tables.compared_indices import (
    agreement,
    common_provinces,
    differing_provinces,
    parts_together,
    province_indices,
)
from parstats.figures.tables.data_quality import breaks, conflicts, coverage, limits
from parstats.figures.tables.driver_overview import overview, questions
from parstats.figures.tables.driver_results import (
    choices,
    main_effects,
    opposed,
    reliability,
    shares,
    stability,
)
from parstats.figures.tables.drivers_over_time import (
    catching_up,
    forecast_importance,
    forecast_performance,
    group_choice,
    group_members,
    neighbour_likeness,
    pooled_shares,
    spread_trends,
)
from parstats.figures.tables.few_plans import measure_outcomes, partial_pooling, synthesis
from parstats.figures.tables.merged_provinces import members
from parstats.figures.tables.panel_results import leads, outside, panel
from parstats.figures.tables.plan_cases import cards, contrasts, missing_figures, standings
from parstats.figures.tables.plan_measures import (
    province_measures,
    unanswered_shortcomings,
    weak_series,
)
from parstats.figures.tables.plan_targets import measures, province_plans, register, target, targets
from parstats.figures.tables.province_scores import dimensions, extremes, peers, printed
from parstats.figures.tables.remedy_estimates import (
    compare_estimators,
    estimates,
    event_study,
    losses,
    needed_plans,
    robustness,
    unmatched_measures,
    unobserved_plans,
)

__all__ = [
    "Column",
    "NumberFormat",
    "Table",
    "agreement",
    "breaks",
    "cards",
    "catching_up",
    "choices",
    "common_provinces",
    "compare_estimators",
    "conflicts",
    "contrasts",
    "count_column",
    "coverage",
    "differing_provinces",
    "dimensions",
    "estimates",
    "event_study",
    "extremes",
    "forecast_importance",
    "forecast_performance",
    "group_choice",
    "group_members",
    "leads",
    "limits",
    "losses",
    "main_effects",
    "measure_outcomes",
    "measures",
    "members",
    "missing_figures",
    "needed_plans",
    "neighbour_likeness",
    "number_column",
    "opposed",
    "outside",
    "overview",
    "panel",
    "partial_pooling",
    "parts",
    "parts_together",
    "peers",
    "pooled_shares",
    "printed",
    "priorities",
    "province_indices",
    "province_measures",
    "province_plans",
    "questions",
    "register",
    "reliability",
    "robustness",
    "shares",
    "spread_trends",
    "stability",
    "standings",
    "statistics",
    "synthesis",
    "target",
    "target_checks",
    "targets",
    "text_column",
    "unanswered_shortcomings",
    "unmatched_measures",
    "unobserved_plans",
    "weak_series",
    "years",
]

__getattr__ = old_functions(
    "parstats.tables",
    both="compare_estimators",
    events="event_study",
    hidden="unobserved_plans",
    left_out="unmatched_measures",
    made="Table",
    make_table="Table",
    to_collect="missing_figures",
)
