"""Forecasts of the next year by models that saw earlier years only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.base import RegressorMixin, clone
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import ElasticNet, LinearRegression, enet_path
from sklearn.model_selection import GridSearchCV

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Trees of a forest and steps of a boosting; more change no score of PAPI by 0.01 (by trial).
_N_TREES = 100
#: Models by name, with what is tuned inside the training years. Shares of features and learning
#: rates of the usual size (Hastie, Tibshirani and Friedman 2009, The Elements of Statistical
#: Learning, 10.12 and 15.3).
MODELS: dict[str, tuple[Callable[[int], RegressorMixin], dict[str, list[float | int]]]] = {
    "elastic_net": (
        lambda seed: ElasticNet(random_state=seed, max_iter=50_000, tol=1e-3),
        {"alpha": [0.01, 0.03, 0.1, 0.3], "l1_ratio": [0.2, 0.5, 0.9]},
    ),
    "random_forest": (
        lambda seed: RandomForestRegressor(_N_TREES, min_samples_leaf=3, random_state=seed),
        {"max_features": [0.2, 0.5]},
    ),
    "gradient_boosting": (
        lambda seed: GradientBoostingRegressor(
            n_estimators=_N_TREES, subsample=0.5, learning_rate=0.03, random_state=seed
        ),
        {"max_depth": [1, 3]},
    ),
}

# Share of the lasso in the net of the stability selection: parts that go together enter together
# (Zou and Hastie 2005, Journal of the Royal Statistical Society B 67(2):301-320).
_L1_RATIO = 0.8


@dataclass(frozen=True)
class Fold:
    """A model fitted on earlier years and its forecasts of a later one.

    Attributes
    ----------
    year : int; of the outcomes that were forecast
    test : numpy.ndarray; rows of that year
    features : numpy.ndarray; columns that were known in all years used
    model : a fitted scikit-learn model
    forecast : numpy.ndarray; of the rows of `test`
    """

    year: int
    test: Integers
    features: Integers
    model: RegressorMixin
    forecast: Floats


def forward_chain(
    name: str, features: Floats, outcome: Floats, years: Integers, first: int, seed: int
) -> Iterator[Fold]:
    """Yield, year by year from `first` on, the forecasts of a model that saw earlier years only.

    `features` has shape (rows, columns), with NaN in the columns that a year does not have; a model
    takes the columns known in all rows it is fitted on and forecasts. `years` are those of the
    outcomes. Tuning is by forward chaining too, inside the training years; with one training year
    the first value of each setting is taken.

    >>> rng = np.random.default_rng(0)
    >>> x, years = rng.normal(size=(120, 2)), np.repeat([1, 2, 3], 40)
    >>> folds = list(forward_chain("elastic_net", x, x[:, 0], years, 3, seed=0))
    >>> [fold.year for fold in folds], bool(np.abs(folds[0].forecast - x[80:, 0]).max() < 0.2)
    ([3], True)
    """
    make, grid = MODELS[name]
    for year in sorted({int(y) for y in years if y >= first}):
        train, test = np.flatnonzero(years < year), np.flatnonzero(years == year)
        known = np.isfinite(features[np.concatenate([train, test])]).all(axis=0)
        columns = np.flatnonzero(known)
        if len(columns) == 0 or len(train) == 0:
            continue
        x, y = features[np.ix_(train, columns)], outcome[train]
        model = _tuned(make(seed), grid, x, y, years[train])
        yield Fold(year, test, columns, model, model.predict(features[np.ix_(test, columns)]))


def _tuned(
    model: RegressorMixin,
    grid: dict[str, list[float | int]],
    x: Floats,
    y: Floats,
    years: Integers,
) -> RegressorMixin:
    splits = [
        (np.flatnonzero(years < year), np.flatnonzero(years == year))
        for year in np.unique(years)[1:]
    ]
    if not splits:
        return clone(model).set_params(**{key: values[0] for key, values in grid.items()}).fit(x, y)
    search = GridSearchCV(model, grid, cv=splits, scoring="neg_mean_squared_error")
    best: RegressorMixin = search.fit(x, y).best_estimator_
    return best


def slope_forecasts(
    own: Floats, outcome: Floats, years: Integers, first: int
) -> Iterator[tuple[Integers, Floats]]:
    """Yield rows and forecasts by a straight line on a unit's own earlier value.

    >>> years = np.repeat([1, 2], 3)
    >>> own = np.array([1.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    >>> (rows, forecast), = slope_forecasts(own, own / 2, years, 2)
    >>> rows, forecast.round(6)
    (array([3, 4, 5]), array([0.5, 1. , 1.5]))
    """
    for year in sorted({int(y) for y in years if y >= first}):
        train, test = np.flatnonzero(years < year), np.flatnonzero(years == year)
        if len(train):
            model = LinearRegression().fit(own[train, None], outcome[train])
            yield test, model.predict(own[test, None])


def correlated_groups(features: Floats, least: float) -> Integers:
    """Return the group of each column: columns whose mean correlation is `least` or more.

    Average linkage on 1 - |r|; NaN are left out pair by pair. Groups are numbered from 0, in the
    order of their first column.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 2))
    >>> correlated_groups(np.column_stack([x[:, 0], x, x[:, 1]]), 0.7)
    array([0, 0, 1, 1])
    """
    n = features.shape[1]
    if n == 1:
        return np.zeros(1, dtype=np.int64)
    correlation = np.ma.corrcoef(np.ma.masked_invalid(features), rowvar=False)
    distance = np.clip(1 - np.abs(correlation.filled(0.0)), 0, None)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    found = fcluster(tree, 1 - least, criterion="distance")
    order = {group: number for number, group in enumerate(dict.fromkeys(found.tolist()))}
    return np.array([order[group] for group in found.tolist()], dtype=np.int64)


def group_importance(
    fold: Fold, features: Floats, outcome: Floats, groups: Integers, n_repeats: int, seed: int
) -> dict[int, float]:
    """Return by how much the mean squared error of a fold grows when a group is shuffled.

    The columns of a group are shuffled together over the rows that were forecast, so that their
    relation to each other stays. Groups without a column in the model are left out.

    >>> rng = np.random.default_rng(0)
    >>> x, years = rng.normal(size=(120, 2)), np.repeat([1, 2, 3], 40)
    >>> fold = next(forward_chain("elastic_net", x, x[:, 0], years, 3, seed=0))
    >>> growth = group_importance(fold, x, x[:, 0], np.array([0, 1]), 20, seed=0)
    >>> growth[0] > 1, abs(growth[1]) < 0.1
    (True, True)
    """
    rng = np.random.default_rng(seed)
    x, y = features[np.ix_(fold.test, fold.features)], outcome[fold.test]
    error = float(np.mean((fold.forecast - y) ** 2))
    growth = {}
    for group in np.unique(groups[fold.features]):
        columns = np.flatnonzero(groups[fold.features] == group)
        shuffled = np.repeat(x[None], n_repeats, axis=0)
        for draw in shuffled:
            draw[:, columns] = draw[rng.permutation(len(x))][:, columns]
        forecast = fold.model.predict(shuffled.reshape(-1, x.shape[1])).reshape(n_repeats, -1)
        growth[int(group)] = float(np.mean((forecast - y) ** 2)) - error
    return growth


def selection_frequencies(
    features: Floats, outcome: Floats, units: Integers, most: int, n_draws: int, seed: int
) -> Floats:
    """Return how often a net of at most so many columns keeps each, in halves of the units.

    Stability selection (Meinshausen and Buehlmann 2010, Journal of the Royal Statistical Society B
    72(4):417-473) with pairs of complementary halves (Shah and Samworth 2013, ibid. 75(1):55-80);
    `n_draws` pairs. All rows of a unit are in the same half; in each half the net has the least
    penalty that keeps at most `most` columns. Shape (columns,).

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 3))
    >>> selection_frequencies(x, x[:, 1], np.arange(200), 1, 20, seed=0)
    array([0., 1., 0.])
    """
    rng = np.random.default_rng(seed)
    names = np.unique(units)
    counts = np.zeros(features.shape[1])
    for _ in range(n_draws):
        half = rng.permutation(names)[: len(names) // 2]
        inside = np.isin(units, half)
        for rows in (inside, ~inside):
            counts += _kept(features[rows], outcome[rows], most)
    return counts / (2 * n_draws)


def _kept(x: Floats, y: Floats, most: int) -> NDArray[np.bool_]:
    """Return which columns the net with the least penalty that keeps at most `most` keeps."""
    x, y = x - x.mean(axis=0), y - y.mean()
    # From the penalty that keeps no column down to a thousandth of it.
    largest = np.abs(x.T @ y).max() / (len(y) * _L1_RATIO)
    grid = largest * np.logspace(0, -3, 100)
    _, coefficients, _ = enet_path(x, y, l1_ratio=_L1_RATIO, alphas=grid)
    kept: NDArray[np.bool_] = coefficients != 0
    return kept[:, np.flatnonzero(kept.sum(axis=0) <= most)[-1]]
