"""Which figures go with a better rank: the rank-ordered logit, within years."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from parstats import errors
from parstats.arguments import check_integer, check_share
from parstats.drivers.over_time.identities import refuse_identity, require_provinces
from parstats.drivers.over_time.panel_sample import PanelSample, panel_sample
from parstats.drivers.score_checks import require_table
from parstats.panel.ranks import rank_scores
from parstats.panel.standings import BREAKS, Breaks
from parstats.reference import frameworks
from parstats.stats.panel_regression import not_estimable, regress

Floats = NDArray[np.float64]
Ties = Literal["efron", "breslow"]
TIES: tuple[str, ...] = get_args(Ties)

# Share of the pairs of a year that the fit orders right from which on it separates them, and
# a coefficient per standard deviation that no ranking with any disorder has. By judgement.
_SEPARATED = 1 - 1e-9
_RUNAWAY = 30.0


@dataclass(frozen=True)
class RankLogit:
    """A rank-ordered logit.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        One row per regressor: index, outcome, term, coefficient (per standard deviation), odds (of
        being ranked before another, times this for a standard deviation more), se, z, p, ci_low,
        ci_high, ci_level, overlaps (as of `PanelResult`), n_cells, n_provinces, n_years, first,
        last, ties, convention (of se).
    fit : pandas.DataFrame
        One row: index, outcome, log_likelihood, log_likelihood_null, pseudo_r2 (McFadden's),
        n_cells, n_provinces, n_years, first, last, ties, n_tied (cells that share their rank), lag,
        breaks.
    years : pandas.DataFrame; the years as of `PanelResult`
    """

    coefficients: pd.DataFrame
    fit: pd.DataFrame
    years: pd.DataFrame


def rank_logit(
    scores: pd.DataFrame,
    years: int | str | Iterable[int] | None = None,
    *,
    regressors: str | Iterable[str],
    outcome: str | None = None,
    covariates: pd.DataFrame | None = None,
    covariate_unit: str | None = None,
    covariate_year: str | None = None,
    lag: int = 0,
    breaks: Breaks = "ranking",
    ties: Ties = "efron",
    ci_level: float = 0.95,
) -> RankLogit:
    r"""Regress ranks on scores and figures of one's own, within each year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    years : int, iterable of int, or str ("2021-2024"), optional
        The longest run that compares if not given.
    regressors : str or iterable of str; series and columns of `covariates`
    outcome : str, optional; the series or covariate that ranks; the overall score if not given
    covariates, covariate_unit, covariate_year; as of `parstats.drivers.panel`
    lag : int; years by which the regressors come before the ranks
    breaks : {"all", "ranking"}; what ends a run of comparable years
    ties : {"efron", "breslow"}; how equal ranks enter the likelihood
    ci_level : float; coverage of the confidence intervals

    Returns
    -------
    RankLogit

    Raises
    ------
    InsufficientCoverage: if no year has all variables of 90 % of the provinces
    InvalidRequest: if the regressors make up the outcome, order it perfectly, or have no slope
    UnknownChoice: if a variable, or a choice, does not exist

    Notes
    -----
    The likelihood of a ranking is that of choosing the first of all, then the first of the rest,
    and so on (the exploded logit):
    :math:`\prod_t \prod_r \exp(\beta' x_{(r)t}) / \sum_{s \ge r} \exp(\beta' x_{(s)t})` (Beggs,
    Cardell and Hausman 1981, J. Econometrics 17:1-19). It is the partial likelihood of Cox with the
    rank for time and years for strata, which statsmodels maximises (`PHReg`). Regressors are
    standings, so that coefficients compare. No effects of provinces are in: it compares provinces
    with each other. Assumed: who comes first of the rest does not depend on who is gone already.

    With several years standard errors are by province (Lin and Wei 1989, JASA 84:1074-1078), times
    :math:`\sqrt{G/(G-1)}`, with score residuals by Breslow whatever the ties; in one year those of
    the model.

    With all parts of the same year in, their sum orders the provinces perfectly and the likelihood
    has no maximum: refused. Ask about figures from outside, parts of the year before, or another
    index.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = rank_logit(load_scores("PAPI"), 2024, regressors="papi.environment", lag=1)
    >>> result.coefficients[["term", "coefficient"]].round(2).to_numpy().tolist()
    [['papi.environment', 0.14]]
    """
    for name, value, choices in (("ties", ties, TIES), ("sort of breaks", breaks, BREAKS)):
        if value not in choices:
            raise errors.UnknownChoice(name, value, choices)
    ci_level, lag = check_share("ci_level", ci_level), check_integer("lag", lag, 0)
    outcome = outcome or frameworks.top(require_table(scores))
    sample = panel_sample(
        scores,
        outcome,
        regressors,
        covariates=covariates,
        covariate_unit=covariate_unit,
        covariate_year=covariate_year,
        years=years,
        breaks=breaks,
        lag=lag,
    )
    require_provinces(int(sample.units.max()) + 1, f"the rank logit of {sample.index}")
    if not lag:
        entered = sample.years.loc[sample.years["entered"], "year"]
        refuse_identity(sample.index, outcome, sample.regressors, entered)
    ranks = sample.rows.groupby("year")[outcome].transform(rank_scores).to_numpy(np.float64)
    x = _regressors(sample)
    fitted, model = _fit(sample, ranks, x, ties)
    slopes, several = np.asarray(fitted.params), sample.rows["year"].nunique() > 1
    covariance, convention = np.asarray(fitted.cov_params()), "of the model (information matrix)"
    if several:
        covariance = _by_province(model, slopes, sample)
        convention = "by province, times the root of G/(G - 1) (statsmodels: PHReg, groups)"
    counts = {
        "n_cells": len(sample.rows),
        "n_provinces": int(sample.units.max()) + 1,
        "n_years": sample.rows["year"].nunique(),
        "first": int(sample.rows["year"].min()),
        "last": int(sample.rows["year"].max()),
        "ties": ties,
    }
    head = {"index": sample.index, "outcome": outcome}
    ranked = pd.DataFrame({"year": sample.rows["year"], "rank": ranks})
    null = float(model.loglike(np.zeros(len(slopes))))
    fit = {
        **head,
        "log_likelihood": float(fitted.llf),
        "log_likelihood_null": null,
        "pseudo_r2": 1 - float(fitted.llf) / null,
        **counts,
        "n_tied": int(ranked.duplicated(keep=False).sum()),
        "lag": lag,
        "breaks": breaks,
    }
    table = _coefficients(slopes, np.sqrt(np.diag(covariance)), ci_level)
    table.insert(0, "term", list(sample.regressors))
    table["overlaps"] = sample.overlaps() if not lag else False
    table = table.assign(**counts, convention=convention)
    for place, (key, label) in enumerate(head.items()):
        table.insert(place, key, label)
    return RankLogit(table, pd.DataFrame([fit]), sample.years)


def _regressors(sample: PanelSample) -> Floats:
    """Return the regressors, refusing those without a slope within years."""
    names = list(sample.regressors)
    x: Floats = sample.rows[names].to_numpy(np.float64)
    outcome = sample.rows[sample.outcome].to_numpy(np.float64)
    if lost := not_estimable(x, regress(outcome, x, sample.units, years=sample.year_codes)):
        raise errors.InvalidRequest(
            f"no slope of {', '.join(names[column] for column in lost)}: the other regressors fit "
            "it wholly within each year; leave it out"
        )
    return x


def _fit(sample: PanelSample, ranks: Floats, x: Floats, ties: str) -> tuple[Any, Any]:
    """Return the fit and the model; refuse regressors that order the provinces perfectly."""
    years = sample.year_codes
    model = PHReg(ranks, x, strata=years, ties=ties)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitted = model.fit()
            slopes = np.asarray(fitted.params)
        except np.linalg.LinAlgError:
            slopes = np.full(x.shape[1], np.inf)
    right = _share_ordered(x @ np.nan_to_num(slopes), ranks, years)
    if not np.isfinite(slopes).all() or np.abs(slopes).max() > _RUNAWAY or right >= _SEPARATED:
        raise errors.InvalidRequest(
            f"the regressors order {sample.outcome} perfectly, or nearly: the likelihood of the "
            "rank-ordered logit has no maximum. They make it up, as all parts of one year do; take "
            "figures from outside, parts of the year before (lag=1), or another index"
        )
    return fitted, model


def _share_ordered(values: Floats, ranks: Floats, years: NDArray[np.int64]) -> float:
    """Return the share of pairs of a year with unlike ranks that the values order the same way."""
    right, total = 0, 0
    for year in np.unique(years):
        value, rank = values[years == year], ranks[years == year]
        better = rank[:, None] < rank
        right += int((better & (value[:, None] > value)).sum())
        total += int(better.sum())
    return right / total if total else 1.0


def _by_province(model: Any, slopes: Floats, sample: PanelSample) -> Floats:
    """Return the covariance by province: the sandwich of sums of score residuals."""
    units = sample.units
    residuals = np.nan_to_num(model.score_residuals(slopes))
    sums = np.zeros((int(units.max()) + 1, len(slopes)))
    np.add.at(sums, units, residuals)
    inverse = np.linalg.inv(model.hessian(slopes))
    factor = len(sums) / (len(sums) - 1)
    return np.asarray(factor * inverse @ (sums.T @ sums) @ inverse, dtype=np.float64)


def _coefficients(slopes: Floats, se: Floats, ci_level: float) -> pd.DataFrame:
    half = stats.norm.ppf(0.5 + ci_level / 2) * se
    return pd.DataFrame(
        {
            "coefficient": slopes,
            "odds": np.exp(slopes),
            "se": se,
            "z": slopes / se,
            "p": 2 * stats.norm.sf(np.abs(slopes / se)),
            "ci_low": slopes - half,
            "ci_high": slopes + half,
            "ci_level": ci_level,
        }
    )
