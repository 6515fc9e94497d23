"""Panel regressions: two-way fixed effects, first differences, between provinces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from parstats import errors
from parstats.arguments import check_flag, check_integer, check_share
from parstats.drivers.over_time.identities import (
    LEAST_PROVINCES,
    SUM_OF_REGRESSORS,
    refuse_identity,
)
from parstats.drivers.over_time.panel_sample import PanelSample, codes, panel_sample, years_left_out
from parstats.panel.standings import BREAKS, Breaks
from parstats.reference.period_numbers import period_text
from parstats.stats.detectable_effect import minimum_detectable_effect
from parstats.stats.panel_regression import (
    Errors,
    PanelRegression,
    clustered_errors,
    cr2_errors,
    driscoll_kraay_errors,
    not_estimable,
    partial_r2,
    r2,
    regress,
    two_way_errors,
    wild_statistics,
    wild_weights,
)

Floats = NDArray[np.float64]
Model = Literal["two_way", "first_differences", "between"]
ErrorType = Literal["cr2", "cluster", "two_way", "driscoll_kraay"]
MODELS: tuple[str, ...] = get_args(Model)
ERROR_TYPES: tuple[str, ...] = get_args(ErrorType)

#: What each kind of standard error is, and the package that gives the same.
CONVENTIONS = {
    "cr2": "CR2 by province, Satterthwaite df (clubSandwich)",
    "cluster": "CR1 by province, G - 1 df (linearmodels: clustered, debiased, group_debias)",
    "two_way": "by province and year, min(G, T) - 1 df (linearmodels: clustered, debiased, "
    "group_debias)",
    "driscoll_kraay": "Driscoll-Kraay, Bartlett, T - 1 df (linearmodels: kernel, debiased)",
}
# Years from which sums over years tell of shocks that all provinces share. As the errors converge
# in the number of years: with fewer than about ten they are far too small (Cameron and Miller 2015,
# J. Human Resources 50:317-372, on few clusters).
LEAST_YEARS = 10


@dataclass(frozen=True)
class PanelResult:
    """A panel regression.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        One row per regressor: index, outcome, model, term, coefficient, se, t, df, p, ci_low,
        ci_high, ci_level, p_wild (of the wild bootstrap by province; missing without draws),
        partial_r2, overlaps (the regressor is made of some of the same figures as the outcome, so
        that a part of the association is arithmetic), standardised, n_cells, n_provinces, n_years,
        first, last, years_left_out (years that were asked for and did not enter, with the reason),
        convention (of se), mde (the smallest true coefficient that the test finds in
        four of five samples).
    fit : pandas.DataFrame
        One row: index, outcome, model, errors, r2 (of what effects leave), n_cells, n_provinces,
        n_years, first, last, years_left_out, n_effects (dimensions taken out), df_residual, breaks,
        standardised, lag, dynamic (the outcome's own past, or that of what shares figures with it,
        is among the regressors, which biases two-way and differences), wild_weights ("rademacher",
        "webb" or empty), n_draws.
    years : pandas.DataFrame
        One row per year: year, entered, reason ("" or why not: "scores" or "covariates" of under
        90 % of the units, "break" if it is measured otherwise than the years that entered, "gap" if
        it is measured as they are but not next to them, where changes need that, "change" without
        the year before), missing (which variables), n_provinces, n_units.
    sample : pandas.DataFrame
        The cells: year, vintage, unit, and a column for each variable as it entered.
    """

    coefficients: pd.DataFrame
    fit: pd.DataFrame
    years: pd.DataFrame
    sample: pd.DataFrame


def panel(
    scores: pd.DataFrame,
    *,
    outcome: str,
    regressors: str | Iterable[str],
    covariates: pd.DataFrame | None = None,
    covariate_unit: str | None = None,
    covariate_year: str | None = None,
    model: Model = "two_way",
    errors: ErrorType = "cr2",
    years: int | str | Iterable[int] | None = None,
    breaks: Breaks = "all",
    standardised: bool = True,
    lag: int = 0,
    ci_level: float = 0.95,
    n_draws: int = 999,
    seed: int = 0,
) -> PanelResult:
    r"""Regress a score on other scores and figures of one's own, over provinces and years.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    outcome : str; a series of the index, or a column of `covariates`
    regressors : str or iterable of str; series and columns of `covariates`
    covariates : pandas.DataFrame, optional
        A table with names of provinces, however spelt, years and figures: see
        `parstats.panel.join_covariates`. Only the columns that are named are read.
    covariate_unit, covariate_year : str, optional; its columns, if their headers do not say
    model : {"two_way", "first_differences", "between"}
        Effects of province and year; changes from year to year with effects of year; or means
        over the years, one row per province.
    errors : {"cr2", "cluster", "two_way", "driscoll_kraay"}
        Standard errors, by the conventions of `CONVENTIONS`; the last two take ten comparable years
        or more.
    years : int, iterable of int, or str ("2021-2024"), optional
        Years of the outcome; the longest run if not given.
    breaks : {"all", "ranking"}; what ends a run of comparable years: see `parstats.panel.standings`
    standardised : bool
        Variables less the mean of their year, in standard deviations over the complete provinces
        of the year; else in points and in the units of the covariates.
    lag : int; years by which the regressors come before the outcome
    ci_level : float; coverage of the confidence intervals
    n_draws, seed : int; draws of the wild bootstrap, none if 0, and the seed

    Returns
    -------
    PanelResult

    Raises
    ------
    InsufficientCoverage: if no year has all variables of 90 % of the provinces
    InsufficientData: if there are too few comparable years or provinces
    InvalidRequest: if the regressors make up the outcome, or one has no slope of its own
    UnknownChoice: if a variable, model or kind of error does not exist

    Notes
    -----
    Two-way: :math:`y_{it} = \alpha_i + \gamma_t + \beta' x_{it} + e_{it}`: does a province that
    stands higher in x than it uses to stand higher in y in the same year. First differences:
    :math:`\Delta y_{it} = \gamma_t + \beta' \Delta x_{it} + e_{it}`, between years next to each
    other. Between: :math:`\bar y_i = \alpha + \beta' \bar x_i + e_i`. None is an effect: what
    differs between provinces and changes over time with x is in the coefficient. Assumed for
    two-way and differences: x of no year answers to e of another (strict exogeneity), which fails
    if x follows y; then see `parstats.drivers.leads`. It fails too where x is the outcome of the
    year before: with effects of provinces its coefficient is too small by about
    :math:`(1+\rho)/T` (Nickell 1981, Econometrica 49:1417-1426), in differences by far more;
    ``dynamic`` says so.

    A score is the sum of its parts, and a change the sum of their changes
    (`parstats.drivers.change_attribution`): with all parts in, every coefficient is one, so this is
    refused. With some parts in, ``overlaps`` marks them.

    Years are those of one run that compare, with gaps where a covariate is of every second year;
    first differences, and Driscoll and Kraay's errors, take years next to each other only. Standard
    errors by province hold however the years of a
    province hang together; CR2 with Satterthwaite's degrees of freedom also with few provinces
    (Pustejovsky and Tipton 2018). The wild bootstrap is by province, under a coefficient of zero,
    with Rademacher's weights, below 12 provinces Webb's (Cameron, Gelbach and Miller 2008).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = panel(load_scores("PAPI"), outcome="papi.services", regressors="papi.environment",
    ...                n_draws=99)
    >>> result.coefficients[["term", "coefficient", "n_years"]].round(2).to_numpy().tolist()
    [['papi.environment', 0.15, 4]]
    """
    _check(model, errors, breaks)
    standardised = check_flag("standardised", standardised)
    ci_level, lag = check_share("ci_level", ci_level), check_integer("lag", lag, 0)
    n_draws, seed = check_integer("n_draws", n_draws, 0), check_integer("seed", seed, 0)
    sample = panel_sample(
        scores,
        outcome,
        regressors,
        covariates=covariates,
        covariate_unit=covariate_unit,
        covariate_year=covariate_year,
        years=years,
        breaks=breaks,
        standardised=standardised,
        lag=lag,
        adjacent=model == "first_differences" or errors == "driscoll_kraay",
    )
    if not lag:
        entered = sample.years.loc[sample.years["entered"], "year"]
        refuse_identity(sample.index, outcome, sample.regressors, entered)
    cells, table = _cells(sample, model)
    _require_years(sample, cells, model, errors, breaks)
    regression = _regression(cells, sample, model)
    standard_errors = _errors(regression, codes(cells[["year"]]), errors)
    weights = wild_weights(regression.n_clusters, n_draws, seed) if n_draws else None
    counts = {
        "n_cells": len(cells),
        "n_provinces": regression.n_clusters,
        "n_years": _n_years(table, model),
        "first": int(sample.rows["year"].min()),
        "last": int(sample.rows["year"].max()),
        "years_left_out": years_left_out(sample.years),
    }
    head = {"index": sample.index, "outcome": outcome, "model": model}
    coefficients = _coefficients(regression, standard_errors, weights, ci_level)
    coefficients.insert(0, "term", list(sample.regressors))
    coefficients["overlaps"] = sample.overlaps() if not lag else False
    facts = {"standardised": standardised, **counts, "convention": CONVENTIONS[errors]}
    coefficients = coefficients.assign(**facts)
    coefficients["mde"] = [
        minimum_detectable_effect(se, df, ci_level=1 - ci_level) if np.isfinite(se) else np.nan
        for se, df in zip(standard_errors.se, standard_errors.df, strict=True)
    ]
    for place, (name, value) in enumerate(head.items()):
        coefficients.insert(place, name, value)
    fit = {
        **head,
        "errors": errors,
        "r2": r2(regression),
        **counts,
        "n_effects": regression.n_effects,
        "df_residual": regression.df_residual,
        "breaks": breaks,
        "standardised": standardised,
        "lag": lag,
        "dynamic": _is_dynamic(sample, model, lag),
        "wild_weights": "" if weights is None else "webb" if weights.max() > 1 else "rademacher",
        "n_draws": n_draws,
    }
    return PanelResult(coefficients, pd.DataFrame([fit]), table, sample.rows)


def _check(model: str, kind: str, breaks: str) -> None:
    for name, value, choices in (
        ("model", model, MODELS),
        ("kind of standard errors", kind, ERROR_TYPES),
        ("sort of breaks", breaks, BREAKS),
    ):
        if value not in choices:
            raise errors.UnknownChoice(name, value, choices)
    if model == "between" and kind in ("two_way", "driscoll_kraay"):
        raise errors.InvalidRequest(
            f"errors={kind!r} sums over years, and the model 'between' has one row per province; "
            "take errors='cr2'"
        )


def _n_years(table: pd.DataFrame, model: str) -> int:
    """Return the number of comparable years, of levels for differences too."""
    extra = int((table["reason"] == "change").sum()) if model == "first_differences" else 0
    return int(table["entered"].sum()) + extra


def _cells(sample: PanelSample, model: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the regression and the table of years."""
    rows, names = sample.rows, [sample.outcome, *sample.regressors]
    if model == "two_way":
        return rows, sample.years
    keys = ["vintage", "unit"]
    if model == "between":
        means = rows.groupby(keys, as_index=False)[names].mean()
        return means.assign(year=0), sample.years
    before = rows.groupby(keys)[["year", *names]].shift()
    changes = rows.assign(**{name: rows[name] - before[name] for name in names})
    changes = changes[rows["year"] - before["year"] == 1].reset_index(drop=True)
    years = sample.years.copy()
    first = years["entered"] & ~years["year"].isin(changes["year"])
    years.loc[first, ["entered", "reason"]] = [False, "change"]
    return changes, years


