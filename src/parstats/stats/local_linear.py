"""The local-linear smoother, its leave-one-out bandwidth, and the correlation ratio it gives.

By hand: all resamples share the kernels, some 1,000 times as fast as a KernelReg of statsmodels for
each resample and bandwidth (61 units, 200 draws, 13 bandwidths).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# In standard deviations of x. The last one is the straight line.
_BANDWIDTHS = (*np.geomspace(0.25, 4.0, 12), np.inf)

# A line needs two places: below this share of s0 s2 the neighbours all lie in one.
_LEAST_SPREAD = 1e-8

# Resamples at a time, for the sake of memory. By judgement.
_BLOCK = 512


@dataclass(frozen=True)
class CorrelationRatios:
    """Correlation ratios of a sample, or of many at once."""

    ratio: Floats  # Var(E[y|x]) / Var(y), the conditional mean by a local line; shape (draws,)
    # The same by one straight line: the squared correlation of x and y; shape (draws,)
    linear: Floats
    # Standard deviation of the Gaussian kernel, in units of x; infinite where the straight line
    # predicts left-out units best; shape (draws,)
    bandwidth: Floats


def bandwidth_grid(x: Floats) -> Floats:
    """Return the bandwidths to choose among: 0.25 to 4 standard deviations of x, and infinity.

    >>> bandwidth_grid(np.array([-1.0, 1.0]))[[0, -2, -1]]
    array([0.25, 4.  ,  inf])
    """
    grid: Floats = np.array(_BANDWIDTHS) * float(np.std(x))
    return grid


def smoother(x: Floats, bandwidth: float) -> Floats:
    r"""Return the matrix that turns y into its local-linear fit at every x.

    `bandwidth` is the standard deviation of the Gaussian kernel; infinite for the straight line.
    The rows :math:`l_i(x) = K_i (s_2 - (x_i-x) s_1) / (s_0 s_2 - s_1^2)` with
    :math:`s_r = \sum_i K_i (x_i-x)^r` (Fan and Gijbels 1996, Local Polynomial Modelling and Its
    Applications, section 3.1) add up to 1; NaN where all neighbours lie in one place.

    >>> x = np.array([0.0, 1.0, 2.0, 4.0])
    >>> smoother(x, 0.5) @ (3 * x + 1)
    array([ 1.,  4.,  7., 13.])
    """
    matrix: Floats = _smoothers(x, np.array([bandwidth]))[0]
    return matrix


def correlation_ratios(
    x: Floats, y: Floats, counts: Floats | None = None, bandwidths: Floats | None = None
) -> CorrelationRatios:
    r"""Return the correlation ratio of y on x in the sample, or in resamples of its units.

    `counts`, shape (draws, n), says how often each unit is in each resample; the bandwidth is
    chosen from `bandwidths`, those of `bandwidth_grid` of x if not given. Zero where x (or y) has
    no spread in the resample.

    The bandwidth minimises :math:`\sum_i c_i (y_i - \hat f_{-i}(x_i))^2`, where
    :math:`\hat f_{-i}` is fitted without unit i, that is without any of its :math:`c_i` copies: if
    copies stayed in, a resample would choose too narrow a kernel.

    >>> x = np.linspace(-1, 1, 41)
    >>> found = correlation_ratios(x, x**2)
    >>> found.ratio.round(2), abs(found.linear.round(2))
    (array([0.95]), array([0.]))
    """
    counts = np.ones((1, len(x))) if counts is None else counts
    if _constant(x) or _constant(y):
        nothing = np.zeros(len(counts))
        return CorrelationRatios(nothing, nothing.copy(), np.full(len(counts), np.nan))
    grid = bandwidth_grid(x) if bandwidths is None else bandwidths
    y = y - y.mean()
    blocks = [counts[start : start + _BLOCK] for start in range(0, len(counts), _BLOCK)]
    parts = [_ratios(x, y, block.T, grid) for block in blocks]
    ratio, linear, bandwidth = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return CorrelationRatios(ratio, linear, bandwidth)


def nonlinearity_p_value(x: Floats, y: Floats, n_permutations: int, seed: int) -> float:
    r"""Return how often a straight line with noise looks as curved as the sample.

    It is :math:`(1 + \#\{T_b \ge T\}) / (1 + B)`; NaN where x or y has no spread.

    :math:`T = S - r^2`, the correlation ratio by a local line less that by a straight line. Under
    the null hypothesis that E[y|x] is a straight line, its residuals are exchangeable: they are
    permuted and added back to the line (Freedman and Lane 1983, Journal of Business & Economic
    Statistics 1(4):292-298), and the bandwidth is chosen anew each time. Permuting x itself would
    test whether y depends on x at all, which the squared correlation answers already.

    >>> x = np.linspace(-1, 1, 41)
    >>> nonlinearity_p_value(x, x**2, n_permutations=99, seed=0)
    0.01
    """
    if _constant(x) or _constant(y):
        return float("nan")
    generator = np.random.default_rng(seed)
    line = smoother(x, np.inf) @ y
    residuals = np.tile((y - line)[:, None], n_permutations)
    bent = line[:, None] + generator.permuted(residuals, axis=0)
    statistic = _excess(x, np.column_stack([y, bent]))
    # Sums in another order differ in the last bits; a straight line is as bent as its permutations.
    beyond = int(np.sum(statistic[1:] >= statistic[0] - 1e-12))
    return (1 + beyond) / (1 + n_permutations)


def _constant(values: Floats) -> bool:
    return bool(np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())))


def _excess(x: Floats, values: Floats) -> Floats:
    """Return correlation ratio less squared correlation, by column of `values`."""
    matrices = _smoothers(x, bandwidth_grid(x))
    fit = (matrices.reshape(-1, len(x)) @ values).reshape(len(matrices), *values.shape)
    error = np.empty((len(matrices), values.shape[1]))
    spread = np.empty_like(error)
    for position, matrix in enumerate(matrices):
        with np.errstate(divide="ignore", invalid="ignore"):
            loo_errors = (values - fit[position]) / (1 - np.diag(matrix))[:, None]
        error[position] = np.einsum("ib,ib->b", loo_errors, loo_errors)
        spread[position] = fit[position].var(axis=0)
    # The last bandwidth is the straight line.
    excess: Floats = (_at_least(error, spread)[0] - spread[-1]) / values.var(axis=0)
    return excess


def _ratios(x: Floats, y: Floats, weight: Floats, grid: Floats) -> tuple[Floats, Floats, Floats]:
    """Return correlation ratio, squared correlation, bandwidth by column of `weight`."""
    weighted = weight * y[:, None]
    moments = _moments(x, grid, weight, weighted)
    error = np.empty((len(grid), weight.shape[1]))
    spread = np.empty_like(error)
    for position in range(len(grid)):
        fit, loo_errors = _fits([moment[position] for moment in moments], weight, weighted)
        error[position] = _sum(weight, (y[:, None] - loo_errors) ** 2)
        spread[position] = _variance(weight, fit)
    chosen, bandwidth_index = _at_least(error, spread)
    total = _variance(weight, np.broadcast_to(y[:, None], weight.shape))
    ratio = np.divide(chosen, total, out=np.zeros_like(chosen), where=total > 0)
    bandwidth = np.where(bandwidth_index >= 0, grid[bandwidth_index], np.nan)
    return ratio, _squared_correlation(x, y, weight), bandwidth


def _at_least(error: Floats, values: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Of each column the value where the error is least, and its place; 0 and -1 without any."""
    available = np.where(np.isfinite(error) & np.isfinite(values), error, np.inf)
    least_index = available.argmin(axis=0)
    columns = np.arange(error.shape[1])
    has_finite_error = np.isfinite(available[least_index, columns])
    return np.where(has_finite_error, values[least_index, columns], 0.0), np.where(
        has_finite_error, least_index, -1
    )


