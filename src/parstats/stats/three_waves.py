"""Persistence and reliability of a measure from three waves of the same units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ThreeWaves:
    """Slopes of a measure on itself a wave before, and what they say of its noise.

    Attributes
    ----------
    slope : numpy.ndarray; least squares of the third wave on the second
    instrumented : numpy.ndarray; the same with the first wave as instrument of the second
    reliability : numpy.ndarray; slope / instrumented, the share of variance that is no noise
    first_stage : numpy.ndarray; least squares of the second wave on the first, its instrument
    """

    slope: Floats
    instrumented: Floats
    reliability: Floats
    first_stage: Floats


def three_waves(
    first: Floats, second: Floats, third: Floats, counts: Floats | None = None
) -> ThreeWaves:
    r"""Return the slopes and the reliability, over all rows or in resamples of them.

    Each wave has shape (n,) and mean 0 within the groups that are pooled; `counts`, shape
    (draws, n), says how often each row is in each resample. Shapes (draws,), one value without
    `counts`; not finite where the first and the second wave, or the first and the third, do not go
    together.

    With a true value that follows :math:`t_3 = \rho t_2 + u` and waves that add independent noise
    of the same variance, the least squares slope tends to :math:`\rho\lambda`, :math:`\lambda`
    the reliability; the covariances with the first wave hold no common noise, so that their ratio
    tends to :math:`\rho` (Wiley and Wiley 1970, American Sociological Review 35(1):112-117;
    Heise 1969, ibid. 34(1):93-101).

    >>> rng = np.random.default_rng(0)
    >>> true = rng.normal(size=(4000,))
    >>> waves = [true + rng.normal(0, 0.5, 4000) for _ in range(3)]
    >>> result = three_waves(*waves)
    >>> result.instrumented.round(1), result.reliability.round(1)
    (array([1.]), array([0.8]))
    """
    products = np.column_stack([third * second, second * second, third * first, second * first])
    products = np.column_stack([products, first * first])
    sums = products.sum(axis=0)[None, :] if counts is None else counts @ products
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = sums[:, 0] / sums[:, 1]
        instrumented = sums[:, 2] / sums[:, 3]
        reliability = slope / instrumented
        first_stage = sums[:, 3] / sums[:, 4]
    return ThreeWaves(slope, instrumented, reliability, first_stage)
