"""Covariance shares pooled over years: one answer for a series, not one for each year."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_integer, check_share, parse_years
from parstats.drivers.over_time.identities import LEAST_PROVINCES
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import Floats, Parts, build_parts
from parstats.panel.coverage import check_year
from parstats.reference import frameworks
from parstats.stats import percentile_interval, resampling_counts


def pooled_shares(
    scores: pd.DataFrame,
    *,
    years: int | str | Iterable[int] | None = None,
    level: str | None = None,
    sens_level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Return the mean covariance share of each series over the years that hold it.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`), several years
    years : int, iterable of int, or str ("2021-2024"), optional
        All with 90 % of the provinces if not given.
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    sens_level : float; share of the bootstrap draws inside the interval
    n_draws, seed : int; bootstrap samples over provinces (with all their years), and the seed

    Returns
    -------
    pandas.DataFrame: one row per series, largest share first: index, series, parent, share (mean
        over the years), sens_low, sens_high, least, greatest (share of a year), n_first (years in
        which it is the largest), n_years, first, last, sens_level, n_draws.

    Raises
    ------
    InsufficientData: if there are fewer than five units
    InsufficientCoverage: if under 90 % of the provinces are complete in a year that is asked for,
        or in every year
    UnknownChoice: if a year or the level does not exist

    Notes
    -----
    Estimand: the mean over years of the covariance shares of `parstats.drivers.shares`, each year
    counting the same. A series that was measured in few years is pooled over these, so that shares
    need not add up to 1. The interval is the percentile bootstrap over provinces, which keep all
    their years; it is no sampling error.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = pooled_shares(load_scores("PAPI", years=range(2021, 2025)), n_draws=50)
    >>> table["n_years"].unique().tolist(), bool(abs(table["share"].sum() - 1) < 1e-9)
    ([4], True)
    """
    sens_level, n_draws = (
        check_share("sens_level", sens_level),
        check_integer("n_draws", n_draws, 1),
    )
    index = require_table(scores)
    every_year = _parts(scores, years, level)
    units = sorted({code for parts in every_year for code in parts.provinces})
    if len(units) < LEAST_PROVINCES:
        raise errors.InsufficientData(
            f"pooled shares of {index}: {len(units)} units, {LEAST_PROVINCES} are needed to draw "
            "samples of them; drivers.shares takes fewer"
        )
    counts = resampling_counts(len(units), n_draws, seed)
    place = {code: number for number, code in enumerate(units)}
    observed, drawn = [], []
    for parts in every_year:
        rows = [place[code] for code in parts.provinces]
        observed.append(pd.Series(_shares(parts.points)[0], parts.series, name=parts.year))
        drawn.append(pd.DataFrame(_shares(parts.points, counts[:, rows]).T, parts.series))
    by_year = pd.concat(observed, axis=1)
    sums = pd.concat(drawn).groupby(level=0).agg("mean").reindex(by_year.index)
    low, high = percentile_interval(sums.to_numpy().T, sens_level)
    present = by_year.notna()
    years_held = np.array(by_year.columns)
    parents = frameworks.series().set_index("series")["parent"]
    table = pd.DataFrame(
        {
            "index": index,
            "series": by_year.index,
            "parent": parents.reindex(by_year.index).to_numpy(),
            "share": by_year.mean(axis=1).to_numpy(),
            "sens_low": low,
            "sens_high": high,
            "least": by_year.min(axis=1).to_numpy(),
            "greatest": by_year.max(axis=1).to_numpy(),
            "n_first": by_year.eq(by_year.max()).sum(axis=1).to_numpy(),
            "n_years": present.sum(axis=1).to_numpy(),
            "first": [years_held[row][0] for row in present.to_numpy()],
            "last": [years_held[row][-1] for row in present.to_numpy()],
            "sens_level": sens_level,
            "n_draws": n_draws,
        }
    )
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def _parts(
    scores: pd.DataFrame, years: int | str | Iterable[int] | None, level: str | None
) -> list[Parts]:
    """Return the parts of each year; without `years` of those that are covered."""
    if years is not None:
        named = sorted({check_year(scores, year) for year in parse_years(years) or ()})
        return [build_parts(scores, year, level=level) for year in named]
    every_year, refusal = [], None
    for year in sorted({int(year) for year in check_scores(scores)["year"].unique()}):
        try:
            every_year.append(build_parts(scores, year, level=level))
        except errors.InsufficientCoverage as error:
            refusal = error
    if not every_year and refusal is not None:
        raise refusal
    return every_year


def _shares(points: Floats, counts: Floats | None = None) -> Floats:
    """Return the shares of each part, in resamples if there are counts; shape (draws, parts)."""
    weights = np.ones((1, len(points))) if counts is None else counts
    weights = weights / weights.sum(axis=1, keepdims=True)
    total = points.sum(axis=1)
    mean = weights @ total
    cross = weights @ (points * total[:, None]) - (weights @ points) * mean[:, None]
    variance = weights @ total**2 - mean**2
    shares: Floats = cross / variance[:, None]
    return shares
