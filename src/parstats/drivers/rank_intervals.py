"""Rank intervals: the ranks that are compatible with the sampling error of the scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_number, old_names
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import Floats
from parstats.panel import check_year, ranks
from parstats.panel.units import n_units, unit_column, vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text
from parstats.stats.simultaneous_ranks import rank_bounds

StandardErrors: TypeAlias = float | Mapping[str, float] | pd.Series
# Provinces that a message names. By judgement: one line.
_NAMED = 5


@old_names(confidence="ci_level", draws="n_draws")
def rank_intervals(
    scores: pd.DataFrame,
    year: int,
    *,
    se: StandardErrors | None = None,
    ci_level: float = 0.95,
    simultaneous: bool = True,
    n_draws: int = 100_000,
    seed: int = 0,
    series: str | None = None,
) -> pd.DataFrame:
    r"""Compute confidence sets for the provinces' ranks from standard errors of their scores.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    se : float, mapping or pandas.Series, optional
        Standard errors: one for all, or one for each province by code or name. Without it the
        column ``se`` of the scores, if every ranked province has one there.
    ci_level : float; probability that the intervals hold the true ranks
    simultaneous : bool
        Whether that is the probability that all intervals hold at once (to read the whole table),
        or for each by itself (to look at one province named beforehand; narrower).
    n_draws, seed : int
        Draws of the normal law behind the critical value, and the seed. With 20,000 it has a Monte
        Carlo error of about 0.007 standard errors, which may move a bound by a rank or two.
    series : str, optional; the series that is ranked; the overall score if not given

    Returns
    -------
    pandas.DataFrame: one row per province, best first: index, year, series, vintage, province
        (unit, for an index of departments), score, se, rank, rank_ci_low and rank_ci_high (best and
        worst rank not ruled out), method ("simultaneous" or "marginal"), ci_level, n_draws,
        n_provinces, n_units, coverage.

    Raises
    ------
    InvalidRequest: if there are no standard errors (PAPI publishes none), some are missing, or some
        are zero or negative
    InsufficientCoverage: if fewer than 90 % of the provinces have a score
    InvalidData: if a score is not a number, is infinite or duplicated, or is of a province that
        does not exist
    UnknownChoice: if the year or the series does not exist

    See Also
    --------
    parstats.drivers.robustness : how far ranks move with weights and method, without any
        standard errors.

    Notes
    -----
    Estimand: the rank of each province by its true score, 1 + the number of provinces truly above.
    Assumptions: the scores are estimates from independent samples by province, about normal, with
    known standard errors. Province i is called above k when the difference of their scores exceeds
    c standard errors of that difference, c by step-down over all ordered pairs (simultaneous) or
    over the pairs of one province (marginal); the interval of i is from 1 + the provinces above to
    n - the provinces below (Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies,
    doi:10.1093/restud/rdad006; the R package csranks). If provinces are truly tied, the interval
    holds every rank that they share.

    The interval is about sampling only. A census of provinces without respondents behind the
    scores has no such error, and the choice of weights moves ranks besides.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = rank_intervals(load_scores("PAPI"), 2024, se=0.3)
    >>> table[["province", "rank", "rank_ci_low", "rank_ci_high"]].head(2).values.tolist()
    [['22', 1, 1, 4], ['72', 2, 1, 5]]
    """
    index = require_table(scores)
    check_year(scores, year)
    vintage_in(scores, year)
    year_scores = check_scores(scores[scores["year"] == year])
    name = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    # A table without any row of the year is not one that `ranks` can tell the coverage of.
    ranked = ranks(year_scores if len(year_scores) else scores, year, name)
    unit = unit_column(index)
    rows = year_scores[year_scores["series"] == name].set_index(unit)
    standard_errors = rows["se"] if "se" in rows else pd.Series(np.nan, index=rows.index)
    standard_errors = standard_errors.reindex(ranked[unit])
    used = _standard_errors(se, ranked, unit, standard_errors, f"{index} {period_text(year)}")
    bounds = rank_bounds(
        ranked["score"].to_numpy(dtype=np.float64),
        used,
        ci_level=ci_level,
        simultaneous=simultaneous,
        n_draws=n_draws,
        seed=seed,
    )
    n, n_total = len(ranked), n_units(index, int(ranked["vintage"].iloc[0]))
    return pd.DataFrame(
        {
            "index": index,
            "year": int(year),
            "series": name,
            "vintage": ranked["vintage"],
            unit: ranked[unit],
            "score": ranked["score"],
            "se": used,
            "rank": ranked["rank"],
            "rank_ci_low": bounds.low,
            "rank_ci_high": bounds.high,
            "method": "simultaneous" if simultaneous else "marginal",
            "ci_level": ci_level,
            "n_draws": n_draws,
            "n_provinces": n,
            "n_units": n_total,
            "coverage": n / n_total,
        }
    )


@old_names(confidence="ci_level", draws="n_draws", top="n_top")
def top_set(
    scores: pd.DataFrame,
    year: int,
    n_top: int = 10,
    *,
    se: StandardErrors | None = None,
    ci_level: float = 0.95,
    n_draws: int = 100_000,
    seed: int = 0,
    series: str | None = None,
) -> pd.DataFrame:
    """Return the provinces that may be among the best `n_top`, given the sampling error.

    Parameters
    ----------
    scores, year, se, ci_level, n_draws, seed, series
        As in `rank_intervals`.
    n_top : int; how many places

    Returns
    -------
    pandas.DataFrame: the rows of `rank_intervals` (simultaneous) whose best rank is at most
        `n_top`, with n_top and is_certain (whether the worst rank is, too).

    Raises
    ------
    InvalidRequest: if `n_top` is below 1, or as `rank_intervals`

    Notes
    -----
    Estimand: the set of provinces whose true rank is at most `n_top`. The returned set holds all of
    them with the stated confidence (Mogstad et al. 2024, section on the tau-best), since each has
    its true rank, at most `n_top`, inside its interval.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = top_set(load_scores("PAPI"), 2024, 3, se=0.3)
    >>> len(table), int(table["is_certain"].sum())
    (8, 0)
    """
    n_top = check_integer("n_top", n_top, 1)
    table = rank_intervals(
        scores, year, se=se, ci_level=ci_level, n_draws=n_draws, seed=seed, series=series
    )
    table = table[table["rank_ci_low"] <= n_top].reset_index(drop=True)
    return table.assign(n_top=n_top, is_certain=table["rank_ci_high"] <= n_top)


def _standard_errors(
    se: StandardErrors | None,
    ranked: pd.DataFrame,
    unit: str,
    standard_errors: pd.Series,
    what: str,
) -> Floats:
    units = ranked[unit].tolist()
    if se is None:
        if standard_errors.isna().all():
            raise errors.InvalidRequest(
                f"{what} comes without standard errors, so its ranks have no intervals; if you "
                "have them, pass se=, a number or a series by province code. "
                "drivers.robustness needs none"
            )
        values: Floats = standard_errors.to_numpy(dtype=np.float64)
    elif not isinstance(se, Mapping | pd.Series):
        expected = "or standard errors by province, as a dict or a pandas.Series"
        values = np.full(len(units), check_number("se", se, expected))
    else:
        values = _by_unit(se, units, unit, int(ranked["vintage"].iloc[0]))
    _refuse(np.isnan(values), units, f"no standard error of {what} for")
    _refuse(~(np.isfinite(values) & (values > 0)), units, "a standard error must be above zero:")
    return values


def _by_unit(
    se: Mapping[str, float] | pd.Series, units: list[str], unit: str, vintage: int
) -> Floats:
    pairs = [
        (str(key), check_number(f"the standard error of {key}", value)) for key, value in se.items()
    ]
    if unit == "province":
        pairs = [(places.match_province(key, vintage=vintage), value) for key, value in pairs]
    se_by_unit = dict(pairs)
    if len(se_by_unit) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = [key for key, count in counts.items() if count > 1]
        raise errors.InvalidRequest(
            f"{len(twice)} standard errors are given twice, as of {', '.join(twice[:_NAMED])}; "
            "give one for each, by code or by name"
        )
    return np.array([se_by_unit.get(name, np.nan) for name in units])


def _refuse(wrong: NDArray[np.bool_], units: list[str], what: str) -> None:
    named = [name for name, is_wrong in zip(units, wrong, strict=True) if is_wrong]
    if named:
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise errors.InvalidRequest(
            f"{what} {', '.join(named[:_NAMED])}{more}; pass se= with a number above zero for "
            "every ranked province"
        )
