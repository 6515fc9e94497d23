"""Bias-reduced cluster-robust variance (CR2) of a treatment's coefficient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

from parstats.stats.randomization.design import Design
from parstats.stats.randomization.panel_blocks import Flags, Floats, IntArray

# Eigenvalues of a cluster's residual maker below this belong to directions that are fitted exactly.
_FITTED = 1e-8
# What is left of a vector below this is rounding.
_ENDED = 1e-12
# Weights of the steps that change by less, as a share of the vector's length, stay as they are.
_STEADY = 1e-13


@dataclass(frozen=True)
class ClusterRobust:
    """Standard error by province."""

    # Standard error of the estimate; Satterthwaite degrees of freedom of the t statistic.
    se: float
    df: float
    p: float  # two-sided p-value by the t law with these degrees of freedom


def cr2(design: Design, clusters: IntArray | None = None) -> ClusterRobust:
    r"""Return the cluster-robust standard error, bias-reduced, with its degrees of freedom.

    A cluster is a province, or what `clusters` says, a number for each cell, shape (provinces,
    positions); a province's cells of one group must lie in one cluster. Missing where the model
    fits a cluster's treatment exactly, as where only one province is treated: its residuals then
    tell nothing.

    Residuals of cluster g are multiplied by :math:`(I - H_{gg})^{-1/2}`, a symmetric generalised
    inverse root, with an identity as working model (Bell and McCaffrey 2002; Pustejovsky and Tipton
    2018, J. Bus. Econ. Stat. 36:672-683). Effects of province and group lie inside clusters, so
    taking them out first changes nothing for that working model. The degrees of freedom are
    :math:`(\sum\lambda)^2 / \sum\lambda^2` for the eigenvalues of the variance as a quadratic form.
    """
    estimation_sample = design.projections.estimation_sample
    kept = design.blocks.estimation_sample
    parts = _clusters(kept, clusters)
    weights = []
    for rows in parts:
        residuals = design.remainder[rows]
        maker = partial(
            _residual,
            estimation_sample.columns[rows],
            estimation_sample.inverse,
            residuals,
            design.information,
        )
        adjusted = _inverse_root_times(maker, residuals, len(residuals))
        if adjusted is None:
            return ClusterRobust(np.nan, np.nan, np.nan)
        weights.append(adjusted / design.information)
    sums = np.array(
        [weight @ design.residuals[rows] for weight, rows in zip(weights, parts, strict=True)]
    )
    df = _satterthwaite(design, weights, parts)
    se = float(np.sqrt(np.sum(np.square(sums))))
    t = design.estimate / se if se > 0 else np.inf
    return ClusterRobust(se, df, float(2 * stats.t.sf(abs(t), df)))


def _residual(
    columns: Floats, inverse: Floats, residuals: Floats, information: float, vector: Floats
) -> Floats:
    """Return a vector less its projection on a province's regressors and treatment residual.

    The two are orthogonal over all provinces, so each is taken out by itself. Where a cell does not
    count, both are 0, and so is the vector.
    """
    result: Floats = vector - columns @ (inverse @ (columns.T @ vector))
    result -= residuals * (float(residuals @ vector) / information)
    return result


def _inverse_root_times(maker: Callable[[Floats], Floats], start: Floats, n: int) -> Floats | None:
    """Return a residual maker's inverse root times a vector (Lanczos); none if fitted.

    The vector has no mean within its groups, and there the residual maker is that of the further
    regressors alone, most of whose eigenvalues lie close to 1: few steps are exact. At most n are
    taken, the number of its cells that count.
    """
    length = float(np.linalg.norm(start))
    if length == 0:
        return start
    basis, small = np.zeros((n, len(start))), np.zeros((n, n))
    basis[0] = start / length
    before = np.zeros(0)
    for size in range(1, n + 1):
        basis_rows = basis[:size]
        pulled = maker(basis_rows[-1])
        small[size - 1, :size] = small[:size, size - 1] = basis_rows @ pulled
        values, vectors = np.linalg.eigh(small[:size, :size])
        if values[0] < _FITTED:
            return None
        statistic = length * (vectors / np.sqrt(values)) @ vectors[0]
        residual = pulled - small[size - 1, :size] @ basis_rows
        residual -= (basis_rows @ residual) @ basis_rows
        rest = float(np.linalg.norm(residual))
        steady = size > 1 and np.abs(statistic - [*before, 0.0]).max() <= _STEADY * length
        if rest < _ENDED or size == n or steady:
            break
        before = statistic
        basis[size] = residual / rest
    result: Floats = statistic @ basis_rows
    return result


def _clusters(kept: Flags, clusters: IntArray | None) -> list[tuple[IntArray, IntArray]]:
    """Return where the cells of each cluster lie, those that count."""
    rows, columns = np.nonzero(kept)
    label = rows if clusters is None else clusters[rows, columns]
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    parts = np.split(order, starts[1:]) if len(order) else []
    return [(rows[part], columns[part]) for part in parts]


def _satterthwaite(
    design: Design, weights: list[Floats], parts: list[tuple[IntArray, IntArray]]
) -> float:
    """Return the degrees of freedom from the cross products of what each cluster's sum weighs."""
    estimation_sample = design.projections.estimation_sample
    pairs = list(zip(weights, parts, strict=True))
    pulled = np.stack([estimation_sample.columns[rows].T @ weight for weight, rows in pairs])
    treatment_weights = np.array([design.remainder[rows] @ weight for weight, rows in pairs])
    crossed = -pulled @ estimation_sample.inverse @ pulled.T
    crossed -= np.outer(treatment_weights, treatment_weights) / design.information
    crossed[np.diag_indices_from(crossed)] += np.array([weight @ weight for weight in weights])
    return float(np.trace(crossed) ** 2 / (crossed**2).sum())
