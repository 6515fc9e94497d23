"""Shape of a distribution, column by column: skewness, kurtosis, values far from the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Median absolute deviation of a normal distribution, as a share of its standard deviation.
_NORMAL_DEVIATION = 0.6744897501960817


def skewness(points: Floats) -> Floats:
    r"""Return the skewness of each column, corrected for the size of the sample.

    Of `points`, shape (n, p), n at least 3, :math:`G_1 = g_1 \sqrt{n(n-1)}/(n-2)`, type 2 of Joanes
    and Gill (1998, The Statistician 47(1):183-189); NaN for a constant column.

    >>> skewness(np.array([[1.0], [2.0], [3.0], [10.0]])).round(3)
    array([1.764])
    """
    n = len(points)
    skew: Floats = _moment_ratio(points, 3) * np.sqrt(n * (n - 1)) / (n - 2)
    return skew


def excess_kurtosis(points: Floats) -> Floats:
    r"""Return the excess kurtosis of each column, corrected for the sample size.

    Of `points`, shape (n, p), n at least 4,
    :math:`G_2 = \frac{n-1}{(n-2)(n-3)}\left((n+1) g_2 + 6\right)`, type 2 of Joanes and Gill
    (1998); NaN for a constant column.

    >>> excess_kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]])).round(3)
    array([3.228])
    """
    n = len(points)
    plain = _moment_ratio(points, 4) - 3
    kurtosis: Floats = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * plain + 6)
    return kurtosis


def far_from_median(points: Floats, cut: float = 3.0) -> NDArray[np.bool_]:
    r"""Return which values are further than `cut` robust deviations from their column's median.

    A robust standard deviation is :math:`1.4826 \cdot \mathrm{MAD}`. All False in a column where
    more than half of the values are the same: it has no robust deviation to measure with.

    >>> far_from_median(np.array([[1.0], [2.0], [3.0], [4.0], [99.0]])).ravel().tolist()
    [False, False, False, False, True]
    """
    distance = np.abs(points - np.median(points, axis=0))
    unit = np.median(distance, axis=0) / _NORMAL_DEVIATION
    far: NDArray[np.bool_] = (distance > cut * unit) & (unit > 0)
    return far


def _moment_ratio(points: Floats, power: int) -> Floats:
    centred = points - points.mean(axis=0)
    variance = (centred**2).mean(axis=0)
    scale = np.where(np.ptp(points, axis=0) > 0, variance, np.nan) ** (power / 2)
    ratio: Floats = (centred**power).mean(axis=0) / scale
    return ratio
