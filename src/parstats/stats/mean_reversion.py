"""Regression to the mean of extreme units."""

from __future__ import annotations

import math
from statistics import NormalDist

from parstats import errors


def expected_bounce(correlation: float, tail: float = 0.1, baselines: int = 1) -> float:
    r"""Return the mean improvement of the lowest units expected without any action.

    `correlation` is of two measurements of the same units: the share of the variance of one
    measurement that is lasting. The lowest share `tail` is selected by the mean of `baselines`
    measurements. The result is in standard deviations of one measurement. Raises InvalidRequest if
    an argument is out of range.

    :math:`\frac{\sigma_w^2/k}{\sqrt{\sigma_b^2 + \sigma_w^2/k}}\,\frac{\varphi(z)}{1-\Phi(z)}` with
    :math:`\sigma_b^2=\rho`, :math:`\sigma_w^2=1-\rho` and z the cut (Barnett, van der Pols and
    Dobson 2005, International Journal of Epidemiology 34:215-220). Assumes normal scores, and a
    lasting part that does not change between the measurements.

    >>> round(expected_bounce(0.6), 3), round(expected_bounce(0.6, baselines=3), 3)
    (0.702, 0.273)
    """
    least = -1 if baselines == 1 else 0
    if not (0 < tail < 1 and least <= correlation <= 1 and baselines >= 1):
        raise errors.InvalidRequest(
            f"correlation is {correlation}, tail {tail} and baselines {baselines}: expected a "
            "correlation up to 1 (not negative with several baselines), a share between 0 and 1, "
            "and at least 1"
        )
    within = (1 - correlation) / baselines
    normal = NormalDist()
    selected = normal.pdf(normal.inv_cdf(tail)) / tail
    return within / math.sqrt(correlation + within) * selected
