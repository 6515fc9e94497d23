"""Exchanging the provinces' treatments instead of their residuals, for comparison."""

from __future__ import annotations

import numpy as np

from parstats.inference.randomization.blocks import Blocks, Floats, Projection, Whole, projected
from parstats.inference.randomization.tested import statistics

_BLOCK = 500


def statistics_of_assignments(
    blocks: Blocks, treatment: Floats, assignments: Whole, outcomes: Floats | None = None
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

    Returns
    -------
    estimates, t : numpy.ndarray, shape (draws, outcomes)
        Coefficients and cluster-robust t statistics, up to the factor that all draws share.

    Notes
    -----
    The outcome's residual is computed once; a draw's residual treatment by sums over tables of
    pairs of provinces (Frisch-Waugh-Lovell).
    """
    whole = projected(blocks, blocks.present)
    values = blocks.outcome[None] if outcomes is None else outcomes
    left = np.stack([whole.residual(one) for one in values])
    pairs = np.einsum("kgm,hm->kgh", left, np.where(blocks.present, treatment, 0.0))
    moved = _Moved(whole, treatment, left)
    parts = [
        moved.statistics(pairs, assignments[start : start + _BLOCK])
        for start in range(0, len(assignments), _BLOCK)
    ]
    estimates, t = (np.concatenate(one) for one in zip(*parts, strict=True))
    return estimates, t


class _Moved:
    """Tables of what a province's block becomes with another province's treatment."""

    def __init__(self, whole: Projection, treatment: Floats, left: Floats) -> None:
        provinces = len(treatment)
        self.inverse = whole.inverse
        # (own block, whose treatment): the treatment without means of province and group.
        self.squares = np.empty((provinces, provinces))
        self.crossed = np.empty((provinces, provinces, whole.columns.shape[-1]))
        for other in range(provinces):
            own = whole.demeaned(np.broadcast_to(treatment[other], treatment.shape))
            self.squares[:, other] = (own**2).sum(axis=1)
            self.crossed[:, other] = np.einsum("gmk,gm->gk", whole.columns, own)
        self.outcome = np.einsum("kgm,gmc->kgc", left, whole.columns)
        self.products = np.einsum("gmk,gml->gkl", whole.columns, whole.columns)

    def statistics(self, pairs: Floats, some: Whole) -> tuple[Floats, Floats]:
        own = np.arange(some.shape[1])
        crossed = self.crossed[own, some]  # draws, provinces, regressors
        slopes = crossed.sum(axis=1) @ self.inverse
        squares = self.squares[own, some] - 2 * np.einsum("bgk,bk->bg", crossed, slopes)
        squares += np.einsum("bk,gkl,bl->bg", slopes, self.products, slopes, optimize=True)
        information = squares.sum(axis=1)
        estimates, t = [], []
        for pair, outcome in zip(pairs, self.outcome, strict=True):
            chosen = pair[own, some] - slopes @ outcome.T
            estimate = chosen.sum(axis=1) / information
            estimates.append(estimate)
            t.append(statistics(chosen.sum(axis=1), chosen - estimate[:, None] * squares))
        return np.stack(estimates, axis=1), np.stack(t, axis=1)
