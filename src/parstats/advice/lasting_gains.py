"""How much of a yearly change lasts: what the provinces that rose most really gained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import norm

from parstats import errors
from parstats.advice.next_standings import Transitions
from parstats.drivers.score_matrix import Floats

#: Standings this far from a baseline, in standard deviations, count as "from there".
WINDOW = 0.5
#: The share of the provinces, by what they really gained, whose mean gain is the uplift.
TOP = 0.25
# Mean of the top quarter of a standard normal distribution: 1.271.
_MEAN_OF_TOP = float(norm.pdf(norm.ppf(1 - TOP)) / TOP)
_FOUR_YEARS = ("before", "standing", "outcome", "second_outcome")


@dataclass(frozen=True)
class LastingGains:
    """Four years in a row of every province and series, and how much of a yearly change lasts.

    Attributes
    ----------
    cells : pandas.DataFrame
        The rows of `Transitions.cells` whose year before and two years after are known, with level
        (the mean standing of the four years) and the scores of both years after (score_after,
        score_later).
    coefficients, covariance : numpy.ndarray
        Variance of lasting yearly changes as a line in the level: constant and slope, of shape
        (2,), and their covariance, of shape (2, 2).
    deviations : dict
        By series: what its variance differs from the line, shrunk, and the variance of that.
    between : float; variance of these differences between series, over what chance brings
    """

    cells: pd.DataFrame
    coefficients: Floats
    covariance: Floats
    deviations: dict[str, tuple[float, float]]
    between: float

    def uplift(self, series: str, level: float) -> tuple[float, float]:
        """Return what the top quarter of the provinces at a level gained for good, and its error.

        In standard deviations; 0 where the variance of lasting changes is estimated as none.
        """
        at = np.array([1.0, level])
        shift, error = self.deviations.get(series, (0.0, self.between))
        variance = max(float(at @ self.coefficients) + shift, 0.0)
        spread = np.sqrt(variance)
        # By the delta method; near 0, where it fails, as for one standard error of the variance.
        noise = np.sqrt(float(at @ self.covariance @ at) + error)
        standard_error = noise / (2 * max(spread, np.sqrt(noise) / 2))
        return _MEAN_OF_TOP * float(spread), _MEAN_OF_TOP * float(standard_error)

    def near(self, series: str, standing: float) -> NDArray[np.int64]:
        """Return the places in `cells` of a series that started near a standing."""
        chosen = (self.cells["standing"] - standing).abs() <= WINDOW
        places: NDArray[np.int64] = np.flatnonzero(chosen & (self.cells["series"] == series))
        return places

    def reached(self, places: NDArray[np.int64], uplift: float) -> NDArray[np.int64]:
        """Return which of some places in `cells` gained an uplift and kept it.

        Both years after they stood higher than both years before, by the uplift at least.
        """
        before, now, outcome, second = self._standings[:, places]
        rise = np.minimum(outcome, second) - np.maximum(before, now)
        kept: NDArray[np.int64] = places[rise >= uplift]
        return kept

    @property
    def _standings(self) -> Floats:
        standings: Floats = self.cells[list(_FOUR_YEARS)].to_numpy(dtype=np.float64).T
        return standings


def lasting_gains(moves: Transitions) -> LastingGains:
    r"""Estimate how much of a yearly change lasts, by where a province stands.

    Parameters
    ----------
    moves : Transitions

    Returns
    -------
    LastingGains

    Raises
    ------
    InsufficientData: if no four years in a row compare

    Notes
    -----
    Estimand: the mean of the lasting yearly changes in their top quarter, among provinces of a
    level. A standing is taken as :math:`z_t=\theta_t+e_t`, with errors of a survey that are
    independent between years. Then :math:`E[(z_{t+1}-z_t)(z_{t+2}-z_{t-1})]` is the variance of the
    lasting changes :math:`\theta_{t+1}-\theta_t` (if these are independent of each other): no error
    enters twice, and what makes provinces differ for good drops out. It is regressed on the mean of
    the four standings, which favours neither rising nor falling, over all series; what a series
    differs from the line is shrunk (method of moments; DerSimonian and Laird 1986, Controlled
    Clinical Trials 7(3):177-188). Errors are clustered by year, if that makes them larger; of a
    single run of four years nothing tells what was that year's luck. The uplift is 1.271 times the
    standard deviation: the mean of the top quarter of a normal distribution. A gain over a forecast
    made at t would take for an uplift what the forecast did not know, and the observed gain of
    those who rose most is mostly noise.

    It is an association: what else these provinces had in common is in it.

    Examples
    --------
    >>> from parstats.advice.next_standings import transitions
    >>> from parstats.panel import load_scores
    >>> gains = lasting_gains(transitions(load_scores("PAPI"), level="dimension"))
    >>> low, middle = (float(gains.uplift("papi.services", at)[0]) for at in (-1.0, 0.0))
    >>> 0 < middle < low < 1
    True
    """
    known = moves.cells.dropna(subset=list(_FOUR_YEARS))
    if known.empty:
        raise errors.InsufficientData(
            "how much of a gain lasts is known from four years in a row that compare; there are "
            "none: add earlier years, or take a later baseline"
        )
    cells = known.assign(
        level_of_four=known[list(_FOUR_YEARS)].mean(axis=1), **_later_scores(moves, known)
    ).reset_index(drop=True)
    products = (cells["outcome"] - cells["standing"]) * (cells["second_outcome"] - cells["before"])
    design = sm.add_constant(cells["level_of_four"].to_numpy())
    fit = sm.OLS(products.to_numpy(), design).fit()
    plain = fit.get_robustcov_results("HC1").cov_params()
    covariance = plain
    if cells["year"].nunique() > 1:
        years = cells["year"].to_numpy()
        clustered = fit.get_robustcov_results("cluster", groups=years).cov_params()
        # Few years may look alike by chance: the larger error counts.
        covariance = clustered if clustered[0, 0] > plain[0, 0] else plain
    residuals = pd.Series(fit.resid).groupby(cells["series"]).agg(["mean", "var", "size"])
    errors_squared = residuals["var"] / residuals["size"]
    between = max(float((residuals["mean"] ** 2 - errors_squared).mean()), 0.0)
    trust = between / (between + errors_squared)
    deviations = {
        str(name): (
            float(trust[name] * residuals["mean"][name]),
            float((1 - trust[name]) * between),
        )
        for name in residuals.index[residuals["size"] > 1]
    }
    return LastingGains(cells, fit.params, covariance, deviations, between)


def _later_scores(moves: Transitions, cells: pd.DataFrame) -> dict[str, Floats]:
    """Return the scores of cells one and two years on."""
    unit = "unit" if "unit" in cells else "province"
    score = moves.cells.set_index(["series", "vintage", unit, "year"])["score"]
    return {
        name: score.reindex(
            pd.MultiIndex.from_frame(
                cells[["series", "vintage", unit, "year"]].assign(year=cells["year"] + years)
            )
        ).to_numpy(dtype=np.float64)
        for name, years in (("score_after", 1), ("score_later", 2))
    }
