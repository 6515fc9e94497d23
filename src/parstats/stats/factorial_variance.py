"""Sobol indices when every draw is evaluated under every combination of a few choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class VarianceShares:
    """First-order and total Sobol indices."""

    # Share of the variance that goes with one choice alone: the draws, then each of k factors;
    # shape (1 + k, ...)
    first: Floats
    # Share in which a choice has a part, alone or together with others; shape (1 + k, ...)
    total: Floats
    variance: Floats  # the variance; the shares of a variance of zero are missing; shape (...)


def moments(outcomes: Floats, factors: int) -> Floats:
    """Compute the moments of each draw that the indices need; their means add up.

    `outcomes`, shape (draws, levels of factor 1, ..., levels of factor k, ...), has those of each
    draw under every combination; further axes are kept. Shape (draws, 2 c + 1 + k, ...) with c
    combinations: outcomes, their squares, the square of their mean, and of each factor the variance
    over its levels, averaged over the others.

    >>> moments(np.array([[[1.0, 3.0], [5.0, 7.0]]]), 2)
    array([[ 1.,  3.,  5.,  7.,  1.,  9., 25., 49., 16.,  4.,  1.]])
    """
    levels = outcomes.shape[1 : 1 + factors]
    rest = outcomes.shape[1 + factors :]
    cells = outcomes.reshape(len(outcomes), int(np.prod(levels)), *rest)
    squares = cells * cells
    columns = [cells, squares, cells.mean(axis=1, keepdims=True) ** 2]
    axes = tuple(range(1, 1 + factors))
    second = squares.mean(axis=1)
    for axis in axes:
        over = outcomes.mean(axis=axis) ** 2
        mean_square = over.mean(axis=tuple(range(1, factors))) if factors > 1 else over
        columns.append((second - mean_square)[:, None])
    return np.concatenate(columns, axis=1)


def variance_shares(averages: Floats, levels: tuple[int, ...]) -> VarianceShares:
    r"""Return Sobol indices from the mean over draws of `moments`.

    `averages` has shape (2 c + 1 + k, ...); `levels` is the number of levels of each factor.

    With outcome :math:`f(w, a_1, \dots, a_k)`, draws :math:`w` and independent uniform factors,
    :math:`S_u = \mathrm{Var}\,E[f \mid u] / V` and :math:`T_u = E\,\mathrm{Var}[f \mid
    \text{all but } u] / V` (Sobol 1993; Homma and Saltelli 1996). The factors have few levels, so
    their expectations are sums, without sampling error; only the draws are Monte Carlo. The pick-
    and-freeze estimators of Saltelli et al. (2010) draw the levels at random as well.

    >>> weights = np.random.default_rng(0).normal(size=20_000)
    >>> outcomes = weights[:, None] + np.array([-1.0, 1.0])  # additive: half each
    >>> shares = variance_shares(moments(outcomes, 1).mean(axis=0), (2,))
    >>> shares.first.round(2), shares.total.round(2)
    (array([0.5, 0.5]), array([0.5, 0.5]))
    """
    c, k = int(np.prod(levels)), len(levels)
    cells, squares = averages[:c], averages[c : 2 * c]
    mean = cells.mean(axis=0)
    variance = squares.mean(axis=0) - mean**2
    first = [averages[2 * c] - mean**2]
    total = [(squares - cells**2).mean(axis=0)]
    grid = cells.reshape(*levels, *cells.shape[1:])
    for axis in range(k):
        other_axes = tuple(other for other in range(k) if other != axis)
        first.append(grid.mean(axis=other_axes).var(axis=0))
        total.append(averages[2 * c + 1 + axis])
    selection = variance > 1e-12
    divisor = np.where(selection, variance, np.nan)
    return VarianceShares(
        first=np.clip(np.stack(first), 0, None) / divisor,
        total=np.clip(np.stack(total), 0, None) / divisor,
        variance=np.where(selection, variance, 0.0),
    )
