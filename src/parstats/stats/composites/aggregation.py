"""Composite scores: put criteria on one scale, and aggregate them under many weights at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NORMALISATIONS = ("points", "min_max", "z", "rank")
AGGREGATIONS = ("arithmetic", "geometric", "harmonic", "borda", "copeland")
# Means that need positive values.
_POSITIVE = ("geometric", "harmonic")
# Points of 100. Geometric and harmonic means need values above 0; 1 is the usual floor of the scale
# from 1 to 100.
_FLOOR = 1.0
# Multiplications below which OpenBLAS keeps to one thread (its threshold is 2^18).
_UNSHARED = 200_000


def normalise(
    values: Floats,
    how: str,
    *,
    highest: Floats | None = None,
    among: Flags | None = None,
    positive: bool = False,
) -> Floats:
    """Return the criteria on one scale.

    Criteria, shape (n, p), are such that more is better. `how` is "points": percent of the highest
    possible value (`highest`, shape (p,)); "min_max": 0 for the lowest and 100 for the highest
    value found; "z": 10 + 2 standard scores (divisor n - 1); "rank": percent of the other units
    that are strictly below (percentile rank). Units `among`, shape (n,), set the scale; the rest
    are placed on it. `positive` makes the values fit for a geometric or harmonic mean: points below
    1 are raised to 1; min_max runs from 1 to 100; z, already lifted to 10, is raised to 0.1 should
    it lie 4.95 standard deviations below the mean; rank is the percent of units below, the unit
    itself counted in. Raises InvalidRequest for "min_max" and "z" if a criterion is the same for
    all units.

    min_max to 0-100 (1-100 if positive), z with mean 10 and deviation 2, and the percentile rank
    are those of the R package COINr (`n_minmax`, `n_zscore`, `n_prank`).

    >>> values = np.array([[1.0, 5.0], [3.0, 6.0], [2.0, 9.0]])
    >>> normalise(values, "min_max")
    array([[  0.,   0.],
           [100.,  25.],
           [ 50., 100.]])
    >>> normalise(values, "rank")
    array([[  0.,   0.],
           [100.,  50.],
           [ 50., 100.]])
    """
    if how not in NORMALISATIONS:
        raise errors.UnknownChoice("normalisation", how, NORMALISATIONS)
    scale = values if among is None else values[among]
    if how == "points":
        if highest is None:
            raise errors.InvalidRequest("points need the highest possible values")
        percent: Floats = 100 * values / highest
        return percent.clip(_FLOOR) if positive else percent
    if how == "rank":
        return _percent_below(values, scale, positive)
    _require_spread(scale, how)
    if how == "z":
        lifted: Floats = 10 + 2 * (values - scale.mean(axis=0)) / scale.std(axis=0, ddof=1)
        return lifted.clip(0.1) if positive else lifted
    low = scale.min(axis=0)
    share: Floats = (values - low) / (scale.max(axis=0) - low)
    return (1 + 99 * share).clip(_FLOOR) if positive else 100 * share


def _percent_below(values: Floats, scale: Floats, positive: bool) -> Floats:
    rounded, ordered = np.round(values, 9), np.sort(np.round(scale, 9), axis=0)
    below = np.column_stack(
        [
            np.searchsorted(column, unit_values)
            for column, unit_values in zip(ordered.T, rounded.T, strict=True)
        ]
    )
    n = len(scale)
    share: Floats = 100 * (below + 1) / n if positive else 100 * below / max(1, n - 1)
    return share


def _require_spread(scale: Floats, how: str) -> None:
    constant = np.flatnonzero(np.ptp(scale, axis=0) < 1e-9)
    if len(constant):
        raise errors.InvalidRequest(
            f"criterion number {constant[0] + 1} is the same for all units, so {how} is not "
            "defined; normalise by points or rank"
        )


def composite(
    values: Floats,
    how: str,
    *,
    normalisation: str = "points",
    highest: Floats | None = None,
    among: Flags | None = None,
) -> Callable[[Floats], Floats]:
    r"""Return the function that turns draws of weights into composite scores.

    The function takes weights, shape (draws, p), each row adding up to 1, and gives scores, shape
    (draws, n). `how` is the weighted mean of the normalised criteria, "arithmetic"
    :math:`\sum_j w_j u_{ij}`, "geometric" :math:`\prod_j u_{ij}^{w_j}` or "harmonic"
    :math:`1/\sum_j w_j/u_{ij}`; "borda": sum over the criteria of the weighted number of units
    strictly below; "copeland": number of rivals that a unit beats by weight of criteria less the
    number it loses to. The last two use nothing but the order of the units in each criterion, so
    the normalisation makes no difference; their rivals are those among. For the other arguments see
    `normalise`.

    >>> values = np.array([[1.0, 4.0], [4.0, 1.0], [2.0, 2.0]])
    >>> scores = composite(values, "geometric", highest=np.array([4.0, 4.0]))
    >>> scores(np.array([[0.5, 0.5], [1.0, 0.0]])).round(6)
    array([[ 50.,  50.,  50.],
           [ 25., 100.,  50.]])
    """
    if how not in AGGREGATIONS:
        raise errors.UnknownChoice("aggregation", how, AGGREGATIONS)
    if how == "copeland":
        return _copeland(values, among)
    kind = "rank" if how == "borda" else normalisation
    positive = how in _POSITIVE
    put = normalise(values, kind, highest=highest, among=among, positive=positive)
    put = np.ascontiguousarray(put.T)
    if how == "borda":
        put = put * (((len(values) if among is None else among.sum()) - 1) / 100)
    if how == "geometric":
        logs = np.log(put)
        return lambda weights: np.exp(_product(weights, logs))
    if how == "harmonic":
        inverse = 1 / put
        return lambda weights: 1 / _product(weights, inverse)
    return lambda weights: _product(weights, put)


def _product(weights: Floats, matrix: Floats) -> Floats:
    """Return the matrix product, in blocks of rows too small for BLAS to share out among threads.

    On a busy machine the threads of a product that takes 0.1 ms wait 10 ms for each other.
    """
    rows = max(1, _UNSHARED // matrix.size)
    even = len(weights) // rows * rows
    product: Floats = np.empty((len(weights), matrix.shape[1]))
    blocks = product[:even].reshape(-1, rows, matrix.shape[1])
    np.matmul(weights[:even].reshape(-1, rows, weights.shape[1]), matrix, out=blocks)
    np.matmul(weights[even:], matrix, out=product[even:])
    return product


def _copeland(values: Floats, among: Flags | None) -> Callable[[Floats], Floats]:
    rivals = values if among is None else values[among]
    n, p = values.shape
    # 1 where a unit is above a rival, -1 where below, 0 where equal.
    signs = np.sign(np.round(values[:, None, :] - rivals[None, :, :], 9))
    signs = np.ascontiguousarray(signs.reshape(n * len(rivals), p).T)

    def scores(weights: Floats) -> Floats:
        margins = np.sign(np.round(_product(weights, signs), 9))
        wins: Floats = margins.reshape(len(weights), n, len(rivals)).sum(axis=2)
        return wins

    return scores
