"""Ranks when one part of the score is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from parstats import errors
from parstats.drivers.score_matrix import Floats, Parts, build_parts, scale_widths
from parstats.panel.subset_marks import keeps_subset
from parstats.stats.correlations import spearman
from parstats.stats.kendall import kendall
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
        the first by code), n_moved, rank_correlation (Spearman, with the full ranking), kendall
        (tau-b, the same), renormalised (the others of its dimension take over its weight),
        n_provinces, n_units, coverage.
    """

    ranks: pd.DataFrame
    series: pd.DataFrame


@keeps_subset
def leave_one_out(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    region: str | None = None,
    renormalise: bool = False,
) -> LeaveOneOut:
    r"""Compute how each province's rank changes when one part is left out of the score.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code or name, of 10 complete provinces or more; else the country
    renormalise : bool
        Whether the other parts of the same dimension take over the weight of the part that is left
        out, so that the dimension counts as much as before (as COINr and the audits of the JRC do);
        of a dimension of one part, all others. If not, the dimension counts less by that part.

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

    With ``renormalise`` it is the rank by

    .. math:: y_i - x_{ij} + \frac{w_j}{\sum_{k \in g \setminus j} w_k}
        \sum_{k \in g \setminus j} x_{ik},

    g the dimension of j, and w the width of the scale of each part in points, its weight by the
    rules: the mean score of the dimension in shares of its scale is then that of the parts that
    stay, and its weight what it was. A part alone in its dimension leaves all others as they are.
    The two questions differ: without it, the part is worth what its points are worth; with it, what
    it adds beside the other parts of its dimension.

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
    redistributed = _redistributed(parts) if renormalise else 0.0
    without = rank_rows((parts.total[:, None] - parts.points + redistributed).T)
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
            "kendall": [kendall(rank, row)[0] for row in without],
            "renormalised": renormalise,
            **counted,
        }
    )
    series = series.sort_values("mean_shift", ascending=False, kind="stable")
    return LeaveOneOut(ranks, series.reset_index(drop=True))


def _redistributed(parts: Parts) -> Floats:
    """Return the points that the others of its dimension bring in place of each part."""
    weights = scale_widths(parts)
    if not np.isfinite(weights).all():
        unknown = ", ".join(np.array(parts.series)[~np.isfinite(weights)])
        raise errors.InvalidRequest(
            f"{parts.index_year}: the scale of {unknown} is not published, so it is not known what "
            "weight the others of its dimension would take over; use renormalise=False"
        )
    groups = parts.groups
    same = (groups[:, None] == groups[None, :]) & ~np.eye(len(groups), dtype=bool)
    if parts.has_rest:  # what no rule weighs takes nothing over
        same[-1] = same[:, -1] = False
    others = same @ weights
    factor = np.divide(weights, others, out=np.zeros_like(weights), where=others > 0)
    redistributed: Floats = (parts.points @ same) * factor
    return redistributed


def _correlation(first: Floats, second: Floats) -> float:
    """Return Spearman's correlation, ties at their mean rank."""
    return float(spearman(first, second)[0])