def _require_years(
    sample: PanelSample, cells: pd.DataFrame, model: str, kind: str, breaks: str
) -> None:
    entered = sample.years.loc[sample.years["entered"], "year"].tolist()
    listed = f"{period_text(entered[0])} to {period_text(entered[-1])}"
    if model != "between" and len(entered) < 2:
        raise _too_few_years(sample, model, breaks)
    if kind in ("two_way", "driscoll_kraay") and len(entered) < LEAST_YEARS:
        raise errors.InsufficientData(
            f"errors={kind!r} needs {LEAST_YEARS} comparable years or more, there are "
            f"{len(entered)} ({listed}): with fewer such standard errors are far too small; take "
            "errors='cr2'"
        )
    n_provinces = len(cells[["vintage", "unit"]].drop_duplicates())
    least = max(LEAST_PROVINCES, len(sample.regressors) + 2)
    if n_provinces < least:
        raise errors.InsufficientData(
            f"a panel regression on {len(sample.regressors)} variables needs {least} provinces or "
            f"more, there are {n_provinces}"
        )


def _too_few_years(sample: PanelSample, model: str, breaks: str) -> errors.InsufficientData:
    """Return the error that a single year can be used, with the years that nearly could."""
    years = sample.years
    only = period_text(int(years.loc[years["entered"], "year"].iloc[0]))
    apart = [period_text(int(year)) for year in years.loc[years["reason"] == "gap", "year"]]
    if apart:
        return errors.InsufficientData(
            f"model {model!r} of {sample.outcome} is of changes from one year to the next, and of "
            f"the years that compare ({', '.join([*apart, only])}) none are next to each other; "
            "take model='two_way', which needs no adjacent years"
        )
    out = years_left_out(years)
    remedies = ["model='between'", *(["breaks='ranking'"] if breaks == "all" else [])]
    return errors.InsufficientData(
        f"model {model!r} of {sample.outcome}: two comparable years or more are needed, there is "
        f"{only}{f'; left out: {out}' if out else ''}; take {', '.join(remedies)}, or other years "
        "or variables"
    )


