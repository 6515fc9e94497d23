"""Next year's overall scores and ranks of all provinces, simulated from what years brought."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats.advice.next_standings import FEATURES, Transitions, transitions
from parstats.advice.sound_scores import advised_parts, without_categories
from parstats.drivers.score_matrix import Floats, Parts
from parstats.panel.units import unit_column
from parstats.stats.reverting_panel import RevertingPanel

#: Simulated years. The Monte Carlo error of a probability is then at most 0.011.
N_DRAWS = 2000
# Whole sets of residuals kept, each of one province and year; those that lack a series are filled
# in this many ways.
_FILLINGS = 3
# Scores equal to this many decimals are the same score, as in `parstats.panel.ranks`.
_SAME = 9


@dataclass(frozen=True)
class NextYear:
    """What the year after a baseline may bring to every province that has all parts.

    Attributes
    ----------
    parts : Parts; scores of the baseline
    moves : Transitions; standings of all years up to the baseline
    model : RevertingPanel; fitted to them; its last series is the rest that parts may leave
    numbers : numpy.ndarray of int; the model's number of each part; shape (parts,)
    features : numpy.ndarray; of each province and part; shape (provinces, parts, features)
    expected : numpy.ndarray; standing expected of each province in each part
    means, deviations : numpy.ndarray
        Mean and standard deviation of each part over the provinces, in its own points; (parts,)
    profiles : numpy.ndarray
        Residuals that one province had in one year, in standard deviations of the series, whole,
        as they came together; shape (profiles, parts)
    n_years : int; pairs of years that the model was fitted to
    """

    parts: Parts
    moves: Transitions
    model: RevertingPanel
    numbers: NDArray[np.int64]
    features: Floats
    expected: Floats
    means: Floats
    deviations: Floats
    profiles: Floats
    n_years: int

    @property
    def standing(self) -> Floats:
        """Standing of each province in each part at the baseline; shape (provinces, parts)."""
        return self.features[:, :, 0]

    @property
    def overall_per_standing(self) -> Floats:
        """Points of the overall score that a standard deviation of each part is worth."""
        worth: Floats = self.deviations * self.parts.weights
        return worth

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Rank of each province at the baseline, among those that have all parts."""
        now: NDArray[np.int64] = ranks(np.round(self.parts.total, _SAME)[None, :])[0]
        return now

    def totals(self, n_draws: int = N_DRAWS, seed: int = 0) -> Floats:
        """Return simulated overall scores; shape (n_draws, provinces).

        What moves all provinces alike moves no rank and is left out.
        """
        worth = self.overall_per_standing
        change = (self.expected - self.standing) @ worth
        luck = self.profiles @ (worth * self.model.spreads[self.numbers])
        generator = np.random.default_rng(seed)
        drawn = generator.integers(len(luck), size=(n_draws, len(change)))
        totals: Floats = self.parts.total + change + luck[drawn]
        return totals


def ranks(totals: Floats) -> NDArray[np.int64]:
    """Return the rank of each column in each row: one more than the number strictly above.

    >>> ranks(np.array([[3.0, 5.0, 3.0], [1.0, 2.0, 4.0]])).tolist()
    [[2, 1, 2], [3, 2, 1]]
    """
    ordered = np.sort(totals, axis=1)
    above = [
        row.size - np.searchsorted(row, values, side="right")
        for row, values in zip(ordered, totals, strict=True)
    ]
    return np.array(above, dtype=np.int64) + 1


