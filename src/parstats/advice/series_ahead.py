"""The year after a baseline for one series: simulated scores and ranks, and cases like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from parstats import errors
from parstats.advice.lasting_gains import WINDOW
from parstats.advice.next_standings import Transitions, transitions
from parstats.advice.next_year import next_year, ranks
from parstats.drivers.score_matrix import Floats
from parstats.panel.ranks import quartile
from parstats.panel.units import unit_column
from parstats.reference import frameworks

#: Ranks that count as the same place, as beside the outcomes of plans.
_NEAR_RANKS = 5
# Scores equal to this many decimals are the same score, as in `parstats.panel.ranks`.
_SAME = 9


#: From what a year ahead is simulated: the parts of the score, or the series' own history.
Basis = Literal["parts", "history"]


@dataclass(frozen=True)
class SeriesAhead:
    """The year after a baseline for one series: simulated scores and ranks of all provinces.

    Attributes
    ----------
    provinces : tuple of str
    now : numpy.ndarray; scores of the baseline
    draws : numpy.ndarray; simulated scores, without what moves all alike; (draws, provinces)
    shift : float; points by which the mean of all usually moves from year to year
    cells : pandas.DataFrame
        `Transitions.cells` of the series: of years whose points compare; for ranks of the whole
        index of years whose ranks compare.
    basis : str; "parts" or "history"
    """

    provinces: tuple[str, ...]
    now: Floats
    draws: Floats
    shift: float
    cells: pd.DataFrame
    basis: Basis


def series_ahead(
    scores: pd.DataFrame,
    index: str,
    series: str,
    year: int,
    n_draws: int,
    seed: int,
    *,
    by_rank: bool = False,
) -> SeriesAhead | str:
    """Return the simulated next year of a series, or why there is none: "coverage" or "years".

    Scores are those of `parstats.advice.attainable`: by the history of the series. With `by_rank`
    those of the whole index are of `parstats.advice.priorities`: by its parts, which is what ranks
    are simulated from; if parts are lacking, by the history of the total.
    """
    try:
        moves = transitions(scores, level=frameworks.series_level(series))
        own = moves.cells[moves.cells["series"] == series]
        cells = own  # of years that compare in points
        if by_rank and series == frameworks.top(index):
            cells = _of_ranks(transitions(scores, series=series, breaks="ranking").cells, index)
        now = own[own["year"] == year]
        if now.empty:
            return "coverage"
        if by_rank and series == frameworks.top(index):
            simulated = _of_parts(scores, year, n_draws, seed)
            if simulated is not None:
                return SeriesAhead(*simulated, _shift(own), cells, "parts")
        by_history = _of_series(moves, now, index, n_draws, seed)
        return SeriesAhead(*by_history, _shift(own), cells, "history")
    except errors.InsufficientCoverage:
        return "coverage"
    except errors.InsufficientData:
        return "years"


def _of_ranks(cells: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return the cells of the whole index; what followed in a year whose ranks compare badly goes.

    Such years (`frameworks.rank_breaks`) are no precedents, as no verdict is given across them.
    """
    breaks = [year - 1 for year in frameworks.rank_breaks(index)]
    return cells.assign(outcome=cells["outcome"].mask(cells["year"].isin(breaks)))


def _of_parts(
    scores: pd.DataFrame, year: int, n_draws: int, seed: int
) -> tuple[tuple[str, ...], Floats, Floats] | None:
    """Return provinces, scores and simulated scores by the parts, if that can be."""
    try:
        whole = next_year(scores, year)
    except (errors.InsufficientCoverage, errors.InsufficientData, errors.InvalidRequest):
        return None  # the history of the total alone may still tell
    return whole.parts.provinces, whole.parts.total, whole.totals(n_draws, seed)


def _of_series(
    moves: Transitions, now: pd.DataFrame, index: str, n_draws: int, seed: int
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return provinces, scores and simulated scores of one series by its own history."""
    model = moves.fit()
    expected = model.forecast(moves.features(now), moves.numbers(now))
    luck = np.random.default_rng(seed).choice(model.residuals, size=(n_draws, len(now)))
    scores: Floats = now["score"].to_numpy(dtype=np.float64)
    standing = expected + luck * model.spreads[moves.numbers(now)]
    provinces = tuple(now[unit_column(index)].astype(str))
    draws: Floats = scores.mean() + scores.std() * standing
    return provinces, scores, draws


def _shift(cells: pd.DataFrame) -> float:
    """Return how far the mean of all usually moves between years that compare; 0 without any."""
    means = cells.groupby(["run", "year"])["score"].mean()
    moved = means.groupby("run").diff().dropna()
    return float(np.sqrt((moved**2).mean())) if len(moved) else 0.0


def measured(
    ahead: SeriesAhead, at: int, measure: str, value: float, seed: int
) -> tuple[float, Floats, pd.DataFrame]:
    """Return a province's measure now and as simulated, and the like cases.

    The cases have a column, is_reached: which of them reached the value a year later.
    """
    score, n = float(ahead.now[at]), len(ahead.provinces)
    if measure in ("score", "score_change"):
        shifts = np.random.default_rng(seed + 1).normal(0.0, ahead.shift, len(ahead.draws))
        draws = ahead.draws[:, at] + shifts
        cases = _like_scores(ahead, score, value if measure == "score" else score + value)
        if measure == "score":
            return score, draws, cases
        return 0.0, draws - score, cases
    rank = int(ranks(np.round(ahead.now, _SAME)[None, :])[0, at])
    drawn = ranks(np.round(ahead.draws, _SAME))[:, at]
    best = {"rank": value, "rank_change": rank - value, "group": _last_of_group(value, n)}[measure]
    cases = _like_ranks(ahead, rank, float(best), n)
    groups = np.array([quartile(place, n) for place in range(1, n + 1)], dtype=np.float64)
    now, draws = {
        "rank": (float(rank), drawn.astype(np.float64)),
        "rank_change": (0.0, (rank - drawn).astype(np.float64)),
        "group": (float(groups[rank - 1]), groups[drawn - 1]),
    }[measure]
    return now, draws, cases


def _last_of_group(group: float, n: int) -> int:
    return max(place for place in range(1, n + 1) if quartile(place, n) <= max(group, 1))


def _like_scores(ahead: SeriesAhead, score: float, aim: float) -> pd.DataFrame:
    """Return the cases from a like standing, and which stood as high as asked a year later."""
    mean, spread = ahead.now.mean(), ahead.now.std()
    cells = ahead.cells.dropna(subset=["outcome"])
    near = (cells["standing"] - (score - mean) / spread).abs() <= WINDOW
    return cells[near].assign(is_reached=cells["outcome"] >= (aim - mean) / spread)


def _like_ranks(ahead: SeriesAhead, rank: int, best: float, n: int) -> pd.DataFrame:
    """Return the cases from a like rank, and which had a rank as good as asked a year later."""
    cells = ahead.cells.dropna(subset=["outcome"])
    groups = cells.groupby(["run", "year"])
    # Places among those that have both years, as shares of how many these are.
    share = {
        name: (groups[name].rank(method="min", ascending=False) - 1)
        / (groups[name].transform("size") - 1)
        for name in ("standing", "outcome")
    }
    near = (share["standing"] - (rank - 1) / (n - 1)).abs() <= _NEAR_RANKS / (n - 1) + 1e-9
    return cells[near].assign(is_reached=share["outcome"] <= (best - 1) / (n - 1) + 1e-9)
