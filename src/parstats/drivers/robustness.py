"""Robustness: how far ranks move with weights, normalisation and aggregation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import as_tuple, check_share, old_names
from parstats.drivers.nominal_weights import (
    Law,
    drawn_weights,
    has_highest,
    nominal_weights,
    require_highest,
)
from parstats.drivers.score_matrix import Floats, Parts, build_parts, without_rest
from parstats.panel import wide
from parstats.panel.subset_marks import keeps_subset
from parstats.panel.units import province_scores
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.composites.aggregation import AGGREGATIONS, NORMALISATIONS, composite
from parstats.stats.composites.imputation import IMPUTATIONS, impute
from parstats.stats.factorial_variance import moments, variance_shares
from parstats.stats.rank_rows import rank_rows

Counts = NDArray[np.int64]

# Places at the head and the foot of the table whose probability is given. By
# judgement.
ENDS = 10
# Share of its parts that must be measured for a province to be scored with the rest imputed.
# By judgement; the figures mark such provinces.
LEAST_MEASURED = 1 / 3
# Ranks held at once: 4 MB at 8 bytes each. By judgement.
_AT_ONCE = 500_000
# Bootstrap resamples of the Monte Carlo intervals. By judgement: ten beyond each 2.5 % end.
_RESAMPLES = 400
# Batches of draws that are resampled instead of single draws, to save time. By judgement.
_BATCHES = 200
_FACTORS = ("imputation", "normalisation", "aggregation")


@dataclass(frozen=True)
class Robustness:
    """How far ranks move with the choices behind a composite index.

    Every table also says index, year, region (empty for the country), n_draws, n_provinces
    (ranked), n_units and coverage.

    Attributes
    ----------
    ranks : pandas.DataFrame
        One row per province, in published order: vintage, province, rank (as published; missing if
        imputed), rank_median, rank_range_low, rank_range_high (of the draws), mean_rank, mean_shift
        (absolute, from the published rank), p_top10, p_bottom10, imputed, n_missing (parts
        imputed), weights, spread, nested, range_level.
    acceptability : pandas.DataFrame
        One row per province and rank: vintage, province, rank, share (of the draws at that rank).
    choices : pandas.DataFrame
        One row per choice, largest total share first: provinces ("complete" or "imputed": over
        whose mean absolute shift; of the imputed, from their place in the published method with
        medians filled in), choice, n_options, first_order, first_mc_low, first_mc_high, total,
        total_mc_low, total_mc_high (Sobol shares with 95 % Monte Carlo intervals), variance.
    choices_by_province : pandas.DataFrame
        One row per province and choice: vintage, province, imputed, choice, first_order, total (of
        the variance of its rank; missing if its rank never moves), variance.
    methods : pandas.DataFrame
        One row per combination: imputation, normalisation, aggregation, shift_nominal (mean
        absolute shift of the complete provinces under nominal weights), max_shift_nominal, province
        (moved most), shift_draws (mean over the draws).
    """

    ranks: pd.DataFrame
    acceptability: pd.DataFrame
    choices: pd.DataFrame
    choices_by_province: pd.DataFrame
    methods: pd.DataFrame


@old_names(
    draws="n_draws", imputed="impute_missing", interval="range_level", spread="weight_spread"
)
@keeps_subset
def robustness(
    scores: pd.DataFrame,
    year: int,
    *,
    weights: Law = "dirichlet",
    weight_spread: float | None = 0.25,
    nested: bool | Sequence[str] = False,
    normalisation: Sequence[str] = ("points", "min_max", "z", "rank"),
    aggregation: Sequence[str] = ("arithmetic", "geometric", "borda"),
    nominal: Mapping[str, float] | pd.Series | None = None,
    level: str | None = None,
    region: str | None = None,
    range_level: float = 0.9,
    n_draws: int = 10_000,
    seed: int = 0,
    impute_missing: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Robustness:
    r"""Rank the provinces under draws of weights and all methods, and rank the choices.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    weights : {"dirichlet", "percent"}
        Law of the weights: Dirichlet around the nominal ones; or each moved by up to +/-
        `weight_spread` of itself, uniformly, and normalised (the noise of COINr's
        `get_sensitivity`).
    weight_spread : float or None
        Of "dirichlet" the coefficient of variation of the median weight; None draws from the whole
        simplex, whose centre is equal weights. Of "percent" the largest relative move.
    nested : bool or sequence of str
        Draw the weights of the dimensions first, then those inside each, both with `weight_spread`;
        or the levels whose weights are drawn inside the level above, as ("part", "dimension"): the
        others keep their own (COINr's noise at levels 3 and 2).
    normalisation : sequence of {"points", "min_max", "z", "rank"}; scales to go through; see Notes
    aggregation : sequence of {"arithmetic", "geometric", "harmonic", "borda", "copeland"}
        Ways to aggregate to go through; see Notes.
    nominal : mapping or pandas.Series, optional; by series; else the share in the highest score
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code or name, of 10 complete provinces or more; else the country
    range_level : float; share of the draws between rank_range_low and rank_range_high
    n_draws, seed : int
        Draws of weights, each put through every combination of methods, and the seed.
    impute_missing : bool
        Also place provinces that lack some (at most two thirds) of the parts, filled in three
        ways: by the median, by ridge regression on the parts that are there, by the five nearest
        provinces. They are flagged and never count as rivals, so the ranks of the others stay what
        they were. Not with a region.
    progress : callable, optional; called with the share done, from time to time

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete, or under 10 of a region
    InvalidRequest: if the parts do not add up to the overall score (SIPAS), weights are negative or
        do not match the series, a criterion is constant (min_max and z are then not defined), or
        the highest scores that points need are unknown, or imputed provinces are asked for with a
        region
    UnknownChoice: if the year, a method or the law of weights does not exist

    See Also
    --------
    parstats.drivers.leave_one_out.leave_one_out : ranks without one criterion.
    parstats.drivers.mcdm.mcdm : methods of scikit-criteria.

    Notes
    -----
    Estimand: the law of the rank :math:`R_i = 1 + \#\{k: y_k > y_i\}` of each complete province
    when weights follow the stated law and normalisation and aggregation are chosen with equal
    probability, independently. It describes how much the ranking owes to choices of method; there
    is no sampling error in it (`rank_intervals` is about that).

    Every draw of weights goes through every combination, so the choices of method carry no Monte
    Carlo error. Scales: points are percent of the highest possible score (with nominal weights and
    the arithmetic mean: the published order); min_max is 0 to 100 between the provinces; z is 10 +
    2 standard scores; rank is the percent of provinces below. The geometric and harmonic means
    need positive values: points below 1 % count as 1 %; min_max then runs from 1 to 100; z stays at
    10 + 2 standard scores, COINr's lift, since the mean of plain z is not defined; rank is the
    percent of provinces below, itself counted in. Borda (weighted numbers of provinces below) and
    Copeland (majorities by weight won less lost) use the order in each part alone, so they are the
    same under all normalisations, and Borda is the arithmetic mean of ranks: it counts in several
    combinations.

    Choices: with f the mean absolute shift from the published ranks (Saisana, Saltelli and
    Tarantola 2005, doi:10.1111/j.1467-985X.2005.00350.x), first order is
    :math:`\mathrm{Var}\,E[f|u]/\mathrm{Var} f`, total is
    :math:`E\,\mathrm{Var}[f|\text{others}]/\mathrm{Var} f`; first orders add up to at most 1, what
    is missing are interactions. By province f is its rank.

    rank_range_low, rank_median and rank_range_high are the least ranks that at least that share of
    the draws does not exceed. Filled-in parts carry no prediction error.

    Cost: draws x combinations x provinces x (parts + log provinces); Copeland takes the square of
    the number of provinces.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = robustness(load_scores("PAPI"), 2024, n_draws=200)
    >>> first = result.ranks.iloc[0]
    >>> int(first["rank"]), bool(first["rank_range_low"] <= first["rank_range_high"])
    (1, True)
    >>> sorted(result.choices["choice"])
    ['aggregation', 'normalisation', 'weights']
    """
    range_level = check_share("range_level", range_level)
    if impute_missing and region is not None:
        raise errors.InvalidRequest(
            "impute_missing=True places provinces among all of the country: leave region out"
        )
    parts = without_rest(build_parts(scores, year, level=level, region=region))
    nominal_by_series = nominal_weights(parts, nominal)
    drawn = drawn_weights(
        parts,
        weights,
        weight_spread=weight_spread,
        nested=nested,
        nominal=nominal_by_series,
        n_draws=n_draws,
        seed=seed,
    )
    field = _field(scores, parts, impute_missing)
    grid = _grid(
        field,
        _check_methods(normalisation, NORMALISATIONS),
        _check_methods(aggregation, AGGREGATIONS),
    )
    simulation = _simulate(field, grid, drawn, progress)
    law: dict[str, object] = {
        "weights": weights,
        "spread": weight_spread,
        "nested": nested if isinstance(nested, bool) else ", ".join(as_tuple(nested)),
        "range_level": range_level,
    }
    return Robustness(
        ranks=_ranks_table(field, simulation, n_draws, law, range_level),
        acceptability=_acceptability(field, simulation, n_draws),
        choices=_choices(field, grid, simulation, seed),
        choices_by_province=_choices_by_province(field, grid, simulation),
        methods=_methods(field, grid, simulation, nominal_by_series, n_draws),
    )


def available_normalisations(
    scores: pd.DataFrame, year: int, *, level: str | None = None, region: str | None = None
) -> tuple[str, ...]:
    """Return the scales that `robustness` can go through in a year.

    Points need the highest possible score of every part; min_max and z need parts that differ
    between the provinces.

    Parameters
    ----------
    scores, year, level, region : as in `robustness`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> available_normalisations(load_scores("PAPI"), 2024)
    ('points', 'min_max', 'z', 'rank')
    """
    parts = without_rest(build_parts(scores, year, level=level, region=region))
    points = ("points",) if has_highest(parts) else ()
    spread = () if len(_constant(parts)) else ("min_max", "z")
    return (*points, *spread, "rank")


def _constant(parts: Parts) -> NDArray[np.int64]:
    """Return the positions of parts that are the same in all provinces."""
    return np.flatnonzero(np.ptp(parts.points, axis=0) < 1e-9)


def _check_methods(names: Sequence[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
    what = "normalisation" if allowed is NORMALISATIONS else "aggregation"
    chosen = as_tuple(names)
    for name in chosen or ("none",):
        if name not in allowed:
            raise errors.UnknownChoice(what, name, allowed)
    return chosen


@dataclass(frozen=True)
class _Field:
    """Provinces in the draws: complete ones first, then those with imputed parts."""

    parts: Parts
    provinces: tuple[str, ...]
    points: tuple[Floats, ...]  # one matrix an imputation
    imputations: tuple[str, ...]
    n_missing: Counts
    published: Counts  # of the imputed: their place under the first imputation

    @property
    def complete(self) -> NDArray[np.bool_]:
        complete: NDArray[np.bool_] = self.n_missing == 0
        return complete

    def about(self, n_draws: int) -> tuple[dict[str, object], dict[str, object]]:
        """Return the first and last columns of every table."""
        parts, n = self.parts, len(self.parts.provinces)
        return (
            {"index": parts.index, "year": parts.year, "region": parts.region},
            {
                "n_draws": n_draws,
                "n_provinces": n,
                "n_units": parts.n_units,
                "coverage": n / parts.n_units,
            },
        )


def _field(scores: pd.DataFrame, parts: Parts, impute_missing: bool) -> _Field:
    incomplete = (
        _incomplete_provinces(scores, parts)
        if impute_missing
        else pd.DataFrame(columns=list(parts.series))
    )
    partial = incomplete.to_numpy(dtype=np.float64)
    imputations = IMPUTATIONS if len(incomplete) else ("none",)
    filled = [
        impute(parts.points, partial, how).clip(parts.low, parts.high)
        if len(incomplete)
        else partial
        for how in imputations
    ]
    points = tuple(np.vstack([parts.points, rows]) for rows in filled)
    missing = np.concatenate(
        [np.zeros(len(parts.provinces), dtype=np.int64), np.isnan(partial).sum(axis=1)]
    )
    return _Field(
        parts=parts,
        provinces=(*parts.provinces, *incomplete.index),
        points=points,
        imputations=imputations,
        n_missing=missing,
        published=_ranks(np.append(parts.total, filled[0].sum(axis=1))[None, :], missing == 0)[0],
    )


def _incomplete_provinces(scores: pd.DataFrame, parts: Parts) -> pd.DataFrame:
    """Return the provinces that lack some of the parts but not most."""
    year_scores = province_scores(scores[scores["year"] == parts.year])
    matrix = wide(year_scores, parts.year, level=parts.level)
    there = matrix.notna().mean(axis=1)
    return matrix[(there < 1) & (there >= LEAST_MEASURED)]


def _ranks(composites: Floats, complete: NDArray[np.bool_]) -> Counts:
    """Return the ranks of the complete provinces, and those of the others among them."""
    if complete.all():
        return rank_rows(composites)
    rivals, incomplete = composites[:, complete], composites[:, ~complete]
    above = np.round(rivals[:, None, :], 9) > np.round(incomplete[:, :, None], 9)
    return np.hstack([rank_rows(rivals), 1 + above.sum(axis=2)])


@dataclass(frozen=True)
class _Grid:
    """Every combination of methods, and which of the distinct composites each one is."""

    options: tuple[tuple[str, ...], ...]
    composites: tuple[Callable[[Floats], Floats], ...]
    which: Counts

    @property
    def levels(self) -> tuple[int, ...]:
        return tuple(len(names) for names in self.options)


def _grid(field: _Field, normalisation: tuple[str, ...], aggregation: tuple[str, ...]) -> _Grid:
    options = (field.imputations, normalisation, aggregation)
    highest = require_highest(field.parts) if "points" in normalisation else None
    if {"min_max", "z"} & set(normalisation):
        _require_spread(field.parts)
    keys: dict[tuple[str, str, str], int] = {}
    which = []
    for imputation, scale, how in product(*options):
        kind = ("rank", "arithmetic") if how == "borda" else (scale, how)
        kind = ("rank", "copeland") if how == "copeland" else kind
        which.append(keys.setdefault((imputation, *kind), len(keys)))
    composites = tuple(
        composite(
            field.points[field.imputations.index(imputation)],
            how,
            normalisation=scale,
            highest=highest,
            among=field.complete,
        )
        for imputation, scale, how in keys
    )
    levels = [len(names) for names in options]
    return _Grid(options, composites, np.array(which).reshape(levels))


def _require_spread(parts: Parts) -> None:
    constant = _constant(parts)
    if len(constant) and not parts.weights[constant[0]]:
        raise errors.InvalidRequest(
            f"{parts.series[constant[0]]} counts nothing in {parts.index_year}: the weight found "
            "from the scores is 0; normalise by points and rank: normalisation=('points', 'rank')"
        )
    if len(constant):
        raise errors.InvalidRequest(
            f"{parts.series[constant[0]]} is the same in all provinces of {parts.index_year}, "
            f"so min_max and z are not defined; normalise by points and rank: "
            "normalisation=('points', 'rank')"
        )


@dataclass(frozen=True)
class _Simulation:
    """Results of the draws: counts of ranks, and moments for the shares of the choices."""

    counts: Counts  # provinces x ranks, over draws and combinations
    shift_moments: tuple[Floats, ...]  # moments of each draw: complete provinces, imputed ones
    rank_moments: Floats  # mean moments, by province


def _simulate(
    field: _Field, grid: _Grid, drawn: Floats, progress: Callable[[float], None] | None
) -> _Simulation:
    n, ranks = len(field.provinces), int(field.complete.sum()) + 2
    counts = np.zeros((n, ranks), dtype=np.int64)
    multiplicity = np.bincount(grid.which.ravel())
    offsets = np.arange(n) * ranks
    kinds = [kind for kind in (field.complete, ~field.complete) if kind.any()]
    shifts: list[list[Floats]] = [[] for _ in kinds]
    sums: Floats | None = None
    step = max(1, _AT_ONCE // (grid.which.size * n))
    for start in range(0, len(drawn), step):
        weights = drawn[start : start + step]
        positions = [_ranks(scores(weights), field.complete) for scores in grid.composites]
        for times, position in zip(multiplicity, positions, strict=True):
            rank_counts = np.bincount((position + offsets).ravel(), minlength=counts.size)
            counts += times * rank_counts.reshape(counts.shape)
        outcome = np.moveaxis(np.stack(positions)[grid.which], len(_FACTORS), 0).astype(np.float64)
        size = np.abs(outcome - field.published)
        for shift_moments, kind in zip(shifts, kinds, strict=True):
            shift_moments.append(moments(size[..., kind].mean(axis=-1), len(_FACTORS)))
        nominal = moments(outcome, len(_FACTORS)).sum(axis=0)
        sums = nominal if sums is None else sums + nominal
        if progress is not None:
            progress(min(1.0, (start + step) / len(drawn)))
    assert sums is not None
    return _Simulation(
        counts[:, 1:],
        tuple(np.concatenate(shift_moments) for shift_moments in shifts),
        sums / len(drawn),
    )


def _ranks_table(
    field: _Field, simulation: _Simulation, n_draws: int, law: dict[str, object], range_level: float
) -> pd.DataFrame:
    n = int(field.complete.sum())
    shares = simulation.counts / simulation.counts.sum(axis=1, keepdims=True)
    ranks = np.arange(1, shares.shape[1] + 1)
    tail = (1 - range_level) / 2
    first, last = field.about(n_draws)
    shift = (shares * np.abs(ranks - field.published[:, None])).sum(axis=1)
    table = pd.DataFrame(
        {
            **first,
            "vintage": field.parts.vintage,
            "province": field.provinces,
            "rank": pd.array(field.published, dtype="Int64"),
            "rank_median": _quantile(shares, 0.5),
            "rank_range_low": _quantile(shares, tail),
            "rank_range_high": _quantile(shares, 1 - tail),
            "mean_rank": shares @ ranks,
            "mean_shift": np.where(field.complete, shift, np.nan),
            f"p_top{ENDS}": shares[:, :ENDS].sum(axis=1),
            f"p_bottom{ENDS}": shares[:, n - ENDS :].sum(axis=1),
            "imputed": ~field.complete,
            "n_missing": field.n_missing,
            **law,
            **last,
        }
    )
    table.loc[~field.complete, "rank"] = pd.NA
    return table.sort_values(["rank", "province"], na_position="last").reset_index(drop=True)


def _quantile(shares: Floats, at: float) -> Counts:
    """Return the least rank that at least a share `at` of the draws does not exceed."""
    least: Counts = 1 + (shares.cumsum(axis=1) >= at - 1e-12).argmax(axis=1)
    return least


def _acceptability(field: _Field, simulation: _Simulation, n_draws: int) -> pd.DataFrame:
    counts = simulation.counts if not field.complete.all() else simulation.counts[:, :-1]
    n, ranks = counts.shape
    first, last = field.about(n_draws)
    return pd.DataFrame(
        {
            **first,
            "vintage": field.parts.vintage,
            "province": np.repeat(field.provinces, ranks),
            "rank": np.tile(np.arange(1, ranks + 1), n),
            "share": (counts / counts.sum(axis=1, keepdims=True)).ravel(),
            **last,
        }
    )


def _choices(field: _Field, grid: _Grid, simulation: _Simulation, seed: int) -> pd.DataFrame:
    draws = len(simulation.shift_moments[0])
    batches = min(draws, _BATCHES)
    resamples = resampling_counts(batches, _RESAMPLES, seed) / batches
    first, last = field.about(draws)
    tables = []
    for who, features in zip(("complete", "imputed"), simulation.shift_moments, strict=False):
        shares = variance_shares(features.mean(axis=0), grid.levels)
        batch = np.array([part.mean(axis=0) for part in np.array_split(features, batches)])
        again = variance_shares((resamples @ batch).T, grid.levels)
        first_mc_low, first_mc_high = percentile_interval(again.first.T, 0.95)
        total_mc_low, total_mc_high = percentile_interval(again.total.T, 0.95)
        table = pd.DataFrame(
            {
                **first,
                "provinces": who,
                "choice": ["weights", *_FACTORS],
                "n_options": [draws, *grid.levels],
                "first_order": shares.first,
                "first_mc_low": first_mc_low,
                "first_mc_high": first_mc_high,
                "total": shares.total,
                "total_mc_low": total_mc_low,
                "total_mc_high": total_mc_high,
                "variance": float(shares.variance),
                **last,
            }
        )
        idle = (table["n_options"] < 2) | ((who == "complete") & (table["choice"] == "imputation"))
        tables.append(table[~idle].sort_values("total", ascending=False, kind="stable"))
    return pd.concat(tables, ignore_index=True)


def _choices_by_province(field: _Field, grid: _Grid, simulation: _Simulation) -> pd.DataFrame:
    shares = variance_shares(simulation.rank_moments, grid.levels)
    draws, n = len(simulation.shift_moments[0]), len(field.provinces)
    first, last = field.about(draws)
    names = ["weights", *_FACTORS]
    table = pd.DataFrame(
        {
            **first,
            "vintage": field.parts.vintage,
            "province": np.repeat(field.provinces, len(names)),
            "imputed": np.repeat(~field.complete, len(names)),
            "choice": np.tile(names, n),
            "first_order": shares.first.T.ravel(),
            "total": shares.total.T.ravel(),
            "variance": np.repeat(shares.variance, len(names)),
            **last,
        }
    )
    varied = [name for name, levels in zip(names, (2, *grid.levels), strict=True) if levels > 1]
    return table[table["choice"].isin(varied)].reset_index(drop=True)


def _methods(
    field: _Field, grid: _Grid, simulation: _Simulation, nominal: Floats, n_draws: int
) -> pd.DataFrame:
    complete = field.complete
    names = np.array(field.parts.provinces)
    size = grid.which.size
    over_draws = simulation.shift_moments[0][:, :size].mean(axis=0)
    rows = []
    for position, (imputation, scale, how) in enumerate(product(*grid.options)):
        scores = grid.composites[grid.which.ravel()[position]](nominal[None, :])
        shift = np.abs(_ranks(scores, complete)[0] - field.published)[complete]
        rows.append(
            {
                "imputation": imputation,
                "normalisation": scale,
                "aggregation": how,
                "shift_nominal": shift.mean(),
                "max_shift_nominal": shift.max(),
                "province": names[shift.argmax()],
                "shift_draws": over_draws[position],
            }
        )
    first, last = field.about(n_draws)
    return (
        pd.DataFrame(rows)
        .assign(**last)
        .pipe(lambda table: pd.concat([pd.DataFrame({**first}, index=table.index), table], axis=1))
    )
