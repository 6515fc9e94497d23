"""Standardising scores: points, share of scale, or z within series and year."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from parstats import errors
from parstats.panel.coverage import needed
from parstats.panel.national_statistics import published_alternative
from parstats.panel.units import n_units, province_scores, with_vintage
from parstats.reference.period_numbers import period_text

Method = Literal["points", "share_of_scale", "z"]
METHODS: tuple[str, ...] = get_args(Method)


def standardise(scores: pd.DataFrame, method: Method = "share_of_scale") -> pd.DataFrame:
    """Add a column ``value``: the score on a scale common to series and years.

    Parameters
    ----------
    scores : pandas.DataFrame of `parstats.load_scores`
    method : {"points", "share_of_scale", "z"}
        - "points": the score as published. Comparable across years only within a
          ``comparable_group``; the maximum of a series changes with the number of its neighbours.
        - "share_of_scale": (score - minimum) / (maximum - minimum), from 0 to 1. Comparable
          across changes of scale; in 2 of 21,891 cells slightly below 0, where a score rounded in
          the source lies below the derived minimum.
        - "z": (score - mean) / standard deviation over the provinces of the series and year (ddof
          0). Gives the standing of a province among the others, not its level, so it needs
          figures of 90 % of them. NaN where all provinces have the same score, and for provinces
          that `to_vintage` made from a part of their members, which do not count.

    Returns
    -------
    pandas.DataFrame: the scores with ``value`` and ``method`` added.

    Raises
    ------
    UnknownChoice: if the method is unknown
    InsufficientCoverage: if "z" is asked for and a series and year has figures for fewer than 90 %
        of the units

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = standardise(load_scores("PAPI", years=2024), "z")
    >>> bool(abs(table.groupby("series")["value"].mean()).max() < 1e-12)
    True
    """
    if method not in METHODS:
        raise errors.UnknownChoice("method", method, METHODS)
    if method == "points":
        value = scores["score"]
    elif method == "share_of_scale":
        value = (scores["score"] - scores["min_score"]) / (
            scores["max_score"] - scores["min_score"]
        )
    else:
        keys = ["index", "year", "vintage", "unit_level", "series"]
        counted = with_vintage(province_scores(scores))
        groups = counted.groupby(keys, sort=False)["score"]
        _require_units(groups.size(), scores)
        spread = groups.transform(lambda score: score.std(ddof=0))
        value = (counted["score"] - groups.transform("mean")) / spread.where(spread > 0)
        value = value.reindex(scores.index)
    return scores.assign(value=value, method=method)


def _require_units(counts: pd.Series, scores: pd.DataFrame) -> None:
    for (index, year, vintage, _, series), count in counts.items():
        n_total = n_units(index, vintage, scores)
        if count < needed(n_total):
            raise errors.InsufficientCoverage(
                f"z scores of {series} {period_text(year)}",
                n_complete=int(count),
                n_required=needed(n_total),
                n_units=n_total,
                alternative=published_alternative(index, year, series),
            )
