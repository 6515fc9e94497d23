"""Exchanging the provinces' treatments instead of their residuals, for comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parstats.stats.randomization.panel_blocks import Blocks, Floats, Projection, Whole, projected
from parstats.stats.randomization.significance import statistics

# Cells of a batch, so that it fits the memory.
_CELLS = 2_000_000
_NO_VARIATION = 1e-9


def statistics_of_assignments(
    blocks: Blocks,
    treatment: Floats,
    assignments: Whole,
    outcomes: Floats | None = None,
    projection: Projection | None = None,
) -> tuple[Floats, Floats]:
    r"""Estimates and t statistics when provinces are given each other's treatments.

    Parameters
    ----------
    blocks : Blocks
        The panel; all cells that are present count, those of unknown treatment as not treated.
    treatment : numpy.ndarray, shape (provinces, positions)
        The real treatment, the same in all its series and years for a province's path.
    assignments : numpy.ndarray of int, shape (draws, provinces)
        Whose treatment each province gets; the real assignment is ``arange(provinces)``.
    outcomes : numpy.ndarray, shape (outcomes, provinces, positions), optional
        Several outcomes; that of the blocks if not given.
    projection : Projection, optional
        That of all cells that are present, if it was made before.

    Returns
    -------
    estimates, t : numpy.ndarray, shape (draws, outcomes)
        Coefficients and cluster-robust t statistics, up to the factor that all draws share.

    Notes
    -----
    Both sides without fixed effects and slopes, the outcome once and the treatments in batches
    (Frisch-Waugh-Lovell). A treatment that is left without variation gives 0.
    """
    whole = projected(blocks, blocks.present) if projection is None else projection
    values = blocks.outcome[None] if outcomes is None else outcomes
    left = np.stack([whole.residual(one) for one in values])
    tables = _Tables.of(whole, treatment)
    size = max(1, _CELLS // blocks.outcome.size)
    parts = [
        tables.statistics(assignments[start : start + size], left)
        for start in range(0, len(assignments), size)
    ]
    estimates, t = (np.concatenate(one) for one in zip(*parts, strict=True))
    return estimates, t


@dataclass(frozen=True)
class _Tables:
    """What each province's block becomes with each one's treatment; made once for all draws."""

    whole: Projection
    given: Floats  # (own, whose, positions): without means of province and group
    crossed: Floats  # (own, whose, regressors): their products with the regressors

    @classmethod
    def of(cls, whole: Projection, treatment: Floats) -> _Tables:
        given = whole.rows[:, None, :] * treatment[None]
        for group in np.unique(whole.blocks.group):
            of = whole.blocks.group == group
            rows = whole.rows[:, None, of]
            n = np.maximum(rows.sum(axis=2, keepdims=True), 1)
            given[..., of] -= rows * (given[..., of].sum(axis=2, keepdims=True) / n)
        return cls(whole, given, np.matmul(given, whole.columns))

    def statistics(self, some: Whole, left: Floats) -> tuple[Floats, Floats]:
        """Estimates and statistics of a batch of assignments, for residual outcomes."""
        own = np.arange(some.shape[1])
        slopes = self.crossed[own, some].sum(axis=1) @ self.whole.inverse
        flat = self.whole.columns.reshape(-1, slopes.shape[1])
        blocked = self.given[own, some] - (slopes @ flat.T).reshape(len(some), *left.shape[1:])
        squares = np.einsum("bgm,bgm->bg", blocked, blocked)
        products = np.matmul(blocked.transpose(1, 0, 2), left.transpose(1, 2, 0))
        products = products.transpose(2, 1, 0)  # outcomes, draws, provinces
        sums = products.sum(axis=2)
        information = squares.sum(axis=1)
        none = np.zeros_like(sums)
        estimates = np.divide(sums, information, out=none, where=information > _NO_VARIATION)
        scores = products - estimates[..., None] * squares
        t = [statistics(one, score) for one, score in zip(sums, scores, strict=True)]
        return estimates.T, np.stack(t, axis=1)
