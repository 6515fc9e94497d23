"""How an overall score is made of its parts: by the rules of the index, or as the scores show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.drivers.score_checks import check_scores
from parstats.panel import wide
from parstats.panel.coverage import needed
from parstats.panel.units import n_units, unit_column, vintage_in
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text
from parstats.stats.composites.implied_weights import (
    UNITS_PER_PART,
    exact_weights,
    fitted_weights,
    within_rounding,
)

Floats = NDArray[np.float64]

#: Where the weights of the parts are from; see `OverallWeights`.
BASES = ("rules", "exact", "fitted")


@dataclass(frozen=True)
class OverallWeights:
    """What a point of each part counts in the overall score of a year.

    Attributes
    ----------
    basis : str
        "rules": the index says so, as a plain sum. "exact": weights that give every published
        overall score as far as it is printed, in this year and in another one of the same
        framework. "fitted": the weights that come nearest; the rest is what they leave.
    weights : array of shape (p,)
    rest : pandas.Series or None
        Published overall score less the weighted parts, by unit; None where nothing is left but
        rounding.
    rounding : pandas.Series or None
        What exact weights leave, by unit: less than rounding explains.
    """

    basis: str
    weights: Floats
    rest: pd.Series | None = None
    rounding: pd.Series | None = None

    def points(self, matrix: pd.DataFrame, index: str) -> pd.DataFrame:
        """Return the points of the overall score by part, the rest as the last one if there is one.

        Of the units of the matrix that have an overall score, where it takes one to tell the rest.
        What exact weights leave by rounding is spread over the parts by their weights, so that
        they add up to the score as published.
        """
        weighted = matrix * self.weights
        if self.rounding is not None:
            left = self.rounding.reindex(matrix.index).fillna(0.0).to_numpy()
            weighted += np.outer(left, self.weights / self.weights.sum())
        if self.rest is None:
            return weighted
        there = weighted[weighted.index.isin(self.rest.index)]
        name = f"{frameworks.top(index)}.{frameworks.REST}"
        return there.assign(**{name: self.rest.reindex(there.index)})


def overall_weights(
    scores: pd.DataFrame,
    matrix: pd.DataFrame,
    index: str,
    year: int,
    level: str,
    *,
    like: OverallWeights | None = None,
) -> OverallWeights:
    """Return the weights of the parts of a year, found from the scores where no rule is known.

    `matrix` holds the scores of the complete units by part (`parstats.panel.wide`), `scores` those
    of all years. `like` are the weights of another year of the framework that the year is compared
    with: fitted ones are kept, so that a change of weights is no change of the scores. Raises
    InvalidRequest if the weights are not known, and there are fewer than three units for each part
    to find them from, or no overall scores.

    >>> from parstats.panel import load_scores
    >>> papi = load_scores("PAPI")
    >>> matrix = wide(papi, 2024, level="dimension", complete=True)
    >>> overall_weights(papi, matrix, "PAPI", 2024, "dimension").basis
    'rules'
    """
    table = frameworks.in_year(index, year, level)
    table = table[table["series"].isin(matrix.columns)]
    total = _totals(scores, index, year, matrix)
    if table["cut"].all():
        return _by_rules(table, matrix, total, index)
    parts, overall = _with_totals(matrix, total)
    if like is not None and like.basis == "fitted":
        return OverallWeights("fitted", like.weights, overall - parts.to_numpy() @ like.weights)
    n, p = parts.shape
    if n < UNITS_PER_PART * p:
        raise errors.InvalidRequest(
            f"the {level} scores of {index} {period_text(year)} do not add up to its overall score "
            f"by a rule that is known, and weights of {p} parts are found from "
            f"{UNITS_PER_PART * p} units with an overall score or more: there are {n}"
        )
    weights = exact_weights(parts.to_numpy(), overall.to_numpy())
    if weights is not None and _fits_another_year(scores, weights, index, year, level):
        return OverallWeights("exact", weights, rounding=overall - parts.to_numpy() @ weights)
    weights = fitted_weights(parts.to_numpy(), overall.to_numpy())
    return OverallWeights("fitted", weights, overall - parts.to_numpy() @ weights)


def has_overall_weights(
    scores: pd.DataFrame, matrix: pd.DataFrame, index: str, year: int, level: str
) -> bool:
    """Return whether `overall_weights` has an answer, whatever the weights are.

    >>> from parstats.panel import load_scores
    >>> papi = load_scores("PAPI")
    >>> has_overall_weights(papi, papi.head(0), "PAPI", 2024, "criterion")
    True
    """
    table = frameworks.in_year(index, year, level)
    if table.empty or table["cut"].all():
        return not table.empty
    if frameworks.index_info(index).unit_level == "unit":
        return False  # a level below a geometric mean
    parts, _ = _with_totals(matrix, _totals(scores, index, year, matrix))
    covered = len(parts) >= needed(n_units(index, vintage_in(scores, year), scores))
    return covered and len(parts) >= UNITS_PER_PART * len(table)


def _by_rules(
    table: pd.DataFrame, matrix: pd.DataFrame, total: pd.Series, index: str
) -> OverallWeights:
    """Return the weights of the framework; with a rest if published totals are not that sum."""
    weights = table["weight"].to_numpy(dtype=np.float64)
    info = frameworks.index_info(index)
    if info.total == "sum" or info.unit_level == "unit" or total.empty:
        return OverallWeights("rules", weights)
    parts, overall = _with_totals(matrix, total)
    if parts.empty or within_rounding(parts.to_numpy(), overall.to_numpy(), weights):
        return OverallWeights("rules", weights)
    return OverallWeights("rules", weights, overall - parts.to_numpy() @ weights)


def _totals(scores: pd.DataFrame, index: str, year: int, matrix: pd.DataFrame) -> pd.Series:
    """Return the overall scores of the units of a matrix, of those that have one."""
    top = frameworks.top(index)
    rows = scores[(scores["year"] == year) & (scores["series"] == top) & scores["score"].notna()]
    total = rows.set_index(unit_column(index))["score"].astype("float64")
    return total[total.index.isin(matrix.index)]


def _with_totals(matrix: pd.DataFrame, total: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    parts = matrix[matrix.index.isin(total.index)].astype("float64")
    return parts, total.reindex(parts.index)


def _fits_another_year(
    scores: pd.DataFrame, weights: Floats, index: str, year: int, level: str
) -> bool:
    """Return whether the weights give the overall scores of every other year of the framework.

    There must be one: weights that fit one year alone may do so by chance.
    """
    framework = frameworks.framework_in_year(index, year)
    fits = []
    for other in sorted({int(each) for each in scores["year"].unique()} - {year}):
        if frameworks.framework_in_year(index, other) != framework:
            continue
        rows = check_scores(scores[scores["year"] == other])
        matrix = wide(rows, other, level=level, complete=True)
        parts, overall = _with_totals(matrix, _totals(rows, index, other, matrix))
        if len(parts) >= len(weights):
            fits.append(within_rounding(parts.to_numpy(), overall.to_numpy(), weights))
    return bool(fits) and all(fits)
