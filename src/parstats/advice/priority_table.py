"""Where a province's effort would move its rank most, by what provinces really achieved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from parstats.advice.lasting_gains import LastingGains, lasting_gains
from parstats.advice.next_year import N_DRAWS, NextYear, next_year, ranks
from parstats.advice.priority_result import (
    CASE_COLUMNS,
    COLUMNS,
    PAIR_COLUMNS,
    STEPS,
    Priorities,
)
from parstats.advice.sound_scores import check_province
from parstats.arguments import check_integer
from parstats.drivers.score_matrix import Floats
from parstats.panel.units import unit_column, with_published_vintage

#: Series whose pairs are simulated.
N_PAIRED = 10
#: Probability of the ranges.
RANGE_LEVEL = 0.8


def priorities(
    scores: pd.DataFrame,
    province: str | None,
    year: int,
    *,
    level: str | None = None,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> Priorities:
    r"""Return what raising each part of the score may do to a province's rank a year later.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str or None; name or code; None for all provinces
    year : int; the baseline
    level : str, optional; of the parts; by default the lowest that adds up to the score
    n_draws, seed : int; simulated years, and the seed of their random numbers

    Returns
    -------
    Priorities

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete
    InsufficientData: if no four years in a row compare, or fewer than two pairs of years
    InvalidRequest: if the province lacks a part, or the parts do not add up to the score

    Notes
    -----
    Estimand: the distribution of the rank :math:`R_i` a year later if series `s` is raised by the
    uplift :math:`u` over what is expected of it and all else goes as in the past, beside that
    distribution with none raised; both by simulation from the same random numbers
    (`parstats.advice.next_year`). The uplift is what the top quarter of the provinces at the
    level that is expected of this one really gained within a year and kept, the noise of a survey
    taken out (`parstats.advice.lasting_gains`), at most what the scale has left. Two series belong
    to one group if the difference of their added gains is less than 1.28 of its standard error
    (80 %), by the errors of their uplifts.

    Assumptions: the past goes on; raising one series moves no other; what others achieved can be
    achieved. It is an association, and nothing is promised. How the simulated ranks compare with
    what came: ``python -m evaluation.advice``.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> answer = priorities(load_scores("PAPI"), "Lạng Sơn", 2024)
    >>> first = answer.table.iloc[0]
    >>> len(answer.table), bool(first["p_5"] > first["p_5_without"]), len(answer.pairs)
    (28, True, 45)
    """
    n_draws = check_integer("n_draws", n_draws, 100)
    ahead = next_year(scores, year, level=level)
    rows = (
        range(len(ahead.parts.provinces))
        if province is None
        else [ahead.parts.row(check_province(province))]
    )
    gains = lasting_gains(ahead.moves)
    totals = np.round(ahead.totals(n_draws, seed), 9)
    series_ranks = ranks(np.round(ahead.parts.points, 9).T).T
    answers = [_of_province(ahead, gains, totals, series_ranks, row) for row in rows]
    return Priorities(
        *(
            with_published_vintage(pd.concat([answer[at] for answer in answers], ignore_index=True))
            for at in range(3)
        )
    )


def _of_province(
    ahead: NextYear,
    gains: LastingGains,
    totals: Floats,
    series_ranks: NDArray[np.int64],
    row: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the three tables of one province."""
    parts = ahead.parts
    head: dict[str, Any] = {
        **{"index": parts.index, "year": parts.year, "vintage": parts.vintage},
        **{"province": parts.provinces[row], "rank": int(ahead.rank[row])},
        "n_ranked": len(parts.provinces),
    }
    gaps = np.delete(totals, row, axis=1) - totals[:, [row]]
    records = [
        _uplift(ahead, gains, row, at) | {"series_rank": int(series_ranks[row, at])}
        for at in _series(ahead)
    ]
    table = pd.DataFrame([head | record for record in records], columns=[*COLUMNS, "overall_error"])
    near = [gains.near(record["series"], record["standing"]) for record in records]
    reached = [
        gains.reached(places, record["uplift_standing"])
        for places, record in zip(near, records, strict=True)
    ]
    table["n_cases"] = [len(places) for places in near]
    table["n_reached"] = [len(places) for places in reached]
    table["n_draws"], table["n_years"] = len(totals), ahead.n_years
    table = _grouped(_simulated(head["rank"], gaps, table))[list(COLUMNS)]
    pairs = _pairs(head, table, gaps)
    return table, pairs, _cases(head, gains, np.concatenate([*reached, np.array([], dtype=int)]))


def _series(ahead: NextYear) -> list[int]:
    """Return the parts that can be raised: not the rest, nor what is the same everywhere."""
    n = len(ahead.parts.series) - ahead.parts.has_rest
    return [at for at in range(n) if ahead.overall_per_standing[at] > 0]


