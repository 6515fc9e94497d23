"""Weights that give the parts of a sum an intended importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Share of the largest weight; smaller ones are rounding of the solver, and no weight.
_NO_WEIGHT = 1e-9


def linear_importance(points: Floats) -> Floats:
    """Return the quadratic forms of the linear main effects, for `fit_weights`.

    Of `points`, shape (n, p), matrices A_j, shape (p, p, p), with ``w @ A_j @ w / Var(points @ w)``
    the squared correlation of part j with the weighted sum.

    >>> forms = linear_importance(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))
    >>> importance_shares(forms, np.array([1.0, 2.0]))
    array([0.2, 0.8])
    """
    centred = points - points.mean(axis=0)
    covariance = centred.T @ centred / len(points)
    forms: Floats = (
        covariance[:, :, None] * covariance[:, None, :] / np.diag(covariance)[:, None, None]
    )
    return forms


def smoothed_importance(points: Floats, smoothers: Floats) -> Floats:
    """Return the quadratic forms of the smoothed main effects.

    As `linear_importance`, to which it is equal for straight lines; `smoothers`, shape (p, n, n),
    has for each part the matrix that turns a score into its conditional mean.

    >>> from parstats.stats.local_linear import smoother
    >>> points = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> lines = np.stack([smoother(column, np.inf) for column in points.T])
    >>> bool(np.allclose(smoothed_importance(points, lines), linear_importance(points)))
    True
    """
    smoothed = smoothers @ (points - points.mean(axis=0))
    smoothed = smoothed - smoothed.mean(axis=1, keepdims=True)
    forms: Floats = smoothed.transpose(0, 2, 1) @ smoothed / len(points)
    return forms


def importance_shares(forms: Floats, weights: Floats) -> Floats:
    """Return the main effect of each part as a share of the sum of all main effects.

    >>> forms = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
    >>> importance_shares(forms, np.array([1.0, 1.0]))
    array([0.5, 0.5])
    """
    effects = np.einsum("jkl,k,l->j", forms, weights, weights)
    shares: Floats = effects / effects.sum()
    return shares


def fit_weights(forms: Floats, target: Floats, correlation: Floats, spread: Floats) -> Floats:
    r"""Fit nonnegative weights that bring the shares of importance nearest to the target.

    Takes `forms` of `linear_importance` or `smoothed_importance`, the intended shares (adding up to
    1), correlations and standard deviations of the parts; the weights, shape (p,), have mean 1.

    Minimises :math:`\sum_j (s_j(w) - t_j)^2` over :math:`w \ge 0` (Becker, Saisana, Paruolo and
    Vandecasteele 2017) by trust-region least squares with exact derivatives, from two starts: equal
    spread of all parts, and the non-negative solution of :math:`R v = \sqrt{t}`, with
    :math:`v_j = w_j \mathrm{sd}_j`. For the linear main effect the latter is the answer itself
    whenever :math:`R^{-1}\sqrt{t}` has no negative element.

    >>> points = np.array([[0.0, 0.0], [0.0, 2.0], [1.0, 0.0], [1.0, 2.0]])
    >>> weights = fit_weights(
    ...     linear_importance(points), np.array([0.5, 0.5]), np.eye(2), points.std(axis=0)
    ... )
    >>> weights.round(6)
    array([1.333333, 0.666667])
    """
    from scipy.optimize import least_squares, nnls

    # In units of equal spread, so that no part counts for more by its scale.
    scaled = forms / (spread[None, :, None] * spread[None, None, :])
    p = len(target)

    def misses(v: Floats) -> Floats:
        return np.append(importance_shares(scaled, v) - target, v.mean() - 1)

    def slopes(v: Floats) -> Floats:
        turned = 2 * scaled @ v
        total = 0.5 * (turned @ v).sum()
        shares = importance_shares(scaled, v)
        share_slopes = (turned - np.outer(shares, turned.sum(axis=0))) / total
        return np.vstack([share_slopes, np.full(p, 1 / p)])

    best, least = np.ones(p), np.inf
    for start in (np.ones(p), nnls(correlation, np.sqrt(target))[0]):
        begin = np.maximum(start / start.mean(), 1e-6)
        statistic = least_squares(
            misses, begin, slopes, bounds=(0, np.inf), xtol=1e-12, ftol=1e-12, gtol=1e-12
        )
        if statistic.cost < least:
            best, least = statistic.x, statistic.cost
    # The solver comes as near to the bound as it likes, but never reaches it.
    weights = np.where(best > _NO_WEIGHT * best.max(), best, 0.0) / spread
    scaled_weights: Floats = weights / weights.mean()
    return scaled_weights
