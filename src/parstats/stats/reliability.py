"""Cronbach's alpha: whether the items of a scale agree enough to be added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Agreement of the items of a scale."""

    # Cronbach's alpha of the items as they are; alpha of the items at equal spread.
    alpha: float
    alpha_standardised: float
    mean_correlation: float  # mean correlation of two different items
    item_rest: Floats  # correlation of each item with the sum of the others; shape (p,)
    # Alpha of the scale without the item; NaN if only one item would be left; shape (p,)
    alpha_dropped: Floats


def reliability(points: Floats) -> Reliability:
    r"""Compute Cronbach's alpha of a scale, and the effect of each item on it.

    `points` is units by items, at least 2, none of them constant.

    :math:`\alpha = \frac{p}{p-1}\left(1 - \frac{\sum_j s_j^2}{s_T^2}\right)` with the variances of
    the items and of their sum (Cronbach 1951, Psychometrika 16(3):297-334); standardised
    :math:`p\bar r / (1 + (p-1)\bar r)`. Alpha is a lower bound of the reliability of the sum if the
    errors of the items are uncorrelated; it grows with the number of items and is negative if they
    disagree on average.

    >>> found = reliability(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [4.0, 6.0]]))
    >>> round(found.alpha, 3), round(found.alpha_standardised, 3)
    (0.972, 0.991)
    """
    covariance = np.cov(points, rowvar=False)
    p = len(covariance)
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    mean = float((correlation.sum() - p) / (p * (p - 1)))
    with_all = covariance.sum(axis=1)
    variances = np.diag(covariance)
    rest_variance = covariance.sum() - 2 * with_all + variances
    with np.errstate(divide="ignore", invalid="ignore"):
        item_rest = (with_all - variances) / np.sqrt(variances * rest_variance)
        dropped = (
            (p - 1) / (p - 2) * (1 - (variances.sum() - variances) / rest_variance)
            if p > 2
            else None
        )
    return Reliability(
        alpha=float(_alpha(variances.sum(), covariance.sum(), p)),
        alpha_standardised=p * mean / (1 + (p - 1) * mean),
        mean_correlation=mean,
        item_rest=item_rest,
        alpha_dropped=np.full(p, np.nan) if dropped is None else dropped,
    )


def resampled_alpha(points: Floats, counts: Floats) -> Floats:
    """Return Cronbach's alpha in resamples of the units.

    `points` is units by items; `counts`, shape (draws, n), says how often each unit is in each
    resample. Shape (draws,).

    >>> points = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [4.0, 6.0]])
    >>> resampled_alpha(points, np.ones((1, 4))).round(3)
    array([0.972])
    """
    shares = counts / counts.sum(axis=1, keepdims=True)
    centred = points - points.mean(axis=0)
    total = centred.sum(axis=1)
    items = shares @ (centred**2) - (shares @ centred) ** 2
    total_variance = shares @ (total**2) - (shares @ total) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return _alpha(items.sum(axis=1), total_variance, points.shape[1])


def _alpha(items: Floats, total_variance: Floats, p: int) -> Floats:
    alphas: Floats = p / (p - 1) * (1 - items / total_variance)
    return alphas
