"""Randomization test of an association, and its interval by inverting the test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parstats.stats.randomization.design import Design, Draws
from parstats.stats.randomization.panel_blocks import Floats

# Ties between a draw and what was observed count as being as far out; rounding makes no tie.
_TIE = 1e-9


@dataclass(frozen=True)
class Inverted:
    """A randomization test."""

    p: float  # share of assignments, the real one among them, whose statistic is as far from zero
    # Ends of the values that the test does not reject; infinite where it rejects none.
    ci_low: float
    ci_high: float
    spread: float  # standard deviation of the estimate over the reassignments
    n_draws: int  # number of reassignments


def statistics(numerators: Floats, scores: Floats) -> Floats:
    """Return cluster-robust t statistics up to a common factor; 0 where all is zero.

    Numerators, shape (draws,), are cross products; scores, shape (draws, provinces), what each
    province adds to their sampling error.

    >>> import numpy as np
    >>> statistics(np.array([2.0]), np.array([[1.0, -1.0, 1.0, -1.0]])).tolist()
    [1.0]
    """
    spread = np.sqrt((scores**2).sum(axis=1))
    none = np.zeros_like(numerators)
    result: Floats = np.divide(numerators, spread, out=none, where=spread > 0)
    return result


def observed_statistic(design: Design, value: float = 0.0) -> float:
    """Return the observed statistic under the hypothesis that the association is `value`."""
    numerator = design.information * (design.estimate - value)
    return float(statistics(np.array([numerator]), design.scores[None])[0])


def randomization_test(design: Design, draws: Draws, ci_level: float = 0.95) -> Inverted:
    r"""Test that there is no association, and invert the test.

    `ci_level` is of the interval; the p-value is :math:`(1 + \#\{|t_b| \ge |t|\}) / (1 + B)`.

    Under the hypothesis that the association is v, the numerator of a draw is linear in v and its
    variance quadratic, so :math:`t_b(v)^2 \ge t(v)^2` holds between the real roots of a polynomial
    of degree four. The p-value as a function of v is therefore known everywhere, without a grid,
    and the interval reaches from the smallest to the largest v that is not rejected.
    """
    statistic = np.abs(statistics(draws.numerators, draws.scores))
    observed = abs(observed_statistic(design))
    farther = int((statistic >= observed * (1 - _TIE)).sum())
    n = len(statistic)
    low, high = interval(design, draws, ci_level)
    spread = float(np.std(draws.numerators / design.information, ddof=1)) if n > 1 else np.nan
    return Inverted((1 + farther) / (1 + n), low, high, spread, n)


def interval(design: Design, draws: Draws, ci_level: float = 0.95) -> tuple[float, float]:
    """Return the interval of associations not rejected; see `randomization_test`."""
    scale = float(np.sqrt((design.scores**2).sum())) / design.information
    if scale == 0:
        return design.estimate, design.estimate
    differences = _polynomials(design, draws, scale)
    starts, steps, initial_count = _steps(differences)
    n = len(differences)
    # p at the left end and after each step, the steps in order.
    counts = np.concatenate([[initial_count], initial_count + np.cumsum(steps)])
    accepted = np.flatnonzero((1 + counts) / (1 + n) > 1 - ci_level + 1e-12)
    if not len(accepted):
        return design.estimate, design.estimate
    first, last = accepted[0], accepted[-1]
    low = -np.inf if first == 0 else design.estimate + scale * starts[first - 1]
    high = np.inf if last == len(starts) else design.estimate + scale * starts[last]
    return float(min(low, design.estimate)), float(max(high, design.estimate))


def _polynomials(design: Design, draws: Draws, scale: float) -> Floats:
    """Return the coefficients (x^4 to 1) of t_b^2 - t^2 times both variances.

    At that v the observed statistic is -x: the scale is its standard error.
    """
    v, w = design.estimate, scale
    a0 = draws.numerators - v * draws.treatment_numerators
    a1 = -w * draws.treatment_numerators
    s0 = draws.scores - v * draws.treatment_scores
    s1 = -w * draws.treatment_scores
    q0, q1, q2 = (s0**2).sum(axis=1), 2 * (s0 * s1).sum(axis=1), (s1**2).sum(axis=1)
    numerator_squared = np.stack([a1**2, 2 * a0 * a1, a0**2], axis=1)
    zero = np.zeros_like(q0)
    left = np.stack(
        [zero, zero, numerator_squared[:, 0], numerator_squared[:, 1], numerator_squared[:, 2]],
        axis=1,
    )
    right = np.stack([q2, q1, q0, zero, zero], axis=1)
    result: Floats = left - right
    largest = np.abs(result).max(axis=1, keepdims=True)
    return result / np.where(largest > 0, largest, 1.0)


def _steps(polynomials: Floats) -> tuple[Floats, Floats, int]:
    """Return where the number of draws as extreme changes, by how much, and its start."""
    roots = _real_roots(polynomials)
    ends = np.sort(roots, axis=1)  # nan last
    available = np.isfinite(ends)
    count = available.sum(axis=1)
    # A point inside each of the up to five intervals between the roots.
    padded = np.where(available, ends, np.inf)
    before = np.concatenate([np.full((len(ends), 1), -np.inf), padded], axis=1)
    after = np.concatenate([padded, np.full((len(ends), 1), np.inf)], axis=1)
    inside = _between(before, after)
    value = np.zeros_like(inside)
    for coefficient in polynomials.T:
        value = value * inside + coefficient[:, None]
    out = value >= 0
    change = np.diff(out.astype(np.int64), axis=1)
    valid = np.arange(ends.shape[1])[None, :] < count[:, None]
    positions, sizes = ends[valid], change[valid]
    order = np.argsort(positions, kind="stable")
    return positions[order], sizes[order], int(out[:, 0].sum())


def _between(before: Floats, after: Floats) -> Floats:
    """Return a point in each interval, whose ends may be infinite."""
    open_left, open_right = np.isneginf(before), np.isposinf(after)
    left = np.where(open_left, np.where(open_right, 0.0, after - 1.0), before)
    right = np.where(open_right, np.where(open_left, 0.0, before + 1.0), after)
    left = np.where(np.isfinite(left), left, 0.0)
    right = np.where(np.isfinite(right), right, 0.0)
    return (left + right) / 2


def _real_roots(polynomials: Floats) -> Floats:
    """Return the real roots of quartics, shape (n, 4), NaN where there are fewer."""
    statistic = np.full((len(polynomials), 4), np.nan)
    lead = np.abs(polynomials[:, 0]) > 1e-14
    companion = np.zeros((int(lead.sum()), 4, 4))
    companion[:, 0, :] = -polynomials[lead, 1:] / polynomials[lead, :1]
    companion[:, 1:, :-1] = np.eye(3)
    roots = np.linalg.eigvals(companion)
    real = np.abs(roots.imag) <= 1e-7 * (1 + np.abs(roots.real))
    statistic[lead] = np.where(real, roots.real, np.nan)
    for row in np.flatnonzero(~lead):
        few = np.roots(polynomials[row])
        few = few.real[np.abs(few.imag) <= 1e-7 * (1 + np.abs(few.real))]
        statistic[row, : len(few)] = few
    return statistic
