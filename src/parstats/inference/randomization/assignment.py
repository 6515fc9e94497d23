"""Exchanging the provinces' treatments instead of their residuals, for comparison."""

from __future__ import annotations

import numpy as np

from parstats.inference.randomization.blocks import Blocks, Floats, Projection, Whole, projected
from parstats.inference.randomization.tested import statistics

# Cells of a batch, so that it fits the memory.
_CELLS = 2_000_000
_NO_VARIATION = 1e-9


def statistics_of_assignments(
    blocks: Blocks, treatment: Floats, assignments: Whole, outcomes: Floats | None = None
) -> tuple[Floats, Floats]:
    r"""Estimates and t statistics when provinces are treatment each other's treatments.

    Parameters
    ----------
    blocks : Blocks
        The panel; all cells that are present count, those of unknown treatment as not treated.
    treatment : numpy.ndarray, shape (provinces, positions)
        The real treatment, the same in all its series and years for a province's path.
    assignments : numpy.ndarray of int, shape (draws, provinces)
        Whose treatment each province gets; the real assignment is ``arange(provinces)``.
    outcomes : numpy.ndarray, shape (outcomes, provinces, positions), optional
        Several outcomes; that of the blocks if not treatment.

    Returns
    -------
    estimates, t : numpy.ndarray, shape (draws, outcomes)
        Coefficients and cluster-robust t statistics, up to the factor that all draws share.

    Notes
    -----
    Both sides without fixed effects and slopes, the outcome once and the treatments in batches
    (Frisch-Waugh-Lovell). A treatment that is left without variation gives 0.
    """
    whole = projected(blocks, blocks.present)
    values = blocks.outcome[None] if outcomes is None else outcomes
    left = np.stack([whole.residual(one) for one in values])
    given = _given(whole, treatment)
    own = np.arange(len(treatment))
    size = max(1, _CELLS // blocks.outcome.size)
    parts = [
        _statistics(whole, given[own, assignments[start : start + size]], left)
        for start in range(0, len(assignments), size)
    ]
    estimates, t = (np.concatenate(one) for one in zip(*parts, strict=True))
    return estimates, t


def _given(whole: Projection, treatment: Floats) -> Floats:
    """Each province's block with each one's treatment, without means of province and group."""
    result = whole.rows[:, None, :] * treatment[None]
    for group in np.unique(whole.blocks.group):
        of = whole.blocks.group == group
        rows = whole.rows[:, None, of]
        n = np.maximum(rows.sum(axis=2, keepdims=True), 1)
        result[..., of] -= rows * (result[..., of].sum(axis=2, keepdims=True) / n)
    return result


def _statistics(whole: Projection, treatments: Floats, left: Floats) -> tuple[Floats, Floats]:
    """Estimates and statistics of a batch of treatments, for residual outcomes."""
    draws, provinces, positions = treatments.shape
    own = treatments.reshape(draws, -1)
    flat = whole.columns.reshape(provinces * positions, -1)
    own = own - own @ flat @ whole.inverse @ flat.T
    blocked = own.reshape(draws, provinces, positions)
    squares = np.einsum("bgm,bgm->bg", blocked, blocked)
    products = np.matmul(blocked.transpose(1, 0, 2), left.transpose(1, 2, 0))
    products = products.transpose(2, 1, 0)  # outcomes, draws, provinces
    sums = products.sum(axis=2)
    information = squares.sum(axis=1)
    estimates = np.divide(
        sums, information, out=np.zeros_like(sums), where=information > _NO_VARIATION
    )
    scores = products - estimates[..., None] * squares
    t = [statistics(one, score) for one, score in zip(sums, scores, strict=True)]
    return estimates.T, np.stack(t, axis=1)
