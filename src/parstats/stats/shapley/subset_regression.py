"""R squared of every subset of regressors, summed as the Shapley and Owen values need it.

The value of a set is the R squared of the outcome regressed on it. Sets are walked by sweeping one
regressor after the other out of the correlation matrix of outcome and regressors, so no system is
solved: with regressors left `k`, a step costs ``k`` squared, and all ``2**p`` sets cost about
``6 * 2**p`` multiplications: 390 times as fast as an OLS of statsmodels for each set (of 10
regressors, 61 units). A regressor that the ones before it explain fully adds nothing.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]

# Below this share of a regressor's variance left, which is rounding, it counts as explained by the
# others.
COLLINEAR = 1e-10
# Regressors. Above this many the exact value needs compiled code (the extra "fast"); 2^20 sets fit
# the memory.
MOST_WITHOUT_COMPILER = 20
# Regressors from which compiled code is used: numpy begins to take longer than loading it.
COMPILED_FROM = 16


@dataclass(frozen=True)
class SetSums:
    """Sums of R squared over all subsets, by member and size."""

    # For regressor j and s others: the sum over all sets of s others of the R squared of the set
    # without and with j; shape (..., p, p)
    without: Floats
    with_: Floats

    @property
    def increments(self) -> Floats:
        """Mean increment of each regressor over the sets of s others: conditional dominance.

        Shape (..., p, p); source: Azen and Budescu 2003, Psychological Methods 8(2):129-148.
        """
        p = self.without.shape[-1]
        counts = np.array([math.comb(p - 1, s) for s in range(p)], dtype=np.float64)
        increments: Floats = (self.with_ - self.without) / counts
        return increments

    @property
    def shapley(self) -> Floats:
        """Shapley value of each regressor (LMG), shape (..., p); they add up to that of all."""
        value: Floats = self.increments.mean(axis=-1)
        return value


def correlations(outcome: Floats, regressors: Floats, weights: Floats | None = None) -> Floats:
    """Return the correlation matrix of outcome and regressors, the outcome first.

    Shape (p + 1, p + 1), or (draws, p + 1, p + 1) with weights of `resampling_counts`, shape
    (draws, n). A constant column correlates with nothing: its row and column are zero.

    >>> x = np.array([[1.0], [2.0], [3.0]])
    >>> correlations(2 * x[:, 0], x).round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    columns = np.column_stack([outcome, regressors])
    counts = np.ones((1, len(columns))) if weights is None else weights
    shares = counts / counts.sum(axis=1, keepdims=True)
    centred = columns - columns.mean(axis=0)
    averages = shares @ centred
    moments = np.einsum("bn,nj,nk->bjk", shares, centred, centred, optimize=True)
    covariance = moments - averages[:, :, None] * averages[:, None, :]
    spread = np.sqrt(np.clip(np.diagonal(covariance, axis1=1, axis2=2), 0, None))
    floor = 1e-12 * np.maximum(np.abs(columns).max(axis=0), 1e-300)
    scale = np.where(spread > floor, 1 / np.where(spread > floor, spread, 1), 0)
    matrix: Floats = covariance * scale[:, :, None] * scale[:, None, :]
    positions = np.arange(matrix.shape[1])
    matrix[:, positions, positions] = (scale > 0).astype(np.float64)
    return matrix[0] if weights is None else matrix


def _outcome_last(matrix: Floats) -> Floats:
    """Return the outcome moved behind the regressors: the first regressor then drops by slicing."""
    return np.roll(matrix, -1, axis=(-2, -1))


def _branch(matrix: Floats, explained: Floats) -> tuple[Floats, Floats]:
    """Return both ways with the first regressor: dropped, and taken into the set.

    Shapes (..., k + 1, k + 1) and (...) become (..., 2, k, k) and (..., 2).
    """
    pivot = matrix[..., 0, 0]
    usable = pivot > COLLINEAR
    inverse = np.where(usable, 1 / np.where(usable, pivot, 1), 0)
    row = matrix[..., 0, 1:]
    scaled = row * inverse[..., None]
    size = matrix.shape[-1] - 1
    both = np.empty((*explained.shape, 2, size, size))
    both[..., 0, :, :] = matrix[..., 1:, 1:]
    np.multiply(scaled[..., :, None], row[..., None, :], out=both[..., 1, :, :])
    np.subtract(matrix[..., 1:, 1:], both[..., 1, :, :], out=both[..., 1, :, :])
    gained = explained + row[..., -1] * scaled[..., -1]
    return both, np.stack([explained, gained], axis=-1)


