"""All province-years with plans together: the overall score and rank against peers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from parstats.arguments import check_share
from parstats.remedies.few_plans.total_changes import province_years
from parstats.stats.clustered_mean import clustered_mean

POOLED = {
    **dict.fromkeys(("index", "outcome"), "str"),
    **dict.fromkeys(("n_plans", "n_provinces", "n_province_years"), "int64"),
    **dict.fromkeys(("mean", "se", "df", "ci_low", "ci_high"), "float64"),
    **dict.fromkeys(("n_better", "n_worse"), "int64"),
    "sign_p": "float64",
    **dict.fromkeys(("n_provinces_better", "n_provinces_worse"), "int64"),
    "sign_p_provinces": "float64",
}


class Synthesis(NamedTuple):
    """Tables of `synthesis`."""

    pooled: pd.DataFrame
    cases: pd.DataFrame
    untested: pd.DataFrame


def synthesis(
    plans: pd.DataFrame,
    scores: pd.DataFrame,
    printed: pd.DataFrame,
    index: str,
    *,
    formal_only: bool = True,
    ci_level: float = 0.95,
) -> Synthesis:
    """Hold all province-years with plans against provinces that started alike.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`
    scores : pandas.DataFrame of the index, all years (`parstats.load_scores`)
    printed : pandas.DataFrame of `parstats.load_printed`
    index : str
    formal_only : bool; formal plans only: not articles, meetings, conferences
    ci_level : float; of the intervals

    Returns
    -------
    Synthesis : named tuple of tables
        - pooled: two rows, the outcome "score" (in standard deviations of the provinces of a year)
          and "rank" (places gained): index, outcome, n_plans, n_provinces, n_province_years, mean
          (change less that of the peers), se, df, ci_low, ci_high, n_better and n_worse
          (province-years above and below their peers), sign_p (exact sign test, two-sided, ties
          left out), and the same of the means of provinces. Missing where nothing compares.
        - cases: one row per province-year: index, province, vintage, before_year, year, plans,
          n_plans, score_change, score_peers, score_difference, rank_change, rank_peers,
          rank_difference, n_peers. Only years with scores of 90 % of the provinces.
        - untested: one row per plan that is in none of them: plan, index, province, vintage,
          before_year, year, rank_before, rank, reason, reason_vi, reason_en. "printed" are those of
          which the press or a document prints a rank; provinces that rose are printed more often,
          so these are counted nowhere.

    Raises
    ------
    UnknownChoice, InvalidRequest: if there is no such index; if tables are not as described

    Notes
    -----
    Peers are the provinces that ranked within 5 places in the year before; those with plans of
    their own stay in, since of most it is not known. Scores are less the peers' mean, ranks less
    their median. The mean is over province-years; its interval is clustered by province with the
    bias-reduced variance and its degrees of freedom (`parstats.stats.clustered_mean`). That is for
    a handful of unequal clusters what a wild bootstrap is for a regression, has a closed form, and
    takes provinces as a sample, as the sentence "plans like these" asks; the exchange behind
    `total_outcomes` asks the other question, whether other provinces fared alike in these years. It
    describes: which province plans when is not chance, and peers differ in more than the rank.

    Examples
    --------
    >>> from parstats.panel import load_plans, load_printed, load_scores
    >>> result = synthesis(load_plans(), load_scores("PAPI"), load_printed(), "PAPI")
    >>> result.pooled["outcome"].tolist(), len(result.cases) >= 23
    (['score', 'rank'], True)
    """
    check_share("ci_level", ci_level)
    cases, untested = province_years(plans, scores, printed, index, formal_only=formal_only)
    rows = [_pooled(cases, outcome, ci_level) | {"index": index} for outcome in ("score", "rank")]
    pooled = pd.DataFrame(rows, columns=list(POOLED)).astype(POOLED)
    for table in (pooled, cases, untested):
        table.attrs["indices"] = [index]
    return Synthesis(pooled, cases, untested)


def _pooled(cases: pd.DataFrame, outcome: str, ci_level: float) -> dict[str, Any]:
    values = cases[f"{outcome}_difference"].to_numpy(dtype=np.float64)
    units = cases["vintage"].astype(str) + " " + cases["province"]
    mean = clustered_mean(values, units.to_numpy(dtype=str), ci_level)
    by_province = pd.Series(values).groupby(units.to_numpy()).mean().to_numpy()
    better, worse, p = _signs(values)
    provinces_better, provinces_worse, provinces_p = _signs(by_province)
    return {
        "outcome": outcome,
        "n_plans": int(cases["n_plans"].sum()),
        "n_provinces": units.nunique(),
        "n_province_years": len(cases),
        **{"mean": mean.mean, "se": mean.se, "df": mean.df},
        **{"ci_low": mean.ci_low, "ci_high": mean.ci_high},
        **{"n_better": better, "n_worse": worse, "sign_p": p},
        **{"n_provinces_better": provinces_better, "n_provinces_worse": provinces_worse},
        "sign_p_provinces": provinces_p,
    }


def _signs(values: np.ndarray) -> tuple[int, int, float]:
    """Return how many are above and below zero, and the exact two-sided p-value."""
    # Differences of means that are zero but for rounding are ties.
    better, worse = int((values > 1e-12).sum()), int((values < -1e-12).sum())
    if not better + worse:
        return better, worse, float("nan")
    return better, worse, float(stats.binomtest(better, better + worse).pvalue)
