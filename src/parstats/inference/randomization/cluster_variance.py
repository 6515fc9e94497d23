"""Bias-reduced cluster-robust variance (CR2) of a treatment's coefficient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from parstats.inference.randomization.blocks import Floats
from parstats.inference.randomization.design import Design

# Eigenvalues of a cluster's residual maker below this belong to directions that are fitted exactly.
_FITTED = 1e-8


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
        Standard error, degrees of freedom, p-value.

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
        left = _own_space(design, rows)
        maker = left - block[rows] @ inverse @ block[rows].T
        adjusted = _inverse_root(maker) @ own[rows] / design.information
        weights.append(adjusted)
        sums.append(float(adjusted @ residual[rows]))
    variance = float(np.sum(np.square(sums)))
    df = _satterthwaite(design, columns, inverse, weights)
    se = float(np.sqrt(variance))
    t = design.estimate / se if se > 0 else np.inf
    return ClusterRobust(se, df, float(2 * stats.t.sf(abs(t), df)))


def _with_treatment(design: Design) -> Floats:
    """Inverse of the cross products of regressors and residual treatment: they are orthogonal."""
    size = len(design.projections.kept.inverse)
    inverse = np.zeros((size + 1, size + 1))
    inverse[:size, :size] = design.projections.kept.inverse
    inverse[size, size] = 1 / design.information
    return inverse


def _own_space(design: Design, rows: np.ndarray) -> Floats:
    """What taking out the effects of one province and its groups leaves."""
    group = design.blocks.group[rows]
    same = group[:, None] == group[None, :]
    result: Floats = np.eye(len(group)) - same / same.sum(axis=1, keepdims=True)
    return result


def _inverse_root(maker: Floats) -> Floats:
    values, vectors = np.linalg.eigh(maker)
    used = values > _FITTED
    result: Floats = (vectors[:, used] / np.sqrt(values[used])) @ vectors[:, used].T
    return result


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
    crossed[np.diag_indices_from(crossed)] += [
        float(w @ _own_space(design, rows) @ w)
        for rows, w in zip(design.blocks.kept, weights, strict=True)
    ]
    return float(np.trace(crossed) ** 2 / (crossed**2).sum())
