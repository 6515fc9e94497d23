"""Games whose worth is a rank: the contribution of the parts of a sum.

By hand: no package plays games of ranks with groups; all provinces share the sums of coalitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parstats import errors
from parstats.stats.shapley.owen import Flags, Floats, Integers, n_coalitions, owen_value

# Sums are taken in whole numbers of 1e-12, so that a coalition has one sum in whatever order it is
# added up, and compared in whole numbers of 1e-9: scores equal to 9 decimals are the same score.
_FINE = 10**12
# Units per point in which sums are compared.
_SAME = 10**9
# Points; sums of them in units of 1e-12 fit into 64 bits with room to spare.
_MOST = 1e6
_FIELD_OFFSET = 2**60  # keys of two fields never come this near

# Units are taken together as long as the table of their coalitions stays below this many cells.
_CELLS = 2**20


@dataclass(frozen=True)
class RankParts:
    """Ranks of some units, the ranks of their references, and the parts of the difference."""

    parts: Floats  # parts; each row adds up to ``rank_reference - rank``; shape (r, p)
    # Rank of the unit, and the one it would have with the scores of its reference; shape (r,)
    rank: Integers
    rank_reference: Integers


@dataclass(frozen=True)
class TwoYears:
    """Scores of the same n units in two years, on the scales of both."""

    # Series of both years: scores of the earlier and the later year on the scale of the earlier;
    # shape (n, p)
    then_old: Floats
    now_old: Floats
    # The same on the scale of the later year; shape (n, p)
    then_new: Floats
    now_new: Floats
    # Scores of what only the earlier year has, and of what only the later one has.
    ended: Floats
    begun: Floats


def total_ranks(points: Floats) -> Integers:
    """Return the rank of each unit by the sum of its parts: 1 + number of units strictly above.

    `points` is units by parts.

    >>> total_ranks(np.array([[0.1, 0.2], [0.3, 0.0], [1.0, 1.0]]))
    array([2, 2, 1])
    """
    return 1 + _above(_key(_integer_points(points).sum(axis=1)))


def rank_parts(points: Floats, rows: Integers, references: Floats, groups: Integers) -> RankParts:
    r"""Return the Owen value of the rank of some units against a reference each.

    `points`, shape (n, p), is units by parts, whose sum is ranked; `rows` says which units,
    `references`, shape (r, p), the reference of each of them, `groups` the group of each part.

    The game of unit i is :math:`v(S)=-[1+\#\{k\neq i: y_k>s(S)\}]` with
    :math:`s(S)=\sum_{j\in S}x_{ij}+\sum_{j\notin S}r_j`: the rank among the same rivals, were the
    parts outside S those of the reference.

    >>> points = np.array([[1.0, 5.0], [4.0, 4.0], [3.0, 4.0]])
    >>> found = rank_parts(points, np.array([0]), points[[1]], np.array([0, 1]))
    >>> found.parts, found.rank, found.rank_reference
    (array([[-2.,  0.]]), array([3]), array([1]))
    """
    fine = _integer_points(points)
    total = fine.sum(axis=1)
    field = np.sort(_key(total))
    start = _integer_points(references)

    def above(sums: Integers, unit_keys: Integers) -> Integers:
        key = _key(sums)
        higher = len(field) - np.searchsorted(field, key, side="right")
        return higher - (_key(unit_keys) > key)  # a unit is no rival of itself

    parts = np.empty(references.shape)
    for batch in _blocks(len(rows), groups):
        first, unit_keys = start[batch], fine[rows[batch]]

        def worth(
            inside: Flags, outside: Flags, first: Integers = first, unit_keys: Integers = unit_keys
        ) -> Integers:
            sums = _sums(first.sum(axis=1), unit_keys - first, inside, outside)
            return -above(sums, unit_keys.sum(axis=1)[:, None, None])

        parts[batch] = owen_value(groups, worth)
    return RankParts(
        parts=parts,
        rank=1 + above(total[rows], total[rows]),
        rank_reference=1 + above(start.sum(axis=1), total[rows]),
    )


def rival_parts(points: Floats, row: int, reference: Floats, groups: Integers) -> Floats:
    r"""Return `rank_parts` of one unit, split by rival.

    Shape (n, p): Owen value of the game :math:`-1[s(S)<y_k]` for each rival k; zero in the row of
    the unit itself. Sums over the rivals are the parts of the rank; the sum over the parts is +1
    where the reference (shape (p,)) is below the rival and the unit is not, -1 where it is the
    other way round, else 0.

    >>> points = np.array([[1.0, 5.0], [4.0, 4.0], [3.0, 4.0]])
    >>> rival_parts(points, 0, points[1], np.array([0, 1]))
    array([[ 0.,  0.],
           [-1.,  0.],
           [-1.,  0.]])
    """
    fine = _integer_points(points)
    start = _integer_points(reference)
    key = _key(fine.sum(axis=1))
    rivals = np.delete(np.arange(len(fine)), row)
    parts = np.zeros(points.shape)
    for batch in _blocks(len(rivals), groups):
        field = key[rivals[batch]][:, None, None]

        def worth(inside: Flags, outside: Flags, field: Integers = field) -> NDArray[np.int8]:
            sums = _sums(start.sum()[None], (fine[row] - start)[None], inside, outside)
            return -(_key(sums) < field).astype(np.int8)

        parts[rivals[batch]] = owen_value(groups, worth)
    return parts


def rank_change_parts(years: TwoYears, rows: Integers, groups: Integers) -> RankParts:
    r"""Return the Owen value of the change of rank of some units between two years.

    `rows` says which units, `groups`, shape (p,), the group of each series of both years. ``parts``
    has p + 2 columns: own series, all other units together, the framework. Its reference is the
    unit itself in the earlier year among the others of that year.

    A coalition holds own series S, perhaps the others O, perhaps the framework F. The unit has the
    later scores in S and the earlier ones elsewhere; the rivals have the later scores with O, the
    earlier ones without. With F all scores of series of both years are on the later scale and
    everybody has what the later year alone has; without F they are on the earlier scale and
    everybody has what the earlier year alone has. The worth is minus the rank. Others and framework
    are a group of one each.

    The first unit gains a point, the second three: one rank lost, and it is the other's doing.

    >>> then, now = np.array([[2.0], [1.0]]), np.array([[3.0], [4.0]])
    >>> none = np.empty((2, 0))
    >>> years = TwoYears(then, now, then, now, none, none)
    >>> rank_change_parts(years, np.array([0]), np.array([0])).parts
    array([[ 0., -1.,  0.]])
    """
    p = len(groups)
    grouped = np.append(groups, groups.max(initial=-1) + np.array([1, 2]))
    old = _Frame(years.then_old, years.now_old, years.ended)
    new = _Frame(years.then_new, years.now_new, years.begun)
    # Total of every unit without and with O, without F and then with it: shape (4, n).
    totals = np.array([old.then, old.now, new.then, new.now])
    keys = _key(totals)
    field = np.concatenate(
        [np.sort(unit_keys) + c * _FIELD_OFFSET for c, unit_keys in enumerate(keys)]
    )
    n = totals.shape[1]
    parts = np.empty((len(rows), p + 2))
    for batch in _blocks(len(rows), grouped):
        which = rows[batch]

        def worth(inside: Flags, outside: Flags, which: Integers = which) -> Integers:
            joined = inside[:, None, p:] | outside[None, :, p:]
            case = joined[..., 0] + 2 * joined[..., 1]
            ours = (inside[:, :p], outside[:, :p])
            sums = np.where(
                joined[..., 1],
                _sums(new.then[which], new.step[which], *ours),
                _sums(old.then[which], old.step[which], *ours),
            )
            key = _key(sums)
            below = np.searchsorted(field, key + case * _FIELD_OFFSET, side="right") - case * n
            higher: Integers = n - below - (keys[:, which].T[:, case] > key)
            return -higher

        parts[batch] = owen_value(grouped, worth)
    before, after = (1 + _above(unit_keys)[rows] for unit_keys in (keys[0], keys[3]))
    return RankParts(parts=parts, rank=after, rank_reference=before)


class _Frame:
    """Totals and own steps of all units under one of two frameworks."""

    def __init__(self, then: Floats, now: Floats, single_effects: Floats) -> None:
        rest = _integer_points(single_effects).sum(axis=1)
        before, after = _integer_points(then), _integer_points(now)
        self.step: Integers = after - before
        self.then: Integers = before.sum(axis=1) + rest
        self.now: Integers = after.sum(axis=1) + rest


def _above(key: Integers) -> Integers:
    above: Integers = len(key) - np.searchsorted(np.sort(key), key, side="right")
    return above


def _sums(start: Integers, step: Integers, inside: Flags, outside: Flags) -> Integers:
    """Return the sum of each unit under every union of an inside and an outside coalition."""
    within, without = (step @ flags.T.astype(np.int64) for flags in (inside, outside))
    sums: Integers = (start[:, None] + within)[:, :, None] + without[:, None, :]
    return sums


def _integer_points(points: Floats) -> Integers:
    if points.size and not np.abs(points).sum(axis=-1).max() <= _MOST:
        raise errors.InvalidRequest(
            f"scores must be numbers, none missing, that add up to at most {_MOST:,.0f} points"
        )
    integer_points: Integers = np.rint(points * _FINE).astype(np.int64)
    return integer_points


def _key(sums: Integers) -> Integers:
    step = _FINE // _SAME
    return (sums + step // 2) // step


def _blocks(n: int, groups: Integers) -> Iterator[slice]:
    """Yield the runs of units whose coalitions fit into memory together."""
    size = max(1, _CELLS // n_coalitions(groups))
    return (slice(first, first + size) for first in range(0, n, size))