def next_year(scores: pd.DataFrame, year: int, *, level: str | None = None) -> NextYear:
    r"""Fit the model of `parstats.advice.attainable` and prepare to simulate the year after.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`); years after `year` are unused
    year : int; the baseline
    level : str, optional; of the parts; by default the lowest that adds up to the score

    Returns
    -------
    NextYear

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete
    InsufficientData: if fewer than two pairs of years up to the baseline compare
    InvalidRequest: if the parts do not add up to the score

    Notes
    -----
    The overall score of province `i` next year is its score now, plus for each part `s` the points
    that its expected standing :math:`m_{is}` brings or takes, plus luck:
    :math:`\sum_s w_s \sigma_s (m_{is} - z_{is} + \tau_s e_s)`. The residuals :math:`e` are drawn
    together from one province and year of the past (`profiles`), so that what rose together then
    rises together here; provinces are drawn independently of each other. A series that the drawn
    province did not have that year takes the residual of another province or, without any, of
    another series. Mean and spread :math:`\sigma_s` of each part are those of the baseline.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> ahead = next_year(load_scores("PAPI"), 2023)
    >>> ahead.expected.shape == (len(ahead.parts.provinces), 28), len(ahead.totals(10))
    (True, 10)
    """
    parts = advised_parts(scores, year, level)
    scores = without_categories(scores)
    moves = transitions(scores[scores["year"] <= year], level=parts.level)
    moves = Transitions(moves.cells, (*moves.series, ""))
    model = moves.fit()
    number = {name: at for at, name in enumerate(moves.series)}
    numbers = np.array([number.get(name, len(moves.series) - 1) for name in parts.series])
    means, deviations = _scales(moves, parts)
    features = _features(moves, parts, means, deviations)
    expected = model.forecast(
        features.reshape(-1, len(FEATURES)), np.tile(numbers, len(parts.provinces))
    ).reshape(parts.points.shape)
    known = moves.cells.dropna(subset=["outcome"])
    return NextYear(
        parts=parts,
        moves=moves,
        model=model,
        numbers=numbers,
        features=features,
        expected=expected,
        means=means,
        deviations=deviations,
        profiles=_profiles(moves, model, parts.series),
        n_years=known["year"].nunique(),
    )


def _own_points(parts: Parts) -> Floats:
    """Return the scores of the parts in points of their own scales."""
    own: Floats = parts.points / np.where(parts.weights > 0, parts.weights, 1.0)
    return own


def _scales(moves: Transitions, parts: Parts) -> tuple[Floats, Floats]:
    """Return mean and deviation by which scores of each part became standings."""
    cells = moves.cells[moves.cells["year"] == parts.year]
    groups = cells.groupby("series")["score"]
    own = _own_points(parts)
    means = groups.mean().reindex(parts.series).to_numpy(dtype=np.float64)
    deviations = groups.std(ddof=0).reindex(parts.series).to_numpy(dtype=np.float64)
    known = np.isfinite(means)
    return np.where(known, means, own.mean(axis=0)), np.where(known, deviations, own.std(axis=0))


def _features(moves: Transitions, parts: Parts, means: Floats, deviations: Floats) -> Floats:
    """Return the features of every province and part; without standings only the first of them."""
    unit = unit_column(parts.index)
    now = moves.cells[moves.cells["year"] == parts.year].set_index([unit, "series"])
    wanted = pd.MultiIndex.from_product([parts.provinces, parts.series])
    shape = (len(parts.provinces), len(parts.series), len(FEATURES))
    features = now[list(FEATURES)].reindex(wanted).to_numpy(dtype=np.float64).reshape(shape)
    varies = deviations > 10.0**-_SAME
    standing = (_own_points(parts) - means) / np.where(varies, deviations, 1.0)
    unknown = np.isnan(features[:, :, 0])
    features = np.nan_to_num(features)
    features[:, :, 0] = np.where(unknown, np.where(varies, standing, 0.0), features[:, :, 0])
    known: Floats = features
    return known


def _profiles(moves: Transitions, model: RevertingPanel, series: tuple[str, ...]) -> Floats:
    """Return the residuals of every province and year that has one, filled where a series lacks."""
    known = moves.cells.dropna(subset=["outcome"])
    unit = "unit" if "unit" in known else "province"
    table = known.assign(residual=model.residuals).pivot_table(
        index=["year", "vintage", unit], columns="series", values="residual"
    )
    table = table.reindex(columns=list(series))
    # Years in which most of today's series were graded tell how they move together.
    share = table.notna().mean(axis=1)
    values = table[share >= min(0.5, share.max())].to_numpy(dtype=np.float64)
    filled = np.tile(values, (_FILLINGS, 1))
    generator = np.random.default_rng(0)
    everything = model.residuals
    for column in range(filled.shape[1]):
        lacks = np.isnan(filled[:, column])
        others = values[np.isfinite(values[:, column]), column]
        pool = others if len(others) else everything
        filled[lacks, column] = generator.choice(pool, size=int(lacks.sum()))
    return filled
