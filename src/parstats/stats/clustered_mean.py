"""Mean of clustered observations with a small-sample interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats


@dataclass(frozen=True)
class ClusteredMean:
    """A mean with standard error (CR2), degrees of freedom, interval; missing for one cluster."""

    mean: float
    se: float
    df: float
    ci_low: float
    ci_high: float


def clustered_mean(
    values: NDArray[np.float64], clusters: NDArray[np.generic], ci_level: float = 0.95
) -> ClusteredMean:
    r"""Return the mean of values whose errors go together within clusters.

    The bias-reduced cluster-robust variance of Bell and McCaffrey (2002, Surv. Methodol.
    28:169-181), which for a mean of n values with :math:`n_g` in cluster g is

    .. math:: V = \frac{1}{n^2} \sum_g \frac{e_g^2}{1 - n_g / n}, \quad
              e_g = \sum_{i \in g} (y_i - \bar y),

    with t quantiles at their degrees of freedom, :math:`(\operatorname{tr} M)^2 / \lVert M
    \rVert^2` with :math:`M_{gh} = a_g a_h (\delta_{gh} n_g - n_g n_h / n)` and :math:`a_g = (1 -
    n_g / n)^{-1/2}`. With one value in each cluster these are the usual standard error and n - 1.

    >>> result = clustered_mean(np.array([1.0, 2.0, 3.0]), np.arange(3))
    >>> result.mean, round(result.se, 6), round(result.df, 6)
    (2.0, 0.57735, 2.0)
    """
    if not len(values):
        return ClusteredMean(*[float("nan")] * 5)
    mean = float(values.mean())
    _, number, counts = np.unique(clusters, return_inverse=True, return_counts=True)
    if len(counts) < 2:
        return ClusteredMean(mean, *[float("nan")] * 4)
    n = len(values)
    sums = np.bincount(number.ravel(), weights=values - mean)
    left = 1 - counts / n
    se = float(np.sqrt((sums**2 / left).sum()) / n)
    a = left**-0.5
    matrix = np.outer(a, a) * (np.diag(counts) - np.outer(counts, counts) / n)
    df = float(np.trace(matrix) ** 2 / (matrix**2).sum())
    reach = float(stats.t.ppf((1 + ci_level) / 2, df)) * se
    return ClusteredMean(mean, se, df, mean - reach, mean + reach)
