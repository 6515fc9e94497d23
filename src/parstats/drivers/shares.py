"""Covariance shares: the share of each part in the variance of the overall score."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from parstats import errors
from parstats.arguments import check_share, old_names
from parstats.drivers.score_matrix import Floats, build_parts
from parstats.panel.subset_marks import keeps_subset
from parstats.reference.period_numbers import period_text
from parstats.stats import percentile_interval, resampling_counts


@old_names(draws="n_draws", interval="sens_level")
@keeps_subset
def shares(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    region: str | None = None,
    sens_level: float = 0.95,
    n_draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Covariance share of each sub-dimension (or dimension) in the overall score of a year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : {"criterion", "dimension"}, optional
        The parts; the lowest level that adds up to the overall score if not given: sub-dimensions
        of PAPI, fields of the PAR INDEX. Shares of sub-dimensions add up to the share of their
        dimension.
    region : str, optional; code or name, of 10 complete provinces or more; else the country
    sens_level : float; share of the bootstrap draws inside the interval
    n_draws, seed : int; bootstrap samples over provinces, and the seed

    Returns
    -------
    pandas.DataFrame
        One row per series, largest share first: index, year, region (empty for the country),
        series, parent, share, sens_low, sens_high, tied_with_top (an interval of its distance to
        the largest share, at the same level, holds zero; see Notes), variance and
        covariance_with_rest (the two summands of the share), sd (points over the provinces),
        correlation (with the overall score), weight (points of the overall score for a point of the
        series), basis (of the weights: "rules" of the index, "exact" or "fitted"; see Notes),
        n_provinces, n_units, coverage (share of the provinces that are complete), sens_level,
        n_draws.

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete, or under 10 of a region
    InvalidRequest: if all provinces have the same overall score, or the parts add up to it by no
        rule that is known and there are fewer than three provinces for each to find weights from

    Notes
    -----
    Estimand: in the provinces of that year, the share of the variance of the overall score
    :math:`y=\sum_j x_j` that goes through part :math:`x_j`,

    .. math:: c_j = \mathrm{Cov}(x_j, y) / \mathrm{Var}(y), \qquad \sum_j c_j = 1,

    the "effective weight" of a composite indicator with nominal weights 1. It equals the Shapley
    value of the game :math:`v(S)=\mathrm{Var}(\sum_{j\in S} x_j)` (Colini-Baldeschi, Scarsini and
    Vaccari 2018, arXiv:1606.09424), so no subsets are enumerated. A share may be negative: the part
    then pulls against the rest. It describes spread between provinces in one year; it is not the
    effect of raising a part.

    Where the rules of an index do not say what a part counts (SIPAS), :math:`x_j = w_j z_j` with
    weights :math:`w_j \ge 0` found from the scores by least squares. They are "exact" if they give
    every published overall score as far as it is printed, this year and in another year of the
    framework, with three provinces or more for each part. Else they are "fitted", and what they
    leave, :math:`y - \sum_j w_j z_j`, is a part of its own, the rest (series ``<index>.rest``): the
    shares add up to 1 with it. Fitted weights are a description of these scores.

    The provinces are a census, so the interval is no sampling error: it is the percentile
    bootstrap over provinces and shows how sensitive a share is to which provinces are in.
    ``tied_with_top`` needs no draws: the distance of two shares and its standard error by the
    infinitesimal jackknife, :math:`d_i = ((x_{ij} - \bar x_j)(y_i - \bar y) - c_j (y_i - \bar y)^2)
    / \mathrm{Var}(y)` for province i (Jaeckel 1972; Efron 1982, The Jackknife, the Bootstrap and
    Other Resampling Plans, chapter 6), so that it hangs on no seed and on no order of rows.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = shares(load_scores("PAPI"), year=2024)
    >>> len(table), bool(abs(table["share"].sum() - 1) < 1e-12)
    (28, True)
    """
    sens_level = check_share("sens_level", sens_level)
    parts = build_parts(scores, year, level=level, region=region)
    points, n = parts.points, len(parts.provinces)
    variances, share = _variance_and_share(points, parts.index, parts.year)
    sampled = _bootstrap(points, n_draws, seed)
    low, high = percentile_interval(sampled, sens_level)
    table = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "region": parts.region,
            "series": parts.series,
            "parent": parts.parents,
            "share": share,
            "sens_low": low,
            "sens_high": high,
            "tied_with_top": _tied_with_top(points, share, sens_level),
            "variance": variances,
            "covariance_with_rest": share - variances,
            "sd": points.std(axis=0),
            "correlation": _correlations(points, parts.total),
            "weight": parts.weights,
            "basis": parts.basis,
            "n_provinces": n,
            "n_units": parts.n_units,
            "coverage": n / parts.n_units,
            "sens_level": sens_level,
            "n_draws": n_draws,
        }
    )
    return table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


def _variance_and_share(parts: Floats, index: str, year: int) -> tuple[Floats, Floats]:
    centred = parts - parts.mean(axis=0)
    total = centred.sum(axis=1)
    variance = total @ total
    if variance <= 1e-12 * len(parts):
        raise errors.InvalidRequest(
            f"all provinces have the same overall score in {index} {period_text(year)}: "
            "there is no variance to divide"
        )
    return (centred**2).sum(axis=0) / variance, centred.T @ total / variance


def _tied_with_top(points: Floats, share: Floats, sens_level: float) -> NDArray[np.bool_]:
    """Return which shares an interval of the distance to the largest cannot tell from it."""
    centred = points - points.mean(axis=0)
    total = centred.sum(axis=1)
    n = len(points)
    influence = (centred * total[:, None] - share * total[:, None] ** 2) / (total @ total / n)
    top = share.argmax()
    behind = influence[:, [top]] - influence
    error = np.sqrt((behind**2).sum(axis=0)) / n
    quantile = stats.t.ppf((1 + sens_level) / 2, n - 1)
    tied: NDArray[np.bool_] = share[top] - share <= quantile * error
    return tied


def _correlations(parts: Floats, total: Floats) -> Floats:
    centred, deviation = parts - parts.mean(axis=0), total - total.mean()
    scale = np.sqrt((centred**2).sum(axis=0) * (deviation @ deviation))
    undefined = np.full(parts.shape[1], np.nan)
    correlations: Floats = np.divide(centred.T @ deviation, scale, out=undefined, where=scale > 0)
    return correlations


def _bootstrap(parts: Floats, n_draws: int, seed: int) -> Floats:
    """Return the shares in every bootstrap sample, shape (draws, parts), from weighted moments."""
    n = len(parts)
    weights = resampling_counts(n, n_draws, seed) / n
    total = parts.sum(axis=1)
    mean_total = weights @ total
    cross = weights @ (parts * total[:, None]) - (weights @ parts) * mean_total[:, None]
    variance = weights @ total**2 - mean_total**2
    # A sample of one unit again and again, as few units may give, has no spread to divide.
    varied = variance > 1e-12 * variance.max()
    shares_: Floats = cross[varied] / variance[varied, None]
    return shares_
