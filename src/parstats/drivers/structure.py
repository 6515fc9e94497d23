"""Structure: which parts agree, repeat or oppose each other, and how their scores are spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype
from scipy import stats

from parstats import errors
from parstats.arguments import check_share, old_names
from parstats.drivers.score_matrix import Floats, build_parts, without_rest
from parstats.panel.subset_marks import keeps_subset
from parstats.reference import frameworks
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.correlations import midranks, pearson, resampled_matrices
from parstats.stats.kendall import kendall
from parstats.stats.principal_components import parallel_thresholds, principal_components
from parstats.stats.reliability import reliability, resampled_alpha

# Correlation above which two parts repeat each other; the usual flag of index audits, in the step
# "multivariate analysis" of OECD/JRC 2008 and in COINr.
REDUNDANT = 0.9
# Absolute skewness beyond which, together with the next, JRC audits look for outliers.
SKEWED = 2.0
# Excess kurtosis beyond which they do.
HEAVY_TAILED = 3.5

# Units: the correction of the kurtosis divides by (n - 2)(n - 3).
_LEAST_UNITS = 4
# Points; scores are compared to nine decimals, as in `parstats.panel.ranks`.
_SAME = 1e-9
# Robust standard deviations from the median beyond which a unit is named.
_FAR = 3.0


@dataclass(frozen=True)
class Structure:
    """Audit of the parts of an index, in tidy tables.

    Attributes
    ----------
    correlations : pandas.DataFrame
        One row per pair of series: series, other, parent, other_parent, kind ("within" a dimension
        or "between" two), pearson, sens_low, sens_high, sens_level (their share of the draws),
        spearman, kendall (tau-b), p
        and p_adjusted (Benjamini-Hochberg over all pairs), redundant (pearson above 0.9), opposed
        (pearson below 0 with p_adjusted at most 0.05: the two cancel in the sum).
    reliability : pandas.DataFrame
        One row per scale, that is the whole index and each dimension of two series or more: scale,
        n_items, alpha (Cronbach), sens_low, sens_high, sens_level, alpha_standardised,
        mean_correlation (of two different items).
    items : pandas.DataFrame
        One row per scale and series: scale, series, item_total (correlation with the scale),
        item_rest (with the sum of its other items), alpha_dropped (alpha without it), weakens
        (alpha_dropped above alpha).
    components : pandas.DataFrame
        One row per scale and principal component of its correlation matrix, as many as there are
        series, or units less 1: scale, component (from 1), eigenvalue, explained, cumulative,
        threshold (95th percentile of unrelated columns), is_retained (it and all before it exceed
        their thresholds: parallel analysis).
    loadings : pandas.DataFrame
        One row per scale, component and series: coefficient (of the unit-length eigenvector),
        loading (correlation of the series with the component).
    distribution : pandas.DataFrame
        One row per series: series, parent, mean, sd (n - 1), minimum, maximum, skew, kurtosis
        (excess), outliers (absolute skew above 2 and kurtosis above 3.5), n_far and far (units
        further than 3 robust standard deviations from the median, and which), low and high (of the
        scale), share_at_low, share_at_high, n_distinct.
    """

    correlations: pd.DataFrame
    reliability: pd.DataFrame
    items: pd.DataFrame
    components: pd.DataFrame
    loadings: pd.DataFrame
    distribution: pd.DataFrame


@old_names(draws="n_draws", interval="sens_level")
@keeps_subset
def structure(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    region: str | None = None,
    sens_level: float = 0.95,
    n_draws: int = 500,
    seed: int = 0,
) -> Structure:
    r"""Audit how the parts of a composite index are related in a year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code or name, of 10 complete provinces or more; else the country
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, seed : int
        Bootstrap samples over provinces (and permutations of the parallel analysis), and the seed.

    Returns
    -------
    Structure: each of its tables also with index, year, region, n_provinces, n_units, coverage.

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete, or under 10 of a region
    InvalidRequest: if a series is the same in all provinces, or the parts do not add up to the
        overall score (SIPAS)

    Notes
    -----
    Estimand: the correlations, and what follows from them, of the scores of the complete provinces
    of that year. The provinces are a census: the intervals are percentile bootstraps over provinces
    and show how sensitive a figure is to which provinces are in; ``p`` reads the provinces as draws
    from a normal population and serves to tell weak correlations from none, no more.

    Low or negative correlations inside a dimension mean that its sum measures no one thing; that
    is a fault of a scale whose items should reflect one trait, but none of an index whose parts are
    meant to be different duties (OECD/JRC 2008, Handbook on Constructing Composite Indicators,
    step 4). Alpha grows with the number of items. Formulas and sources: `parstats.stats`,
    modules correlations, reliability and principal_components, and `scipy.stats` (p-values,
    Benjamini-Hochberg, skewness and kurtosis of type 2 of Joanes and Gill 1998, The Statistician
    47(1):183-189, and the median absolute deviation); the outlier rule is that of the
    field's audits (absolute skewness above 2 with kurtosis above 3.5).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> audit = structure(load_scores("PAPI"), 2024, n_draws=50)
    >>> audit.reliability.set_index("scale")["alpha"].round(2).head(3).to_dict()
    {'papi': 0.85, 'papi.participation': 0.65, 'papi.transparency': 0.81}
    >>> pairs = audit.correlations
    >>> len(pairs), int(pairs["redundant"].sum()), int(pairs["opposed"].sum())
    (378, 0, 4)
    """
    parts = without_rest(build_parts(scores, year, level=level, region=region))
    values = pd.DataFrame(parts.points, index=list(parts.provinces), columns=list(parts.series))
    result = audit(
        values,
        dict(zip(parts.series, parts.parents, strict=True)),
        overall_scale=frameworks.top(parts.index),
        low=parts.low,
        high=parts.high,
        sens_level=sens_level,
        n_draws=n_draws,
        seed=seed,
    )
    n = len(parts.provinces)
    about = {"index": parts.index, "year": parts.year, "region": parts.region}
    carried = {"n_provinces": n, "n_units": parts.n_units, "coverage": n / parts.n_units}
    tables = {}
    for field in fields(result):
        table: pd.DataFrame = getattr(result, field.name)
        columns = [*about, *table.columns, *carried]
        tables[field.name] = table.assign(**about, **carried)[columns]
    return replace(result, **tables)


def has_structure(scores: pd.DataFrame, year: int, *, region: str | None = None) -> bool:
    """Return whether `structure` has an answer: four units, two parts, none the same everywhere.

    Parameters
    ----------
    scores, year, region : as in `structure`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> has_structure(load_scores("PAPI"), 2024)
    True
    """
    points = without_rest(build_parts(scores, year, region=region)).points
    n, p = points.shape
    return n >= _LEAST_UNITS and p >= 2 and bool((np.ptp(points, axis=0) > 1e-9).all())


def audit(
    values: Any,
    groups: Mapping[str, str] | pd.Series | None = None,
    *,
    total: pd.Series | None = None,
    low: Floats | None = None,
    high: Floats | None = None,
    overall_scale: str = "index",
    sens_level: float = 0.95,
    n_draws: int = 500,
    seed: int = 0,
) -> Structure:
    """Audit any table of units by items as `structure` audits an index: alpha, PCA, correlations.

    Parameters
    ----------
    values : pandas.DataFrame or two-dimensional array
        A row for each unit, a column for each item, numbers without gaps, all pointing the same
        way.
    groups : mapping or pandas.Series of the item to its group, optional
        The scale that each item is in; without it all are in one.
    total : pandas.Series, optional
        Overall score of each unit, where it is not the plain sum of the items; ``item_total`` of
        the whole is then the correlation with it.
    low, high : array, optional; lowest and highest possible value of each item, in their order
    overall_scale : str; name of the scale of all items
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, seed : int
        Bootstrap samples over units (and permutations of the parallel analysis), and the seed.

    Returns
    -------
    Structure

    Raises
    ------
    InvalidRequest: if there are fewer than 4 units or 2 items; a gap, text, or an item that is
        there twice, is the same everywhere or has no group; or a unit without an overall score

    Notes
    -----
    Estimands, formulas and their sources are those of `structure`. The items are added up as they
    are: put items of different units on one scale first.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1, 2, 3, 4.0], "b": [2, 3, 4, 6.0], "c": [4, 1, 3, 2.0]})
    >>> found = audit(table, {"a": "one", "b": "one", "c": "two"}, n_draws=20)
    >>> found.correlations[["series", "other", "kind", "pearson"]].round(3).values.tolist()
    [['a', 'b', 'within', 0.983], ['a', 'c', 'between', -0.4], ['b', 'c', 'between', -0.378]]
    >>> found.reliability[["scale", "n_items", "alpha"]].round(2).values.tolist()
    [['index', 3, 0.26], ['one', 2, 0.97]]
    """
    values = _number_table(values)
    if groups is None:
        parents = dict.fromkeys(values.columns, overall_scale)
    else:
        parents = {str(item): str(group) for item, group in groups.items()}
    _check(values, parents, total)
    points = values.to_numpy(dtype=np.float64)
    sens_level = check_share("sens_level", sens_level)
    counts = resampling_counts(len(points), n_draws, seed)
    overall = points.sum(axis=1) if total is None else total.loc[values.index].to_numpy(float)
    owners = [parents[name] for name in values.columns]
    scales = _scales(owners, overall_scale)
    reliabilities, items, components, loadings = [], [], [], []
    for scale, columns in scales.items():
        part = values.iloc[:, columns]
        score = overall if scale == overall_scale else part.to_numpy(dtype=np.float64).sum(axis=1)
        row, table = _agreement(scale, part, score, counts, sens_level)
        reliabilities.append(row)
        items.append(table)
        ranked, weights = _components(scale, part, n_draws, seed)
        components.append(ranked)
        loadings.append(weights)
    return Structure(
        correlations=_correlations(values, owners, counts, sens_level),
        reliability=pd.DataFrame(reliabilities),
        items=pd.concat(items, ignore_index=True),
        components=pd.concat(components, ignore_index=True),
        loadings=pd.concat(loadings, ignore_index=True),
        distribution=_distribution(values, owners, low, high),
    )


def _number_table(values: Any) -> pd.DataFrame:
    """Return a table of numbers by item, the items as text; of an array they are numbered."""
    if not isinstance(values, pd.DataFrame):
        points = np.asarray(values)
        if points.ndim != 2:
            raise errors.InvalidRequest(
                f"values is of type {type(values).__name__}: expected a table of units by items"
            )
        values = pd.DataFrame(points, columns=[f"item {i}" for i in range(1, points.shape[1] + 1)])
    texts = [str(name) for name, column in values.items() if not is_numeric_dtype(column)]
    if texts:
        raise errors.InvalidRequest(
            f"no numbers in {', '.join(texts)}: make the names of the units the index of the table "
            "(set_index), or leave these columns out"
        )
    return values.rename(columns=str)


def _check(values: pd.DataFrame, parents: Mapping[str, str], total: pd.Series | None) -> None:
    n, p = values.shape
    if n < _LEAST_UNITS or p < 2:
        raise errors.InvalidRequest(
            f"{n} units and {p} items: at least {_LEAST_UNITS} units and 2 items are needed"
        )
    checks = {
        "two columns of the name": values.columns[values.columns.duplicated()],
        "no group is given for": [name for name in values if name not in parents],
        "missing or infinite values in": values.columns[~np.isfinite(values.astype(float)).all()],
        "the same value everywhere in": values.columns[np.ptp(values, axis=0) <= _SAME],
    }
    for what, names in checks.items():
        if len(names):
            raise errors.InvalidRequest(
                f"{what}: {', '.join(map(str, names))}; complete the table (dropna keeps the units "
                "without gaps), or leave these out: of an index with panel.without(scores, "
                "series=...), or use level='dimension'"
            )
    if total is not None and not np.isfinite(total.reindex(values.index)).all():
        raise errors.InvalidRequest("a unit has no overall score; total needs one for each unit")


def _scales(owners: list[str], overall_scale: str) -> dict[str, list[int]]:
    """Columns of each scale: the whole first, then each dimension of two indicators or more."""
    scales = {overall_scale: list(range(len(owners)))}
    for owner in dict.fromkeys(owners):
        columns = [column for column, name in enumerate(owners) if name == owner]
        if 1 < len(columns) < len(owners):
            scales[owner] = columns
    return scales


def _correlations(
    values: pd.DataFrame, owners: list[str], counts: Floats, sens_level: float
) -> pd.DataFrame:
    points = values.to_numpy(dtype=np.float64)
    first, other = np.triu_indices(points.shape[1], 1)
    pearsons = stats.pearsonr(points[:, first], points[:, other], axis=0)
    result = pearsons.statistic
    ranks = np.apply_along_axis(midranks, 0, points)
    # Draws in which an indicator has no spread have no correlation, so they tell nothing.
    sampled = resampled_matrices(points, counts)[:, first, other]
    low, high = percentile_interval(np.where(np.isnan(sampled), result, sampled), sens_level)
    adjusted = stats.false_discovery_control(pearsons.pvalue)
    names, parents = np.array(values.columns), np.array(owners)
    return pd.DataFrame(
        {
            "series": names[first],
            "other": names[other],
            "parent": parents[first],
            "other_parent": parents[other],
            "kind": np.where(parents[first] == parents[other], "within", "between"),
            "pearson": result,
            "sens_low": low,
            "sens_high": high,
            "sens_level": sens_level,
            "spearman": stats.pearsonr(ranks[:, first], ranks[:, other], axis=0).statistic,
            "kendall": [
                kendall(points[:, one], points[:, two])[0]
                for one, two in zip(first, other, strict=True)
            ],
            "p": pearsons.pvalue,
            "p_adjusted": adjusted,
            "redundant": result > REDUNDANT,
            # 0.05: the usual level, after Benjamini and Hochberg.
            "opposed": (result < 0) & (adjusted <= 0.05),
        }
    )


def _agreement(
    scale: str, part: pd.DataFrame, score: Floats, counts: Floats, sens_level: float
) -> tuple[dict[str, object], pd.DataFrame]:
    """Return the row of `reliability` and rows of `items` of one scale."""
    points = part.to_numpy(dtype=np.float64)
    result = reliability(points)
    low, high = percentile_interval(resampled_alpha(points, counts), sens_level)
    row: dict[str, object] = {
        "scale": scale,
        "n_items": points.shape[1],
        "alpha": result.alpha,
        "sens_low": float(low),
        "sens_high": float(high),
        "sens_level": sens_level,
        "alpha_standardised": result.alpha_standardised,
        "mean_correlation": result.mean_correlation,
    }
    items = pd.DataFrame(
        {
            "scale": scale,
            "series": list(part.columns),
            "item_total": [pearson(column, score)[0] for column in points.T],
            "item_rest": result.item_rest,
            "alpha_dropped": result.alpha_dropped,
            "weakens": result.alpha_dropped > result.alpha,
        }
    )
    return row, items


def _components(
    scale: str, part: pd.DataFrame, n_draws: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of `components` and of `loadings` of one scale."""
    points = part.to_numpy(dtype=np.float64)
    result = principal_components(points)
    thresholds = parallel_thresholds(points, n_draws, seed)
    p, k = result.coefficients.shape
    components = pd.DataFrame(
        {
            "scale": scale,
            "component": np.arange(1, k + 1),
            "eigenvalue": result.eigenvalues,
            "explained": result.explained,
            "cumulative": result.explained.cumsum(),
            "threshold": thresholds[:k],
            "is_retained": np.logical_and.accumulate(result.eigenvalues > thresholds[:k]),
        }
    )
    loadings = pd.DataFrame(
        {
            "scale": scale,
            "component": np.repeat(np.arange(1, k + 1), p),
            "series": list(part.columns) * k,
            "coefficient": result.coefficients.T.ravel(),
            "loading": result.loadings.T.ravel(),
        }
    )
    return components, loadings


