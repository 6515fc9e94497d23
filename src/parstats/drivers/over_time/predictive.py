"""Predictive drivers: which parts foretell next year's standing, and whether anything does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import as_tuple, check_integer, check_share
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import LEAST_IN_REGION, lowest_level
from parstats.panel.standings import standings
from parstats.panel.units import unit_column
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.forecasts import (
    MODELS,
    Fold,
    correlated_groups,
    forward_chain,
    group_importance,
    selection_frequencies,
    slope_forecasts,
)

Floats = NDArray[np.float64]

#: Forecasts without any part: that of last year, the mean, and a line on the own standing.
BASELINES = ("persistence", "mean", "own_standing")

# Years a model is fitted on before it is first tested: with fewer there is no tuning.
_LEAST_TRAINING = 2
# Units below which errors say nothing; as for drivers of a region.
_LEAST_UNITS = LEAST_IN_REGION
# Share of the units with a part above which units without it are left out, and not the part.
_ALMOST_ALL = 0.9
# Frequency at which the bound on false parts of the stability selection is to be 1.
_FREQUENT = 0.9


@dataclass(frozen=True)
class Predictive:
    """How well next year's standing can be foretold, and from which parts.

    Attributes
    ----------
    performance : pandas.DataFrame
        One row per method, the baselines ("persistence", "mean", "own_standing") first: index,
        method, mae, rmse (standard deviations over units), r2 (1 - its squared errors over those of
        the mean); skill (1 - its squared errors over those of persistence) and gain (over those of
        the line on the own standing, so that it is what the parts add), each with _sens_low,
        _sens_high, _p (one-sided: no better) and _p_adjusted (Holm over the methods compared);
        beats_persistence and parts_help (the adjusted p at most alpha), first, last (years
        foretold), n_years, n_cells, n_provinces, sens_level, n_draws.
    forecasts : pandas.DataFrame
        One row per method, year and unit: index, method, year, vintage, province, outcome,
        forecast.
    importance : pandas.DataFrame
        One row per method and group of correlated parts, the largest first: method, group (from 1),
        series (of the group, joined by "; "), ended (those of them that the newest year no longer
        measures, joined too), growth (of the mean squared error when the group is
        shuffled, mean over the years), growth_low, growth_high (least and greatest of the years),
        share (of the mean squared error of that method), n_years.
    selection : pandas.DataFrame
        One row per part, most often first: series, parent, frequency (of the elastic net's halves
        that keep it), n_kept (parts kept in a half, mean), false_bound (expected number of false
        parts among those with such a frequency or a higher one, at most), n_cells. The net is as
        sparse as makes the bound 1 at a frequency of 0.9.
    """

    performance: pd.DataFrame
    forecasts: pd.DataFrame
    importance: pd.DataFrame
    selection: pd.DataFrame


@dataclass(frozen=True)
class _Pairs:
    """Units in pairs of years: parts of the first, the overall standing of the second."""

    index: str
    features: Floats  # shape (rows, parts); NaN where a part was not measured
    outcome: Floats
    own: Floats  # overall standing of the first year
    years: NDArray[np.int64]  # of the outcomes
    units: NDArray[np.str_]
    vintages: NDArray[np.int64]
    series: tuple[str, ...]


def predictive(
    scores: pd.DataFrame,
    *,
    level: str | None = None,
    methods: str | Sequence[str] = tuple(MODELS),
    first: int | None = None,
    correlated: float = 0.6,
    alpha: float = 0.05,
    n_repeats: int = 20,
    n_halves: int = 50,
    sens_level: float = 0.95,
    n_draws: int = 1000,
    seed: int = 0,
) -> Predictive:
    r"""Foretell next year's overall standing from this year's parts, never from later years.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`), several years
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    methods : sequence of {"elastic_net", "random_forest", "gradient_boosting"}
    first : int, optional; first year foretold; the third outcome year if not given
    correlated : float; mean correlation from which parts are one group of the importance
    alpha : float; p-value up to which a method is said to beat persistence
    n_repeats, n_halves : int; shuffles of each group, pairs of halves of the stability selection
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, seed : int; bootstrap samples over units, and the seed

    Returns
    -------
    Predictive

    Raises
    ------
    InsufficientCoverage: if no series has scores of 90 % of the units in any year
    InsufficientData: if there are not three pairs of years whose ranks compare
    UnknownChoice: if a method or the level does not exist

    Notes
    -----
    Outcome: the standing in the overall score (score less the year's mean, in standard deviations)
    a year later; inputs: the standings in the parts of this year, and in the overall score, which
    is their sum. Pairs of years across a break of ranks are left out. A model that foretells year t
    is fitted and tuned on outcomes before t (forward chaining), on the parts that were measured in
    all years used.

    Beside every model stand forecasts without any parts. ``skill`` compares with persistence,
    ``gain`` with the line on the own standing: standings revert to the mean, so that a model may
    beat persistence and know no more than that line. p and intervals are of the bootstrap over
    units, whose years stay together: they say how far the answer hangs on which units are in, not
    what other years would bring. A part that
    foretells is no cause, and a part shuffled without loss may be foretold by others of its kind:
    therefore groups.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = predictive(load_scores("PAPI", years=range(2011, 2016)), level="dimension",
    ...                     methods=["elastic_net"], n_halves=2, n_draws=50)
    >>> result.performance["method"].tolist()
    ['persistence', 'mean', 'own_standing', 'elastic_net']
    """
    methods = as_tuple(methods)
    if not methods:
        raise errors.InvalidRequest(f"methods is empty: name some of {', '.join(MODELS)}")
    for method in methods:
        if method not in MODELS:
            raise errors.UnknownChoice("method", method, MODELS)
    alpha, sens_level = check_share("alpha", alpha), check_share("sens_level", sens_level)
    correlated = check_share("correlated", correlated)
    n_repeats = check_integer("n_repeats", n_repeats, 1)
    n_halves = check_integer("n_halves", n_halves, 1)
    pairs = _pairs(scores, level)
    start = _first_test(pairs, first)
    # Thousands of small fits: several threads take longer over them than one.
    with threadpool_limits(1):
        folds = {
            method: list(
                forward_chain(method, pairs.features, pairs.outcome, pairs.years, start, seed)
            )
            for method in methods
        }
        selection = _selection(pairs, n_halves, seed)
        groups = correlated_groups(pairs.features, correlated)
        importance = _importance(pairs, folds, groups, n_repeats, seed)
    forecasts = _forecasts(pairs, folds, start)
    return Predictive(
        _performance(forecasts, pairs.index, alpha, sens_level, n_draws, seed),
        forecasts,
        importance,
        selection,
    )


def _pairs(scores: pd.DataFrame, level: str | None) -> _Pairs:
    index = require_table(scores)
    rows = check_scores(scores)
    unit, top = unit_column(index), frameworks.top(index)
    newest = int(rows["year"].max())
    level = frameworks.check_level(level) if level else lowest_level(index, newest)
    overall = standings(rows, series=top, breaks="ranking")
    keys = ["vintage", "run", unit]
    overall = overall.sort_values([*keys, "year"], kind="stable")
    before = overall.groupby(keys, sort=False)[["year", "standing"]].shift()
    follows = overall["year"] - before["year"] == 1
    outcome = overall[follows].assign(previous=before["year"], own=before["standing"])
    parts = standings(rows, level=level).pivot(
        index=["year", "vintage", unit], columns="series", values="standing"
    )
    order = [name for name in frameworks.series()["series"] if name in parts]
    at = pd.MultiIndex.from_frame(outcome[["previous", "vintage", unit]].astype({"previous": int}))
    features = parts[order].reindex(at)
    complete = features.notna().any(axis=1).to_numpy()
    outcome, features = outcome[complete], features[complete]
    # A part is of use where all units of a year that have any have it.
    measured = features.notna().groupby(outcome["year"].to_numpy()).transform("mean")
    whole = features.where(measured.to_numpy() > _ALMOST_ALL).dropna(axis=1, how="all")
    keep = _complete_rows(whole, outcome["year"].to_numpy())
    return _Pairs(
        index=index,
        features=whole.to_numpy(float)[keep],
        outcome=outcome["standing"].to_numpy(float)[keep],
        own=outcome["own"].to_numpy(float)[keep],
        years=outcome["year"].to_numpy(np.int64)[keep],
        units=outcome[unit].to_numpy(str)[keep],
        vintages=outcome["vintage"].to_numpy(np.int64)[keep],
        series=tuple(map(str, whole.columns)),
    )


def _complete_rows(features: pd.DataFrame, years: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which units have all parts that their year has."""
    known = features.notna()
    in_year = known.groupby(years).transform("any")
    complete: NDArray[np.bool_] = (known == in_year).all(axis=1).to_numpy()
    return complete


def _first_test(pairs: _Pairs, first: int | None) -> int:
    years = sorted(set(pairs.years.tolist()))
    n_units = len(set(pairs.units.tolist()))
    if n_units < _LEAST_UNITS:
        raise errors.InsufficientData(
            f"predictive drivers of {pairs.index}: {n_units} units have standings in two years "
            f"running, {_LEAST_UNITS} are needed"
        )
    least = _LEAST_TRAINING if first is None else 1
    if len(years) <= least:
        listed = ", ".join(map(period_text, years)) or "none"
        raise errors.InsufficientData(
            f"predictive drivers of {pairs.index}: {least + 1} years are needed that can "
            f"be foretold from the year before; there are: {listed}; pass more years"
        )
    if first is None:
        return int(years[_LEAST_TRAINING])
    if first not in years[1:]:
        raise errors.UnknownChoice("first year foretold", period_text(first), years[1:])
    return first


def _forecasts(pairs: _Pairs, folds: dict[str, list[Fold]], start: int) -> pd.DataFrame:
    tests = np.flatnonzero(pairs.years >= start)
    lines = list(slope_forecasts(pairs.own, pairs.outcome, pairs.years, start))
    by_method = {
        "persistence": [(tests, pairs.own[tests])],
        "mean": [(tests, np.zeros(len(tests)))],
        "own_standing": lines,
        **{name: [(fold.test, fold.forecast) for fold in each] for name, each in folds.items()},
    }
    tables = [
        pd.DataFrame(
            {
                "index": pairs.index,
                "method": method,
                "year": pairs.years[rows],
                "vintage": pairs.vintages[rows],
                "province": pairs.units[rows],
                "outcome": pairs.outcome[rows],
                "forecast": forecast,
            }
        )
        for method, parts in by_method.items()
        for rows, forecast in parts
    ]
    return _on_the_same_cells(pd.concat(tables, ignore_index=True), len(by_method), pairs.index)


def _on_the_same_cells(forecasts: pd.DataFrame, n_methods: int, index: str) -> pd.DataFrame:
    """Return the forecasts of the cells that every method foretells: only these compare."""
    cells = forecasts.groupby(["year", "vintage", "province"])["method"].transform("nunique")
    common = forecasts[cells == n_methods].reset_index(drop=True)
    if common.empty:
        raise errors.InsufficientData(
            f"predictive drivers of {index}: no year has parts that all earlier years have too; "
            "pass years of one set of parts, or another level"
        )
    return common


def _performance(
    forecasts: pd.DataFrame, index: str, alpha: float, sens_level: float, n_draws: int, seed: int
) -> pd.DataFrame:
    forecasts = forecasts.assign(error=forecasts["forecast"] - forecasts["outcome"])
    units = sorted(forecasts["province"].unique())
    counts = resampling_counts(len(units), n_draws, seed)
    squared = (
        forecasts.assign(squared=forecasts["error"] ** 2)
        .pivot_table(index="province", columns="method", values="squared", aggfunc="sum")
        .reindex(units)
        .fillna(0.0)
    )
    drawn = pd.DataFrame(counts @ squared.to_numpy(), columns=squared.columns)
    sums = squared.sum()
    rows = []
    for method, table in forecasts.groupby("method", sort=False):
        row: dict[str, object] = {
            "index": index,
            "method": method,
            "mae": table["error"].abs().mean(),
            "rmse": np.sqrt((table["error"] ** 2).mean()),
            "r2": 1 - sums[method] / sums["mean"],
        }
        for name, other in (("skill", "persistence"), ("gain", "own_standing")):
            ratio = (drawn[method] / drawn[other]).to_numpy()
            low, high = percentile_interval(1 - ratio, sens_level)
            row |= {
                name: 1 - sums[method] / sums[other],
                f"{name}_sens_low": float(low),
                f"{name}_sens_high": float(high),
                f"{name}_p": (1 + (ratio >= 1 - 1e-12).sum()) / (1 + n_draws),
            }
        rows.append(
            row
            | {
                "first": table["year"].min(),
                "last": table["year"].max(),
                "n_years": table["year"].nunique(),
                "n_cells": len(table),
                "n_provinces": table["province"].nunique(),
            }
        )
    result = pd.DataFrame(rows)
    result = _adjusted(result, "skill", result["method"] != "persistence")
    result = _adjusted(result, "gain", ~result["method"].isin(BASELINES))
    result["beats_persistence"] = result["skill_p_adjusted"] <= alpha
    result["parts_help"] = result["gain_p_adjusted"] <= alpha
    return result.assign(sens_level=sens_level, n_draws=n_draws)


def _adjusted(table: pd.DataFrame, name: str, compared: pd.Series) -> pd.DataFrame:
    """Return the table with the adjusted p of the methods that are compared, no p of the others."""
    p_values = table[f"{name}_p"].where(compared)
    adjusted = p_values.copy()
    if compared.any():
        adjusted[compared] = multipletests(p_values[compared], method="holm")[1]
    place = table.columns.get_loc(f"{name}_p") + 1
    table = table.assign(**{f"{name}_p": p_values})
    table.insert(place, f"{name}_p_adjusted", adjusted)
    return table


def _importance(
    pairs: _Pairs,
    folds: dict[str, list[Fold]],
    groups: NDArray[np.int64],
    n_repeats: int,
    seed: int,
) -> pd.DataFrame:
    names = np.array(pairs.series)
    gone = ~np.isfinite(pairs.features[pairs.years == pairs.years.max()]).any(axis=0)
    rows = []
    for method, each in folds.items():
        growths = [
            group_importance(fold, pairs.features, pairs.outcome, groups, n_repeats, seed)
            for fold in each
        ]
        errors_ = [np.mean((fold.forecast - pairs.outcome[fold.test]) ** 2) for fold in each]
        for group in np.unique(groups):
            growth = [found[int(group)] for found in growths if int(group) in found]
            if growth:
                rows.append(
                    {
                        "method": method,
                        "group": int(group) + 1,
                        "series": "; ".join(names[groups == group]),
                        "ended": "; ".join(names[(groups == group) & gone]),
                        "growth": np.mean(growth),
                        "growth_low": np.min(growth),
                        "growth_high": np.max(growth),
                        "share": np.mean(growth) / np.mean(errors_),
                        "n_years": len(growth),
                    }
                )
    columns = ["method", "group", "series", "ended", "growth", "growth_low", "growth_high"]
    table = pd.DataFrame(rows, columns=[*columns, "share", "n_years"])
    order = {method: place for place, method in enumerate(folds)}
    return table.sort_values(
        ["method", "growth"],
        ascending=[True, False],
        key=lambda column: column.map(order) if column.name == "method" else column,
        kind="stable",
        ignore_index=True,
    )


def _selection(pairs: _Pairs, n_halves: int, seed: int) -> pd.DataFrame:
    """Return how often the net keeps each part, in the years with most parts in common."""
    newest = np.isfinite(pairs.features[pairs.years == pairs.years.max()]).all(axis=0)
    rows = np.isfinite(pairs.features[:, newest]).all(axis=1)
    x, y, units = pairs.features[np.ix_(rows, newest)], pairs.outcome[rows], pairs.units[rows]
    n_parts = x.shape[1]
    most = max(1, int(np.sqrt((2 * _FREQUENT - 1) * n_parts)))
    frequency = selection_frequencies(x, y, pd.factorize(units)[0], most, n_halves, seed)
    n_kept = float(frequency.sum())
    names = np.array(pairs.series)[newest]
    parents = frameworks.series().set_index("series")["parent"]
    with np.errstate(divide="ignore"):
        bound = np.where(frequency > 0.5, n_kept**2 / ((2 * frequency - 1) * n_parts), np.inf)
    table = pd.DataFrame(
        {
            "series": names,
            "parent": parents.reindex(names).to_numpy(),
            "frequency": frequency,
            "n_kept": n_kept,
            "false_bound": np.minimum(bound, n_parts),
            "n_cells": len(y),
        }
    )
    return table.sort_values("frequency", ascending=False, kind="stable", ignore_index=True)
