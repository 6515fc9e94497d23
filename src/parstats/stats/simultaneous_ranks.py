"""Confidence sets for ranks from independent estimates with standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_number

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Standard errors (points) whose squares 64-bit floats still tell from zero and from infinity.
_LEAST_SE = 1e-100
# The largest; see above.
_LARGEST_SE = 1e100
# Draws that are looked at together; their differences fit the cache.
_BLOCK = 500


@dataclass(frozen=True)
class RankBounds:
    """Best and worst rank compatible with the data."""

    # Best and worst rank; shape (n,)
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    # Critical value in standard errors of a difference, at the last step; shape (n,)
    critical: Floats


def rank_bounds(
    estimates: Floats,
    se: Floats,
    *,
    ci_level: float = 0.95,
    simultaneous: bool = True,
    n_draws: int = 100_000,
    seed: int = 0,
) -> RankBounds:
    r"""Return the confidence sets for the ranks of n quantities, the largest ranked first.

    Estimates, shape (n,), are independent, their standard errors above zero. `ci_level` is the
    probability that the sets hold the true ranks: all of them together if `simultaneous`, each by
    itself if not; `n_draws` of the normal law give the critical value. Raises InvalidRequest if an
    estimate or standard error is missing or infinite, a standard error is not above zero, or an
    option is out of range.

    Step-down over ordered pairs: with :math:`Z_i \sim N(0, \sigma_i^2)` and
    :math:`\sigma_{ik}^2=\sigma_i^2+\sigma_k^2`, c is the quantile of the largest
    :math:`(Z_i-Z_k)/\sigma_{ik}` over the pairs in hand; i is above k when
    :math:`\hat\theta_i-\hat\theta_k>c\,\sigma_{ik}`; such pairs leave, until none does. The set of
    i is from 1 + the number above to n - the number below (Mogstad, Romano, Shaikh and Wilhelm
    2024, Review of Economic Studies, doi:10.1093/restud/rdad006).

    The quantile is found without looking at every draw: of each draw a bound is known,
    from the largest and smallest :math:`Z_i/\sigma_i`, then its value at the step before, and draws
    are evaluated from the largest bound down until the next cannot matter.

    >>> bounds = rank_bounds(np.array([10.0, 8.0, 7.9, 3.0]), np.full(4, 0.3))
    >>> bounds.low.tolist(), bounds.high.tolist()
    ([1, 2, 2, 4], [1, 3, 3, 4])
    """
    _check(estimates, se, ci_level, check_integer("n_draws", n_draws, 1))
    n = len(estimates)
    spread = np.sqrt(se[:, None] ** 2 + se[None, :] ** 2)
    distances = (estimates[:, None] - estimates[None, :]) / spread
    pairs = _Pairs(se, n_draws, np.random.default_rng(check_integer("seed", seed, 0)))
    quantile_position = n_draws - int(np.ceil(ci_level * n_draws - 1e-9)) + 1
    if simultaneous:
        everyone = np.ones((n, n), dtype=bool)
        above, value = _step_down(pairs, distances, everyone, pairs.bound(), quantile_position)
        return RankBounds(1 + above.sum(axis=0), n - above.sum(axis=1), np.full(n, value))
    low, high, critical = np.ones(n, dtype=int), np.full(n, n), np.empty(n)
    for unit in range(n):
        involves_unit = np.zeros((n, n), dtype=bool)
        involves_unit[unit] = involves_unit[:, unit] = True
        bound = pairs.bound(unit)
        above, critical[unit] = _step_down(
            pairs, distances, involves_unit, bound, quantile_position
        )
        low[unit] += above[:, unit].sum()
        high[unit] -= above[unit].sum()
    return RankBounds(low, high, critical)


def _check(estimates: Floats, se: Floats, ci_level: float, n_draws: int) -> None:
    if estimates.shape != se.shape or len(estimates) < 2:
        raise errors.InvalidRequest(
            f"{len(estimates)} estimates and {len(se)} standard errors: expected as many, and two "
            "at least"
        )
    if not np.isfinite(estimates).all():
        raise errors.InvalidRequest("an estimate is missing or infinite: expected numbers only")
    if not (np.isfinite(se).all() and (se > 0).all()):
        raise errors.InvalidRequest("every estimate needs a standard error above zero")
    if not (se.min() > _LEAST_SE and se.max() < _LARGEST_SE):
        raise errors.InvalidRequest(
            f"standard errors run from {se.min():.3g} to {se.max():.3g}: expected them in points, "
            f"between {_LEAST_SE:.0e} and {_LARGEST_SE:.0e}"
        )
    if not 0 < check_number("ci_level", ci_level) < 1:
        raise errors.InvalidRequest(f"ci_level is {ci_level}: expected between 0 and 1")
    if n_draws < 1 / (1 - ci_level):
        raise errors.InvalidRequest(
            f"{n_draws} draws hold no {ci_level} quantile: expected at least "
            f"{int(np.ceil(1 / (1 - ci_level)))}"
        )


class _Pairs:
    """Draws of the estimates' errors, and differences between them in standard errors."""

    def __init__(self, se: Floats, n_draws: int, generator: np.random.Generator) -> None:
        self.normal = generator.standard_normal((n_draws, len(se)))
        self.errors = self.normal * se
        self.inverse = 1 / np.sqrt(se[:, None] ** 2 + se[None, :] ** 2)
        self.angles = np.arctan(se[None, :] / se[:, None])
        self.highest = self.normal.max(axis=1).clip(min=0)
        self.lowest = (-self.normal.min(axis=1)).clip(min=0)

    def bound(self, unit: int | None = None) -> Floats:
        """Return an upper bound of the unit's differences, by draw.

        A difference in standard errors is u_i cos(a) - u_k sin(a), the tangent of a the ratio of
        the two standard errors.
        """
        if unit is None:
            return _reach(self.highest, self.lowest, self.angles)
        unit_draws = self.normal[:, unit]
        opposite = np.where(unit_draws > 0, self.lowest, self.highest)
        same = np.where(unit_draws > 0, self.highest, self.lowest)
        angles = self.angles[unit]
        reach: Floats = np.maximum(
            _reach(np.abs(unit_draws), opposite, angles), same * np.sin(angles.max())
        )
        return reach

    def largest(self, hand: Flags, rows: NDArray[np.intp]) -> Floats:
        """Return the largest difference over the undecided ordered pairs, in some draws."""
        drawn = np.ascontiguousarray(self.errors[rows].T)
        largest = np.full(len(rows), -np.inf)
        undecided = hand | hand.T
        # Units with most pairs first: with the pairs of one unit only, it is the only centre.
        for unit in np.argsort(-undecided.sum(axis=1), kind="stable"):
            for rivals, direction in _undecided_directions(hand, undecided, unit):
                steps = drawn[unit] - drawn[rivals]
                steps *= self.inverse[unit, rivals][:, None]
                np.maximum(largest, direction(steps), out=largest)
            undecided[unit] = undecided[:, unit] = False
            if not undecided.any():
                break
        return largest


