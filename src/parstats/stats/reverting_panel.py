"""Next year's standing of many units in many series, as far as earlier years tell it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Penalty of the slopes that one series has beside those of all; a series of 60 units and 5 years
# then keeps nine tenths of its own. Forecasts of PAPI are the same to 0.001 from 10 to 100.
_PENALTY = 50.0
# Residuals that the spread of all series counts for in the spread of one. By the coverage of PAPI's
# series, see `python -m evaluation.advice`: 10 to 60 keep every series within 0.75 - 0.90.
_PRIOR = 20


@dataclass(frozen=True)
class RevertingPanel:
    """A fitted panel model.

    Attributes
    ----------
    weights : numpy.ndarray; of the features; shape (features,)
    slopes : numpy.ndarray; what each series adds to the weight of the first feature; (series,)
    spreads : numpy.ndarray; standard deviation of the residuals of each series; (series,)
    residuals : numpy.ndarray
        Residuals in standard deviations of their series; shape (rows,), in the order of the rows
    """

    weights: Floats
    slopes: Floats
    spreads: Floats
    residuals: Floats

    def forecast(self, features: Floats, series: Integers) -> Floats:
        """Return the expected standings; `series` numbers the series of each row."""
        expected: Floats = features @ self.weights + self.slopes[series] * features[:, 0]
        return expected

    def interval(
        self, features: Floats, series: Integers, level: float = 0.8
    ) -> tuple[Floats, Floats]:
        """Return the ends of intervals that hold a standing with a probability."""
        ends = np.quantile(self.residuals, [(1 - level) / 2, (1 + level) / 2])
        expected, spread = self.forecast(features, series), self.spreads[series]
        return expected + ends[0] * spread, expected + ends[1] * spread

    def probability(self, features: Floats, series: Integers, least: Floats) -> Floats:
        """Return the probability that each standing reaches at least a value."""
        ordered = np.sort(self.residuals)
        needed = (least - self.forecast(features, series)) / self.spreads[series]
        below = np.searchsorted(ordered, needed, side="left")
        probability: Floats = 1 - below / len(ordered)
        return probability


def fit_reverting_panel(
    features: Floats, series: Integers, outcome: Floats, n_series: int
) -> RevertingPanel:
    r"""Fit next year's standing to earlier ones.

    Estimand: the mean of :math:`z_{i,s,t+1}` given the features :math:`x_{ist}`, the first of which
    is :math:`z_{ist}`: :math:`x'\beta + \gamma_s z_{ist}`, with :math:`\gamma` shrunk to zero
    (ridge regression), so that a series of few years reverts as all do. There is no constant:
    standings have mean 0 in every year. The distribution around it is that of the residuals, scaled
    by the spread of each series, which is shrunk to that of all.

    Assumptions: what held in earlier years holds in the next; residuals of a series have one shape.

    Parameters
    ----------
    features : numpy.ndarray; shape (rows, features), without missing values
    series : numpy.ndarray of int; number of the series of each row, from 0
    outcome : numpy.ndarray; standing of the next year
    n_series : int; how many series there are; of one without rows nothing is known but the rest

    Notes
    -----
    Source: ridge regression of Hoerl and Kennard (1970), Technometrics 12(1):55-67; intervals by
    residuals as in split conformal prediction (Lei et al. 2018, Journal of the American Statistical
    Association 113(523):1094-1111), here in sample: few weights and thousands of rows.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> z = rng.normal(size=(400, 1))
    >>> model = fit_reverting_panel(z, np.zeros(400, int), 0.5 * z[:, 0], 1)
    >>> bool(abs(model.forecast(np.array([[2.0]]), np.array([0]))[0] - 1.0) < 0.01)
    True
    """
    from sklearn.linear_model import Ridge  # half a second, which a page of built tables saves

    own = np.zeros((len(outcome), n_series))
    own[np.arange(len(outcome)), series] = features[:, 0] / np.sqrt(_PENALTY)
    design = np.hstack([features, own])
    model = Ridge(alpha=1.0, fit_intercept=False).fit(design, outcome)
    weights = model.coef_[: features.shape[1]]
    slopes = model.coef_[features.shape[1] :] / np.sqrt(_PENALTY)
    residuals = outcome - features @ weights - slopes[series] * features[:, 0]
    counts = np.bincount(series, minlength=n_series)
    squares = np.bincount(series, weights=residuals**2, minlength=n_series)
    spreads = np.sqrt((squares + _PRIOR * np.mean(residuals**2)) / (counts + _PRIOR))
    return RevertingPanel(weights, slopes, spreads, residuals / spreads[series])
