"""Coefficients of types of measures, shrunken towards nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import check_integer, check_number, keeps_index
from parstats.remedies.association.hypotheses import TYPE_COLUMNS, Hypothesis, targeted
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.association.testing import exchangeable_all, fitted
from parstats.remedies.association.type_model import type_model
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.design import Design, Exchanges, exchanges
from parstats.stats.randomization.panel_blocks import Projections

Floats = NDArray[np.float64]

COLUMNS = {
    **dict.fromkeys(("by", "value"), "str"),
    "prior_sd": "float64",
    **dict.fromkeys(("estimate", "se", "shrunken", "shrunken_low", "shrunken_high"), "float64"),
    "prior_share": "float64",
    **dict.fromkeys(("n_provinces", "n_cells", "n_draws"), "int64"),
}
#: Standard deviations of the prior. By judgement: of 0.05 standard deviations of a series and year
#: hardly anything could be seen, 0.2 is a small effect (Cohen 1988).
PRIOR_SDS = (0.05, 0.1, 0.2)
# Of the normal law, for 95 %.
_NORMAL_95 = 1.959963984540054
# Below this share of the prior a variance over the draws is that of provinces that never move.
_NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Shrunken:
    """Posterior of several coefficients: mean, standard deviation, weight of the prior in each."""

    mean: Floats
    sd: Floats
    prior_share: Floats


def shrink(estimates: Floats, covariance: Floats, prior_sd: float) -> Shrunken:
    r"""Return the posterior of coefficients with a normal prior around zero.

    With :math:`\hat\theta \sim N(\theta, V)` and :math:`\theta \sim N(0, s^2 I)`,

    .. math:: B = s^2 (V + s^2 I)^{-1}, \quad E(\theta \mid \hat\theta) = B \hat\theta, \quad
              V(\theta \mid \hat\theta) = s^2 (I - B),

    and the weight of the prior in coefficient k is :math:`1 - B_{kk}` (Gelman et al. 2013, Bayesian
    Data Analysis, 3rd ed., section 3.5).

    >>> result = shrink(np.array([0.4]), np.array([[0.04]]), 0.2)
    >>> result.mean.round(9).tolist(), result.prior_share.round(9).tolist()
    ([0.2], [0.5])
    """
    prior = prior_sd**2 * np.eye(len(estimates))
    weights = prior @ np.linalg.inv(covariance + prior)
    posterior = prior_sd**2 * (np.eye(len(estimates)) - weights)
    sd = np.sqrt(np.maximum(np.diag(posterior), 0.0))
    return Shrunken(weights @ estimates, sd, 1 - np.diag(weights))


@keeps_index
def partial_pooling(
    cells: pd.DataFrame,
    *,
    by: Literal["measure_type", "coarse_group"] = "measure_type",
    prior_sds: Sequence[float] = PRIOR_SDS,
    n_draws: int = 1_999,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Shrink the coefficients of the types of measures towards nothing.

    The coefficients are those of ``model`` "joint" of `parstats.remedies.estimate`: by how much
    more targeted cells with the type changed than targeted cells without it, all other types held;
    where every cell has one type, than the mean of the others. With few plans they are mostly
    noise. A prior says beforehand how large such differences can be; what the plans add is then
    small where they say little, and the answer is the prior's. Formulas: `shrink`. V is the
    covariance of the coefficients over exchanges of the provinces' residuals, the same draws for
    all types, so one province is enough.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    by : {"measure_type", "coarse_group"}
    prior_sds : sequence of float
        Standard deviations of the prior, in standard deviations of a series and year.
    n_draws, seed : int

    Returns
    -------
    pandas.DataFrame: one row per type (types that the plans never tell apart are one, their names
        with a plus between) and prior: by, value, prior_sd; estimate, se (of the coefficient);
        shrunken, shrunken_low, shrunken_high (mean and middle 95 % of the posterior); prior_share
        (weight of the prior: 1 where the plans say nothing); n_provinces, n_cells (with the type);
        n_draws. Where nothing can be estimated, or no province can change places, estimate and se
        are missing and the posterior is the prior.

    Raises
    ------
    InsufficientData, InvalidRequest, UnknownChoice: if no cell is targeted, or none tells its type;
        if cells or options are not as described

    Notes
    -----
    It describes what was read under an assumption of the reader, and is no estimate of an effect.
    Where some targeted provinces cannot change places, variances are at least those of the
    cluster-robust estimate (CR2).

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> cells = exposure(load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI"))
    >>> table = partial_pooling(cells, by="coarse_group", n_draws=99)
    >>> bool((table["shrunken"].abs() < 0.2).all())
    True
    """
    priors = _check(by, prior_sds, n_draws, seed)
    layout = panel_layout(cells)
    if not targeted(layout.cells).any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to shrink")
    with threadpool_limits(1, "blas"):
        types = type_model(layout, Projections.build(layout.blocks), by)
        drawn = exchanges(layout.blocks, n_draws, np.random.default_rng(seed))
        fits = [_Fit.build(hypothesis, drawn) for hypothesis in types.hypotheses()]
    rows = [row for prior_sd in priors for row in _rows(fits, prior_sd)]
    table = pd.DataFrame(rows).assign(by=by, n_draws=n_draws)
    return table[list(COLUMNS)].astype(COLUMNS)


