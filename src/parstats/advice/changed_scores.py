"""The rank a province would have had with other scores in some parts, all others unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.advice.sound_scores import advised_parts, check_province
from parstats.drivers.score_matrix import Parts
from parstats.panel.units import with_published_vintage

# Scores equal to this many decimals are the same score, as in `parstats.panel.ranks`.
_SAME = 9


@dataclass(frozen=True)
class WhatIf:
    """A province's overall score and rank as they are, and with other scores in some parts.

    Attributes
    ----------
    score, new_score : float; overall score, in points
    rank, new_rank, n_ranked : int; rank among the provinces that have all parts, and how many
    changes : pandas.DataFrame
        One row per part that was changed: index, year, vintage, province, series, score,
        new_score (points of the series' own scale), overall_change (points of the overall score).
    passed : tuple of str
        Codes of the provinces between the two ranks, best first: those that are above now and would
        not be, or after a loss those that would be above and are not now.
    """

    score: float
    new_score: float
    rank: int
    new_rank: int
    n_ranked: int
    changes: pd.DataFrame
    passed: tuple[str, ...]


def what_if(
    scores: pd.DataFrame,
    province: str,
    year: int,
    changes: Mapping[str, float],
    *,
    level: str | None = None,
) -> WhatIf:
    r"""Compute the rank of a province if its scores in some parts were higher or lower.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; name or code
    year : int
    changes : mapping of str to float
        Points of its own scale that a series is raised by, or lowered if negative.
    level : {"criterion", "dimension"}, optional
        Of the parts that may be changed; by default the lowest that adds up to the score.

    Returns
    -------
    WhatIf

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete
    InvalidRequest: if the province lacks a part, a series is not one of the parts, or a score would
        leave its scale

    Notes
    -----
    Arithmetic on published scores, no forecast: with :math:`y_i=\sum_j w_j x_{ij}` the new score is
    :math:`y_i + \sum_j w_j d_j`, the new rank one more than the number of other provinces strictly
    above it; ties share the better rank. The others stay as they are, which they do not
    (`parstats.advice.priorities` simulates how they move).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> answer = what_if(
    ...     load_scores("PAPI"), "Lạng Sơn", 2024, {"papi.services.public_health": 0.1}
    ... )
    >>> answer.rank, answer.new_rank, answer.passed
    (12, 11, ('46',))
    """
    if not isinstance(changes, Mapping):
        raise errors.InvalidRequest(
            f"changes is {type(changes).__name__}: expected points by series, as "
            "{'papi.services.public_health': 0.1}"
        )
    parts = advised_parts(scores, year, level)
    row = parts.row(check_province(province))
    rows = [_change(parts, row, series, points) for series, points in changes.items()]
    totals = np.round(parts.total, _SAME)
    score = float(totals[row])
    new_score = float(np.round(score + sum(change["overall_change"] for change in rows), _SAME))
    others = np.delete(totals, row)
    codes = np.delete(np.array(parts.provinces), row)
    low, high = sorted((score, new_score))
    # At equal scores the better rank is shared, so that drawing level passes and leaving does not.
    between = (others > low) & (others <= high)
    order = np.argsort(-others[between], kind="stable")
    return WhatIf(
        score,
        new_score,
        1 + int((others > score).sum()),
        1 + int((others > new_score).sum()),
        len(totals),
        with_published_vintage(pd.DataFrame(rows, columns=list(_COLUMNS))),
        tuple(str(code) for code in codes[between][order]),
    )


_COLUMNS = (
    *("index", "year", "vintage", "province", "series", "score", "new_score"),
    "overall_change",
)


def _change(parts: Parts, row: int, series: str, points: Any) -> dict[str, Any]:
    """Return a part before and after; refuse one that is none, or that leaves its scale."""
    names = parts.series[: len(parts.series) - parts.has_rest]
    if series not in names:
        raise errors.UnknownChoice(f"part of {parts.index_year}", series, names)
    if isinstance(points, bool) or not isinstance(points, Real) or not np.isfinite(float(points)):
        raise errors.InvalidRequest(f"{series} is to change by {points!r}: expected points")
    at = parts.series.index(series)
    weight = float(parts.weights[at])
    if weight == 0:
        raise errors.InvalidRequest(f"{series} counts nothing in the score of {parts.index_year}")
    overall_change = weight * float(points)
    reached = float(parts.points[row, at]) + overall_change
    low, high = sorted((float(parts.low[at]), float(parts.high[at])))
    # Of a scale without ends, as in an index of one's own, any score is possible.
    low, high = (-np.inf if np.isnan(low) else low), (np.inf if np.isnan(high) else high)
    tolerance = 10.0**-_SAME
    if not low - tolerance <= reached <= high + tolerance:
        now = float(parts.points[row, at]) / weight
        raise errors.InvalidRequest(
            f"{series} is to change by {points:g} points, from {now:.2f} to {now + points:.2f}: "
            f"its scale is {low / weight:g} to {high / weight:g}; name a change of "
            f"{low / weight - now:.2f} to {high / weight - now:.2f}"
        )
    score = float(parts.points[row, at]) / weight
    return {
        "index": parts.index,
        "year": parts.year,
        "vintage": parts.vintage,
        "province": parts.provinces[row],
        "series": series,
        "score": score,
        "new_score": score + float(points),
        "overall_change": overall_change,
    }