def _distribution(
    values: pd.DataFrame, owners: list[str], low: Floats | None, high: Floats | None
) -> pd.DataFrame:
    points = values.to_numpy(dtype=np.float64)
    n, p = points.shape
    least = np.full(p, np.nan) if low is None else np.asarray(low, dtype=np.float64)
    most = np.full(p, np.nan) if high is None else np.asarray(high, dtype=np.float64)
    skew, kurtosis = stats.skew(points, bias=False), stats.kurtosis(points, bias=False)
    far = _far_from_median(points)
    units = np.array([str(unit) for unit in values.index])
    at_low = (points <= least + _SAME).sum(axis=0) / n
    at_high = (points >= most - _SAME).sum(axis=0) / n
    return pd.DataFrame(
        {
            "series": list(values.columns),
            "parent": owners,
            "mean": points.mean(axis=0),
            "sd": points.std(axis=0, ddof=1),
            "minimum": points.min(axis=0),
            "maximum": points.max(axis=0),
            "skew": skew,
            "kurtosis": kurtosis,
            "outliers": (np.abs(skew) > SKEWED) & (kurtosis > HEAVY_TAILED),
            "n_far": far.sum(axis=0),
            "far": pd.Series([" ".join(units[column]) for column in far.T], dtype="str"),
            "low": least,
            "high": most,
            "share_at_low": np.where(np.isnan(least), np.nan, at_low),
            "share_at_high": np.where(np.isnan(most), np.nan, at_high),
            "n_distinct": [len(np.unique(np.round(column, 9))) for column in points.T],
        }
    )


def _far_from_median(points: Floats) -> NDArray[np.bool_]:
    """Return which values are further than 3 robust deviations from their column's median.

    None in a column where more than half of the values are the same: it has no such deviation.
    """
    unit = stats.median_abs_deviation(points, scale="normal")
    distance = np.abs(points - np.median(points, axis=0))
    far: NDArray[np.bool_] = (distance > _FAR * unit) & (unit > 0)
    return far
