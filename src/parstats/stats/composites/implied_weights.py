"""Weights that an overall score gives its parts, found from the scores themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]

# Units for each part that weights are found from. With fewer a good fit says little: p weights fit
# any p totals. By judgement.
UNITS_PER_PART = 3
# Decimals that published scores may have; more are digits of a computation.
_MOST_DECIMALS = 6


def exact_weights(parts: Floats, total: Floats) -> Floats | None:
    r"""Return the weights that make the total of its parts, as far as both are printed.

    Parameters
    ----------
    parts, total : arrays of shape (n, p) and (n,)

    Returns
    -------
    array of shape (p,) or None
        None if there are fewer than three units for each part, or no weights :math:`w \ge 0` leave
        every :math:`|y_i - \sum_j w_j x_{ij}|` within what rounding explains.

    Notes
    -----
    Least squares without negative weights (Lawson and Hanson 1974, chapter 23; `scipy.optimize.
    nnls`). Rounding explains half a unit of the last decimal of the total, and of every part times
    its weight.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> parts = random.uniform(60, 90, (12, 2)).round(2)
    >>> exact_weights(parts, (0.25 * parts[:, 0] + 0.75 * parts[:, 1]).round(2)).round(3)
    array([0.25, 0.75])
    >>> exact_weights(parts, random.uniform(60, 90, 12)) is None
    True
    """
    n, p = parts.shape
    if n < UNITS_PER_PART * p:
        return None
    weights: Floats = nnls(parts, total)[0]
    return weights if within_rounding(parts, total, weights) else None


def within_rounding(parts: Floats, total: Floats, weights: Floats) -> bool:
    """Return whether weighted parts give the total as far as rounded scores can.

    >>> within_rounding(np.array([[80.12, 90.0]]), np.array([85.06]), np.array([0.5, 0.5]))
    True
    """
    steps = [half_step(column) for column in parts.T]
    tolerance = half_step(total) + float(np.dot(weights, steps))
    return bool(np.abs(total - parts @ weights).max() <= tolerance + 1e-9)


def half_step(scores: Floats) -> float:
    """Return half a unit of the last decimal that scores are printed with.

    >>> half_step(np.array([80.12, 79.5])), half_step(np.array([80.0]))
    (0.005, 0.5)
    """
    for decimals in range(_MOST_DECIMALS):
        if np.abs(scores - scores.round(decimals)).max() < 1e-8:
            return 0.5 * 10.0**-decimals
    return 0.5 * 10.0**-_MOST_DECIMALS


def fitted_weights(parts: Floats, total: Floats) -> Floats:
    """Return weights, none negative, under which parts go along with the total most closely.

    Least squares of deviations from the means: a constant is left to the rest.

    >>> parts = np.array([[1.0, 4.0], [2.0, 1.0], [3.0, 3.0], [5.0, 2.0]])
    >>> fitted_weights(parts, 10 + parts[:, 0] + 2 * parts[:, 1]).round(6)
    array([1., 2.])
    """
    weights: Floats = nnls(parts - parts.mean(axis=0), total - total.mean())[0]
    return weights