def _regression(cells: pd.DataFrame, sample: PanelSample, model: str) -> PanelRegression:
    names = list(sample.regressors)
    x = cells[names].to_numpy(np.float64)
    units = codes(cells[["vintage", "unit"]])
    effects = {
        "two_way": {"units": units, "years": codes(cells[["year"]])},
        "first_differences": {"years": codes(cells[["year"]])},
        "between": {},
    }[model]
    if model != "between" and sample.outcome in sample.lasting:
        raise errors.InvalidRequest(
            f"{sample.outcome} is the same in all years of each province, so that it has no "
            f"changes to explain; model={model!r} is of changes, model='between' compares provinces"
        )
    regression = regress(cells[sample.outcome].to_numpy(np.float64), x, units, **effects)
    lost = not_estimable(x, regression)
    if model != "between":
        lost += [n for n, name in enumerate(names) if name in sample.lasting and n not in lost]
    if lost:
        named = ", ".join(names[column] for column in lost)
        inside = {"two_way": " and the effects of province and year"}.get(model, "")
        raise errors.InvalidRequest(
            f"no slope of {named}: the other regressors{inside} fit it wholly (it is constant, a "
            "sum of others, or, with effects, the same in all years or in all provinces); leave it "
            "out" + ("; model='between' compares provinces" if model == "two_way" else "")
        )
    if regression.df_residual < 1:
        raise errors.InsufficientData(
            f"{len(cells)} cells are too few for {len(names)} variables and "
            f"{regression.n_effects} effects"
        )
    if r2(regression) > SUM_OF_REGRESSORS:
        raise errors.InvalidRequest(
            f"the regressors fit {sample.outcome} without rest: it is made of them, or does not "
            "vary; nothing is left to estimate"
        )
    return regression


