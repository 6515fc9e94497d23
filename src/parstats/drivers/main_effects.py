"""Main effects of single parts on the overall score, beside their nominal weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_integer, check_share, old_names
from parstats.drivers.score_matrix import Floats, Parts, build_parts, scale_widths
from parstats.panel.subset_marks import keeps_subset
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.local_linear import correlation_ratios, nonlinearity_p_value

# Provinces needed beyond the number of series before the unique part of a series can be estimated;
# the same as SPARE_PROVINCES of drivers/importance.py.
_SPARE_PROVINCES = 10

# Share of a series' variance left by the others, below which it is rounding and none is unique.
_MIN_UNIQUE_VARIANCE = 1e-12


@old_names(draws="n_draws", interval="sens_level", permutations="n_permutations")
@keeps_subset
def main_effects(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    region: str | None = None,
    sens_level: float = 0.95,
    n_draws: int = 500,
    n_permutations: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Return the main effect of each sub-dimension (or dimension) on the overall score of a year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code or name, of 10 complete provinces or more; else the country
    sens_level : float; share of the bootstrap draws inside the interval
    n_draws, n_permutations, seed : int
        Bootstrap samples over provinces, permutations of the test of linearity, and the seed.

    Returns
    -------
    pandas.DataFrame: one row per series, largest main effect first: index, year, region (empty for
        the country), series, parent, nominal (weight that the rules give it), linear (squared
        correlation with the overall score), local_linear (main effect by a local line), sens_low,
        sens_high, tied_with_top (the interval of its distance to the largest main effect holds
        zero), p_nonlinear (how often a straight line with noise looks as bent), effective (main
        effect as a share of the sum of main effects), ratio (effective to nominal), unique and
        correlated (the two summands of the main effect), bandwidth (of the local line, in points;
        infinite where the straight line predicts left-out provinces best), n_provinces, n_units,
        coverage, sens_level, n_draws, n_permutations.

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete, or under 10 of a region
    InvalidRequest: if all provinces have the same overall score, or the parts do not add up to it
        (SIPAS), or the number of permutations is below 1

    Notes
    -----
    Estimand: in the provinces of that year, the share of the variance of the overall score y that
    would go if part :math:`x_j` were known, the correlation ratio

    .. math:: S_j = \mathrm{Var}(E[y \mid x_j]) / \mathrm{Var}(y)

    (Paruolo, Saisana and Saltelli 2013, Journal of the Royal Statistical Society A
    176(3):609-634). Unlike covariance shares, main effects do not add up to 1: parts that move
    together are each credited with what they share. They describe spread between provinces, not
    the effect of raising a part.

    ``local_linear`` estimates E[y|x] by a local line with Gaussian kernel, its bandwidth chosen by
    leaving out one province at a time; ``linear`` by one straight line. With about 60 provinces
    their difference is mostly noise unless ``p_nonlinear`` is small. That p-value permutes the
    residuals of the straight line; it is not adjusted for the number of series.

    ``nominal`` is the weight of a part on a common scale: with
    :math:`u_j = (x_j - \mathrm{low}_j)/(\mathrm{high}_j - \mathrm{low}_j)` the overall score is a
    constant plus :math:`\sum_j (\mathrm{high}_j - \mathrm{low}_j)\,u_j`, so the range of the scale
    of j over the sum of all ranges is what the builders of the index declared; it is 1/p only if
    all scales are equally wide. NaN where the scale is not published. ``ratio`` compares relative
    importance with relative weight, as that paper does; 1 is as declared.

    ``unique`` is the same main effect of the residual :math:`z_j` of :math:`x_j` on all other
    parts, :math:`\mathrm{Var}(E[y \mid z_j])/\mathrm{Var}(y)`, and ``correlated`` the rest of
    ``local_linear``: what the part carries only by moving with others (Becker, Saisana, Paruolo and
    Vandecasteele 2017, Ecological Indicators 80:12-22; local lines instead of their Gaussian
    process). ``correlated`` is negative where others hide a part. Both are NaN with fewer than
    10 provinces more than series: the residuals would say nothing.

    The provinces are a census, so the interval is no sampling error: it is the percentile bootstrap
    over provinces, bandwidth chosen anew in each draw, and shows how sensitive a main effect is to
    which provinces are in. Correlation ratios are biased upwards in small samples, so the interval
    of a weak part stays above zero. A part that is the same everywhere has main effect 0.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = main_effects(load_scores("PAPI"), 2024, level="dimension", n_draws=50)
    >>> table[["series", "nominal", "linear"]].head(2).round(3).values.tolist()
    [['papi.transparency', 0.125, 0.839], ['papi.corruption_control', 0.125, 0.619]]
    """
    n_permutations = check_integer("n_permutations", n_permutations, 1)
    sens_level = check_share("sens_level", sens_level)
    parts = build_parts(scores, year, level=level, region=region)
    require_spread(parts)
    n = len(parts.provinces)
    table = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "region": parts.region,
            "series": parts.series,
            "parent": parts.parents,
            "nominal": scale_weights(parts),
            **_effects(parts, resampling_counts(n, n_draws, seed), sens_level),
            "p_nonlinear": _p_nonlinear(parts, n_permutations, seed),
        }
    )
    table["effective"] = table["local_linear"] / table["local_linear"].sum()
    # The rest that weighted parts leave has no weight by the rules.
    table["ratio"] = table["effective"] / table["nominal"].where(table["nominal"] != 0)
    table["unique"] = _unique(parts)
    table["correlated"] = table["local_linear"] - table["unique"]
    table = table.assign(
        n_provinces=n,
        n_units=parts.n_units,
        coverage=n / parts.n_units,
        sens_level=sens_level,
        n_draws=n_draws,
        n_permutations=n_permutations,
    )
    ordered = table.sort_values("local_linear", ascending=False, kind="stable")
    return ordered[list(_COLUMNS)].reset_index(drop=True)


