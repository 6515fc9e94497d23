"""The result of `parstats.advice.priorities`: three tables, and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Steps in ranks whose probability is given; 0 is to keep the rank, at least.
STEPS = (0, 1, 5, 10)
_HEAD = ("index", "year", "vintage", "province", "rank", "n_ranked")
COLUMNS = (
    *_HEAD,
    *("series", "parent", "level", "score", "max_score", "series_rank", "standing"),
    *("expected_score", "uplift", "uplift_standing", "uplift_se", "aim", "overall_gain"),
    *("gain", "range_low", "range_high", "range_level", "gain_without", "added_gain"),
    *("added_low", "added_high"),
    *(f"p_{step}{end}" for step in STEPS for end in ("", "_without")),
    *("n_cases", "n_reached", "n_years", "n_draws", "position", "group"),
)
PAIR_COLUMNS = (
    *_HEAD,
    *("series", "other", "overall_gain", "gain", "gain_without"),
    *(f"p_{step}" for step in STEPS),
    *("position",),
)
CASE_COLUMNS = (
    *(
        "index",
        "year",
        "vintage",
        "province",
        "series",
        "case_province",
        "case_vintage",
        "case_year",
    ),
    *("case_score", "score_after", "score_later"),
)


@dataclass(frozen=True)
class Priorities:
    """What raising each part of the score may do to the rank a year later.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per province and series, what adds most first: index, year (the baseline), vintage,
        province, rank of n_ranked; series, parent, level, score of max_score, series_rank,
        standing; expected_score (next year's, if all go on as before), uplift (points on top of
        that: what the top quarter of the provinces there really gained and kept), uplift_standing
        and uplift_se (the same in standard deviations of the provinces, with its standard error),
        aim (the score to be reached, if the mean of all stays), overall_gain (points of the overall
        score); gain (ranks gained on average), range_low and range_high of it (of range_level),
        gain_without (none raised), added_gain (the difference) and added_low, added_high (by the
        error of the uplift);
        p_0, p_1, p_5, p_10: probability of gaining so many ranks or more (of 0: of keeping the
        rank), each beside p_..._without;
        n_cases (runs of four years from the same standing), n_reached (of these, that stood higher
        in both later years than in both earlier ones, by the uplift at least), n_years, n_draws;
        position and group (series of one group cannot be told apart).
    pairs : pandas.DataFrame
        Two series of the first ten at once: series, other, overall_gain, gain, gain_without, p_0,
        p_1, p_5, p_10, position.
    cases : pandas.DataFrame
        Who did it, newest first: series, case_province, case_vintage, case_year, and the scores in
        that year (case_score), the year after (score_after) and two years after (score_later).
    reason : str
        Why there are none: "years" (too few that compare), "parts" (the province lacks some),
        "coverage" (fewer than 90 % of the provinces have all parts), or ""
        (`parstats.advice.page_priorities` alone gives one).
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    cases: pd.DataFrame
    reason: str = ""
