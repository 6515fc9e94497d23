"""Figures, tables and sentences made from result tables; nothing is computed here."""

from parstats.figures import (
    driver_tables,
    partial,
    partial_tables,
    plan_tables,
    quality_tables,
    remedies_cases,
    remedies_tables,
    tables,
)
from parstats.figures.attribution import rank_attribution, rank_change
from parstats.figures.availability import availability
from parstats.figures.bumps import bumps
from parstats.figures.chart import Chart
from parstats.figures.coverage import coverage, series_timeline
from parstats.figures.driver_notes import no_change_note, no_rank_note, years_left_out_note
from parstats.figures.driver_shares import share_trend, shares
from parstats.figures.history import history
from parstats.figures.importance import importance
from parstats.figures.known_years import known_years
from parstats.figures.movement import movement
from parstats.figures.plan_charts import plan_matrix, plan_results
from parstats.figures.position import position
from parstats.figures.profile import profile
from parstats.figures.prose import (
    change_note,
    close_note,
    driver_note,
    headline,
    movement_note,
    no_data_note,
    notes,
    overall_only_note,
    page_title,
    printed_note,
    title,
)
from parstats.figures.rank_ranges import rank_ranges
from parstats.figures.remedies_forest import remedies_forest
from parstats.figures.remedies_placebo import placebo, rebound
from parstats.figures.remedies_power import event_study, power_curves
from parstats.figures.sections import paragraph, section, show

__all__ = [
    "Chart",
    "availability",
    "bumps",
    "change_note",
    "close_note",
    "coverage",
    "driver_note",
    "driver_tables",
    "event_study",
    "headline",
    "history",
    "importance",
    "known_years",
    "movement",
    "movement_note",
    "no_change_note",
    "no_data_note",
    "no_rank_note",
    "notes",
    "overall_only_note",
    "page_title",
    "paragraph",
    "partial",
    "partial_tables",
    "placebo",
    "plan_matrix",
    "plan_results",
    "plan_tables",
    "position",
    "power_curves",
    "printed_note",
    "profile",
    "quality_tables",
    "rank_attribution",
    "rank_change",
    "rank_ranges",
    "rebound",
    "remedies_cases",
    "remedies_forest",
    "remedies_tables",
    "section",
    "series_timeline",
    "share_trend",
    "shares",
    "show",
    "tables",
    "title",
    "years_left_out_note",
]
