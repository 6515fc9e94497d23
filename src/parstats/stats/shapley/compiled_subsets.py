"""All subsets of up to thirty regressors, compiled by numba (the extra "fast")."""

from __future__ import annotations

from collections.abc import Callable

import numba as nb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Share of its variance; the same as in `subset_regression`, kept here as compiled code needs it.
COLLINEAR = 1e-10
# Regressors walked outside of the compiled part, for progress and two processors: 2^8 subtrees.
# By judgement.
_PREFIX = 8
# Regressors up to which fewer subtrees are quicker.
_SMALL = 20
# Regressors then walked outside: 2^4 subtrees. By judgement.
_SMALL_PREFIX = 4


@nb.njit(cache=True)
def _sweep(a, b, remaining, scale):  # type: ignore[no-untyped-def]
    """Sweep the first regressor out of matrix a, if scale is its inverse, or drop it."""
    for i in range(remaining):
        scaled = a[0, i + 1] * scale
        for j in range(i, remaining):
            b[i, j] = a[i + 1, j + 1] - a[0, j + 1] * scaled


@nb.njit(cache=True)
def _walk(work, remaining, explained, member, members, out_sums, in_sums, sizes):  # type: ignore[no-untyped-def]
    """Sum the subtree of a node; work[left] is its matrix, sizes[left] gets its sums by size."""
    a, b = work[remaining], work[remaining - 1]
    inverse = 1.0 / a[0, 0] if a[0, 0] > COLLINEAR else 0.0
    gained = explained + a[0, remaining] * a[0, remaining] * inverse
    if remaining == 1:
        sizes[1, 0] = explained
        sizes[1, 1] = gained
        out_sums[member, members] += explained
        in_sums[member, members] += gained
        return
    _sweep(a, b, remaining, 0.0)
    _walk(work, remaining - 1, explained, member + 1, members, out_sums, in_sums, sizes)
    for s in range(remaining):
        sizes[remaining, s] = sizes[remaining - 1, s]
        out_sums[member, members + s] += sizes[remaining - 1, s]
    sizes[remaining, remaining] = 0.0
    _sweep(a, b, remaining, inverse)
    _walk(work, remaining - 1, gained, member + 1, members + 1, out_sums, in_sums, sizes)
    for s in range(remaining):
        sizes[remaining, s + 1] += sizes[remaining - 1, s]
        in_sums[member, members + s] += sizes[remaining - 1, s]


@nb.njit(cache=True, parallel=True)
def _walk_all(nodes, explained, members, depth, p, out_sums, in_sums, sizes):  # type: ignore[no-untyped-def]
    """Walk several subtrees in parallel."""
    remaining = p - depth
    for node in nb.prange(len(nodes)):
        work = np.zeros((remaining + 1, remaining + 1, remaining + 1))
        for i in range(remaining + 1):
            for j in range(remaining + 1):
                work[remaining, i, j] = nodes[node, i, j]
        size_sums = np.zeros((remaining + 1, remaining + 1))
        _walk(
            work,
            remaining,
            explained[node],
            depth,
            members[node],
            out_sums[node],
            in_sums[node],
            size_sums,
        )
        for s in range(remaining + 1):
            sizes[node, s] = size_sums[remaining, s]


def sums(
    matrix: Floats,
    branch: Callable[[Floats, Floats], tuple[Floats, Floats]],
    progress: Callable[[float], None] | None,
) -> tuple[Floats, Floats]:
    """Return the sums of R squared without and with each regressor, by number of others.

    `matrix`, shape (p + 1, p + 1), has the correlations of regressors and outcome, the outcome
    last; `branch` goes both ways with the first regressor of several matrices, as in
    `subset_regression`; `progress` is called with the share done. Both sums have shape (p, p).
    """
    p = matrix.shape[0] - 1
    depth = min(_PREFIX if p > _SMALL else _SMALL_PREFIX, p - 1)
    nodes, explained = matrix[None], np.zeros(1)
    members = np.zeros(1, dtype=np.int64)
    for _ in range(depth):
        both, pairs = branch(nodes, explained)
        nodes = both.reshape(-1, *both.shape[-2:])
        explained = pairs.reshape(-1)
        members = np.stack([members, members + 1], axis=1).reshape(-1)
    without, with_ = np.zeros((p, p)), np.zeros((p, p))
    sizes = np.zeros((len(nodes), p - depth + 1))
    step = 16
    for first in range(0, len(nodes), step):
        part = slice(first, min(first + step, len(nodes)))
        count = part.stop - part.start
        out_sums, in_sums = np.zeros((count, p, p)), np.zeros((count, p, p))
        size_sums = np.zeros((count, p - depth + 1))
        _walk_all(
            np.ascontiguousarray(nodes[part]),
            explained[part],
            members[part],
            depth,
            p,
            out_sums,
            in_sums,
            size_sums,
        )
        without += out_sums.sum(axis=0)
        with_ += in_sums.sum(axis=0)
        sizes[part] = size_sums
        if progress is not None:
            progress(part.stop / len(nodes))
    _add_prefix(sizes, depth, p, without, with_)
    return without, with_


def _add_prefix(sizes: Floats, depth: int, p: int, without: Floats, with_: Floats) -> None:
    """Sums of the members that were walked outside of the compiled part, bottom up."""
    by_size = sizes
    for member in range(depth - 1, -1, -1):
        pairs = by_size.reshape(2**member, 2, p - member)
        above = np.array([bin(node).count("1") for node in range(2**member)])
        for node in range(2**member):
            at = slice(above[node], above[node] + p - member)
            without[member, at] += pairs[node, 0]
            with_[member, at] += pairs[node, 1]
        by_size = np.zeros((2**member, p - member + 1))
        by_size[:, :-1] += pairs[:, 0]
        by_size[:, 1:] += pairs[:, 1]