def _uplift(ahead: NextYear, gains: LastingGains, row: int, at: int) -> dict[str, Any]:
    """Return where a province stands in a series, and what others reached from there."""
    parts, series = ahead.parts, ahead.parts.series[at]
    standing = float(ahead.standing[row, at])
    deviation, weight = float(ahead.deviations[at]), float(parts.weights[at])
    highest = float(parts.high[at]) / weight
    expected = float(ahead.means[at]) + deviation * float(ahead.expected[row, at])
    likely = float(ahead.expected[row, at])
    uplift, error = gains.uplift(series, likely)
    points = uplift * deviation
    if np.isfinite(highest):
        points = min(points, max(highest - expected, 0.0))
    return {
        **{"series": series, "parent": parts.parents[at], "level": parts.level},
        **{"score": float(parts.points[row, at]) / weight, "max_score": highest},
        **{"standing": standing, "expected_score": expected},
        **{"uplift": points, "uplift_standing": points / deviation, "uplift_se": error},
        **{"aim": expected + points, "overall_gain": points * weight},
        **{
            "overall_error": error * deviation * weight,
        },
    }


def _simulated(rank: int, gaps: Floats, table: pd.DataFrame) -> pd.DataFrame:
    """Add the ranks gained if each series is raised, and if none is."""
    raised = table["overall_gain"].to_numpy(dtype=np.float64)
    margin = norm.ppf((1 + RANGE_LEVEL) / 2) * table["overall_error"].to_numpy(dtype=np.float64)
    low, high = np.maximum(raised - margin, 0.0), raised + margin
    gained = _gained(rank, gaps, np.concatenate([raised, low, high, [0.0]]))
    gained, low, high, without = np.split(gained, np.cumsum([len(raised)] * 3))
    mean, base = gained.mean(axis=1), float(without.mean())
    ends = np.quantile(
        gained, [(1 - RANGE_LEVEL) / 2, (1 + RANGE_LEVEL) / 2], axis=1, method="nearest"
    ).astype(np.float64)
    table = table.assign(
        **{"gain": mean, "range_low": ends[0], "range_high": ends[1], "range_level": RANGE_LEVEL},
        **{"gain_without": base, "added_gain": mean - base},
        **{"added_low": low.mean(axis=1) - base, "added_high": high.mean(axis=1) - base},
    )
    for step in STEPS:
        table[f"p_{step}"] = (gained >= step).mean(axis=1)
        table[f"p_{step}_without"] = float((without >= step).mean())
    return table


def _gained(rank: int, gaps: Floats, raised: Floats) -> NDArray[np.int64]:
    """Return the ranks gained in each simulated year by each rise of the overall score.

    `gaps` are the leads of the others, of shape (draws, others); the answer is of shape
    (rises, draws).
    """
    order = np.argsort(raised)
    # A lead is not made up by the rises that are smaller: counted once for all rises.
    smaller = np.searchsorted(raised[order] + 1e-9, gaps)
    n_draws, n_rises = len(gaps), len(raised)
    counts = np.bincount(
        (smaller + (n_rises + 1) * np.arange(n_draws)[:, None]).ravel(),
        minlength=n_draws * (n_rises + 1),
    ).reshape(n_draws, n_rises + 1)
    above = counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    gained = np.empty((n_rises, n_draws), dtype=np.int64)
    gained[order] = rank - 1 - above.T
    return gained


def _grouped(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with what adds most first, and groups of what cannot be told apart."""
    table = table.sort_values("added_gain", ascending=False, kind="stable", ignore_index=True)
    margin = ((table["added_high"] - table["added_low"]) / 2).to_numpy()
    added = table["added_gain"].to_numpy()
    groups, first = [], 0
    for at in range(len(table)):
        if added[first] - added[at] > np.hypot(margin[first], margin[at]):
            first = at
        groups.append(first)
    table["position"] = np.arange(1, len(table) + 1)
    table["group"] = pd.factorize(np.array(groups))[0] + 1
    return table


def _pairs(head: dict[str, Any], table: pd.DataFrame, gaps: Floats) -> pd.DataFrame:
    """Return what raising two of the first series at once does, what gains most first."""
    first = table.head(N_PAIRED)
    one, two = np.triu_indices(len(first), k=1)
    raised = first["overall_gain"].to_numpy(dtype=np.float64)
    gained = _gained(head["rank"], gaps, raised[one] + raised[two])
    pairs = pd.DataFrame(
        {
            **{"series": first["series"].to_numpy()[one], "other": first["series"].to_numpy()[two]},
            **{"overall_gain": raised[one] + raised[two], "gain": gained.mean(axis=1)},
            "gain_without": first["gain_without"].to_numpy()[one],
            **{f"p_{step}": (gained >= step).mean(axis=1) for step in STEPS},
        }
    ).assign(**head)
    pairs = pairs.sort_values("gain", ascending=False, kind="stable", ignore_index=True)
    return pairs.assign(position=np.arange(1, len(pairs) + 1))[list(PAIR_COLUMNS)]


def _cases(head: dict[str, Any], gains: LastingGains, places: NDArray[np.int64]) -> pd.DataFrame:
    """Return who reached the uplifts, newest first, with their scores then and later."""
    table = gains.cells.loc[places]
    unit = unit_column(head["index"])
    table = table.rename(
        columns={unit: "case_province", "vintage": "case_vintage", "year": "case_year"}
    )
    table = table.sort_values(
        ["series", "case_year", "case_province"], ascending=[True, False, True], kind="stable"
    )
    about = {name: head[name] for name in ("index", "year", "vintage", "province")}
    table = table.assign(**about, case_score=table["score"])
    return table[list(CASE_COLUMNS)].reset_index(drop=True)
