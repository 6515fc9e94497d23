"""Sets of cells placed on other provinces: how far a mean goes by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class PlacedSets:
    """Residuals by province and position, and random exchanges of the provinces.

    A set is the cells of one or several provinces. In a draw the set of each province is placed on
    another one, the same series and years, all of a province together; so the spread holds what
    the series and years of a province have in common, and one province is enough. A set that meets
    no figure where it is placed is missing from that draw.

    >>> residuals = np.array([[1.0, 1.0], [-1.0, -1.0], [0.0, 0.0]])
    >>> exchange = PlacedSets.draw(residuals, np.zeros(3), 99, 0)
    >>> mean, low, high = exchange.mean(np.array([[True, True], [False, False], [False, False]]))
    >>> (mean, low, high)
    (1.0, 1.0, 2.0)
    """

    residuals: Floats  # missing where there is none; shape (provinces, positions)
    assignments: IntArray  # where the set of each province is placed; shape (draws, provinces)
    ci_level: float

    @classmethod
    def draw(
        cls,
        residuals: Floats,
        vintage: NDArray[np.generic],
        n_draws: int,
        seed: int,
        ci_level: float = 0.95,
    ) -> PlacedSets:
        """Draw the exchanges, among provinces of the same vintage."""
        rng = np.random.default_rng(seed)
        assignments = np.tile(np.arange(len(residuals)), (n_draws, 1))
        for label in np.unique(vintage):
            members = np.flatnonzero(vintage == label)
            assignments[:, members] = rng.permuted(np.tile(members, (n_draws, 1)), axis=1)
        return cls(residuals, assignments, ci_level)

    def mean(self, chosen: Flags) -> tuple[float, float, float]:
        """Return the mean residual of the chosen cells and its interval.

        The interval holds the means m for which the observed one is no rarer, among the draws, than
        the level says: the draws are of the residuals less the mean of the chosen cells there.
        """
        rows, columns = np.nonzero(chosen & np.isfinite(self.residuals))
        if not len(rows):
            return float("nan"), float("nan"), float("nan")
        observed = float(self.residuals[rows, columns].mean())
        null = self.residuals.copy()
        null[rows, columns] -= observed
        drawn = null[self.assignments[:, rows], columns]
        known = np.isfinite(drawn)
        counts = known.sum(axis=1)
        sums = np.where(known, drawn, 0.0).sum(axis=1)
        placed = sums[counts > 0] / counts[counts > 0]
        moved = (self.assignments[:, np.unique(rows)] != np.unique(rows)).any()
        if not len(placed) or not moved:
            return observed, float("nan"), float("nan")
        tail = (1 - self.ci_level) / 2
        low, high = np.quantile(placed, [tail, 1 - tail])
        return observed, observed - float(high), observed - float(low)


def correlation(kind: Flags, residuals: Floats, least: int = 5) -> float:
    """Return the correlation of having a type with the residual; missing where none can be told.

    That is where fewer than `least` residuals are known (5, by judgement: of fewer, a correlation
    is one or two cells), or all are alike, or all or none have the type.

    >>> correlation(np.array([1, 1, 1, 0, 0], dtype=bool), np.array([1.0, 1.0, 1.0, 0.0, 0.0]))
    1.0
    >>> correlation(np.array([True] * 5), np.arange(5.0))
    nan
    """
    known = np.isfinite(residuals)
    x, y = kind[known].astype(np.float64), residuals[known]
    if len(y) < least or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(round(np.corrcoef(x, y)[0, 1], 12))
