"""Bias-reduced cluster-robust variance (CR2) of a treatment's coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

from parstats.inference.randomization.blocks import Floats
from parstats.inference.randomization.design import Design

# Eigenvalues of a cluster's residual maker below this belong to directions that are fitted exactly.
_FITTED = 1e-8
# What is left of a vector below this is rounding.
_ENDED = 1e-12


@dataclass(frozen=True)
class ClusterRobust:
    """Standard error by province.

    Attributes
    ----------
    se : float
        Standard error of the estimate.
    df : float
        Satterthwaite degrees of freedom of the t statistic.
    p : float
        Two-sided p-value by the t law with these degrees of freedom.
    """

    se: float
    df: float
    p: float


def cr2(design: Design) -> ClusterRobust:
    r"""Cluster-robust standard error, bias-reduced, with its degrees of freedom.

    Parameters
    ----------
    design : Design
        The fitted model; a cluster is a province.

    Returns
    -------
    ClusterRobust
        Standard error, degrees of freedom, p-value; missing where the model fits a province's
        treatment exactly, as where only one province is treated: its residuals then tell nothing.

    Notes
    -----
    Residuals of cluster g are multiplied by :math:`(I - H_{gg})^{-1/2}`, a symmetric generalised
    inverse root, with an identity as working model (Bell and McCaffrey 2002; Pustejovsky and Tipton
    2018, J. Bus. Econ. Stat. 36:672-683). Effects of province and group lie inside clusters, so
    taking them out first changes nothing for that working model. The degrees of freedom are
    :math:`(\sum\lambda)^2 / \sum\lambda^2` for the eigenvalues of the variance as a quadratic form.
    """
    columns = np.concatenate([design.projections.kept.columns, design.remainder[..., None]], axis=2)
    inverse = _with_treatment(design)
    weights, sums = [], []
    for block, rows, own, residual in zip(
        columns, design.blocks.kept, design.remainder, design.residuals, strict=True
    ):
        adjusted = _inverse_root_times(partial(_left, block[rows], inverse), own[rows])
        if adjusted is None:
            return ClusterRobust(np.nan, np.nan, np.nan)
        weights.append(adjusted / design.information)
        sums.append(float(weights[-1] @ residual[rows]))
    df = _satterthwaite(design, columns, inverse, weights)
    se = float(np.sqrt(np.sum(np.square(sums))))
    t = design.estimate / se if se > 0 else np.inf
    return ClusterRobust(se, df, float(2 * stats.t.sf(abs(t), df)))


def _with_treatment(design: Design) -> Floats:
    """Inverse of the cross products of regressors and residual treatment: they are orthogonal."""
    size = len(design.projections.kept.inverse)
    inverse = np.zeros((size + 1, size + 1))
    inverse[:size, :size] = design.projections.kept.inverse
    inverse[size, size] = 1 / design.information
    return inverse


def _left(columns: Floats, inverse: Floats, vector: Floats) -> Floats:
    """What one province's rows of the regressors leave of a vector."""
    result: Floats = vector - columns @ (inverse @ (columns.T @ vector))
    return result


def _inverse_root_times(maker: Callable[[Floats], Floats], start: Floats) -> Floats | None:
    """Inverse root of a residual maker times a vector, by Lanczos steps; none if it is fitted.

    The vector has no mean within its groups, and there the residual maker is that of the further
    regressors alone, most of whose eigenvalues lie close to 1: few steps are exact.
    """
    length = float(np.linalg.norm(start))
    if length == 0:
        return start
    basis, known, before = [start / length], [], np.zeros(0)
    while True:
        pulled = maker(basis[-1])
        known.append(np.array([float(one @ pulled) for one in basis]))
        size = len(basis)
        small = np.zeros((size, size))
        for place, row in enumerate(known):
            small[place, : place + 1] = small[: place + 1, place] = row
        values, vectors = np.linalg.eigh(small)
        left = pulled - np.array(basis).T @ (np.array(basis) @ pulled)
        left -= np.array(basis).T @ (np.array(basis) @ left)
        ended = float(np.linalg.norm(left)) < _ENDED or size == len(start)
        if values[0] < _FITTED:
            return None
        found = length * (vectors / np.sqrt(values)) @ vectors[0]
        steady = size > 1 and np.allclose(found, [*before, 0.0], rtol=0, atol=1e-13 * length)
        if ended or steady:
            result: Floats = np.array(basis).T @ found
            return result
        before = found
        basis.append(left / np.linalg.norm(left))


def _satterthwaite(
    design: Design, columns: Floats, inverse: Floats, weights: list[Floats]
) -> float:
    """Degrees of freedom from the cross products of what each cluster's sum weighs."""
    pulled = np.stack(
        [
            block[rows].T @ w
            for block, rows, w in zip(columns, design.blocks.kept, weights, strict=True)
        ]
    )
    crossed = -pulled @ inverse @ pulled.T
    crossed[np.diag_indices_from(crossed)] += [float(w @ w) for w in weights]
    return float(np.trace(crossed) ** 2 / (crossed**2).sum())
