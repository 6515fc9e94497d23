"""Importance: how much of the explained spread of score or rank each part accounts for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_share, old_names
from parstats.drivers.score_matrix import Floats, Parts, build_parts
from parstats.panel import rank_scores
from parstats.panel.subset_marks import keeps_subset
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.shapley import subset_regression as subsets
from parstats.stats.shapley.owen import n_coalitions

OUTCOMES = ("score", "rank")
# Provinces needed beyond the number of parts: a regression on nearly as many parts as provinces
# explains everything by itself. By judgement: ten residual degrees of freedom.
SPARE_PROVINCES = 10
# Parts up to which all 2^p sets are computed without being asked for: moments with numpy, see
# `parstats.stats.shapley.subset_regression.MOST_WITHOUT_COMPILER`.
EXACT_BY_DEFAULT = 20
# Parts up to which every resample is computed too. By judgement: time grows with draws * 2^p.
EXACT_WITH_INTERVAL = 16
# Sets that given groups may make: with resamples more would be minutes. By judgement.
MOST_SETS = 2**18
# Resamples computed together, so that 2^16 sets of each fit the memory. By judgement.
_BATCH = 10


@old_names(draws="n_draws", interval="sens_level", of="outcome")
@keeps_subset
def importance(
    scores: pd.DataFrame,
    year: int,
    *,
    outcome: str = "score",
    level: str | None = None,
    region: str | None = None,
    groups: Mapping[str, str] | None = None,
    exact: bool | None = None,
    sens_level: float = 0.95,
    n_draws: int = 200,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    r"""Decompose the R squared of score or rank on its parts (Owen and LMG values).

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    outcome : {"score", "rank"}
        What is explained: the overall score, or the rank (1 the best, taken with a minus, so that
        a positive correlation means a better rank).
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code or name of a region with at least 10 complete provinces
    groups : mapping of series to the name of its group, optional
        Groups to divide between first, in place of the dimensions; a series that is not named is a
        group of its own.
    exact : bool, optional
        Whether to compute LMG over all :math:`2^p` sets: by default up to 20 parts. For more the
        extra "fast" (numba) is needed; 28 parts take some seconds to a minute.
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, seed : int; bootstrap samples over provinces (0 for no intervals), and the seed
    progress : callable, optional; called with the share done of the exact computation

    Returns
    -------
    pandas.DataFrame: one row per series, largest Owen value first: index, year, region, outcome,
        series, parent, group (the dimension, if no groups are given), owen, owen_sens_low,
        owen_sens_high, owen_group, owen_group_sens_low, owen_group_sens_high (of the whole group:
        LMG with the group as one regressor), lmg, lmg_sens_low, lmg_sens_high
        (missing unless computed; the interval of LMG up to 16 parts), first (R squared of the part
        alone), last (what it adds to all others), r2 (of all parts together), is_estimable (whether
        there are 10 provinces more than parts; see Notes), n_provinces, n_units, coverage,
        sens_level, n_draws. Owen values and LMG each add up to r2; divide by r2 for shares.

    Raises
    ------
    InsufficientCoverage: if too few provinces are complete, or LMG is asked for with fewer than p +
        10 of them
    InvalidRequest: if the parts do not add up to the score, all provinces have the same score, or
        more than 20 parts are asked for exactly without numba; if groups are no mapping or so large
        that they make more than 2^18 sets
    UnknownChoice: if the year, the level, the outcome, the region or a series of `groups` does not
        exist

    Notes
    -----
    Estimand: in the provinces of that year, :math:`v(S)`, the R squared of the outcome regressed
    on the parts in :math:`S`, divided between the parts. LMG is the Shapley value of :math:`v`
    (Lindeman, Merenda and Gold 1980; Groemping 2006, J. Stat. Softw. 17(1)): the increment of a
    part averaged over all orders. The Owen value (Owen 1977) averages only over orders that keep
    each dimension (or given group) together; its sums by group are the Shapley values of the groups
    (the argument ``groups`` of the R package relaimpo, Groemping 2006). All are computed on the
    correlation matrix, so units do not matter.

    The overall score is the sum of its parts, so with all of them r2 is 1 and LMG is a division
    of variance by correlation and regression; the covariance shares (`shares`) divide the same
    variance by the arithmetic of the sum. They answer different questions and both should be
    shown. Neither is an effect. A constant part gets 0.

    Parts without any bearing on the outcome would still explain about p / (n - 1) of it (p parts,
    n provinces), and all of it once p reaches n - 1, as do the 28 sub-dimensions of PAPI in every
    region. Where not ``is_estimable``, LMG is left out, and the Owen values hold much of that
    noise, which draws them together: prefer `shares`, which fit no regression, or the dimensions.

    The intervals are percentile bootstrap over provinces: sensitivity to which provinces are in, no
    sampling error. R squared grows in resamples (repeated provinces), so they lean upwards.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = importance(load_scores("PAPI"), 2024, outcome="rank", level="dimension", n_draws=0)
    >>> bool(abs(table["lmg"].sum() - table["r2"].iloc[0]) < 1e-12)
    True
    """
    if outcome not in OUTCOMES:
        raise errors.UnknownChoice("outcome", outcome, OUTCOMES)
    n_draws, sens_level = (
        check_integer("n_draws", n_draws, 0),
        check_share("sens_level", sens_level),
    )
    parts = build_parts(scores, year, level=level, region=region)
    n, p = parts.points.shape
    enough = n >= p + SPARE_PROVINCES
    if exact:
        _require_spare(parts, f"LMG of {p} parts")
    requested = enough and (p <= EXACT_BY_DEFAULT if exact is None else exact)
    response = _outcome(parts, outcome)
    matrix = subsets.correlations(response, parts.points)
    r2 = subsets.explained_by_all(matrix)
    names = _group_names(parts, groups)
    numbers = pd.factorize(np.array(names))[0].astype(np.int64)
    members = (numbers[:, None] == numbers[None, :]).astype(np.float64)
    values = {"owen": subsets.owen(matrix, numbers)}
    values["owen_group"] = values["owen"] @ members
    sums = subsets.all_subsets(matrix, progress=progress) if requested else None
    values["lmg"] = sums.shapley if sums is not None else np.full(p, np.nan)
    with_interval = sums is not None and p <= EXACT_WITH_INTERVAL
    counts = resampling_counts(n, n_draws, seed) if n_draws else None
    low, high = _sensitivity(
        parts, response, numbers, members, counts, sens_level, lmg=with_interval
    )
    table = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "region": parts.region,
            "outcome": outcome,
            "series": parts.series,
            "parent": parts.parents,
            "group": names,
            "owen": values["owen"],
            "owen_sens_low": low["owen"],
            "owen_sens_high": high["owen"],
            "owen_group": values["owen_group"],
            "owen_group_sens_low": low["owen_group"],
            "owen_group_sens_high": high["owen_group"],
            "lmg": values["lmg"],
            "lmg_sens_low": low["lmg"],
            "lmg_sens_high": high["lmg"],
            "first": matrix[0, 1:] ** 2,
            "last": r2 - subsets.explained_without_each(matrix),
            "r2": r2,
            "is_estimable": enough,
            "n_provinces": n,
            "n_units": parts.n_units,
            "coverage": n / parts.n_units,
            "sens_level": sens_level,
            "n_draws": n_draws,
        }
    )
    return table.sort_values("owen", ascending=False, kind="stable").reset_index(drop=True)


@old_names(of="outcome")
@keeps_subset
def dominance(
    scores: pd.DataFrame,
    year: int,
    *,
    outcome: str = "score",
    level: str = "dimension",
    region: str | None = None,
) -> pd.DataFrame:
    r"""Compute conditional dominance: the mean increment of each part by number of other parts.

    Parameters
    ----------
    scores, year, outcome, level, region
        As in `importance`.

    Returns
    -------
    pandas.DataFrame: one row per series and number of others: index, year, region, outcome,
        series, parent, others, increment (of R squared), n_provinces, n_units, coverage. The mean
        over the numbers of others is general dominance, which is LMG. One part dominates another
        conditionally if its increment is larger at every number.

    Raises
    ------
    InsufficientCoverage, InvalidRequest: if too few provinces are complete, or fewer than p + 10
        for p parts; as in `importance`

    Notes
    -----
    Estimand: in the provinces of that year, for part j and every number s of others, the mean over
    all sets S of s other parts of :math:`R^2(S \cup j) - R^2(S)` (Azen and Budescu 2003,
    Psychological Methods 8(2):129-148). Assumptions and cautions are those of `importance`.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = dominance(load_scores("PAPI"), 2024)
    >>> len(table), bool((table["increment"] > -1e-12).all())
    (64, True)
    """
    if outcome not in OUTCOMES:
        raise errors.UnknownChoice("outcome", outcome, OUTCOMES)
    parts = build_parts(scores, year, level=level, region=region)
    _require_spare(parts, f"the dominance of {len(parts.series)} parts")
    matrix = subsets.correlations(_outcome(parts, outcome), parts.points)
    increments = subsets.all_subsets(matrix).increments
    p = len(parts.series)
    return pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "region": parts.region,
            "outcome": outcome,
            "series": np.repeat(parts.series, p),
            "parent": np.repeat(parts.parents, p),
            "others": np.tile(np.arange(p), p),
            "increment": increments.reshape(-1),
            "n_provinces": len(parts.provinces),
            "n_units": parts.n_units,
            "coverage": len(parts.provinces) / parts.n_units,
        }
    )


def _require_spare(parts: Parts, what: str) -> None:
    n, p = parts.points.shape
    if n < p + SPARE_PROVINCES:
        raise errors.InsufficientCoverage(
            what,
            n_complete=n,
            n_required=p + SPARE_PROVINCES,
            n_units=parts.n_units,
            alternative="use the country, level='dimension' or covariance shares",
        )


def _outcome(parts: Parts, outcome: str) -> Floats:
    total = parts.total
    if total.std() <= 1e-9:
        raise errors.InvalidRequest(
            f"all provinces have the same overall score in {parts.index_year}: "
            "there is no spread to explain"
        )
    if outcome == "score":
        return total
    worse: Floats = rank_scores(pd.Series(total)).to_numpy(dtype=np.float64)
    return -worse


def _group_names(parts: Parts, groups: Mapping[str, str] | None) -> list[str]:
    """Return the group of each part: as given, its own name, or without groups its dimension."""
    if groups is None:
        return list(parts.parents)
    if not isinstance(groups, Mapping) or not groups:
        raise errors.InvalidRequest(
            f"groups is {groups!r}: expected the group of each series, as "
            f'{{"{parts.series[0]}": "first"}}'
        )
    for name in groups:
        if name not in parts.series:
            raise errors.UnknownChoice(f"part of {parts.index_year}", name, parts.series)
    names = [str(groups.get(name, name)) for name in parts.series]
    count = n_coalitions(np.unique(names, return_inverse=True)[1])
    if count > MOST_SETS:
        raise errors.InvalidRequest(
            f"{len(names)} parts in {len(set(names))} groups make {count:,} sets to look at, more "
            f"than {MOST_SETS:,}; make fewer groups, smaller ones, or use level='dimension'"
        )
    return names


def _sensitivity(
    parts: Parts,
    outcome: Floats,
    groups: NDArray[np.int64],
    members: Floats,
    counts: Floats | None,
    sens_level: float,
    *,
    lmg: bool,
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the percentile intervals of the values over resampled provinces."""
    drawn: dict[str, list[Floats]] = {"owen": [], "owen_group": [], "lmg": []}
    blank = np.full(len(parts.series), np.nan)
    low, high = dict.fromkeys(drawn, blank), dict.fromkeys(drawn, blank)
    if counts is None:
        return low, high
    for first in range(0, len(counts), _BATCH):
        batch = subsets.correlations(outcome, parts.points, counts[first : first + _BATCH])
        drawn["owen"].append(subsets.owen(batch, groups))
        drawn["owen_group"].append(drawn["owen"][-1] @ members)
        if lmg:
            drawn["lmg"].append(subsets.all_subsets(batch).shapley)
    for name, values in drawn.items():
        if values:
            low[name], high[name] = percentile_interval(np.concatenate(values), sens_level)
    return low, high
