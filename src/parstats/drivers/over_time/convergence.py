"""Convergence: whether provinces come closer to each other, and whether the low ones catch up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_share
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import LEAST_IN_REGION
from parstats.panel.standardise import standardise
from parstats.panel.standings import standings
from parstats.panel.units import unit_column
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.three_waves import ThreeWaves, three_waves

Floats = NDArray[np.float64]

# Years of a run that a trend of its spread is drawn through; two always lie on a line.
_LEAST_YEARS = 3
# Units below which a slope says nothing; as for drivers of a region.
_LEAST_UNITS = LEAST_IN_REGION

# F of the first stage below which an instrument is called weak (Staiger and Stock 1997,
# Econometrica 65(3):557-586).
_WEAK = 10.0


@dataclass(frozen=True)
class Convergence:
    """Convergence of the units of an index, series by series.

    Attributes
    ----------
    spread : pandas.DataFrame
        Sigma convergence, one row per series and year: index, series, level, run (of comparable
        years, from 0), year, n_provinces, mean and sd (ddof 0) as shares of the scale.
    trends : pandas.DataFrame
        One row per series and run of three years or more: index, series, level, run, first, last,
        n_years, n_provinces (with all years), change (of the logarithm of sd, per year: -0.02 is a
        spread that shrinks by 2 % a year), sens_low, sens_high, sens_level, n_draws.
    catching_up : pandas.DataFrame
        Beta convergence, one row per series, and one per level over all of its series (series
        empty): index, series, level, beta_ols, beta_instrumented, beta_noise and noise_of_change
        (share of the variance of a yearly change of standing that is noise), each with _sens_low
        and _sens_high, reliability (share of the variance of a standing that is no noise; missing,
        as what follows from it, where the estimate is none from 0 to 1), weak_instrument (the year
        before says too little of the next: an F below 10, its error by the bootstrap over units),
        n_years (outcome years), n_provinces, n_cells, sens_level, n_draws.
    """

    spread: pd.DataFrame
    trends: pd.DataFrame
    catching_up: pd.DataFrame


def convergence(
    scores: pd.DataFrame,
    *,
    series: str | Iterable[str] | None = None,
    level: str | None = None,
    sens_level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> Convergence:
    r"""Measure sigma and beta convergence between the units of an index.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`), several years
    series : str or iterable of str, optional; all of the scores if not given
    level : str, optional; keep the series of one level: "index", "dimension", "criterion", ...
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, seed : int; bootstrap samples over units (with all their years), and the seed

    Returns
    -------
    Convergence

    Raises
    ------
    InsufficientCoverage: if no series has scores of 90 % of the units in any year
    InsufficientData: if no series has three years in a row that compare
    InvalidData, InvalidRequest, UnknownChoice: as of `parstats.panel.standings`

    Notes
    -----
    Sigma: the standard deviation over units, as a share of the scale, and the least squares slope
    of its logarithm over the years of a run, of the units with all of these years.

    Beta: the slope of the change of a standing on the standing of the year before,
    :math:`z_t - z_{t-1} = \beta z_{t-1} + e`, years pooled. ``beta_ols`` is negative even where
    nothing converges, since noise of one year is gone in the next. ``beta_instrumented`` takes
    :math:`z_{t-2}` as instrument, whose noise is another: below zero the true standings close up.
    ``beta_noise`` is the ``beta_ols`` that noise alone gives where nothing closes up: the
    reliability by three waves (`parstats.stats.three_waves`), less 1. A standing is relative: with
    beta below zero and a spread that stays, units change places and do not come closer together.
    Assumed: noise of the same variance that is not carried from year to year. Noise is all that
    does not last: sampling error, and what did happen but in one year only. Two surveys of the same
    villages share some of it, which makes beta_instrumented and beta_noise too small in size.

    Intervals are percentile bootstraps over units, and show how far a figure hangs on which are in.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = convergence(load_scores("PAPI"), level="criterion", n_draws=50)
    >>> pooled = result.catching_up.iloc[-1]
    >>> round(pooled["beta_instrumented"], 2), round(pooled["beta_ols"], 2)
    (np.float64(-0.1), np.float64(-0.49))
    """
    sens_level, n_draws = (
        check_share("sens_level", sens_level),
        check_integer("n_draws", n_draws, 2),
    )
    index = require_table(scores)
    cells = standings(check_scores(scores), series=series, level=level)
    cells = cells.rename(columns={unit_column(index): "code"})
    units = sorted(cells["code"].unique())
    counts = resampling_counts(len(units), n_draws, seed)
    place = pd.Series(range(len(units)), index=units)
    if len(units) < _LEAST_UNITS:
        raise errors.InsufficientData(
            f"convergence of {index}: {len(units)} units, {_LEAST_UNITS} are needed"
        )
    waves = _waves(cells)
    if waves.empty:
        raise errors.InsufficientData(
            f"convergence of {index}: no series has three years in a row that compare; pass more "
            "years"
        )
    about = {"sens_level": sens_level, "n_draws": n_draws}
    shares = _shares_of_scale(scores, cells)
    trends = [
        row | about
        for _, run in shares.groupby(["series", "run"], sort=False)
        if (row := _trend(run, place, counts, sens_level)) is not None
    ]
    groups = [*waves.groupby("series", sort=False)]
    groups += [("", rows) for _, rows in waves.groupby("level", sort=False)]
    caught = [
        {"series": name, "level": rows["level"].iloc[0]}
        | _catching_up(rows, place, counts, sens_level)
        | about
        for name, rows in groups
    ]
    return Convergence(
        _with_index(_spread(shares), index),
        _with_index(pd.DataFrame(trends), index),
        _with_index(pd.DataFrame(caught), index),
    )


def _with_index(table: pd.DataFrame, index: str) -> pd.DataFrame:
    table.insert(0, "index", index)
    return table


def _waves(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the standings with those of the two years before, of the same run."""
    ordered = cells.sort_values("year", kind="stable")
    groups = ordered.groupby(["series", "run", "code"], sort=False)
    for lag in (1, 2):
        ordered[f"before_{lag}"] = groups["standing"].shift(lag)
        ordered[f"year_{lag}"] = groups["year"].shift(lag)
    in_a_row = ordered["year"] - ordered["year_2"] == 2
    return ordered[in_a_row].sort_index()


def _catching_up(
    rows: pd.DataFrame, place: pd.Series, counts: Floats, sens_level: float
) -> dict[str, object]:
    waves = [rows[name].to_numpy(float) for name in ("before_2", "before_1", "standing")]
    result = _plausible(three_waves(waves[0], waves[1], waves[2]))
    sampled_rows = counts[:, place[rows["code"]].to_numpy()]
    drawn = three_waves(waves[0], waves[1], waves[2], sampled_rows)
    figures: dict[str, object] = {}
    for name, estimate, sampled in (
        ("beta_ols", result.slope - 1, drawn.slope - 1),
        ("beta_instrumented", result.instrumented - 1, drawn.instrumented - 1),
        ("beta_noise", result.reliability - 1, drawn.reliability - 1),
        ("noise_of_change", _noise_of_change(result), _noise_of_change(drawn)),
    ):
        low, high = percentile_interval(sampled, sens_level)
        figures[name] = float(estimate[0])
        if np.isnan(estimate[0]):
            low, high = np.array(np.nan), np.array(np.nan)
        figures |= {f"{name}_sens_low": float(low), f"{name}_sens_high": float(high)}
    # Its error by the bootstrap over units, since the years of a unit are not independent.
    f_value = (result.first_stage[0] / drawn.first_stage.std()) ** 2
    return figures | {
        "reliability": float(result.reliability[0]),
        "weak_instrument": bool(f_value < _WEAK),
        "n_years": rows["year"].nunique(),
        "n_provinces": rows["code"].nunique(),
        "n_cells": len(rows),
    }


def _plausible(waves: ThreeWaves) -> ThreeWaves:
    """Return the figures, without a reliability that is no share: noise is not found then."""
    is_share = (waves.reliability > 0) & (waves.reliability <= 1)
    return replace(waves, reliability=np.where(is_share, waves.reliability, np.nan))


def _noise_of_change(waves: ThreeWaves) -> Floats:
    """Return the share of noise in the variance of a change, from 0 to 1.

    With standings of variance 1 a change has the variance 2 (1 - slope), of which noise is
    2 (1 - reliability).
    """
    share: Floats = np.clip((1 - waves.reliability) / (1 - waves.slope), 0, 1)
    return share


def _shares_of_scale(scores: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with their score as a share of the scale."""
    index = require_table(scores)
    scaled = standardise(scores, "share_of_scale").assign(code=scores[unit_column(index)])
    keys = ["series", "year", "code"]
    return cells.merge(scaled[[*keys, "value"]], on=keys).dropna(subset=["value"])


def _spread(shares: pd.DataFrame) -> pd.DataFrame:
    groups = shares.groupby(["series", "level", "run", "year"], sort=False)["value"]
    table = groups.agg(n_provinces="size", mean="mean", sd=lambda value: value.std(ddof=0))
    return table.reset_index()


def _trend(
    run: pd.DataFrame, place: pd.Series, counts: Floats, sens_level: float
) -> dict[str, object] | None:
    """Return the yearly change of the log of the spread, over units with all years of the run."""
    wide = run.pivot(index="code", columns="year", values="value").dropna()
    years = wide.columns.to_numpy(float)
    if len(years) < _LEAST_YEARS or len(wide) < _LEAST_YEARS:
        return None
    values = wide.to_numpy(float)
    time = years - years.mean()
    drawn = counts[:, place[wide.index].to_numpy()]
    slopes = [_log_spread(values, weight) @ time / (time @ time) for weight in (None, drawn)]
    low, high = percentile_interval(slopes[1][np.isfinite(slopes[1])], sens_level)
    return {
        "series": run["series"].iloc[0],
        "level": run["level"].iloc[0],
        "run": run["run"].iloc[0],
        "first": int(years[0]),
        "last": int(years[-1]),
        "n_years": len(years),
        "n_provinces": len(wide),
        "change": float(slopes[0][0]),
        "sens_low": float(low),
        "sens_high": float(high),
    }


def _log_spread(values: Floats, counts: Floats | None) -> Floats:
    """Return the log of the standard deviation of each year, shape (draws, years)."""
    weights = np.ones((1, len(values))) if counts is None else counts
    weights = weights / weights.sum(axis=1, keepdims=True)
    variance = weights @ values**2 - (weights @ values) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: Floats = 0.5 * np.log(variance)
    return logs
