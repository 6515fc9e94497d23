"""The points that separate a province from the next ranks, above and below, others unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.advice.sound_scores import advised_parts, check_province
from parstats.arguments import as_tuple, check_integer
from parstats.drivers.score_matrix import Floats, Parts
from parstats.panel import wide
from parstats.panel.coverage import needed
from parstats.panel.ranks import quartile
from parstats.panel.units import n_units, vintage_in, with_published_vintage
from parstats.reference import definitions, frameworks

# Scores equal to this many decimals are the same score, as in `parstats.panel.ranks`.
_SAME = 9
# Indices whose publisher reports provinces in quarters of the ranking.
_IN_QUARTERS = ("PAPI",)
_GAINS = (
    *("index", "year", "vintage", "province", "step", "series", "rank", "overall_gain", "gain"),
    *("room", "share_of_room", "is_attainable", "n_overtaken", "n_level"),
)
_LOSSES = ("index", "year", "vintage", "province", "ranks_lost", "rank", "overall_loss", "n_level")


@dataclass(frozen=True)
class RankSteps:
    """What separates a province from other ranks of its year.

    Attributes
    ----------
    rank, n_ranked : int; its rank among the provinces that have all parts, and how many they are
    score : float; its overall score
    gains : pandas.DataFrame
        One row per step upwards and series: index, year, vintage, province, step ("1", "5", "10"
        ranks, or "group" for the publisher's next group), series ("" for all of them together),
        rank (that is reached), overall_gain (points of the overall score), gain (points of the
        series' own scale; missing for all together), room (points left to its highest score),
        share_of_room, is_attainable (whether the room is large enough; missing without an end of
        the scale), n_overtaken (provinces that
        are above now and would not be), n_level (of these, those that it would be level with).
    losses : pandas.DataFrame
        One row per step downwards: ranks_lost, rank (below which it stays), overall_loss (most that
        can be lost before it falls so far), n_level (provinces it would then be level with).
    """

    rank: int
    n_ranked: int
    score: float
    gains: pd.DataFrame
    losses: pd.DataFrame


def next_rank(
    scores: pd.DataFrame,
    province: str,
    year: int,
    *,
    ranks: int | Sequence[int] = (1, 5, 10),
    level: str | None = None,
) -> RankSteps:
    r"""Compute the points between a province and the next ranks, the others unchanged.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; name or code
    year : int
    ranks : int or sequence of int; steps, in ranks
    level : {"criterion", "dimension"}, optional; of the parts that may be raised; by default the
        lowest that adds up to the score

    Returns
    -------
    RankSteps

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete. Of a year without any score
        of a part the overall scores are enough: the gains are of these alone then
    InvalidRequest: if the province lacks a part, the parts do not add up to the score, or a step is
        less than 1

    Notes
    -----
    With :math:`y_i=\sum_j w_j x_{ij}` and the rank :math:`R_i = 1 + \#\{l: y_l > y_i\}`, the least
    gain for `k` ranks is :math:`y_{(R-k)} - y_i`, where :math:`y_{(m)}` is the `m`-th highest score
    of the others: at equal scores ties share the better rank. A single part has to rise by that
    gain over its weight; all together rise by the same share of the room each has left. No
    forecast: the others do not stand still (see `parstats.advice`).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> steps = next_rank(load_scores("PAPI"), "Lạng Sơn", 2024, ranks=1)
    >>> steps.rank, steps.n_ranked, f"{steps.gains.iloc[0]['overall_gain']:.3f}"
    (12, 61, '0.091')
    """
    steps = tuple(check_integer("ranks", step, 1) for step in as_tuple(ranks))
    try:
        parts = advised_parts(scores, year, level)
    except errors.InsufficientCoverage:
        whole = None if level is not None else _whole(scores, year)
        if whole is None:
            raise
        parts = whole
    row = parts.row(check_province(province))
    totals = np.round(parts.total, _SAME)
    score, others = float(totals[row]), np.delete(totals, row)
    rank = 1 + int((others > score).sum())
    where = {
        **{"index": parts.index, "year": parts.year, "vintage": parts.vintage},
        "province": parts.provinces[row],
    }
    gains = [
        where | step
        for name, aim in _aims(parts, rank, score, others, steps)
        for step in _gains(parts, row, name, aim, others)
    ]
    losses = [where | step for step in _losses(rank, score, others, steps)]
    return RankSteps(
        rank,
        len(totals),
        score,
        with_published_vintage(pd.DataFrame(gains, columns=list(_GAINS))),
        with_published_vintage(pd.DataFrame(losses, columns=list(_LOSSES))),
    )


def _whole(scores: pd.DataFrame, year: int) -> Parts | None:
    """Return the overall scores as the one part of a year without parts; None without enough."""
    index = str(scores["index"].iloc[0])
    rows = scores[(scores["year"] == year) & scores["score"].notna()]
    if set(rows["level"]) != {"index"}:
        return None
    matrix = wide(rows, year, level="index", complete=True)
    vintage = vintage_in(scores, year)
    if len(matrix) < needed(n_units(index, vintage)):
        return None
    scale = frameworks.in_year(index, year, "index")
    return Parts(
        index=index,
        year=int(year),
        vintage=vintage,
        level="index",
        region="",
        provinces=tuple(matrix.index),
        series=tuple(matrix.columns),
        parents=("",),
        points=matrix.to_numpy(dtype=np.float64),
        low=scale["min_points"].to_numpy(dtype=np.float64),
        high=scale["max_points"].to_numpy(dtype=np.float64),
        weights=np.array([1.0]),
        n_units=n_units(index, vintage),
        basis="rules",
        has_rest=False,
        branches=(),
        subset="",
    )


def _aims(
    parts: Parts, rank: int, score: float, others: Floats, steps: Sequence[int]
) -> Iterator[tuple[str, float]]:
    """Yield each step upwards that exists, and the overall score that it takes."""
    above = np.sort(others)[::-1]
    for step in steps:
        if rank - step >= 1:
            yield str(step), float(above[rank - step - 1])
    grades = [float(grade["at_least"]) for grade in definitions.grade_rows(parts.index)]
    higher = [least for least in grades if least > score]
    if higher:
        yield "group", min(higher)
    elif not grades and parts.index in _IN_QUARTERS:
        n = len(others) + 1
        better = [r for r in range(1, rank) if quartile(r, n) < quartile(rank, n)]
        if better:
            yield "group", float(above[max(better) - 1])


def _gains(
    parts: Parts, row: int, step: str, aim: float, others: Floats
) -> Iterator[dict[str, Any]]:
    """Yield what all parts together, and each alone, would have to gain."""
    score = float(np.round(parts.total[row], _SAME))
    gain = aim - score
    rooms = np.maximum(parts.high - parts.points[row], 0.0)
    rooms[~np.isfinite(rooms)] = np.nan
    known = parts.weights > 0
    if parts.has_rest:  # what is left of the score belongs to no part that could be raised
        known[-1] = False
    common = {
        "step": step,
        "rank": 1 + int((others > aim).sum()),
        "overall_gain": gain,
        "n_overtaken": int(((others > score) & (others <= aim)).sum()),
        "n_level": int((others == aim).sum()),
    }
    room = float(rooms[known].sum())
    yield common | _with_room("", gain, None, room, 1.0)
    if parts.level == "index":  # the parts are not known
        return
    for at in np.flatnonzero(known):
        weight = float(parts.weights[at])
        yield common | _with_room(parts.series[at], gain, gain / weight, float(rooms[at]), weight)


def _with_room(
    series: str, overall_gain: float, gain: float | None, room: float, weight: float
) -> dict[str, Any]:
    return {
        "series": series,
        "gain": gain,
        "room": room / weight,
        "share_of_room": overall_gain / room if room != 0 else np.inf,
        # Of a scale without an end nobody knows the room.
        "is_attainable": None if np.isnan(room) else bool(overall_gain <= room + 10.0**-_SAME),
    }


def _losses(
    rank: int, score: float, others: Floats, steps: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield how much may be lost before so many ranks are."""
    below = np.sort(others[others <= score])[::-1]
    for step in steps:
        if step <= len(below):
            level = float(below[step - 1])
            yield {
                "ranks_lost": step,
                "rank": rank + step,
                "overall_loss": score - level,
                "n_level": int((below == level).sum()),
            }
