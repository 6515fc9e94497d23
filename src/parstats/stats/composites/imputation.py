"""Imputation of missing values in a few rows from the complete ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]

IMPUTATIONS = ("median", "ridge", "nearest")
# Neighbours whose mean is imputed; the default of scikit-learn's KNNImputer.
_NEAREST = 5
_PENALTIES = np.logspace(-2, 4, 25)


def impute(complete: Floats, partial: Floats, how: str) -> Floats:
    r"""Impute the missing values of rows.

    `complete`, shape (n, p), has no missing values; `partial`, shape (m, p), has, and its rows are
    returned filled in. `how` is "median": the median of the complete rows; "ridge": the prediction
    by ridge regression on the standardised values that are there, with the penalty of the least
    leave-one-out error; "nearest": the mean of the five complete rows nearest in them.

    >>> complete = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0], [5.0, 10.0]])
    >>> impute(complete, np.array([[4.0, np.nan]]), "median")
    array([[4., 6.]])
    >>> impute(complete, np.array([[4.0, np.nan]]), "ridge").round(1)
    array([[4., 8.]])
    """
    if how not in IMPUTATIONS:
        raise errors.UnknownChoice("imputation", how, IMPUTATIONS)
    filled = partial.copy()
    for row in filled:
        missing = np.isnan(row)
        row[missing] = _values(complete, row, missing, how)
    return filled


def _values(complete: Floats, row: Floats, missing: NDArray[np.bool_], how: str) -> Floats:
    target_columns = complete[:, missing]
    if how == "median":
        median: Floats = np.median(target_columns, axis=0)
        return median
    there = complete[:, ~missing]
    scale = there.std(axis=0)
    varying = scale > 0
    x = (there - there.mean(axis=0))[:, varying] / scale[varying]
    point = (row[~missing] - there.mean(axis=0))[varying] / scale[varying]
    if how == "nearest":
        nearest = np.argsort(((x - point) ** 2).sum(axis=1), kind="stable")[:_NEAREST]
        mean: Floats = target_columns[nearest].mean(axis=0)
        return mean
    return _ridge(x, target_columns, point)


def _ridge(x: Floats, y: Floats, point: Floats) -> Floats:
    """Return the ridge prediction at `point`, with penalties chosen by leave-one-out."""
    n = len(x)
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    centred = y - y.mean(axis=0)
    projected = u.T @ centred
    best = np.full(y.shape[1], np.inf)
    prediction: Floats = y.mean(axis=0)
    for penalty in _PENALTIES:
        shrink = d**2 / (d**2 + penalty)
        leverage = 1 / n + (u**2) @ shrink
        errors_ = (centred - u @ (shrink[:, None] * projected)) / (1 - leverage)[:, None]
        loss = (errors_**2).sum(axis=0)
        slope = vt.T @ ((d / (d**2 + penalty))[:, None] * projected)
        better = loss < best
        prediction = np.where(better, y.mean(axis=0) + point @ slope, prediction)
        best = np.minimum(best, loss)
    return prediction
