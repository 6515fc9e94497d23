"""Pearson and Spearman correlations, in the sample and in resamples of its units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Decimals. Sums of published figures differ in the last bits; values equal to nine decimals are the
# same value, as in `parstats.panel.ranks`.
_SAME = 9


def midranks(values: Floats, counts: Floats | None = None) -> Floats:
    """Return mean ranks from the lowest, in the sample or in resamples.

    Values equal to 9 decimals are ties. `counts`, shape (draws, n), says how often each unit is in
    each resample; the result has its shape, or (n,) without it.

    >>> midranks(np.array([5.0, 7.0, 5.0, 9.0]))
    array([1.5, 3. , 1.5, 4. ])
    >>> midranks(np.array([5.0, 7.0]), np.array([[2.0, 1.0]]))
    array([[1.5, 3. ]])
    """
    weight = np.ones((1, len(values))) if counts is None else counts
    _, inverse = np.unique(np.round(values, _SAME), return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    starts = np.flatnonzero(np.diff(inverse[order], prepend=-1))
    size = np.add.reduceat(weight[:, order], starts, axis=1)
    ranks: Floats = (np.cumsum(size, axis=1) - size + (size + 1) / 2)[:, inverse]
    return ranks[0] if counts is None else ranks


def pearson(x: Floats, y: Floats, counts: Floats | None = None) -> Floats:
    """Return the correlation of two variables, in the sample or in resamples of its units.

    x and y have shape (n,) or (draws, n); `counts`, shape (draws, n), says how often each unit is
    in each resample. Shape (draws,), one value without `counts`; NaN where x or y has no spread.

    >>> pearson(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0])).round(3)
    array([0.982])
    """
    shares = np.ones((1, x.shape[-1])) if counts is None else counts
    shares = shares / shares.sum(axis=1, keepdims=True)
    # Far from zero the squares below would cancel.
    x, y = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    mean_x, mean_y = (shares * x).sum(axis=1), (shares * y).sum(axis=1)
    cross = (shares * x * y).sum(axis=1) - mean_x * mean_y
    variance_x = (shares * x**2).sum(axis=1) - mean_x**2
    variance_y = (shares * y**2).sum(axis=1) - mean_y**2
    available = (variance_x > 1e-14) & (variance_y > 1e-14)
    scale = np.sqrt(np.where(available, variance_x * variance_y, np.nan))
    correlation: Floats = np.clip(cross / scale, -1.0, 1.0)
    return correlation


def spearman(x: Floats, y: Floats, counts: Floats | None = None) -> Floats:
    """Return the rank correlation of two variables, in the sample or in resamples of its units.

    `counts`, shape (draws, n), says how often each unit is in each resample; units are ranked anew
    in each. Shape (draws,), one value without `counts`.

    >>> spearman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 40.0]))
    array([1.])
    """
    return pearson(midranks(x, counts), midranks(y, counts), counts)


def resampled_matrices(points: Floats, counts: Floats) -> Floats:
    """Return the correlation matrix of the columns in resamples of the units.

    `points` is units by variables, `counts`, shape (draws, n), how often each unit is in each
    resample. Shape (draws, p, p); NaN in rows and columns of a variable without spread in the
    resample.

    >>> points = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 4.0]])
    >>> resampled_matrices(points, np.ones((1, 3))).round(3)[0, 0]
    array([1.   , 0.982])
    """
    shares = counts / counts.sum(axis=1, keepdims=True)
    standard = (points - points.mean(axis=0)) / points.std(axis=0)
    mean = shares @ standard
    second = standard.T @ (shares[:, :, None] * standard)
    covariance = second - mean[:, :, None] * mean[:, None, :]
    variance = np.einsum("bjj->bj", covariance)
    spread = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    matrices: Floats = covariance / (spread[:, :, None] * spread[:, None, :])
    return matrices


def correlation_p_values(correlation: Floats, n: int) -> Floats:
    """Return the two-sided p-values of correlations in samples of a bivariate normal distribution.

    Pearson or Spearman correlations of n units, at least 3; by Student's t with n - 2 degrees of
    freedom.

    >>> correlation_p_values(np.array([0.25, 1.0]), 61).round(4)
    array([0.052, 0.   ])
    """
    from scipy.special import stdtr

    unexplained = np.maximum(1 - correlation**2, 0.0)
    with np.errstate(divide="ignore"):
        t = np.abs(correlation) * np.sqrt((n - 2) / unexplained)
    p_values: Floats = 2 * stdtr(n - 2, -t)
    return p_values


def adjust_false_discovery(p_values: Floats) -> Floats:
    """Adjust p-values for their number, to control the false discovery rate.

    Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57(1):289-300).

    >>> adjust_false_discovery(np.array([0.01, 0.04, 0.03, 0.5])).round(4)
    array([0.04  , 0.0533, 0.0533, 0.5   ])
    """
    m = len(p_values)
    order = np.argsort(p_values)[::-1]
    steps = p_values[order] * m / np.arange(m, 0, -1)
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps), 1.0)
    return adjusted
