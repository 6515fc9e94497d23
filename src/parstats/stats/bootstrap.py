"""The nonparametric bootstrap over units, all draws at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parstats.arguments import check_integer, check_share

Floats = NDArray[np.float64]


def resampling_counts(n: int, n_draws: int, seed: int) -> Floats:
    """Return how often each unit is drawn in each bootstrap sample.

    Shape (draws, n); each row adds up to n (multinomial with equal probabilities; Efron 1979,
    Annals of Statistics 7(1):1-26), and the same seed gives the same counts. Raises InvalidRequest
    if `n` or `n_draws` is below 1, or the seed below 0 or none: the same call gives the same
    result.

    >>> resampling_counts(5, 3, seed=0).sum(axis=1)
    array([5., 5., 5.])
    """
    n, n_draws = check_integer("n", n, 1), check_integer("n_draws", n_draws, 1)
    generator = np.random.default_rng(check_integer("seed", seed, 0))
    return generator.multinomial(n, np.full(n, 1 / n), size=n_draws).astype(np.float64)


def percentile_interval(draws: Floats, probability: float) -> tuple[Floats, Floats]:
    """Return the percentile interval over the first axis.

    `probability` is the share of the draws, shape (draws, ...), inside; InvalidRequest if it is not
    between 0 and 1.

    >>> low, high = percentile_interval(np.arange(101.0)[:, None], 0.5)
    >>> float(low[0]), float(high[0])
    (25.0, 75.0)
    """
    tail = (1 - check_share("probability", probability)) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high
