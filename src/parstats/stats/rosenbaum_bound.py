"""How strong an unobserved reason for treatment would undo a matched comparison."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

# Beyond this no reason is thinkable; the search ends there. By judgement.
_LARGEST = 100.0


def rosenbaum_gamma(differences: NDArray[np.float64], alpha: float = 0.05) -> float:
    r"""Return Rosenbaum's bound: the bias in the odds of treatment that a comparison survives.

    With :math:`\Gamma` the largest ratio of the odds of treatment between two that are matched, the
    signed-rank statistic lies at worst around :math:`\Gamma/(1+\Gamma) \cdot n(n+1)/2`; the result
    is the :math:`\Gamma` from which the one-sided p-value at that worst case is above half of
    `alpha` (Rosenbaum 2002, Observational Studies, section 4.3.3, large samples). 1 where it is
    above from the start, missing with fewer than five differences that are not zero.

    >>> rosenbaum_gamma(np.array([0.1, -0.2, 0.1, 0.3, -0.1, 0.05]))
    1.0
    >>> round(rosenbaum_gamma(np.arange(-2.0, 19.0)), 1)
    3.2
    """
    values = differences[np.isfinite(differences) & (differences != 0)]
    n = len(values)
    if n < 5:
        return math.nan
    ranks = stats.rankdata(np.abs(values))
    positive = float(ranks[values > 0].sum())
    statistic = max(positive, float(ranks.sum()) - positive)
    squares = float((ranks**2).sum())

    def excess(gamma: float) -> float:
        """P-value at its largest, less half of alpha."""
        share = gamma / (1 + gamma)
        deviation = (statistic - share * float(ranks.sum())) / math.sqrt(
            share * (1 - share) * squares
        )
        return float(stats.norm.sf(deviation)) - alpha / 2

    if excess(1.0) >= 0:
        return 1.0
    if excess(_LARGEST) < 0:
        return _LARGEST
    return float(optimize.brentq(excess, 1.0, _LARGEST))
