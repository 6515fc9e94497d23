"""Imputation of missing values in a few rows from the complete ones, by scikit-learn."""

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
    leave-one-out error (scikit-learn's RidgeCV); "nearest": the mean of the five complete rows
    nearest in them, standardised (KNNImputer).

    >>> complete = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0], [5.0, 10.0]])
    >>> impute(complete, np.array([[4.0, np.nan]]), "median")
    array([[4., 6.]])
    >>> impute(complete, np.array([[4.0, np.nan]]), "ridge").round(1)
    array([[4., 8.]])
    """
    from sklearn.impute import KNNImputer
    from sklearn.preprocessing import StandardScaler

    if how not in IMPUTATIONS:
        raise errors.UnknownChoice("imputation", how, IMPUTATIONS)
    missing = np.isnan(partial)
    if how == "median":
        return np.where(missing, np.median(complete, axis=0), partial)
    if how == "ridge":
        return np.array([_ridge(complete, row) for row in partial]).reshape(partial.shape)
    scaler = StandardScaler().fit(complete)
    imputer = KNNImputer(n_neighbors=_NEAREST).fit(scaler.transform(complete))
    filled = scaler.inverse_transform(imputer.transform(scaler.transform(partial)))
    return np.where(missing, filled, partial)


def _ridge(complete: Floats, row: Floats) -> Floats:
    """Return a row with its missing values predicted from those that are there."""
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    missing = np.isnan(row)
    filled = row.copy()
    if missing.all():
        return np.where(missing, complete.mean(axis=0), row)
    if missing.any():
        model = make_pipeline(StandardScaler(), RidgeCV(_PENALTIES, alpha_per_target=True))
        model.fit(complete[:, ~missing], complete[:, missing])
        filled[missing] = np.ravel(model.predict(row[None, ~missing]))
    return filled