_COLUMNS = (
    *("index", "year", "region", "series", "parent", "nominal", "linear", "local_linear"),
    *("sens_low", "sens_high", "tied_with_top", "p_nonlinear", "effective", "ratio"),
    *("unique", "correlated", "bandwidth", "n_provinces", "n_units", "coverage"),
    *("sens_level", "n_draws", "n_permutations"),
)


def scale_weights(parts: Parts) -> Floats:
    """Return the weight of each series on a common scale: its range over the sum of all ranges.

    Shape (p,), adding up to 1; NaN for all where a scale is not published.

    >>> from parstats.drivers.score_matrix import build_parts
    >>> from parstats.panel import load_scores
    >>> scale_weights(build_parts(load_scores("PAPI"), 2024)).round(4)[:4]
    array([0.0313, 0.0313, 0.0313, 0.0313])
    """
    span = scale_widths(parts)
    weights: Floats = span / span.sum()
    return weights


def require_spread(parts: Parts) -> None:
    """Refuse parts whose sum is the same in all provinces.

    Raises InvalidRequest if it is.

    >>> from parstats.drivers.score_matrix import build_parts
    >>> from parstats.panel import load_scores
    >>> require_spread(build_parts(load_scores("PAPI"), 2024))
    """
    if np.ptp(parts.total) <= 1e-9:
        raise errors.InvalidRequest(
            f"all provinces have the same overall score in {parts.index_year}: "
            "there is no spread to explain"
        )


def _effects(parts: Parts, counts: Floats, sens_level: float) -> dict[str, object]:
    """Return the main effects with their intervals, one column each."""
    total = parts.total
    here = [correlation_ratios(part, total) for part in parts.points.T]
    ratio = np.array([estimates.ratio[0] for estimates in here])
    sampled = np.column_stack(
        [correlation_ratios(part, total, counts).ratio for part in parts.points.T]
    )
    low, high = percentile_interval(sampled, sens_level)
    _, least_behind = percentile_interval(sampled - sampled[:, [ratio.argmax()]], sens_level)
    return {
        "linear": np.array([estimates.linear[0] for estimates in here]),
        "local_linear": ratio,
        "sens_low": low,
        "sens_high": high,
        "tied_with_top": least_behind >= 0,
        "bandwidth": np.array([estimates.bandwidth[0] for estimates in here]),
    }


def _p_nonlinear(parts: Parts, n_permutations: int, seed: int) -> Floats:
    return np.array(
        [nonlinearity_p_value(part, parts.total, n_permutations, seed) for part in parts.points.T]
    )


def _unique(parts: Parts) -> Floats:
    """Return the main effect of the part of each series that the others do not explain."""
    n, p = parts.points.shape
    if n < p + _SPARE_PROVINCES:
        return np.full(p, np.nan)
    centred = parts.points - parts.points.mean(axis=0)
    unique = np.zeros(p)
    for j, column in enumerate(centred.T):
        other_columns = np.delete(centred, j, axis=1)
        residual = column - other_columns @ np.linalg.lstsq(other_columns, column, rcond=None)[0]
        if residual @ residual > _MIN_UNIQUE_VARIANCE * max(column @ column, 1e-12):
            unique[j] = correlation_ratios(residual, parts.total).ratio[0]
    return unique
