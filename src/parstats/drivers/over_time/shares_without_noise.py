"""Covariance shares as they would be without the noise of a survey."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_number
from parstats.drivers.over_time.convergence import convergence
from parstats.drivers.score_matrix import Floats, build_parts, without_rest
from parstats.drivers.shares import shares
from parstats.panel.subset_marks import keeps_subset

# Where a reliability is from.
_GIVEN, _WAVES, _UNKNOWN = "given", "three_waves", ""
# Draws behind the strength of an instrument.
_N_DRAWS = 200


@keeps_subset
def shares_without_noise(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    se: Mapping[str, float] | None = None,
    sens_level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Return the covariance shares of a year beside those with the noise of each part removed.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`), several years
    year : int
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    se : mapping of series to float, optional
        Standard error of a province's score in each series (root mean square over the provinces),
        in points; without it noise is found from three waves of scores.
    sens_level, n_draws, seed; as of `parstats.drivers.shares`

    Returns
    -------
    pandas.DataFrame: the rows and columns of `parstats.drivers.shares`, and reliability (of the
        part that year, at most 1; missing where it could not be found), reliability_from ("given",
        "three_waves", or empty), noise (its share of the variance of the overall score that is
        noise of this part), share_without_noise.

    Raises
    ------
    InsufficientData: if no part has a reliability
    InvalidRequest: if a standard error is negative, above the spread of its part, or of a series
        that is no part
    InsufficientCoverage, InvalidData, UnknownChoice: as of `parstats.drivers.shares`

    Notes
    -----
    A survey's score is the true one plus noise, independent between parts, of variance
    :math:`v_j = (1-\lambda_j)\mathrm{Var}(x_j)`, :math:`\lambda_j` the reliability. Noise of a part
    is in its own variance and in the total, so

    .. math:: c_j^* = (\mathrm{Cov}(x_j,y) - v_j) / (\mathrm{Var}(y) - \sum_k v_k).

    By three waves (`parstats.drivers.convergence`, all years pooled) noise is all that does not
    last a year, sampling error or not; a part with a weak instrument, or in no three years that
    compare, has no reliability, and its noise stays in. The correlation of two years alone would
    not do: it takes real change for noise.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = shares_without_noise(load_scores("PAPI"), 2024, n_draws=50)
    >>> bool(abs(table["share_without_noise"].sum() - 1) < 1e-9), table["reliability"].gt(0.2).sum()
    (True, np.int64(27))
    """
    parts = without_rest(build_parts(scores, year, level=level))
    table = shares(scores, year, level=level, sens_level=sens_level, n_draws=n_draws, seed=seed)
    variance = pd.Series(parts.points.var(axis=0), parts.series)
    if se is None:
        reliability = _by_waves(scores, parts.level, parts.series, seed)
        source = _WAVES
    else:
        reliability = _by_errors(se, variance, parts.weights, parts.index)
        source = _GIVEN
    if reliability.isna().all():
        raise errors.InsufficientData(
            f"shares without noise of {parts.index_year}: no part has a reliability; pass more "
            "years, or se={series: standard error}"
        )
    reliability = reliability.clip(upper=1.0)
    noise = (1 - reliability.fillna(1.0)) * variance.reindex(reliability.index)
    share_of_noise = table["series"].map(noise).fillna(0.0) / parts.total.var()
    table["reliability"] = table["series"].map(reliability)
    table["reliability_from"] = np.where(table["reliability"].notna(), source, _UNKNOWN)
    table["noise"] = share_of_noise
    table["share_without_noise"] = (table["share"] - share_of_noise) / (1 - share_of_noise.sum())
    return table


def _by_waves(scores: pd.DataFrame, level: str, series: tuple[str, ...], seed: int) -> pd.Series:
    try:
        found = convergence(scores, level=level, n_draws=_N_DRAWS, seed=seed).catching_up
    except errors.InsufficientData:
        return pd.Series(np.nan, index=series)
    found = found[found["series"] != ""].set_index("series")
    reliability = found["reliability"].where(~found["weak_instrument"] & (found["reliability"] > 0))
    return reliability.reindex(series)


def _by_errors(
    se: Mapping[str, float], variance: pd.Series, weights: Floats, index: str
) -> pd.Series:
    if not isinstance(se, Mapping | pd.Series):
        raise errors.InvalidRequest(
            f"se is {se!r}: expected standard errors by series, as {{'{variance.index[0]}': 0.05}}"
        )
    se = {str(name): check_number(f"se of {name}", value) for name, value in dict(se).items()}
    unknown = [name for name in se if name not in variance.index]
    if unknown:
        raise errors.InvalidRequest(
            f"se: {', '.join(unknown)} is no part of {index} here; expected some of "
            f"{', '.join(variance.index[:3])}, ..."
        )
    given = pd.Series(dict(se), dtype="float64")
    points = given * pd.Series(weights, variance.index).reindex(given.index)
    reliability = 1 - points**2 / variance.reindex(given.index)
    bad = given[(given < 0) | ~np.isfinite(given) | (reliability <= 0)]
    if len(bad):
        name = bad.index[0]
        raise errors.InvalidRequest(
            f"se of {name} is {bad.iloc[0]}: expected a standard error from 0 to below the "
            f"standard deviation of the part, {np.sqrt(variance[name]):.3g} points"
        )
    return reliability.reindex(variance.index)