def _kernels(x: Floats, grid: Floats) -> tuple[Floats, Floats]:
    """Return the kernel weights by bandwidth, and distances: each row a place to fit at."""
    distance = x[None, :] - x[:, None]
    return np.exp(-0.5 * (distance / grid[:, None, None]) ** 2), distance


def _smoothers(x: Floats, grid: Floats) -> Floats:
    kernel, distance = _kernels(x, grid)
    s0 = kernel.sum(axis=2, keepdims=True)
    s1 = (kernel * distance).sum(axis=2, keepdims=True)
    s2 = (kernel * distance**2).sum(axis=2, keepdims=True)
    rows: Floats = kernel * (s2 - distance * s1) / _divisor(s0, s1, s2)
    return rows


def _divisor(s0: Floats, s1: Floats, s2: Floats) -> Floats:
    """Return the determinant of the local line, NaN where the line is not determined."""
    divisor = s0 * s2 - s1**2
    available: Floats = np.where(divisor > _LEAST_SPREAD * s0 * s2, divisor, np.nan)
    return available


def _moments(x: Floats, grid: Floats, weight: Floats, weighted: Floats) -> tuple[Floats, ...]:
    """Return s0, s1, s2, t0 and t1 at every unit, without itself: bandwidths, units, resamples.

    A unit far from all others has neighbours of tiny weight; taking its own weight of 1 from the
    sum would leave nothing but rounding errors of them.
    """
    kernel, distance = _kernels(x, grid)
    kernel[:, np.arange(len(x)), np.arange(len(x))] = 0.0
    slanted = kernel * distance
    powers = np.stack([kernel, slanted, slanted * distance])
    # Two large products: many small ones would wait for each other on a busy machine.
    s: Floats = powers.reshape(-1, len(x)) @ weight
    t: Floats = powers[:2].reshape(-1, len(x)) @ weighted
    shape = (len(grid), len(x), weight.shape[1])
    return (*s.reshape(3, *shape), *t.reshape(2, *shape))


def _fits(moments: list[Floats], weight: Floats, weighted: Floats) -> tuple[Floats, Floats]:
    """Fit at every unit (rows) in every resample: with the unit, and without it."""
    s0, s1, s2, t0, t1 = moments
    without = (s2 * t0 - s1 * t1) / _divisor(s0, s1, s2)
    # A unit's own copies lie at distance 0, so they enter s0 and t0 only.
    s0, t0 = s0 + weight, t0 + weighted
    return (s2 * t0 - s1 * t1) / _divisor(s0, s1, s2), without


def _sum(weight: Floats, values: Floats) -> Floats:
    """Return the weighted sum over the units, NaN only if a unit with weight is NaN."""
    total: Floats = np.where(weight > 0, weight * values, 0.0).sum(axis=0)
    return total


def _variance(weight: Floats, values: Floats) -> Floats:
    n = weight.sum(axis=0)
    mean = _sum(weight, values) / n
    variance: Floats = _sum(weight, (values - mean) ** 2) / n
    return variance


def _squared_correlation(x: Floats, y: Floats, weight: Floats) -> Floats:
    n = weight.sum(axis=0)
    x = x - x.mean()
    mean_x, mean_y = x @ weight / n, y @ weight / n
    cross = (x * y) @ weight / n - mean_x * mean_y
    scale = (x**2 @ weight / n - mean_x**2) * (y**2 @ weight / n - mean_y**2)
    squared: Floats = np.divide(cross**2, scale, out=np.zeros_like(cross), where=scale > 1e-24)
    return squared
