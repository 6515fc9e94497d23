"""The panel of scores: load, reshape, rank, compare years, and say what is covered."""

from parstats.panel.availability import availability, limits
from parstats.panel.averages import averages
from parstats.panel.change import change, common_provinces
from parstats.panel.coverage import (
    check_year,
    complete_provinces,
    coverage,
    index_of,
    levels_carried,
    require_coverage,
)
from parstats.panel.history import history
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
    load_targets,
    load_versions,
)
from parstats.panel.national import national
from parstats.panel.own_figures import own_figures
from parstats.panel.peers import peers
from parstats.panel.profile import profile
from parstats.panel.published import load_statistics
from parstats.panel.ranks import quartile_of, rank_of, ranks
from parstats.panel.reach import Reach, reach
from parstats.panel.standardise import standardise
from parstats.panel.standing import standing
from parstats.panel.totals import add_totals
from parstats.panel.vintage import to_vintage
from parstats.panel.wide import wide
from parstats.panel.year_span import year_span

__all__ = [
    "Reach",
    "add_totals",
    "availability",
    "averages",
    "change",
    "check_year",
    "common_provinces",
    "complete_provinces",
    "coverage",
    "history",
    "index_of",
    "levels_carried",
    "limits",
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
    "load_statistics",
    "load_targets",
    "load_versions",
    "national",
    "own_figures",
    "peers",
    "profile",
    "quartile_of",
    "rank_of",
    "ranks",
    "reach",
    "require_coverage",
    "standardise",
    "standing",
    "to_vintage",
    "wide",
    "year_span",
]