def _errors(regression: PanelRegression, years: NDArray[np.int64], kind: str) -> Errors:
    if kind == "cr2":
        return cr2_errors(regression)
    if kind == "cluster":
        return clustered_errors(regression)
    over_years = two_way_errors if kind == "two_way" else driscoll_kraay_errors
    return over_years(regression, years)


def _coefficients(
    regression: PanelRegression, standard_errors: Errors, weights: Floats | None, ci_level: float
) -> pd.DataFrame:
    t = regression.slopes / standard_errors.se
    half = stats.t.ppf(0.5 + ci_level / 2, standard_errors.df) * standard_errors.se
    numbers = range(len(t))
    return pd.DataFrame(
        {
            "coefficient": regression.slopes,
            "se": standard_errors.se,
            "t": t,
            "df": standard_errors.df,
            "p": 2 * stats.t.sf(np.abs(t), standard_errors.df),
            "ci_low": regression.slopes - half,
            "ci_high": regression.slopes + half,
            "ci_level": ci_level,
            "p_wild": [_p_wild(regression, column, weights) for column in numbers],
            "partial_r2": [partial_r2(regression, column) for column in numbers],
        }
    )


def _p_wild(regression: PanelRegression, column: int, weights: Floats | None) -> float:
    if weights is None:
        return np.nan
    t, drawn = wild_statistics(regression, column, weights)
    return float((1 + (np.abs(drawn) >= abs(t) * (1 - 1e-9)).sum()) / (1 + len(drawn)))


def _is_dynamic(sample: PanelSample, model: str, lag: int) -> bool:
    """Return whether the outcome's past is on the right, where that biases the model.

    In differences only the year before is in both changes.
    """
    biased = {"two_way": lag > 0, "first_differences": lag == 1}.get(model, False)
    own = f"{sample.outcome}_before" in sample.regressors
    return biased and (own or any(sample.overlaps()))
