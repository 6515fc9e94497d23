"""Random weights around nominal ones, all draws at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]
# For each level of a tree from the top down to the weights themselves: the group of each weight,
# and whether the weights of that level are drawn.
Branches: TypeAlias = Sequence[tuple[Groups, bool]]


def concentration(nominal: Floats, spread: float | None) -> float:
    r"""Return the Dirichlet concentration for a coefficient of variation of the median weight.

    It is :math:`\kappa` with :math:`w \sim \mathrm{Dir}(\kappa w^0)`: from
    :math:`\mathrm{Var}\,w_j = w^0_j(1-w^0_j)/(\kappa+1)`, :math:`\kappa = (1-m)/(m s^2) - 1` at the
    median weight :math:`m` (zeros are left aside) and spread :math:`s`, its standard deviation over
    its mean; a spread of None is for the whole simplex. Raises InvalidRequest if no Dirichlet law
    is that wide: the spread must be below :math:`\sqrt{(1-m)/m}`.

    >>> concentration(np.full(4, 0.25), 0.5)
    11.0
    """
    if spread is None:
        return float((nominal > 0).sum())
    median = float(np.median(nominal[nominal > 0] / nominal.sum()))
    if median == 1:
        return 1.0
    widest = np.sqrt((1 - median) / median)
    if not 0 < spread < widest:
        raise errors.InvalidRequest(
            f"weight_spread is {spread}: expected a coefficient of variation above 0 and below "
            f"{widest:.3g}, the widest of a weight of {median:.3g}; None takes the whole simplex"
        )
    return float((1 - median) / (median * spread**2) - 1)


def dirichlet_weights(
    nominal: Floats,
    n_draws: int,
    *,
    spread: float | None = 0.25,
    groups: Groups | None = None,
    branches: Branches | None = None,
    seed: int = 0,
) -> Floats:
    """Return the weights drawn from a Dirichlet law around nominal weights.

    Shape (draws, p), each row adding up to 1; a weight of zero stays zero. `spread` is the
    coefficient of variation of the median weight (`concentration`); None is for all parameters 1:
    uniform over the whole simplex, whose mean is equal weights whatever the nominal ones. With
    `groups`, the group of each weight, it draws weights of the groups first, then those inside
    each.

    >>> drawn = dirichlet_weights(np.array([1.0, 1, 2]), 5000)
    >>> drawn.mean(axis=0).round(2)
    array([0.25, 0.25, 0.5 ])
    """
    generator = np.random.default_rng(seed)

    def drawn(weights: Floats) -> Floats:
        kappa = concentration(weights, spread)
        shares = (weights > 0) / (weights > 0).sum() if spread is None else weights / weights.sum()
        gammas = generator.standard_gamma(kappa * shares, size=(n_draws, len(weights)))
        # A tiny parameter underflows to zero everywhere now and then; the mean stands in.
        gammas[gammas.sum(axis=1) == 0] = shares
        normalised: Floats = gammas / gammas.sum(axis=1, keepdims=True)
        return normalised

    return _down_tree(nominal, _branches(nominal, groups, branches), n_draws, drawn)


def percent_weights(
    nominal: Floats,
    n_draws: int,
    *,
    spread: float = 0.25,
    groups: Groups | None = None,
    branches: Branches | None = None,
    seed: int = 0,
) -> Floats:
    """Weights moved up and down by at most a share of themselves, then made to add up to 1.

    `spread`, above 0 and at most 1 (else InvalidRequest), is f in ``w (1 + f U)`` with U uniform
    between -1 and 1: the noise of `get_sensitivity` of the R package COINr. With `groups`, the
    group of each weight, it moves the weights of the groups and those inside each, and normalises
    inside each. Shape (draws, p).

    >>> drawn = percent_weights(np.full(4, 0.25), 1000, spread=0.1)
    >>> bool((drawn.max() < 0.25 * 1.1 / 0.925) and (drawn.min() > 0.25 * 0.9 / 1.075))
    True
    """
    if not 0 < spread <= 1:
        raise errors.InvalidRequest(
            f"weight_spread is {spread}: expected a share above 0 and at most 1"
        )
    generator = np.random.default_rng(seed)

    def drawn(weights: Floats) -> Floats:
        noise = generator.uniform(-1, 1, size=(n_draws, len(weights)))
        moved = weights * (1 + spread * noise)
        normalised: Floats = moved / moved.sum(axis=1, keepdims=True)
        return normalised

    return _down_tree(nominal, _branches(nominal, groups, branches), n_draws, drawn)


def _down_tree(
    nominal: Floats, branches: Branches, n_draws: int, drawn: Callable[[Floats], Floats]
) -> Floats:
    """Return the product of the weights of each group inside the one above, from the top down.

    Those of a level that is not to move stay as they are; a group without weight has none.
    """
    weights = np.ones((n_draws, len(nominal)))
    above = np.zeros(len(nominal), dtype=np.int64)
    for numbers, moves in branches:
        for group in np.unique(above[nominal > 0]):
            children = np.unique(numbers[(above == group) & (nominal > 0)])
            sums = np.array([nominal[numbers == child].sum() for child in children])
            inside = drawn(sums) if moves else np.tile(sums / sums.sum(), (n_draws, 1))
            for position, child in enumerate(children):
                weights[:, numbers == child] *= inside[:, [position]]
        above = numbers
    weights[:, nominal == 0] = 0.0
    return weights


def _branches(nominal: Floats, groups: Groups | None, branches: Branches | None) -> Branches:
    each = np.arange(len(nominal))
    if branches is not None:
        return branches
    return [(each, True)] if groups is None else [(groups, True), (each, True)]
