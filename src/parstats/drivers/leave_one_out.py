"""Ranks when one part of the score is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from parstats import errors
from parstats.drivers.score_matrix import build_parts
from parstats.stats.rank_rows import rank_rows


@dataclass(frozen=True)
class LeaveOneOut:
    """Ranks without each part.

    Attributes
    ----------
    ranks : pandas.DataFrame
        One row per series and province: index, year, region (empty for the country), vintage,
        series, parent, province, rank, rank_without, shift (rank_without - rank: positive if the
        province owes places to the series), n_provinces, n_units, coverage.
    series : pandas.DataFrame
        One row per series, the one whose absence moves ranks most first: index, year, region,
        series, parent, mean_shift (absolute, over the provinces), max_shift, province (moved most;
        the first by code), n_moved, rank_correlation (Spearman, with the full ranking),
        n_provinces, n_units, coverage.
    """

    ranks: pd.DataFrame
    series: pd.DataFrame


def leave_one_out(
    scores: pd.DataFrame, year: int, *, level: str | None = None, region: str | None = None
) -> LeaveOneOut:
    r"""Compute how each province's rank changes when one part is left out of the score.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code, of 10 complete provinces or more; the country if not given

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete, or under 10 of a region
    InvalidRequest: if there is only one part, or the parts do not add up to the overall score
        (SIPAS)

    Notes
    -----
    Estimand: with :math:`y_i=\sum_j x_{ij}` and :math:`R_i` the rank by y,
    :math:`R_i^{(-j)} - R_i`, where :math:`R_i^{(-j)}` is the rank by :math:`y_i - x_{ij}`. Exact:
    nothing is drawn. Ranks are among the provinces that are complete with the series in.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> found = leave_one_out(load_scores("PAPI"), 2024)
    >>> len(found.series), len(found.ranks)
    (28, 1708)
    """
    parts = build_parts(scores, year, level=level, region=region)
    n, p = parts.points.shape
    if p < 2:
        raise errors.InvalidRequest(
            f"{parts.index_year} has one part at that level: nothing is left without it"
        )
    rank = rank_rows(parts.total[None, :])[0]
    without = rank_rows((parts.total[:, None] - parts.points).T)
    shift = without - rank
    counted = {"n_provinces": n, "n_units": parts.n_units, "coverage": n / parts.n_units}
    about = {"index": parts.index, "year": parts.year, "region": parts.region}
    ranks = pd.DataFrame(
        {
            **about,
            "vintage": parts.vintage,
            "series": np.repeat(parts.series, n),
            "parent": np.repeat(parts.parents, n),
            "province": np.tile(parts.provinces, p),
            "rank": np.tile(rank, p),
            "rank_without": without.ravel(),
            "shift": shift.ravel(),
            **counted,
        }
    )
    size = np.abs(shift)
    series = pd.DataFrame(
        {
            **about,
            "series": parts.series,
            "parent": parts.parents,
            "mean_shift": size.mean(axis=1),
            "max_shift": size.max(axis=1),
            "province": np.array(parts.provinces)[size.argmax(axis=1)],
            "n_moved": (size > 0).sum(axis=1),
            "rank_correlation": [_correlation(rank, row) for row in without],
            **counted,
        }
    )
    series = series.sort_values("mean_shift", ascending=False, kind="stable")
    return LeaveOneOut(ranks, series.reset_index(drop=True))


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Spearman's correlation, ties at their mean rank."""
    return float(pd.Series(first).rank().corr(pd.Series(second).rank()))