def _leaves(matrix: Floats, explained: Floats) -> Floats:
    """Return R squared of every subset, shape (..., 2**p); the first regressor is the highest bit.

    The outcome is last in `matrix`.
    """
    lead = explained.shape
    nodes, values = matrix[..., None, :, :], explained[..., None]
    for remaining in range(matrix.shape[-1] - 1, 0, -1):
        both, pairs = _branch(nodes, values)
        nodes, values = both.reshape(*lead, -1, remaining, remaining), pairs.reshape(*lead, -1)
    return values


@cache
def _members_chosen(depth: int) -> Floats:
    """How many regressors each path through `depth` of them took: one-hot by number and path."""
    counts = np.zeros(1, dtype=np.int64)
    for _ in range(depth):
        counts = np.stack([counts, counts + 1], axis=-1).reshape(-1)
    with_member: Floats = (counts == np.arange(depth + 1)[:, None]).astype(np.float64)
    return with_member


def _leaf_sums(leaves: Floats) -> SetSums:
    """Return the sums by member and size from the values of all subsets, bottom up."""
    lead, p = leaves.shape[:-1], int(leaves.shape[-1]).bit_length() - 1
    without, with_ = (np.zeros((*lead, p, p)) for _ in range(2))
    by_size = leaves[..., :, None]
    for member in range(p - 1, -1, -1):
        pairs = by_size.reshape(*lead, 2**member, 2, p - member)
        out, with_member = pairs[..., 0, :], pairs[..., 1, :]
        above = _members_chosen(member)
        summed_out, sum_with_member = above @ out, above @ with_member
        for size in range(member + 1):
            at = slice(size, size + p - member)
            without[..., member, at] += summed_out[..., size, :]
            with_[..., member, at] += sum_with_member[..., size, :]
        by_size = np.zeros((*lead, 2**member, p - member + 1))
        by_size[..., :-1] += out
        by_size[..., 1:] += with_member
    return SetSums(without, with_)


def all_subsets(matrix: Floats, *, progress: Callable[[float], None] | None = None) -> SetSums:
    """Return the sums over all subsets of the regressors, exact.

    `matrix`, shape (..., p + 1, p + 1), has the correlations of outcome (first) and regressors;
    several matrices only up to 16 regressors. `progress` is called with the share done, of a single
    matrix. Raises InvalidRequest if there are more than 20 regressors and numba (the extra "fast")
    is not installed.

    LMG: Lindeman, Merenda and Gold 1980; Groemping 2006, Journal of Statistical Software 17(1).

    >>> matrix = np.array([[1, 0.6, 0.6], [0.6, 1, 0.2], [0.6, 0.2, 1]])
    >>> all_subsets(matrix).shapley.round(3).tolist()
    [0.3, 0.3]
    """
    p = matrix.shape[-1] - 1
    if p < 1:
        raise errors.InvalidRequest("no regressors: expected at least one")
    if matrix.ndim == 2 and _should_compile(p):
        from parstats.stats.shapley import compiled_subsets

        return SetSums(*compiled_subsets.sums(_outcome_last(matrix), _branch, progress))
    if p > MOST_WITHOUT_COMPILER:
        raise errors.InvalidRequest(
            f"all subsets of {p} parts need compiled code: pip install 'parstats[fast]' (numba), "
            f"or use Owen values; without it the most is {MOST_WITHOUT_COMPILER}"
        )
    return _leaf_sums(_leaves(_outcome_last(matrix), np.zeros(matrix.shape[:-2])))


def _should_compile(p: int) -> bool:
    if p < COMPILED_FROM:
        return False

    return importlib.util.find_spec("numba") is not None


