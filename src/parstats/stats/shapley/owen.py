"""The exact Owen value of games whose players come in groups.

By hand: packages of Shapley values sample coalitions or know no groups.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Worth of every coalition "inside[a] and outside[b]", shape (..., len(inside), len(outside)).
Worth = Callable[[Flags, Flags], NDArray[Any]]

# More coalitions than this are minutes and gigabytes, not an answer while one waits.
MOST_COALITIONS = 2**22


def n_coalitions(groups: Integers) -> int:
    """Return the coalitions that the exact Owen value looks at.

    `groups` is the group of each player; it is the sum over the groups of 2^(number of other
    groups) 2^(players in the group).

    >>> n_coalitions(np.repeat(np.arange(8), 4))
    16384
    """
    sizes = np.unique(groups, return_counts=True)[1].tolist()
    return sum(2 ** (len(sizes) - 1 + size) for size in sizes)


def owen_value(groups: Integers, worth: Worth) -> Floats:
    r"""Return the exact Owen value of each player in a game with groups.

    `groups`, shape (p,), is the group of each player; with one group, or with every player in a
    separate group, the Owen value is the Shapley value. ``worth(inside, outside)`` gets two tables
    of flags, shapes (a, p) and (b, p), one row per coalition and a column a player, and gives the
    worths of all a x b unions, shape (..., a, b); leading axes are games played at once. The
    values, shape (..., p), add up over the players to the worth of all less the worth of none.
    Raises InvalidRequest if there are more than `MOST_COALITIONS` coalitions to look at.

    With M the set of m groups, g the group of player j and q its size (Owen 1977, "Values of games
    with a priori unions", in Essays in Mathematical Economics and Game Theory, 76-88),

    .. math:: \varphi_j = \sum_{H \subseteq M \setminus g} \; \sum_{T \subseteq g \setminus j}
        \frac{|H|!\,(m-|H|-1)!}{m!} \, \frac{|T|!\,(q-|T|-1)!}{q!} \,
        [v(Q_H \cup T \cup j) - v(Q_H \cup T)],

    :math:`Q_H` being all players of the groups in H. It is the mean of what j adds, over all orders
    in which the players may come when those of a group come one after the other.

    Two left gloves are one group, the right glove is the other; a pair is worth 1.

    >>> def pairs(inside, outside):
    ...     held = inside[:, None] | outside[None, :]
    ...     return np.where(held[..., :2].any(axis=-1) & held[..., 2], 1, 0)
    >>> owen_value(np.array([0, 0, 1]), pairs)
    array([0.25, 0.25, 0.5 ])
    """
    labels = np.unique(groups)
    count = n_coalitions(groups)
    if count > MOST_COALITIONS:
        raise errors.InvalidRequest(
            f"{len(groups)} parts in {len(labels)} groups make {count:,} coalitions to look at, "
            f"more than {MOST_COALITIONS:,}; take fewer parts (level='dimension') or smaller groups"
        )
    member = labels[:, None] == groups
    players = np.eye(len(groups), dtype=bool)
    pieces = []
    for number, group in enumerate(member):
        inside = _subsets(int(group.sum())) @ players[group]
        outside = _subsets(len(labels) - 1) @ np.delete(member, number, axis=0)
        pieces.append(_values(worth(inside, outside)))
    # The pieces come group by group; the values go back to the order of the players.
    position = np.argsort(np.argsort(groups, kind="stable"))
    values: Floats = np.concatenate(pieces, axis=-1)[..., position]
    return values


def _values(worths: NDArray[Any]) -> Floats:
    """Return the values of a group's players, from its subsets' worths with other groups.

    What a player adds is taken before any mean, so one that never adds anything gets exactly 0.
    """
    inside, outside = (size.bit_length() - 1 for size in worths.shape[-2:])
    subsets = _subsets(inside)
    values = np.empty((*worths.shape[:-2], inside))
    for player in range(inside):
        without = np.flatnonzero(~subsets[:, player])
        added = worths[..., without + 2**player, :] - worths[..., without, :]
        values[..., player] = added @ _chances(outside) @ _chances(inside - 1)
    return values


@cache
def _subsets(n: int) -> Flags:
    """Return all subsets of n things, one per row; thing j adds 2^j to the row number."""
    flags: Flags = (np.arange(2**n)[:, None] >> np.arange(n)) % 2 == 1
    return flags


@cache
def _chances(n: int) -> Floats:
    """Return the chance of each subset to come before a player in a random order."""
    return np.array([1 / ((n + 1) * comb(n, size)) for size in _subsets(n).sum(axis=1).tolist()])