def _check(by: str, prior_sds: Sequence[float], n_draws: int, seed: int) -> list[float]:
    if by not in TYPE_COLUMNS:
        raise errors.UnknownChoice("by", by, tuple(TYPE_COLUMNS))
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    priors = [check_number("a prior standard deviation", value) for value in prior_sds]
    if not priors or min(priors) <= 0 or not np.isfinite(priors).all():
        raise errors.InvalidRequest(
            f"prior_sds is {list(prior_sds)!r}: expected one or more numbers above 0, as [0.1]"
        )
    return priors


@dataclass(frozen=True)
class _Fit:
    """A coefficient, and how far it lies from zero in each draw."""

    hypothesis: Hypothesis
    estimate: float
    drawn: Floats
    least_se: float  # its standard error is no smaller

    @classmethod
    def build(cls, hypothesis: Hypothesis, exchanged: Exchanges) -> _Fit:
        design = fitted(hypothesis)
        if design is None:
            return cls(hypothesis, float("nan"), np.full(len(exchanged.assignments), np.nan), 0.0)
        drawn = design.draws(exchanged).numerators / design.information
        return cls(hypothesis, design.estimate, drawn, _least_se(hypothesis, design))

    @property
    def is_estimable(self) -> bool:
        """Whether it has an estimate and a spread."""
        spread = max(float(self.drawn.std()), self.least_se)
        return bool(np.isfinite(self.estimate) and spread > _NO_SPREAD)


def _least_se(hypothesis: Hypothesis, design: Design) -> float:
    """Return the cluster-robust error where some provinces stay put in every draw, else 0."""
    treated = (hypothesis.regressor != 0).any(axis=1)
    if exchangeable_all(design, treated):
        return 0.0
    se = cr2(design).se
    return se if np.isfinite(se) else 0.0


def _covariance(fits: Sequence[_Fit]) -> Floats:
    """Return the covariance over the draws, its diagonal no smaller than each may be."""
    covariance = np.atleast_2d(np.cov(np.stack([fit.drawn for fit in fits]), ddof=0))
    variances = np.diag(covariance)
    least = np.array([fit.least_se for fit in fits]) ** 2
    return np.asarray(covariance + np.diag(np.maximum(least - variances, 0.0)))


def _rows(fits: Sequence[_Fit], prior_sd: float) -> list[dict[str, Any]]:
    estimable = [fit for fit in fits if fit.is_estimable]
    by_value: dict[str, tuple[float, ...]] = {}
    if estimable:
        covariance = _covariance(estimable)
        estimates = np.array([fit.estimate for fit in estimable])
        result = shrink(estimates, covariance, prior_sd)
        figures = (estimates, np.sqrt(np.diag(covariance)))
        arrays = (*figures, result.mean, result.sd, result.prior_share)
        for at, fit in enumerate(estimable):
            by_value[fit.hypothesis.value] = tuple(float(array[at]) for array in arrays)
    unknown = (float("nan"), float("nan"), 0.0, prior_sd, 1.0)
    return [_record(fit, by_value.get(fit.hypothesis.value, unknown), prior_sd) for fit in fits]


def _record(fit: _Fit, figures: tuple[float, ...], prior_sd: float) -> dict[str, Any]:
    estimate, se, shrunken, sd, prior_share = figures
    part = fit.hypothesis.layout.cells[fit.hypothesis.chosen]
    return {
        "value": fit.hypothesis.value,
        "prior_sd": prior_sd,
        **{"estimate": estimate, "se": se, "shrunken": shrunken},
        "shrunken_low": shrunken - _NORMAL_95 * sd,
        "shrunken_high": shrunken + _NORMAL_95 * sd,
        "prior_share": prior_share,
        "n_provinces": len(part[["vintage", "province"]].drop_duplicates()),
        "n_cells": len(part),
    }