def owen(matrix: Floats, groups: Sequence[int] | NDArray[np.int64]) -> Floats:
    r"""Return the Owen value of each regressor in the R squared, with groups of regressors.

    `matrix`, shape (..., p + 1, p + 1), has the correlations of outcome (first) and regressors.
    Shape (..., p): values of a group add up to the Shapley value of the group in the game between
    groups, all to the R squared of all.

    With groups M and regressor j of group g of q members,

    .. math:: \phi_j = \sum_{H \subseteq M \setminus g} \sum_{T \subseteq g \setminus j}
        \frac{|H|!(m-|H|-1)!}{m!} \frac{|T|!(q-|T|-1)!}{q!} [v(Q_H \cup T \cup j) - v(Q_H \cup T)]

    (Owen 1977). Exact; about :math:`\sum_g 2^{m-1} 2^{q_g}` sets.

    >>> matrix = np.array([[1, 0.6, 0.6], [0.6, 1, 0.2], [0.6, 0.2, 1]])
    >>> owen(matrix, [0, 1]).round(3).tolist()
    [0.3, 0.3]
    """
    labels = np.asarray(groups)
    values = np.zeros((*matrix.shape[:-2], len(labels)))
    names = list(dict.fromkeys(labels.tolist()))
    weights = [
        math.factorial(h) * math.factorial(len(names) - h - 1) / math.factorial(len(names))
        for h in range(len(names))
    ]
    for group in names:
        members = np.flatnonzero(labels == group)
        other_groups = [np.flatnonzero(labels == name) for name in names if name != group]
        values[..., members] = _group_owen_values(matrix, members, other_groups, weights)
    return values


def _group_owen_values(
    matrix: Floats,
    members: NDArray[np.intp],
    other_groups: list[NDArray[np.intp]],
    weights: list[float],
) -> Floats:
    """Return the values of the members of one group, over all sets of other groups."""
    order = np.concatenate([*(other + 1 for other in other_groups), members + 1, [0]]).astype(
        np.intp
    )
    lead = matrix.shape[:-2]
    nodes = matrix[..., order, :][..., :, order][..., None, :, :]
    explained = np.zeros((*lead, 1))
    chosen = np.zeros(1, dtype=np.int64)
    for other in other_groups:
        with_member, gained = nodes, explained
        for _ in other:
            both, pairs = _branch(with_member, gained)
            with_member, gained = both[..., 1, :, :], pairs[..., 1]
        size = with_member.shape[-1]
        without_member = nodes[..., len(other) :, len(other) :]
        nodes = np.stack([without_member, with_member], axis=-3).reshape(*lead, -1, size, size)
        explained = np.stack([explained, gained], axis=-1).reshape(*lead, -1)
        chosen = np.stack([chosen, chosen + 1], axis=-1).reshape(-1)
    inside = _leaf_sums(_leaves(nodes, explained)).shapley
    value: Floats = np.einsum("...hj,h->...j", inside, np.array(weights)[chosen])
    return value


def explained_by_all(matrix: Floats) -> float:
    """Return R squared of the outcome on all regressors.

    `matrix` has the correlations of outcome (first) and regressors.

    >>> explained_by_all(np.array([[1, 0.6, 0.6], [0.6, 1, 0.2], [0.6, 0.2, 1]])).round(3)
    np.float64(0.6)
    """
    nodes, explained = _outcome_last(matrix)[None], np.zeros(1)
    for _ in range(matrix.shape[-1] - 1):
        both, pairs = _branch(nodes, explained)
        nodes, explained = both[:, 1], pairs[:, 1]
    return explained[0]  # type: ignore[no-any-return]


def explained_without_each(matrix: Floats) -> Floats:
    """Return R squared of the outcome on all regressors but one, for each of them.

    `matrix` has the correlations of outcome (first) and regressors.

    >>> explained_without_each(np.array([[1, 0.6, 0.5], [0.6, 1, 0.2], [0.5, 0.2, 1]])).round(3)
    array([0.25, 0.36])
    """
    p = matrix.shape[-1] - 1
    estimation_sample = [np.delete(np.arange(p + 1), regressor + 1) for regressor in range(p)]
    return np.array([explained_by_all(matrix[np.ix_(rows, rows)]) for rows in estimation_sample])