def _reach(x: Floats, y: Floats, angles: Floats) -> Floats:
    """Return the largest x cos(a) + y sin(a) over the angles; x and y are not negative."""
    best = np.clip(np.arctan2(y, x), angles.min(), angles.max())
    reach: Floats = x * np.cos(best) + y * np.sin(best)
    return reach * (1 + 1e-12)


def _undecided_directions(
    hand: Flags, undecided: Flags, unit: int
) -> Iterator[tuple[NDArray[np.intp], Callable[[Floats], Floats]]]:
    """Return rivals still undecided in both directions, one, or the other."""
    forth, back = hand[unit] & undecided[unit], hand[:, unit] & undecided[unit]
    kinds: tuple[tuple[Flags, Callable[[Floats], Floats]], ...] = (
        (forth & back, lambda steps: np.maximum(steps.max(axis=0), -steps.min(axis=0))),
        (forth & ~back, lambda steps: steps.max(axis=0)),
        (back & ~forth, lambda steps: -steps.min(axis=0)),
    )
    return ((np.flatnonzero(which), direction) for which, direction in kinds if which.any())


def _step_down(
    pairs: _Pairs, distances: Floats, hand: Flags, bound: Floats, quantile_position: int
) -> tuple[Flags, float]:
    """Return the ordered pairs found different, and the last critical value."""
    hand = hand & ~np.eye(len(hand), dtype=bool)
    separated = np.zeros_like(hand)
    while True:
        critical, bound = _quantile(pairs, hand, bound, quantile_position)
        statistic = hand & (distances > critical)
        if not statistic.any():
            return separated, critical
        separated |= statistic
        hand = hand & ~statistic


def _quantile(
    pairs: _Pairs, hand: Flags, bound: Floats, quantile_position: int
) -> tuple[float, Floats]:
    """Return the `quantile_position`-th largest of the maximal differences, and sharper bounds."""
    available = bound.copy()
    done = np.argpartition(-bound, quantile_position - 1)[:quantile_position]
    for start in range(0, quantile_position, _BLOCK):
        rows = done[start : start + _BLOCK]
        available[rows] = pairs.largest(hand, rows)
    critical = float(available[done].min())
    waiting = bound > critical
    waiting[done] = False
    order = np.flatnonzero(waiting)
    order = order[np.argsort(-bound[order])]
    for start in range(0, len(order), _BLOCK):
        rows = order[start : start + _BLOCK]
        if bound[rows[0]] <= critical:
            break
        available[rows] = pairs.largest(hand, rows)
        done = np.concatenate([done, rows])
        critical = float(
            -np.partition(-available[done], quantile_position - 1)[quantile_position - 1]
        )
    return critical, available
