"""The panel of scores: load, reshape, rank, compare years, measure coverage."""

from parstats.arguments import old_functions, parse_years
from parstats.panel.averages import averages
from parstats.panel.change import change, common_provinces, usual_change
from parstats.panel.code_names import with_names
from parstats.panel.composite.index_scores import index_from
from parstats.panel.covariates import join_covariates
from parstats.panel.coverage import (
    availability,
    check_year,
    complete_levels,
    complete_provinces,
    coverage,
    coverage_limits,
    index_in,
    require_coverage,
)
from parstats.panel.evidence import Evidence, available_scores, evidence
from parstats.panel.grades import grades
from parstats.panel.load import (
    load_breaks,
    load_conflicts,
    load_gaps,
    load_measures,
    load_mergers,
    load_plans,
    load_printed,
    load_provinces,
    load_scores,
    load_series,
    load_shortcomings,
    load_targets,
    load_versions,
)
from parstats.panel.national_statistics import load_statistics, national_scores
from parstats.panel.overall import history, overall
from parstats.panel.profile import peers, profile
from parstats.panel.province_indices import province_indices
from parstats.panel.ranks import quartile, rank_scores, ranks
from parstats.panel.reshape import add_totals, wide
from parstats.panel.standardise import standardise
from parstats.panel.standings import standings
from parstats.panel.subsets import only, without
from parstats.panel.units import resolve_province
from parstats.panel.vintages import backcast, member_scores, missing_members, to_vintage
from parstats.reference.period_numbers import period_text
from parstats.reference.periods import parse_period

__all__ = [
    "Evidence",
    "add_totals",
    "availability",
    "available_scores",
    "averages",
    "backcast",
    "change",
    "check_year",
    "common_provinces",
    "complete_levels",
    "complete_provinces",
    "coverage",
    "coverage_limits",
    "evidence",
    "grades",
    "history",
    "index_from",
    "index_in",
    "join_covariates",
    "load_breaks",
    "load_conflicts",
    "load_gaps",
    "load_measures",
    "load_mergers",
    "load_plans",
    "load_printed",
    "load_provinces",
    "load_scores",
    "load_series",
    "load_shortcomings",
    "load_statistics",
    "load_targets",
    "load_versions",
    "member_scores",
    "missing_members",
    "national_scores",
    "only",
    "overall",
    "parse_period",
    "parse_years",
    "peers",
    "period_text",
    "profile",
    "province_indices",
    "quartile",
    "rank_scores",
    "ranks",
    "require_coverage",
    "resolve_province",
    "standardise",
    "standings",
    "to_vintage",
    "usual_change",
    "wide",
    "with_names",
    "without",
]

__getattr__ = old_functions(
    __name__,
    Reach="Evidence",
    index_of="index_in",
    levels_carried="complete_levels",
    limits="coverage_limits",
    national="national_scores",
    own_figures="available_scores",
    quartile_of="quartile",
    rank_of="rank_scores",
    reach="evidence",
    standing="overall",
)
